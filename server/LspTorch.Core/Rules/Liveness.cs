using LspTorch.Core.Semantics;
using LspTorch.Core.Syntax;
using LspTorch.Core.TorchScript;
using Attribute = LspTorch.Core.Syntax.Attribute;

namespace LspTorch.Core.Rules;

/// <summary>Which code the compiler never looks at: untaken branches of conditions it decides, and what stands behind a sure return.</summary>
internal static class Liveness
{
    /// <summary>True when the node is dropped from the block or conditional expression it stands in directly.</summary>
    public static bool IsNeverCompiled(this SemanticModel model, Node node)
    {
        switch (node.Parent)
        {
            case IfExp choice when StaticConditions.Evaluate(model, choice.Test) is { } value:
                if (ReferenceEquals(node, value ? choice.OrElse : choice.Body)) return true;
                break;
            case If branch when node is Stmt && StaticConditions.Evaluate(model, branch.Test) is { } value:
                foreach (var dropped in value ? branch.OrElse : branch.Body)
                    if (ReferenceEquals(dropped, node)) return true;
                break;
        }
        if (node is not Stmt statement || Blocks.Containing(statement) is not { } block) return false;
        foreach (var earlier in block)
        {
            if (ReferenceEquals(earlier, statement)) return false;
            if (Ends(model, earlier)) return true;
        }
        return false;
    }

    /// <summary>
    /// True where the compiler may or may not take what follows or lies inside: a condition of which the text alone does not tell whether it is
    /// decided at compile time.
    /// </summary>
    public static bool MayBeStatic(SemanticModel model, Expr test, int depth = 0)
    {
        if (depth > 30) return true;
        switch (test)
        {
            case UnaryOp { Op: UnaryOperator.Not } negation: return MayBeStatic(model, negation.Operand, depth + 1);
            case BoolOp all: return all.Values.Any(v => MayBeStatic(model, v, depth + 1));
            case Compare { Ops: [CompareOperator.Is or CompareOperator.IsNot] } compare: return model.TypeOf(compare.Left) is not OptionalType;
            // A comparison is computed, never folded while the code is generated.
            case Compare compare: return compare.Ops.Any(o => o is CompareOperator.Is or CompareOperator.IsNot);
            case Name name: return !IsPlainParameter(name);
            case Call { Func: Attribute { Value: Name { Id: not ("self" or "torch") } } }: return false;
            case Attribute { Value: Name { Id: "self" } } attribute:
                return attribute.Name != "training"
                    && model.EnclosingClass(test)?.FindAttribute(attribute.Name) is not { IsConstant: false, Type: PrimitiveType { Kind: not PrimitiveKind.None } };
            default: return true;
        }
    }

    /// <summary>True for a parameter that the function never assigns: its value is not known to the compiler.</summary>
    private static bool IsPlainParameter(Name name)
    {
        if (name.FirstAncestor<FunctionDef>() is not { } function || function.Args.All().All(p => p.Name != name.Id)) return false;
        return !Refactorings.NameFlow.Writes(function.Body).Contains(name.Id);
    }

    /// <summary>True when control surely does not go on behind the statement.</summary>
    public static bool Ends(SemanticModel model, Stmt statement) => statement switch
    {
        Return or Raise => true,
        If branch => StaticConditions.Evaluate(model, branch.Test) switch
        {
            true => branch.Body.Any(s => Ends(model, s)),
            false => branch.OrElse.Any(s => Ends(model, s)),
            null => branch.Body.Any(s => Ends(model, s)) && branch.OrElse.Any(s => Ends(model, s)),
        },
        _ => false,
    };
}
