using LspTorch.Syntax;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// A call of the function by itself whose value is what the function returns. Statements: <c>return f(…)</c>, or
/// <c>x = f(…)</c> and <c>return x</c>.
/// Choice: what is returned in <c>return x if c else f(…)</c>.
/// </summary>
internal sealed record TailCall(Call Call, IReadOnlyList<Stmt> Statements, IfExp? Choice = null)
{
    /// <summary>
    /// Every call of the function by itself; null where one is no tail call, or where the function is used in another
    /// way.
    /// </summary>
    public static IReadOnlyList<TailCall>? Of(FunctionDef function, string? self)
    {
        var finder = new Finder(function, self);
        foreach (var statement in function.Body)
            finder.Visit(statement);
        if (finder.OtherUse || finder.Calls.Count == 0)
            return null;
        var found = new List<TailCall>();
        Collect(function.Body, finder.Calls, found);
        return found.Count == finder.Calls.Count ? found : null;
    }

    /// <summary>
    /// Only what stands in the function's own block or in branches of it: behind a call in a loop, with or try there is
    /// more to do.
    /// </summary>
    private static void Collect(NodeList<Stmt> block, HashSet<Call> calls, List<TailCall> found)
    {
        if (block.Count == 0)
            return;
        if (block[^1] is Return { Value: Call returned } && calls.Contains(returned))
            found.Add(new TailCall(returned, [block[^1]]));
        else if (
            block[^1] is Return { Value: IfExp { Body: var first, OrElse: var second } choice }
            && CallOf(first, second, calls) is { } one
        )
            found.Add(new TailCall(one, [block[^1]], choice));
        else if (
            block.Count > 1
            && block[^1] is Return { Value: Name result }
            && Assigned(block[^2]) is var (target, call)
            && target.Id == result.Id
            && calls.Contains(call)
        )
            found.Add(new TailCall(call, [block[^2], block[^1]]));
        foreach (var statement in block)
            if (statement is If branch)
            {
                Collect(branch.Body, calls, found);
                Collect(branch.OrElse, calls, found);
            }
    }

    private static Call? CallOf(Expr first, Expr second, HashSet<Call> calls) =>
        first is Call a && calls.Contains(a) ? a
        : second is Call b && calls.Contains(b) ? b
        : null;

    private static (Name Target, Call Call)? Assigned(Stmt statement) =>
        statement switch
        {
            Assign { Targets: [Name target], Value: Call call } => (target, call),
            AnnAssign { Target: Name target, Value: Call call } => (target, call),
            _ => null,
        };

    private sealed class Finder(FunctionDef function, string? self) : SyntaxWalker
    {
        public HashSet<Call> Calls { get; } = [];
        public bool OtherUse { get; private set; }

        public override void Visit(Node node)
        {
            if (node is Call call && IsFunction(call.Func))
            {
                Calls.Add(call);
                VisitArguments(call.Args, call.Keywords);
                return;
            }
            OtherUse |= IsFunction(node);
            base.Visit(node);
        }

        private bool IsFunction(Node node) =>
            self is null
                ? node is Name name && name.Id == function.Name
                : node is Attribute { Value: Name owner } method && method.Name == function.Name && owner.Id == self;
    }
}
