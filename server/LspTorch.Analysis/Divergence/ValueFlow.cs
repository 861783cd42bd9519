using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Divergence;

/// <summary>What becomes of a difference in a value at a place that uses the value.</summary>
internal enum Effect
{
    /// <summary>It may be seen from outside, in what is returned, stored or done.</summary>
    Shows,

    /// <summary>What comes out is the same, or it is not certain.</summary>
    Vanishes,

    /// <summary>The expression that uses it differs in the same way.</summary>
    GoesOn,
}

/// <summary>
/// Follows a value through names, conditional expressions and containers to the places that use it. A return shows it;
/// a message of an assert, an exception, a print
/// or a warning is for readers, and does not count.
/// </summary>
internal sealed class ValueFlow
{
    private readonly Place place;
    private readonly Func<Expr, Node, Effect> judge;
    private readonly HashSet<Node> seen = [];

    private ValueFlow(Place place, Func<Expr, Node, Effect> judge) => (this.place, this.judge) = (place, judge);

    /// <param name="judge">Says what becomes of it where the node uses the expression: an operator, a call, a
    /// subscript, a test, a statement that stores it elsewhere.</param>
    public static bool Shows(Place place, Expr value, Func<Expr, Node, Effect> judge) =>
        new ValueFlow(place, judge).Follow(value);

    /// <summary>The same of what a parameter holds when the function begins.</summary>
    public static bool Shows(Place place, Arg parameter, Func<Expr, Node, Effect> judge) =>
        new ValueFlow(place, judge).FollowUses(parameter);

    /// <summary>The same of what a statement stores to a name.</summary>
    public static bool ShowsStored(Place place, Name stored, Func<Expr, Node, Effect> judge) =>
        new ValueFlow(place, judge).FollowUses(stored);

    private bool Follow(Expr value)
    {
        if (!seen.Add(value) || seen.Count > 500)
            return false;
        var user = value.Parent;
        if (user is Keyword)
            user = user.Parent;
        switch (user)
        {
            case null or ExprStmt:
                return false;
            case Return or Yield:
                return true;
            case Raise:
                return false;
            case Assert assert when ReferenceEquals(assert.Message, value):
                return false;
            case Call call when IsMessage(call):
                return false;
            case IfExp choice when !ReferenceEquals(choice.Test, value):
                return Follow(choice);
            case TupleExpr or ListExpr when StoredValue.TargetOf(value) is { } target:
                return FollowTarget(target, value, user);
            case TupleExpr or ListExpr or DictExpr or Starred:
                return Follow((Expr)user);
            case ComprehensionExpr { Parent: Call { Func: Name { Id: "any" or "all" } } } tested
                when ReferenceEquals(tested.Element, value):
                return false;
            case ComprehensionExpr made when ReferenceEquals(made.Element, value):
                return Follow(made);
            case NamedExpr named:
                return FollowUses(named.Target) || Follow(named);
            case Assign assign:
                return assign.Targets.Any(target => FollowTarget(target, value, assign));
            case AnnAssign annotated:
                return FollowTarget(annotated.Target, value, annotated);
            case Subscript subscript
                when ReferenceEquals(subscript.Value, value)
                    && place.TypeOf(value) is ListType or TupleType or DictType:
                return Follow(subscript);
            default:
                return Judge(value, user);
        }
    }

    private bool Judge(Expr value, Node user) =>
        judge(value, user) switch
        {
            Effect.Shows => true,
            Effect.GoesOn when user is Expr whole => Follow(whole),
            Effect.GoesOn when user is AugAssign { Target: Name target } => FollowUses(target),
            _ => false,
        };

    private bool FollowTarget(Expr target, Expr value, Node statement) =>
        target switch
        {
            Name name => FollowUses(name),
            TupleExpr tuple => tuple.Elements.Any(e => FollowTarget(e, value, statement)),
            _ => Judge(value, statement),
        };

    private bool FollowUses(Node definition)
    {
        if (!seen.Add(definition))
            return false;
        foreach (var use in place.Flow.UsesOf(definition))
            if (
                use.Parent is AugAssign aug && ReferenceEquals(aug.Target, use)
                    ? seen.Add(aug) && Judge(use, aug)
                    : Follow(use)
            )
                return true;
        return false;
    }

    /// <summary>A call whose arguments people read, or that makes an exception.</summary>
    private bool IsMessage(Call call) =>
        call.Parent is Raise
        || place.CalleeOf(call)
            is "builtins.print"
                or "warnings.warn"
                or "torch._C._log_api_usage_once"
                or "torch._check"
                or "torch._assert";
}
