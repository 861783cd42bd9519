using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Divergence;

/// <summary>Lists, dicts and tuples whose methods and loops go another way.</summary>
internal static class Containers
{
    /// <summary>A loop over a list that makes the list longer or shorter, and goes on.</summary>
    public static IEnumerable<DivergenceMatch> Of(Place place, For loop)
    {
        if (WalkedList(place, loop.Iter) is not { } list)
            yield break;
        var definitions = place.Flow.DefinitionsOf(list);
        var changes = new Changes(place, list.Id, ofLength: true);
        changes.Visit(loop.Body);
        foreach (var (change, grows) in changes.Found)
            if (!LeavesLoop(change) && place.Flow.DefinitionsOf(change).SequenceEqual(definitions))
            {
                yield return place.Match(
                    grows ? "loop-over-growing-list" : "loop-over-shrinking-list",
                    StatementOf(change),
                    list.Id
                );
                yield break;
            }
    }

    /// <summary>The list that a loop walks itself, also through enumerate and zip.</summary>
    private static Name? WalkedList(Place place, Expr iterated) =>
        iterated switch
        {
            Name name when place.TypeOf(name) is ListType => name,
            Call { Args: [var first, ..] } call when place.CalleeOf(call) is "builtins.enumerate" => WalkedList(
                place,
                first
            ),
            _ => null,
        };

    /// <summary>The block ends behind the change, and the loop with it.</summary>
    private static bool LeavesLoop(Name change) =>
        Editing.Blocks.StatementOf(change) is { } statement
        && Editing.Blocks.Containing(statement) is { Count: > 0 } block
        && block[^1] is Break or Return or Raise;

    private static Node StatementOf(Name change) => Editing.Blocks.StatementOf(change) ?? (Node)change;

    /// <summary>A change of a list or dict that the caller has: Python's caller gave compiled code a copy.</summary>
    public static IEnumerable<DivergenceMatch> OfParameter(Place place, Expr changed)
    {
        if (
            changed is Name owner
            && (owner.Context == ExprContext.Store ? place.TypeBefore(owner) : place.TypeOf(owner))
                is ListType
                    or DictType
            && place.Flow.DefinitionsOf(owner) is [Arg]
        )
            yield return place.Match("container-of-the-caller", place.Node, owner.Id).When(certain: false);
    }

    public static IEnumerable<DivergenceMatch> OfMethod(Place place, Call call, Syntax.Attribute method)
    {
        if (SideEffects.IsChange(method.Name))
            foreach (var match in OfParameter(place, method.Value))
                yield return match;
        if (place.TypeOf(method.Value) is not DictType)
            yield break;
        if (method.Name == "popitem" && call is { Args.Count: 0, Keywords.Count: 0 })
            yield return place.Match("dict-popitem", call);
        if (
            method.Name is "keys" or "values" or "items"
            && method.Value is Name dict
            && call.Parent is Assign { Targets: [Name view] }
            && IsChangedBetween(place, dict, view)
        )
            yield return place.Match("dict-view", call);
    }

    /// <summary>The dict gets or loses entries where the view is read afterwards.</summary>
    private static bool IsChangedBetween(Place place, Name dict, Name view)
    {
        var changes = new Changes(place, dict.Id, ofLength: false);
        changes.Visit(place.Function.Body);
        var definitions = place.Flow.DefinitionsOf(dict);
        return changes.Found.Any(c =>
            c.Name.Start > view.End
            && place.Flow.DefinitionsOf(c.Name).SequenceEqual(definitions)
            && place.Flow.UsesOf(view).Any(u => u.Start > c.Name.End)
        );
    }

    /// <summary><c>x * 2</c>, <c>x *= 2</c> and <c>x += (3,)</c> of a tuple: a list in TorchScript.</summary>
    public static IEnumerable<DivergenceMatch> OfTuple(
        Place place,
        Node operation,
        BinaryOperator op,
        Expr left,
        Expr right
    )
    {
        if (
            !IsTuple(place, left)
            || !(
                op == BinaryOperator.Mult && place.IsInt(right)
                || op == BinaryOperator.Add && operation is AugAssign && IsTuple(place, right)
            )
        )
            yield break;
        bool shows = operation is AugAssign { Target: Name target }
            ? ValueFlow.ShowsStored(place, target, UseOf)
            : operation is Expr value && ValueFlow.Shows(place, value, UseOf);
        if (shows)
            yield return place.Match("tuple-becomes-list", operation);
    }

    /// <summary>A tuple of one type, however long: what the compiler makes a list of.</summary>
    private static bool IsTuple(Place place, Expr expr) =>
        (expr is Name { Context: ExprContext.Store } target ? place.TypeBefore(target) : place.TypeOf(expr))
            is TupleType { Elements: [var first, ..] elements }
        && elements.All(e => e == first && !e.HasUnknown);

    private static Effect UseOf(Expr value, Node user) =>
        user switch
        {
            BinOp { Op: BinaryOperator.Add } => Effect.GoesOn,
            _ => Effect.Vanishes,
        };

    /// <summary>Where a container gets or loses elements.</summary>
    private sealed class Changes(Place place, string name, bool ofLength) : SyntaxWalker
    {
        public List<(Name Name, bool Grows)> Found { get; } = [];

        public override void Visit(Node node)
        {
            switch (node)
            {
                case Call { Func: Syntax.Attribute { Value: Name owner } method }
                    when owner.Id == name
                        && SideEffects.IsChange(method.Name)
                        && method.Name is not ("sort" or "reverse"):
                    Found.Add((owner, method.Name is "append" or "insert" or "extend" or "update" or "setdefault"));
                    break;
                case AugAssign { Target: Name target, Op: BinaryOperator.Add }
                    when target.Id == name && place.TypeOf(target) is ListType:
                    Found.Add((target, true));
                    break;
                case Delete { Targets: [Subscript { Value: Name owner }] } when owner.Id == name:
                    Found.Add((owner, false));
                    break;
                case Subscript { Context: ExprContext.Store, Value: Name owner } when !ofLength && owner.Id == name:
                    Found.Add((owner, true));
                    break;
            }
            if (node is not (FunctionDef or Lambda))
                base.Visit(node);
        }
    }
}
