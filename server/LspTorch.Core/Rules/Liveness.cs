using LspTorch.Core.Semantics;
using LspTorch.Core.Syntax;
using LspTorch.Core.TorchScript;

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

    private static bool Ends(SemanticModel model, Stmt statement) => statement switch
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
