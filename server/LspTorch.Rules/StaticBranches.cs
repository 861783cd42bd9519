using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// Conditions that the compiler may decide on its own: then a branch is no scope, and may not be compiled at all.
/// </summary>
internal static class StaticBranches
{
    /// <summary>False where the condition surely is computed when the code runs.</summary>
    public static bool MayBeStatic(SemanticModel model, Expr test, int depth = 0)
    {
        if (depth > 30)
            return true;
        switch (test)
        {
            case UnaryOp { Op: UnaryOperator.Not } negation:
                return MayBeStatic(model, negation.Operand, depth + 1);
            case BoolOp all:
                return all.Values.Any(v => MayBeStatic(model, v, depth + 1));
            case Compare { Ops: [CompareOperator.Is or CompareOperator.IsNot] } compare:
                return model.TypeOf(compare.Left) is not OptionalType;
            // A comparison is computed, never folded while the code is generated.
            case Compare compare:
                return compare.Ops.Any(o => o is CompareOperator.Is or CompareOperator.IsNot);
            case Name name:
                return !IsPlainParameter(name);
            case Call { Func: Attribute { Value: Name { Id: not ("self" or "torch") } } }:
                return false;
            case Attribute { Value: Name { Id: "self" } } attribute:
                return attribute.Name != "training"
                    && model.EnclosingClass(test)?.FindAttribute(attribute.Name)
                        is not { IsConstant: false, Type: PrimitiveType { Kind: not PrimitiveKind.None } };
            default:
                return true;
        }
    }

    /// <summary>True for a parameter that the function never assigns: its value is not known to the compiler.</summary>
    private static bool IsPlainParameter(Name name)
    {
        if (name.FirstAncestor<FunctionDef>() is not { } function || function.Args.All().All(p => p.Name != name.Id))
            return false;
        return !Editing.NameFlow.Writes(function.Body).Contains(name.Id);
    }
}
