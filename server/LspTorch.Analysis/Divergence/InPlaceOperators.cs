using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Divergence;

/// <summary>
/// <c>x &amp;= y</c> and its like, which change a tensor in Python and give the name a new one in TorchScript: seen
/// where anything else holds the same memory.
/// </summary>
internal static class InPlaceOperators
{
    public static IEnumerable<DivergenceMatch> Of(Place place, AugAssign statement)
    {
        if (RowOf(statement.Op) is not { } row || !place.IsTensor(statement.Target))
            yield break;
        bool lost = statement.Target switch
        {
            // What is selected by numbers and slices is a view: the new tensor takes the place of the view, and the
            // tensor behind it stays as it is.
            Subscript element when place.IsTensor(element.Value) => !IsAdvanced(place, element.Index),
            Name name => IsSharedName(place, name, statement),
            Subscript { Value: Name container } => place.Flow.DefinitionsOf(container) is [Arg],
            _ => false,
        };
        if (lost)
            yield return place.Match(row, shown: place.Text(statement), fix: () => AsMethod(place, statement));
    }

    private static string? RowOf(BinaryOperator op) =>
        op switch
        {
            BinaryOperator.BitAnd or BinaryOperator.BitOr or BinaryOperator.BitXor => "in-place-bitwise",
            BinaryOperator.Pow => "in-place-power",
            BinaryOperator.LShift => "in-place-left-shift",
            _ => null,
        };

    private static Fix? AsMethod(Place place, AugAssign statement)
    {
        if (!place.IsCertainlyTensor(statement.Target))
            return null; // a number that a caller of eager mode passes has no such method
        string method = statement.Op switch
        {
            BinaryOperator.BitAnd => "bitwise_and_",
            BinaryOperator.BitOr => "bitwise_or_",
            BinaryOperator.BitXor => "bitwise_xor_",
            BinaryOperator.LShift => "bitwise_left_shift_",
            _ => "pow_",
        };
        return new Fix(
            $"Call '{method}'",
            FixSafety.Safe,
            [new TextEdit(statement.Span, $"{place.Text(statement.Target)}.{method}({place.Text(statement.Value)})")]
        );
    }

    /// <summary>An index with a tensor or a list in it: such elements are written back.</summary>
    private static bool IsAdvanced(Place place, Expr index) =>
        index switch
        {
            TupleExpr several => several.Elements.Any(e => IsAdvanced(place, e)),
            Slice or Constant { Kind: ConstantKind.Int or ConstantKind.None or ConstantKind.Ellipsis } => false,
            UnaryOp { Operand: Constant } => false,
            _ => !place.IsInt(index),
        };

    /// <summary>
    /// Whether something beside this name holds the tensor, or the memory behind it, and may be read afterwards.
    /// </summary>
    private static bool IsSharedName(Place place, Name name, AugAssign statement)
    {
        var seen = new HashSet<Node>();
        var open = new Stack<Node>(place.Flow.DefinitionsOf(name));
        while (open.TryPop(out var definition))
        {
            if (!seen.Add(definition))
                continue;
            switch (definition)
            {
                case Arg:
                    return true;
                case Name { Parent: AugAssign } earlier:
                    foreach (var before in place.Flow.DefinitionsOf(earlier))
                        open.Push(before);
                    continue;
                case Name { Parent: For loop } target when ReferenceEquals(loop.Target, target):
                    if (place.TypeOf(loop.Iter) is ListType && IsHeldElsewhere(place, loop.Iter, statement))
                        return true;
                    continue;
            }
            if (ReachingDefinitions.ValueOf(definition) is { } value && IsHeldElsewhere(place, value, statement))
                return true;
            if (Escapes(place, definition, statement))
                return true;
        }
        return false;
    }

    /// <summary>
    /// The value is, or is a view of, what a parameter, an attribute or another variable that is read later holds.
    /// </summary>
    private static bool IsHeldElsewhere(Place place, Expr value, AugAssign statement)
    {
        for (int depth = 0; depth < 50; depth++)
        {
            switch (value)
            {
                case Name name:
                    var definitions = place.Flow.DefinitionsOf(name);
                    if (definitions.Any(d => d is Arg))
                        return true;
                    if (definitions.Any(d => IsReadAfter(place, d, statement)))
                        return true;
                    if (definitions is not [var only] || ReachingDefinitions.ValueOf(only) is not { } held)
                        return false;
                    value = held;
                    break;
                case Syntax.Attribute { Value: Name { Id: "self" } } field:
                    return place.IsTensor(field) || place.TypeOf(field) is ListType;
                case Subscript element when place.IsTensor(element.Value) && !IsAdvanced(place, element.Index):
                    value = element.Value;
                    break;
                case Subscript element when place.TypeOf(element.Value) is ListType or DictType or TupleType:
                    value = element.Value;
                    break;
                case Call { Func: Syntax.Attribute method } when IsView(method.Name) && place.IsTensor(method.Value):
                    value = method.Value;
                    break;
                default:
                    return false;
            }
        }
        return false;
    }

    /// <summary>A method whose result surely shares the memory of its tensor.</summary>
    internal static bool IsView(string method) =>
        method
            is "view"
                or "view_as"
                or "permute"
                or "transpose"
                or "t"
                or "squeeze"
                or "unsqueeze"
                or "expand"
                or "expand_as"
                or "narrow"
                or "select"
                or "detach"
                or "diagonal"
                or "unfold"
                or "swapaxes"
                or "swapdims"
                or "movedim"
                or "moveaxis";

    /// <summary>
    /// The tensor of this name is also put under another name or into a container that is read after the statement.
    /// </summary>
    private static bool Escapes(Place place, Node definition, AugAssign statement)
    {
        foreach (var use in place.Flow.UsesOf(definition))
        {
            if (use.Start > statement.Start && use.FirstAncestor<For>() is null && use.FirstAncestor<While>() is null)
                continue;
            Expr held = use;
            while (
                held.Parent is Syntax.Attribute { Parent: Call call } method
                    && ReferenceEquals(call.Func, method)
                    && IsView(method.Name)
                || held.Parent is Subscript element
                    && ReferenceEquals(element.Value, held)
                    && !IsAdvanced(place, element.Index)
            )
                held = held.Parent is Subscript part ? part : (Expr)(held.Parent?.Parent ?? held);
            while (held.Parent is ListExpr or TupleExpr or DictExpr)
                held = (Expr)held.Parent;
            if (held.Parent is Assign { Targets: [Name other] } && IsReadAfter(place, other, statement))
                return true;
            if (held.Parent is Assign { Targets: [Syntax.Attribute { Value: Name { Id: "self" } }] })
                return true;
            if (
                held.Parent is Call { Func: Syntax.Attribute { Name: "append", Value: Name list } }
                && IsReadAfter(place, list, statement)
            )
                return true;
        }
        return false;
    }

    private static bool IsReadAfter(Place place, Node definition, AugAssign statement)
    {
        if (definition is Name { Context: ExprContext.Load } load)
            return place.Flow.DefinitionsOf(load).Any(d => IsReadAfter(place, d, statement));
        return place.Flow.UsesOf(definition).Any(u => u.Start > statement.End && !ReferenceEquals(u, statement.Target));
    }
}
