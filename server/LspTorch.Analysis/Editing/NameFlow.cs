using LspTorch.Syntax;
using Attribute = LspTorch.Syntax.Attribute;

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
        var writes = new WriteCollector(locals);
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
        var names = new HashSet<string>();
        var writes = new WriteCollector(names);
        foreach (var statement in statements)
            writes.Visit(statement);
        return names;
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
        var walk = new Walk(alsoLocal is null ? locals : [.. locals, .. alsoLocal]);
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
        var walk = new Walk(alsoLocal is null ? locals : [.. locals, .. alsoLocal]);
        walk.Statements(statements);
        return (walk.Reads, walk.Written);
    }

    /// <summary>Follows the statements in the order of evaluation.</summary>
    private sealed class Walk(HashSet<string> locals)
    {
        private readonly List<HashSet<string>> hidden = [];

        public Dictionary<string, Name> Reads { get; } = [];
        public HashSet<string> Written { get; private set; } = [];

        public bool Statements(IEnumerable<Stmt> statements)
        {
            foreach (var statement in statements)
                if (!Statement(statement))
                    return false;
            return true;
        }

        /// <summary>False where control does not go on behind the statement.</summary>
        private bool Statement(Stmt statement)
        {
            switch (statement)
            {
                case Assign a:
                    Expression(a.Value);
                    foreach (var target in a.Targets)
                        Target(target);
                    return true;
                case AugAssign a:
                    if (a.Target is Name changed)
                        Read(changed);
                    else
                        Expression(a.Target);
                    Expression(a.Value);
                    Target(a.Target);
                    return true;
                case AnnAssign a:
                    if (a.Value is null)
                        return true;
                    Expression(a.Value);
                    Target(a.Target);
                    return true;
                case For f:
                    Expression(f.Iter);
                    Sometimes(() =>
                    {
                        Target(f.Target);
                        Statements(f.Body);
                    });
                    Sometimes(() => Statements(f.OrElse));
                    return true;
                case While w:
                    Expression(w.Test);
                    Sometimes(() => Statements(w.Body));
                    Sometimes(() => Statements(w.OrElse));
                    return true;
                case If i:
                    Expression(i.Test);
                    return OneOf(i.Body, i.OrElse);
                case With w:
                    foreach (var item in w.Items)
                    {
                        Expression(item.ContextExpr);
                        if (item.OptionalVars is { } vars)
                            Target(vars);
                    }
                    return Statements(w.Body);
                case Try t:
                    return Attempt(t);
                case Match m:
                    Expression(m.Subject);
                    foreach (var branch in m.Cases)
                        Sometimes(() =>
                        {
                            foreach (string name in PatternNames(branch.Pattern))
                                Written.Add(name);
                            if (branch.Guard is { } guard)
                                Expression(guard);
                            Statements(branch.Body);
                        });
                    return true;
                case Return r:
                    if (r.Value is { } value)
                        Expression(value);
                    return false;
                case Raise r:
                    if (r.Exception is { } exception)
                        Expression(exception);
                    if (r.Cause is { } cause)
                        Expression(cause);
                    return false;
                case Break or Continue:
                    return false;
                case FunctionDef f:
                    Nested(f);
                    Written.Add(f.Name);
                    return true;
                case ClassDef c:
                    Nested(c);
                    Written.Add(c.Name);
                    return true;
                case Import or ImportFrom:
                    foreach (string name in WriteCollector.ImportedNames(statement))
                        Written.Add(name);
                    return true;
                default:
                    new ExpressionsOf(this).Visit(statement);
                    return true;
            }
        }

        private void Sometimes(Action way)
        {
            var before = new HashSet<string>(Written);
            way();
            Written = before;
        }

        /// <summary>
        /// Surely written is what the body writes and what every handler that goes on writes as well.
        /// </summary>
        private bool Attempt(Try attempt)
        {
            var before = new HashSet<string>(Written);
            HashSet<string>? behind = Statements([.. attempt.Body, .. attempt.OrElse]) ? Written : null;
            foreach (var handler in attempt.Handlers)
            {
                Written = [.. before];
                if (handler.Type is { } type)
                    Expression(type);
                if (handler.Name is { } name)
                    Written.Add(name);
                if (!Statements(handler.Body))
                    continue;
                if (behind is null)
                    behind = Written;
                else
                    behind.IntersectWith(Written);
            }
            Written = behind ?? before;
            return Statements(attempt.FinalBody) && behind is not null;
        }

        private bool OneOf(NodeList<Stmt> first, NodeList<Stmt> second)
        {
            var before = new HashSet<string>(Written);
            bool firstGoesOn = Statements(first);
            var afterFirst = Written;
            Written = before;
            bool secondGoesOn = Statements(second);
            if (!firstGoesOn && !secondGoesOn)
                return false;
            if (!secondGoesOn)
                Written = afterFirst;
            else if (firstGoesOn)
                Written.IntersectWith(afterFirst);
            return true;
        }

        public void Expression(Expr expression) => new ExpressionsOf(this).Visit(expression);

        private void Target(Expr target)
        {
            switch (target)
            {
                case Name name when hidden.Count == 0:
                    Written.Add(name.Id);
                    break;
                case Name:
                    break;
                case TupleExpr t:
                    foreach (var e in t.Elements)
                        Target(e);
                    break;
                case ListExpr l:
                    foreach (var e in l.Elements)
                        Target(e);
                    break;
                case Starred s:
                    Target(s.Value);
                    break;
                case Attribute a:
                    Expression(a.Value);
                    break;
                case Subscript s:
                    Expression(s.Value);
                    Expression(s.Index);
                    break;
            }
        }

        private void Read(Name name)
        {
            if (!locals.Contains(name.Id) || Written.Contains(name.Id) || hidden.Any(h => h.Contains(name.Id)))
                return;
            Reads.TryAdd(name.Id, name);
        }

        /// <summary>
        /// The body of a nested scope may run at any later time: everything it does not bind itself counts as read
        /// here.
        /// </summary>
        private void Nested(Node scope)
        {
            var bound = new HashSet<string>();
            var writes = new WriteCollector(bound);
            foreach (var parameter in scope is FunctionDef f ? f.Args.All() : [])
                bound.Add(parameter.Name);
            foreach (var block in Blocks.Of(scope))
            foreach (var statement in block)
                writes.Visit(statement);
            hidden.Add(bound);
            scope.WalkChildren(new ExpressionsOf(this));
            hidden.RemoveAt(hidden.Count - 1);
        }

        private sealed class ExpressionsOf(Walk walk) : SyntaxWalker
        {
            public override void Visit(Node node)
            {
                switch (node)
                {
                    case Name { Context: ExprContext.Store }:
                        break;
                    case Name name:
                        walk.Read(name);
                        break;
                    case NamedExpr named:
                        Visit(named.Value);
                        // Not sure to be evaluated inside 'and', 'or' and conditional expressions: then it is no sure
                        // write.
                        if (!named.Ancestors().TakeWhile(a => a is Expr).Any(a => a is BoolOp or IfExp))
                            walk.Target(named.Target);
                        break;
                    case Lambda lambda:
                        foreach (var parameter in lambda.Args.All())
                            VisitOptional(parameter.Default);
                        Hide([.. lambda.Args.All().Select(p => p.Name)], () => Visit(lambda.Body));
                        break;
                    case ComprehensionExpr c:
                        Comprehend(c.Generators, () => Visit(c.Element));
                        break;
                    case DictComp d:
                        Comprehend(
                            d.Generators,
                            () =>
                            {
                                Visit(d.Key);
                                Visit(d.Value);
                            }
                        );
                        break;
                    case FunctionDef or ClassDef:
                        walk.Nested(node);
                        break;
                    default:
                        base.Visit(node);
                        break;
                }
            }

            private void Comprehend(NodeList<Comprehension> generators, Action element)
            {
                var bound = new HashSet<string>();
                Visit(generators[0].Iter);
                foreach (var generator in generators)
                foreach (var name in TargetNames(generator.Target))
                    bound.Add(name.Id);
                Hide(
                    bound,
                    () =>
                    {
                        for (int i = 0; i < generators.Count; i++)
                        {
                            if (i > 0)
                                Visit(generators[i].Iter);
                            Visit(generators[i].Ifs);
                        }
                        element();
                    }
                );
            }

            private void Hide(HashSet<string> names, Action inside)
            {
                walk.hidden.Add(names);
                inside();
                walk.hidden.RemoveAt(walk.hidden.Count - 1);
            }
        }
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

    private static IEnumerable<string> PatternNames(Pattern pattern)
    {
        var names = new List<string>();
        new PatternCollector(names).Visit(pattern);
        return names;
    }

    private sealed class PatternCollector(List<string> names) : SyntaxWalker
    {
        public override void Visit(Node node)
        {
            string? name = node switch
            {
                MatchAs a => a.Name,
                MatchStar s => s.Name,
                MatchMapping m => m.Rest,
                _ => null,
            };
            if (name is not null)
                names.Add(name);
            base.Visit(node);
        }
    }

    private sealed class WriteCollector(HashSet<string> names) : SyntaxWalker
    {
        public HashSet<string> Foreign { get; } = [];

        public override void Visit(Node node)
        {
            switch (node)
            {
                case Name { Context: ExprContext.Store } name:
                    names.Add(name.Id);
                    break;
                case FunctionDef f:
                    names.Add(f.Name);
                    break;
                case ClassDef c:
                    names.Add(c.Name);
                    break;
                case Import or ImportFrom:
                    foreach (string imported in ImportedNames(node))
                        names.Add(imported);
                    break;
                case Global g:
                    Foreign.UnionWith(g.Names);
                    break;
                case Nonlocal n:
                    Foreign.UnionWith(n.Names);
                    break;
                case ComprehensionExpr or DictComp or Lambda:
                    new NamedExpressions(names).Visit(node);
                    break;
                case ExceptHandler { Name: { } caught }:
                    names.Add(caught);
                    base.Visit(node);
                    break;
                case MatchAs or MatchStar or MatchMapping:
                    names.UnionWith(PatternNames((Pattern)node));
                    break;
                default:
                    base.Visit(node);
                    break;
            }
        }

        public static IEnumerable<string> ImportedNames(Node import) =>
            (
                import switch
                {
                    Import i => i.Names,
                    ImportFrom f => f.Names,
                    _ => [],
                }
            ).Select(a => a.AsName ?? a.Name.Split('.')[0]);
    }

    /// <summary>A walrus in a comprehension writes to the function's own scope.</summary>
    private sealed class NamedExpressions(HashSet<string> names) : SyntaxWalker
    {
        public override void Visit(Node node)
        {
            if (node is NamedExpr named)
                names.Add(named.Target.Id);
            base.Visit(node);
        }
    }
}
