using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// An attribute that holds a function is compared with None, or is a condition: to TorchScript a function can only be
/// called.
/// </summary>
public sealed class FunctionAttributeTested : Rule
{
    public override string Id => "function-attribute-tested";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        foreach (var read in LiveInstances.Of(file).Reads)
        {
            if (
                TestOf(read.Node) is not { } test
                || read.Where(held => held is { Kind: HeldKind.Function or HeldKind.Builtin })
                    is not { Count: > 0 } holders
                || holders[0].Find(read.Name) is not { } function
            )
                continue;
            context.Report(
                new Finding(
                    Id,
                    Severity.Error,
                    test.Span,
                    $"'{read.Name}' holds the function '{function.Type}' on {read.Class.Seen(holders)}, "
                        + "and TorchScript can only call a function, not test it: call it without the test, "
                        + $"or set 'self.{read.Name}' only where it has a value and test 'hasattr(self, \"{read.Name}\")', "
                        + "which is evaluated at compile time.",
                    read.Body.Function.QualifiedName,
                    FixOf(file, read.Class.Model, read.Name) is { } fix ? [fix] : [],
                    read.Body.WhyCompiled()
                )
            );
        }
    }

    /// <summary>
    /// What tests the attribute: <c>self.f is None</c>, <c>if self.f</c>, <c>not self.f</c>, <c>self.f and …</c>; null
    /// for any other use.
    /// </summary>
    private static Expr? TestOf(Attribute read) =>
        read.Parent switch
        {
            Compare
            {
                Ops: [CompareOperator.Is or CompareOperator.IsNot],
                Comparators: [Constant { Kind: ConstantKind.None }]
            } compare => compare,
            UnaryOp { Op: UnaryOperator.Not } negation => negation,
            If branch when ReferenceEquals(branch.Test, read) => read,
            IfExp choice when ReferenceEquals(choice.Test, read) => read,
            BoolOp => read,
            _ => null,
        };

    /// <summary>
    /// The constructor sets it only where it is not None, and every test asks for the attribute: all this in one class,
    /// of which nobody else reads it.
    /// </summary>
    private static Fix? FixOf(FileSnapshot file, ClassModel type, string name)
    {
        if (
            type.FindAttribute(name)
                is not {
                    Assignments: [
                        Assign
                        {
                            Targets: [Attribute { Value: Name { Id: var self } } target],
                            Value: Name given
                        } store,
                    ]
                }
            || store.Parent is not FunctionDef { Name: "__init__" } init
            || !ReferenceEquals(init.Parent, type.Node)
            || !ReferenceEquals(type.Owner.File.Text, file.Text)
            || type.Owner.AttributeUses.IsNamed(name)
            || type.Owner.AttributeUses.IsDynamic(type.Node)
            || file.Model.Names.ScopeOf(type.Node).Find(name).Any(b => b.Value is not null)
        )
            return null;
        var uses = file.Tree.Root.Find<Attribute>().Where(a => a.Name == name);
        var edits = new List<TextEdit>();
        foreach (var use in uses)
        {
            if (ReferenceEquals(use, target))
                continue;
            if (use.Value is not Name { Id: var owner } || owner != self || use.FirstAncestor<ClassDef>() != type.Node)
                return null;
            if (use.Parent is Call call && ReferenceEquals(call.Func, use))
                continue;
            if (TestOf(use) is not { } test)
                return null;
            bool without = test is Compare { Ops: [CompareOperator.Is] } or UnaryOp;
            edits.Add(new TextEdit(test.Span, $"{(without ? "not " : "")}hasattr({self}, \"{name}\")"));
        }
        var text = file.Text;
        int line = text.LineOf(store.Start);
        string indent = text.IndentationOf(line),
            unit = indent.EndsWith('\t') ? "\t" : "    ";
        if (text.LineOf(store.End) != line || text.Text[text.LineStart(line)..store.Start].Trim().Length > 0)
            return null;
        edits.Add(TextEdit.Insert(store.Start, $"if {given.Id} is not None:{text.DominantLineBreak}{indent}{unit}"));
        return new Fix(
            $"Set '{name}' only where it has a value, and test hasattr",
            FixSafety.Suggested,
            [.. edits.OrderBy(e => e.Span.Start)]
        );
    }
}
