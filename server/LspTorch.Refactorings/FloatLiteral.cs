using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// An int as the float that a function of torch makes of it: <c>2</c> as <c>2.0</c>, <c>n</c> as <c>float(n)</c>.
/// </summary>
internal static class FloatLiteral
{
    /// <param name="call">A call of torch's: what is written in Python may do something else with an int.</param>
    /// <param name="given">Its argument, an int or a tuple or list of ints, where floats are wanted.</param>
    public static Fix? Of(FileSnapshot file, Call call, Expr given) =>
        IsOfTorch(file, call) && Edits(file, given) is { } edits
            ? new Fix(Title(file, given), FixSafety.Suggested, [.. edits])
            : null;

    public static string Title(FileSnapshot file, Expr given)
    {
        string shown = file.Text[given.Span];
        return given switch
        {
            TupleExpr or ListExpr => $"Write the numbers of '{shown}' as floats",
            _ => $"Write '{Written(file, given) ?? $"float({shown})"}'",
        };
    }

    /// <summary>Null where an element is not plainly a number.</summary>
    public static IReadOnlyList<TextEdit>? Edits(FileSnapshot file, Expr given)
    {
        var elements = given switch
        {
            TupleExpr tuple => tuple.Elements,
            ListExpr list => list.Elements,
            _ => (NodeList<Expr>?)null,
        };
        if (elements is { } all)
        {
            var edits = new List<TextEdit>();
            foreach (var element in all)
            {
                if (element is Starred or TupleExpr or ListExpr)
                    return null;
                if (file.Model.TypeOf(element) == TorchType.Float)
                    continue;
                if (Edits(file, element) is not { } inner)
                    return null;
                edits.AddRange(inner);
            }
            return edits;
        }
        if (Written(file, given) is { } literal)
            return [new TextEdit(given.Span, literal)];
        return given is Name or Attribute or Subscript or Call or BinOp && file.Model.TypeOf(given) == TorchType.Int
            ? [TextEdit.Insert(given.Start, "float("), TextEdit.Insert(given.End, ")")]
            : null;
    }

    /// <summary>A decimal literal with a point.</summary>
    private static string? Written(FileSnapshot file, Expr given)
    {
        string shown = file.Text[given.Span];
        return
            given
                is Constant { Kind: ConstantKind.Int }
                    or UnaryOp { Op: UnaryOperator.USub, Operand: Constant { Kind: ConstantKind.Int } }
            && shown.All(c => char.IsAsciiDigit(c) || c is '-' or '_')
            ? shown + ".0"
            : null;
    }

    private static bool IsOfTorch(FileSnapshot file, Call call) =>
        file.Model.ResolveName(call.Func) is { } name
            ? name.StartsWith("torch.", StringComparison.Ordinal)
            : call.Func is Attribute method
                && (
                    file.Model.TypeOf(method.Value) == TorchType.Tensor
                    || file.Model.TypeOf(method) is ModuleType { Definition: null, IsUnknown: false }
                );
}
