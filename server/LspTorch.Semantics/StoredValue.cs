using LspTorch.Syntax;

namespace LspTorch.Semantics;

/// <summary>
/// What a statement stores to a target: Value itself, or, where IsElement, an element of it (unpacking, iteration).
/// Value is null where no expression of the text has it.
/// </summary>
internal readonly record struct StoredValue(Expr? Value, bool IsElement)
{
    /// <summary>
    /// By the statement around the target. Of <c>a, b = x, y</c>, and of what is nested so, each target gets its own
    /// value.
    /// </summary>
    public static StoredValue Of(Expr target) =>
        target.Parent switch
        {
            Assign assign => new(assign.Value, IsElement: false),
            AnnAssign annotated => new(annotated.Value, IsElement: false),
            AugAssign changed => new(changed.Value, IsElement: false),
            NamedExpr named => new(named.Value, IsElement: false),
            For loop => new(loop.Iter, IsElement: true),
            Comprehension loop => new(loop.Iter, IsElement: true),
            Starred starred => Of(starred) with { Value = null },
            Expr sequence and (TupleExpr or ListExpr) => OfElement(Of(sequence), ElementsOf(sequence), target),
            _ => default,
        };

    private static StoredValue OfElement(StoredValue whole, NodeList<Expr> targets, Expr target) =>
        !whole.IsElement && AreWrittenOut(targets, ElementsOf(whole.Value))
            ? new(ElementsOf(whole.Value)[IndexOf(targets, target)], IsElement: false)
            : whole with
            {
                IsElement = true,
            };

    /// <summary>
    /// The target that gets just this element of the tuple or list that an assignment with one target takes apart; null
    /// where there is none.
    /// </summary>
    public static Expr? TargetOf(Expr element) =>
        element.Parent is Expr sequence and (TupleExpr or ListExpr)
        && (
            sequence.Parent is Assign { Targets: [var only] } assign && ReferenceEquals(assign.Value, sequence)
                ? only
                : TargetOf(sequence)
        )
            is { } target
        && AreWrittenOut(ElementsOf(target), ElementsOf(sequence))
            ? ElementsOf(target)[IndexOf(ElementsOf(sequence), element)]
            : null;

    private static bool AreWrittenOut(NodeList<Expr> targets, NodeList<Expr> values) =>
        targets.Count > 0
        && targets.Count == values.Count
        && !targets.Any(t => t is Starred)
        && !values.Any(v => v is Starred);

    private static NodeList<Expr> ElementsOf(Expr? sequence) =>
        sequence switch
        {
            TupleExpr tuple => tuple.Elements,
            ListExpr list => list.Elements,
            _ => default,
        };

    private static int IndexOf(NodeList<Expr> elements, Expr element)
    {
        int at = 0;
        while (!ReferenceEquals(elements[at], element))
            at++;
        return at;
    }
}
