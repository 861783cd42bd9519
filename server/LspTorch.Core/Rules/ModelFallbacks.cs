using LspTorch.Core.Semantics;
using LspTorch.Core.Syntax;
using LspTorch.Core.TorchScript;

namespace LspTorch.Core.Rules;

internal static class ModelFallbacks
{
    /// <summary>What a function returns as the compiler infers it; Unknown where it is not certain.</summary>
    public static TorchType ReturnTypeOf(this SemanticModel model, FunctionDef function)
    {
        TorchType? joined = null;
        var returns = new Returns();
        foreach (var statement in function.Body) returns.Visit(statement);
        foreach (var statement in returns.Found)
        {
            if (IsDropped(model, statement, function)) continue;
            var type = statement.Value is { } value ? model.TypeOf(value) : TorchType.None;
            if (!type.IsWritable || joined is not null && joined != type) return TorchType.Unknown;
            joined = type;
        }
        return joined ?? TorchType.Unknown;
    }

    private static bool IsDropped(SemanticModel model, Node node, FunctionDef function)
    {
        for (var at = node; at is not null && !ReferenceEquals(at, function); at = at.Parent)
            if (model.IsNeverCompiled(at)) return true;
        return false;
    }

    private sealed class Returns : SyntaxWalker
    {
        public List<Return> Found { get; } = [];

        public override void Visit(Node node)
        {
            if (node is Return found) Found.Add(found);
            if (node is not (FunctionDef or ClassDef or Expr)) base.Visit(node);
        }
    }
}
