using LspTorch.Syntax;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Editing;

/// <summary>
/// Follows the statements of one function in the order of evaluation: which of its names they read before they have
/// surely written them.
/// </summary>
internal sealed class EvaluationFlow(HashSet<string> locals)
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
            case Assign or AugAssign or AnnAssign:
                Assignment(statement);
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
                    Sometimes(() => Branch(branch));
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
                foreach (string name in WrittenNames.ImportedNames(statement))
                    Written.Add(name);
                return true;
            default:
                new ExpressionsOf(this).Visit(statement);
                return true;
        }
    }

    private void Assignment(Stmt statement)
    {
        switch (statement)
        {
            case Assign a:
                Expression(a.Value);
                foreach (var target in a.Targets)
                    Target(target);
                break;
            case AugAssign a:
                if (a.Target is Name changed)
                    Read(changed);
                else
                    Expression(a.Target);
                Expression(a.Value);
                Target(a.Target);
                break;
            case AnnAssign a:
                if (a.Value is { } value)
                {
                    Expression(value);
                    Target(a.Target);
                }
                break;
        }
    }

    private void Branch(MatchCase branch)
    {
        foreach (string name in WrittenNames.OfPattern(branch.Pattern))
            Written.Add(name);
        if (branch.Guard is { } guard)
            Expression(guard);
        Statements(branch.Body);
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
        var writes = new WrittenNames(bound);
        foreach (var parameter in scope is FunctionDef f ? f.Args.All() : [])
            bound.Add(parameter.Name);
        foreach (var block in Blocks.Of(scope))
        foreach (var statement in block)
            writes.Visit(statement);
        hidden.Add(bound);
        scope.WalkChildren(new ExpressionsOf(this));
        hidden.RemoveAt(hidden.Count - 1);
    }

    private sealed class ExpressionsOf(EvaluationFlow walk) : SyntaxWalker
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
            foreach (var name in NameFlow.TargetNames(generator.Target))
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
