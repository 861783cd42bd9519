using LspTorch.Syntax;

namespace LspTorch.Editing;

/// <summary>
/// Which local names of one function a piece of it reads before it has surely written them, which it writes, and
/// whether a name may
/// be read later. Errs on the side of more reads and fewer sure writes.
/// </summary>
internal sealed class NameFlow
{
    private readonly HashSet<string> locals;
    private readonly Dictionary<NodeList<Stmt>, Dictionary<string, List<(int Index, bool Reads)>>> usesInBlocks = [];

    public NameFlow(FunctionDef function)
    {
        Function = function;
        locals = [.. function.Args.All().Select(p => p.Name)];
        var writes = new WrittenNames(locals);
        foreach (var statement in function.Body)
            writes.Visit(statement);
        foreach (string name in writes.Foreign)
            locals.Remove(name);
    }

    public FunctionDef Function { get; }
    public IReadOnlySet<string> Locals => locals;

    /// <summary>Names stored anywhere in the statements, nested scopes and comprehensions left out.</summary>
    public static IReadOnlySet<string> Writes(IEnumerable<Stmt> statements)
    {
        var writes = new WrittenNames([]);
        foreach (var statement in statements)
            writes.Visit(statement);
        return writes.Names;
    }

    /// <summary>
    /// Local names that may be read before they are surely written, each with its first such read, in order.
    /// </summary>
    public IReadOnlyDictionary<string, Name> ReadsBeforeWrite(
        IEnumerable<Stmt> statements,
        IEnumerable<string>? alsoLocal = null
    ) => Analyse(statements, alsoLocal).Reads;

    /// <summary>Names that are written on every way through the statements that goes on behind them.</summary>
    public IReadOnlySet<string> DefinitelyAssigned(IEnumerable<Stmt> statements) => Analyse(statements, null).Written;

    public IReadOnlyDictionary<string, Name> Reads(Expr expression, IEnumerable<string>? alsoLocal = null)
    {
        var walk = new EvaluationFlow(alsoLocal is null ? locals : [.. locals, .. alsoLocal]);
        walk.Expression(expression);
        return walk.Reads;
    }

    /// <summary>True when the name surely has a value where the statement at this index begins.</summary>
    public bool IsDefinitelyAssignedBefore(string name, NodeList<Stmt> block, int index)
    {
        if (Function.Args.All().Any(p => p.Name == name))
            return true;
        while (true)
        {
            if (DefinitelyAssigned(block.Take(index)).Contains(name))
                return true;
            var parent = block.Count > 0 ? block[0].Parent : null;
            if (parent is null or FunctionDef)
                return false;
            if (parent is For loop && TargetNames(loop.Target).Any(n => n.Id == name))
                return true;
            var outer = parent as Stmt ?? parent.FirstAncestor<Stmt>();
            if (outer is null || Blocks.Containing(outer) is not { } outerBlock)
                return false;
            index = 0;
            while (!ReferenceEquals(outerBlock[index], outer))
                index++;
            block = outerBlock;
        }
    }

    /// <summary>
    /// True when the name may be read after the last of these neighbours in their block, before it is written again.
    /// </summary>
    public bool IsLiveAfter(string name, NodeList<Stmt> block, int lastIndex)
    {
        int index = lastIndex;
        while (true)
        {
            if (UsesIn(block).GetValueOrDefault(name) is { } uses)
            {
                int next = uses.BinarySearch((index + 1, false));
                if (next < 0)
                    next = ~next;
                if (next < uses.Count)
                    return uses[next].Reads;
            }
            var parent = block.Count > 0 ? block[0].Parent : null;
            if (parent is null or FunctionDef)
                return false;
            if (parent is For or While && ReadsAgain(parent, name))
                return true;
            if (
                parent is Try attempt
                && Blocks.Of(attempt).Any(b => b != block && Analyse(b, null).Reads.ContainsKey(name))
            )
                return true;
            if (
                parent is Try { Handlers: var handlers }
                && handlers.Any(h => Analyse(h.Body, null).Reads.ContainsKey(name))
            )
                return true;
            var outer = parent as Stmt ?? parent.FirstAncestor<Stmt>();
            if (outer is null || Blocks.Containing(outer) is not { } outerBlock)
                return false;
            index = 0;
            while (!ReferenceEquals(outerBlock[index], outer))
                index++;
            block = outerBlock;
        }
    }

    /// <summary>
    /// Of each name the statements of a block, by index, that may read it before they surely write it, or surely write
    /// it; in order.
    /// </summary>
    private Dictionary<string, List<(int Index, bool Reads)>> UsesIn(NodeList<Stmt> block)
    {
        if (usesInBlocks.TryGetValue(block, out var uses))
            return uses;
        usesInBlocks[block] = uses = [];
        for (int i = 0; i < block.Count; i++)
        {
            var (reads, written) = Analyse([block[i]], null);
            foreach (string name in reads.Keys)
                Note(name, i, true);
            foreach (string name in written)
                if (!reads.ContainsKey(name))
                    Note(name, i, false);
        }
        return uses;

        void Note(string name, int index, bool isRead)
        {
            if (!uses.TryGetValue(name, out var list))
                uses[name] = list = [];
            list.Add((index, isRead));
        }
    }

    private bool ReadsAgain(Node loop, string name)
    {
        if (loop is While whileLoop && Reads(whileLoop.Test).ContainsKey(name))
            return true;
        foreach (var block in Blocks.Of(loop))
        {
            var (reads, _) = Analyse(block, null);
            if (reads.ContainsKey(name))
                return true;
        }
        return false;
    }

    private (IReadOnlyDictionary<string, Name> Reads, IReadOnlySet<string> Written) Analyse(
        IEnumerable<Stmt> statements,
        IEnumerable<string>? alsoLocal
    )
    {
        var walk = new EvaluationFlow(alsoLocal is null ? locals : [.. locals, .. alsoLocal]);
        walk.Statements(statements);
        return (walk.Reads, walk.Written);
    }

    /// <summary>The names a target stores to, in order.</summary>
    public static IEnumerable<Name> TargetNames(Expr target) =>
        target switch
        {
            Name name => [name],
            TupleExpr t => t.Elements.SelectMany(TargetNames),
            ListExpr l => l.Elements.SelectMany(TargetNames),
            Starred s => TargetNames(s.Value),
            _ => [],
        };
}
