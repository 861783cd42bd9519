using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>Conditions that the compiler decides without types.</summary>
internal static class StaticConditions
{
    private static readonly TorchVersion scriptingIsStatic = new(1, 5);

    /// <summary>
    /// True or false where the compiler takes only that branch; null where it is not decided by the text alone.
    /// </summary>
    public static bool? Evaluate(SemanticModel model, Expr test, int depth = 0)
    {
        if (depth > 30)
            return null;
        switch (test)
        {
            case UnaryOp { Op: UnaryOperator.Not } negation:
                return !Evaluate(model, negation.Operand, depth + 1);
            case Call call
                when model.File.Options.Torch >= scriptingIsStatic
                    && model.ResolveName(call.Func) is "torch.jit.is_scripting" or "torch._jit_internal.is_scripting":
                return true;
            case BoolOp { Op: BoolOperator.And } all:
                var parts = all.Values.Select(v => Evaluate(model, v, depth + 1)).ToArray();
                return parts.Contains(false) ? false
                    : parts.All(p => p == true) ? true
                    : null;
            case BoolOp any:
                var alternatives = any.Values.Select(v => Evaluate(model, v, depth + 1)).ToArray();
                return alternatives.Contains(true) ? true
                    : alternatives.All(p => p == false) ? false
                    : null;
            default:
                return null;
        }
    }
}
