namespace LspTorch.Syntax;

/// <summary>
/// Which expression each target of an assignment gets: seen through several targets (<c>a = b = None</c>), and through
/// tuples and lists that are
/// written out on both sides (<c>a, (b, *c) = [], (1, 2)</c>).
/// </summary>
public static class AssignedValues
{
    /// <summary>
    /// The names, attributes and elements that the statement stores to, in its order, each with what it gets; null
    /// where that is a part of a value or the rest of one.
    /// </summary>
    public static IEnumerable<(Expr Target, Expr? Value)> Of(Stmt statement) =>
        statement switch
        {
            Assign assign => assign.Targets.SelectMany(target => Pairs(target, assign.Value)),
            AnnAssign { Value: { } value } assign => [(assign.Target, value)],
            _ => [],
        };

    /// <summary>
    /// What a target gets; null where that is not written out, or the target is none of an assignment.
    /// </summary>
    public static Expr? ValueOf(Expr target) =>
        StatementOf(target) is { } statement
            ? Of(statement).FirstOrDefault(pair => ReferenceEquals(pair.Target, target)).Value
            : null;

    /// <summary>As <see cref="ValueOf"/>, where no other target gets the same object.</summary>
    public static Expr? OwnValueOf(Expr target) =>
        StatementOf(target) is Assign { Targets.Count: > 1 } ? null : ValueOf(target);

    /// <summary>The assignment of which an expression is a target, as it stands or inside a tuple or list.</summary>
    public static Stmt? StatementOf(Expr target)
    {
        Node inner = target;
        while (inner.Parent is TupleExpr or ListExpr or Starred)
            inner = inner.Parent;
        return inner.Parent switch
        {
            Assign assign when assign.Targets.Any(t => ReferenceEquals(t, inner)) => assign,
            AnnAssign assign when ReferenceEquals(assign.Target, inner) => assign,
            _ => null,
        };
    }

    private static IEnumerable<(Expr Target, Expr? Value)> Pairs(Expr target, Expr? value)
    {
        if (target is Starred starred)
            return Pairs(starred.Value, null);
        if (ElementsOf(target) is not { } targets)
            return [(target, value)];
        int star = -1;
        for (int i = 0; i < targets.Count; i++)
            if (targets[i] is Starred)
                star = i;
        var values = value is null ? null : ElementsOf(value);
        if (
            values is not { } parts
            || parts.Any(p => p is Starred)
            || (star < 0 ? parts.Count != targets.Count : parts.Count < targets.Count - 1)
        )
            return targets.SelectMany(t => Pairs(t, null));
        return targets.SelectMany(
            (t, i) => Pairs(t, i == star ? null : parts[star < 0 || i < star ? i : parts.Count - (targets.Count - i)])
        );
    }

    private static NodeList<Expr>? ElementsOf(Expr expr) =>
        expr switch
        {
            TupleExpr tuple => tuple.Elements,
            ListExpr list => list.Elements,
            _ => (NodeList<Expr>?)null,
        };
}
