using LspTorch.Syntax;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Editing;

/// <summary>What of a statement Python evaluates first.</summary>
internal static class EvaluationOrder
{
    /// <summary>The one expression that a simple statement evaluates before it does anything.</summary>
    public static Expr? ValueOf(Stmt statement) =>
        statement switch
        {
            ExprStmt expression => expression.Value,
            Return { Value: { } value } => value,
            Assign { TypeComment: null } assign => assign.Value,
            _ => null,
        };

    /// <summary>
    /// True when nothing else of <paramref name="whole"/> is evaluated before <paramref name="part"/>, and it always
    /// is.
    /// </summary>
    public static bool IsFirst(Expr whole, Expr part)
    {
        for (var at = whole; ; )
        {
            if (ReferenceEquals(at, part))
                return true;
            Expr? next = at switch
            {
                Compare c => c.Left,
                BoolOp b => b.Values[0],
                BinOp b => b.Left,
                UnaryOp u => u.Operand,
                Attribute a => a.Value,
                Subscript s => s.Value,
                IfExp i => i.Test,
                Call { Func: Attribute { Value: not Name } or Call } c => c.Func,
                // A function's name is looked up first, but looking up does nothing that could be seen.
                Call { Func: Name or Attribute { Value: Name }, Args.Count: > 0 } c => c.Args[0],
                TupleExpr { Elements.Count: > 0 } t => t.Elements[0],
                _ => null,
            };
            if (next is null)
                return false;
            at = next;
        }
    }
}
