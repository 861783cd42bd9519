using System.Collections.Immutable;
using System.Diagnostics;
using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Problems;
using LspTorch.Refactorings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>A condition on a value that TorchScript cannot turn into a bool.</summary>
public sealed class ConditionNotBool : RefusalRule<ConditionProblem>
{
    public override string Id => "condition-not-bool";

    protected override string MessageOf(ConditionProblem problem) =>
        problem switch
        {
            ModuleOrNoneTested(_, var value) =>
                $"'{value}' is a module or None, and neither can be a condition in TorchScript: write "
                    + $"'{value} is not None'.",
            ModuleTested(_, var value) =>
                $"'{value}' is a module, which cannot be a condition in TorchScript: write '{value} is not None'.",
            ObjectTested(_, var value, var type) =>
                $"'{value}' is an object of '{type}', which cannot be a condition without a method "
                    + "'__bool__': write one, or compare with None.",
            ValueTested(_, var value, { Type: OptionalType } type) =>
                $"'{value}' of type {type} cannot be a condition in TorchScript: write '{value} is not None'.",
            ValueTested(_, var value, var type) => $"'{value}' of type {type} cannot be a condition in TorchScript.",
            _ => throw new UnreachableException(),
        };

    protected override ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, ConditionProblem problem)
    {
        var file = context.File;
        if (OrDefault.Of(file, problem.At) is { } either)
            return [either];
        if (
            problem.At is not Expr test
            || test is not (Name or Attribute { Value: Name })
            || !IsCondition(test)
            || Asking(file, body, problem, test) is not var (written, safety)
        )
            return [];
        bool whole = test.Parent is If or IfExp or While or Assert || test.ParenthesizedSpan != test.Span;
        // 'not x' is 'x is None' where x is a module.
        if (
            test.Parent is UnaryOp { Op: UnaryOperator.Not } negation
            && written == $"{file.Text[test.Span]} is not None"
        )
            return Written(negation.Span, $"{file.Text[test.Span]} is None", safety);
        return Written(test.Span, whole ? written : $"({written})", safety);
    }

    /// <summary>Only its truth is asked: 'x or []' is a value, which may be x.</summary>
    private static bool IsCondition(Expr test)
    {
        Node at = test;
        while (at.Parent is BoolOp)
            at = at.Parent;
        return at.Parent switch
        {
            UnaryOp { Op: UnaryOperator.Not } => true,
            If branch => ReferenceEquals(branch.Test, at),
            While loop => ReferenceEquals(loop.Test, at),
            IfExp choice => ReferenceEquals(choice.Test, at),
            Assert assertion => ReferenceEquals(assertion.Test, at),
            _ => false,
        };
    }

    private static ImmutableArray<Fix> Written(TextSpan span, string text, FixSafety safety) =>
        [new Fix($"Write '{text}'", safety, [new TextEdit(span, text)])];

    /// <summary>What Python's truth of the value says, in words that TorchScript knows.</summary>
    private static (string Written, FixSafety Safety)? Asking(
        FileSnapshot file,
        CompiledBody body,
        ConditionProblem problem,
        Expr test
    )
    {
        string shown = file.Text[test.Span];
        switch (problem)
        {
            // A module is true, if its class does not say otherwise: containers are false where they are empty.
            case ModuleOrNoneTested
            or ModuleTested
                when test is Attribute { Name: var name }
                    && body.Class is { } owner
                    && file.Model.ClassOf(owner).FindAttribute(name)?.Type is { } held
                    && (held is ModuleChoice choice ? choice.Modules.All(IsTrue) : IsTrue(held)):
                return ($"{shown} is not None", FixSafety.Suggested);
            case ValueTested { Type.Type: OptionalType { Element: var element } } when test is Name:
                if (element == TorchType.Bool)
                    return ($"{shown} is not None and {shown}", FixSafety.Safe);
                if (element == TorchType.Tensor)
                    return ($"{shown} is not None and bool({shown})", FixSafety.Safe);
                if (element == TorchType.Int || element == TorchType.Float)
                    return ($"{shown} is not None and {shown} != 0", FixSafety.Safe);
                if (element == TorchType.Str || element is ListType or DictType)
                    return ($"{shown} is not None and len({shown}) > 0", FixSafety.Safe);
                return null;
            default:
                return null;
        }
    }

    /// <summary>A module that Python takes for true, whatever it holds.</summary>
    private static bool IsTrue(TorchType type) =>
        type switch
        {
            ModuleContainerType container => container is { Exact: true, Elements.IsEmpty: false },
            ModuleType { IsUnknown: false, Definition: ClassModel made } => made.HasAllBases
                && made.Lineage()
                    .All(c =>
                        !c.Methods.ContainsKey("__len__")
                        && !c.Methods.ContainsKey("__bool__")
                        && c.TorchBase is not ("torch.nn.Sequential" or "torch.nn.ModuleList" or "torch.nn.ModuleDict")
                    ),
            ModuleType { IsUnknown: false } => true,
            _ => false,
        };
}
