using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Compilation;

/// <summary>A module class of the file of which the last probe saw live instances, made by the text as it is.</summary>
internal sealed record LiveClass(ClassModel Model, ImmutableArray<InstanceVariant> Variants)
{
    public int Count => Variants.Sum(v => v.Count);

    /// <summary>"all 3 'Block' that the last probe saw", "1 of 2 'Block' that the last probe saw".</summary>
    public string Seen(IEnumerable<InstanceVariant> some)
    {
        int count = some.Sum(v => v.Count);
        return count == Count
            ? Count == 1
                ? $"the '{Model.Name}' that the last probe saw"
                : $"all {Count} '{Model.Name}' that the last probe saw"
            : $"{count} of {Count} '{Model.Name}' that the last probe saw";
    }
}

/// <summary>
/// <c>self.name</c>, read in code that is compiled for some kinds of instances; with what each of them holds, null
/// where it has no such attribute.
/// </summary>
internal sealed record LiveRead(
    Attribute Node,
    CompiledBody Body,
    LiveClass Class,
    ImmutableArray<(InstanceVariant Variant, HeldValue? Held)> Holds
)
{
    public string Name => Node.Name;

    /// <summary>The variants of which this is so.</summary>
    public IReadOnlyList<InstanceVariant> Where(Func<HeldValue?, bool> what) =>
        [.. Holds.Where(h => what(h.Held)).Select(h => h.Variant)];
}

/// <summary>
/// What the last probe saw of live modules, laid over the code that torch.jit.script compiles for them: each kind of
/// instance is walked on its own, as the compiler does, with the
/// conditions that it decides by what the instance holds.
/// </summary>
internal sealed class LiveInstances
{
    private static readonly ConditionalWeakTable<FileSnapshot, LiveInstances> known = [];

    private LiveInstances(FileSnapshot file)
    {
        var observed = file.Observations.Classes;
        if (observed.IsEmpty)
            return;
        var classes = new List<LiveClass>();
        foreach (var node in file.Tree.Definitions.OfType<ClassDef>())
        {
            var model = file.Model.ClassOf(node);
            if (
                observed.FirstOrDefault(c => c.Name == model.Name) is not { } seen
                || !model.IsModule
                || seen.Made != ConstructionText.Digest(file.Tree, seen.Name)
            )
                continue;
            classes.Add(new LiveClass(model, seen.Variants));
        }
        Classes = classes;
        var code = CompiledCode.Of(file);
        Reads = [.. classes.SelectMany(c => ReadsOf(file, code, c))];
    }

    public IReadOnlyList<LiveClass> Classes { get; } = [];

    /// <summary>Every read of an attribute of self that is surely compiled for some live instance.</summary>
    public IReadOnlyList<LiveRead> Reads { get; } = [];

    public static LiveInstances Of(FileSnapshot file) => known.GetValue(file, static f => new LiveInstances(f));

    private static IEnumerable<LiveRead> ReadsOf(FileSnapshot file, CompiledCode code, LiveClass type)
    {
        var found = new Dictionary<Attribute, (CompiledBody Body, List<(InstanceVariant, HeldValue?)> Holds)>(
            ReferenceEqualityComparer.Instance
        );
        foreach (var variant in type.Variants)
        foreach (var (node, body) in new InstanceWalk(file, code, type.Model, variant).Find())
        {
            if (!found.TryGetValue(node, out var entry))
                found[node] = entry = (body, []);
            entry.Holds.Add((variant, variant.Find(node.Name)));
        }
        return found.OrderBy(f => f.Key.Start).Select(f => new LiveRead(f.Key, f.Value.Body, type, [.. f.Value.Holds]));
    }
}

/// <summary>The compiled code of one kind of instance: what of it is surely compiled.</summary>
internal sealed class InstanceWalk(FileSnapshot file, CompiledCode code, ClassModel type, InstanceVariant variant)
    : SyntaxWalker
{
    private const int MaxNesting = 200;
    private readonly List<(Attribute, CompiledBody)> found = [];
    private readonly Queue<CompiledBody> work = new();
    private readonly HashSet<CompiledBody> seen = [];
    private CompiledBody? body;
    private string? self;
    private bool certain = true;
    private int nesting;

    public IReadOnlyList<(Attribute Node, CompiledBody Body)> Find()
    {
        // An instance whose forward is another function than the class's is compiled from there.
        if (variant.Find("forward") is not null)
            return [];
        foreach (var one in code.Bodies)
            if (
                one.Certain
                && type.FindMethod(one.Def.Name) is { } method
                && ReferenceEquals(method.Function, one.Def)
                && (
                    one.Def.Name == "forward" || IsProperty(one.Def) || JitDecorators.Has(file.Model, one.Def, "export")
                )
                && seen.Add(one)
            )
                work.Enqueue(one);
        while (work.TryDequeue(out var next))
        {
            body = next;
            self = next.Def.Decorators.Any(d => d is Name { Id: "staticmethod" })
                ? null
                : next.Def.Args.All().FirstOrDefault()?.Name;
            certain = true;
            if (self is not null && !next.HasOverloads(file.Model))
                Walk(next.Def.Body);
        }
        return found;
    }

    private bool IsProperty(FunctionDef function) =>
        function.Decorators.Any(d => file.Model.ResolveName(d) == "builtins.property");

    /// <summary>Statements in order. False: the end is never reached.</summary>
    private bool Walk(NodeList<Stmt> statements)
    {
        foreach (var statement in statements)
        {
            if (file.Model.CompileStateOf(statement) == CompileState.Dead)
                continue;
            if (statement is If branch)
            {
                Visit(branch.Test);
                switch (Decide(branch.Test))
                {
                    case true when !Walk(branch.Body):
                        return false;
                    case false when branch.OrElse.Count > 0 && !Walk(branch.OrElse):
                        return false;
                    case null:
                        bool outer = certain;
                        certain &= !MayBeDecided(branch);
                        bool goes = Walk(branch.Body),
                            other = branch.OrElse.Count == 0 || Walk(branch.OrElse);
                        certain = outer;
                        if (!goes && !other)
                            return false;
                        break;
                }
                continue;
            }
            Visit(statement);
            if (statement is Return or Raise or Continue or Break)
                return false;
        }
        return true;
    }

    /// <summary>The compiler may take one branch only, for a reason that is not known here.</summary>
    private bool MayBeDecided(If branch) =>
        branch.Body.Concat(branch.OrElse).Any(s => file.Model.CompileStateOf(s) != CompileState.Compiled);

    public override void Visit(Node node)
    {
        if (nesting > MaxNesting || node is FunctionDef or ClassDef or Lambda)
            return;
        nesting++;
        switch (node)
        {
            case For loop:
                Visit(loop.Iter);
                Visit(loop.Target);
                Inside(loop.Body);
                Inside(loop.OrElse);
                break;
            case While loop:
                Visit(loop.Test);
                Inside(loop.Body);
                Inside(loop.OrElse);
                break;
            case With with:
                foreach (var item in with.Items)
                    Visit(item.ContextExpr);
                Inside(with.Body);
                break;
            case IfExp choice:
                Visit(choice.Test);
                if (Decide(choice.Test) is { } taken)
                    Visit(taken ? choice.Body : choice.OrElse);
                else
                    Uncertainly(
                        () =>
                        {
                            Visit(choice.Body);
                            Visit(choice.OrElse);
                        },
                        file.Model.CompileStateOf(choice.Body) != CompileState.Compiled
                            || file.Model.CompileStateOf(choice.OrElse) != CompileState.Compiled
                    );
                break;
            case BoolOp logic:
                VisitInOrder(logic);
                break;
            case Call { Func: Attribute { Value: Name { Id: var owner }, Name: var name } called } call
                when owner == self:
                if (!Enter(name))
                    Visit(called);
                foreach (var argument in call.Args)
                    Visit(argument);
                foreach (var keyword in call.Keywords)
                    Visit(keyword.Value);
                break;
            case Call call when file.Model.ResolveName(call.Func) is "builtins.hasattr" or "builtins.getattr":
                break;
            case Attribute { Value: Name { Id: var holder }, Context: ExprContext.Load } attribute when holder == self:
                if (certain && body is { } within && file.Model.CompileStateOf(attribute) != CompileState.Dead)
                    found.Add((attribute, within));
                break;
            default:
                base.Visit(node);
                break;
        }
        nesting--;
    }

    /// <summary>What stands behind a condition that decides is perhaps not looked at.</summary>
    private void VisitInOrder(BoolOp logic)
    {
        bool outer = certain;
        foreach (var value in logic.Values)
        {
            Visit(value);
            if (Decide(value) == (logic.Op == BoolOperator.Or))
                certain = false;
        }
        certain = outer;
    }

    private void Inside(NodeList<Stmt> statements) => Walk(statements);

    private void Uncertainly(Action visit, bool when)
    {
        bool outer = certain;
        certain &= !when;
        visit();
        certain = outer;
    }

    /// <summary>
    /// A method of the class that compiled code calls is compiled too. False where the instance holds something else
    /// under that name.
    /// </summary>
    private bool Enter(string name)
    {
        if (variant.Find(name) is not null || type.FindMethod(name) is not { } method)
            return false;
        if (!certain)
            return true;
        foreach (var one in code.Bodies)
            if (one.Certain && ReferenceEquals(one.Def, method.Function) && seen.Add(one))
                work.Enqueue(one);
        return true;
    }

    /// <summary>
    /// How the compiler decides a condition for this kind of instance; null where it is computed when the code runs, or
    /// is not known.
    /// </summary>
    public bool? Decide(Expr test)
    {
        if (StaticConditions.Evaluate(file.Model, test) is { } known)
            return known;
        switch (test)
        {
            case Constant { Kind: ConstantKind.True or ConstantKind.False } constant:
                return constant.Kind == ConstantKind.True;
            case UnaryOp { Op: UnaryOperator.Not } negation:
                return !Decide(negation.Operand);
            case BoolOp { Op: BoolOperator.And } all:
                var parts = all.Values.Select(Decide).ToArray();
                return parts.Contains(false) ? false
                    : parts.All(p => p == true) ? true
                    : null;
            case BoolOp any:
                var alternatives = any.Values.Select(Decide).ToArray();
                return alternatives.Contains(true) ? true
                    : alternatives.All(p => p == false) ? false
                    : null;
            case Compare
            {
                Ops: [CompareOperator.Is or CompareOperator.IsNot],
                Left: Attribute { Value: Name { Id: var owner } } attribute,
                Comparators: [Constant { Kind: ConstantKind.None }]
            } compare when owner == self:
                return IsNone(attribute.Name) is { } none ? none == (compare.Ops[0] == CompareOperator.Is) : null;
            case Call { Args: [Name { Id: var asked }, Constant { Value: string name }] } call
                when asked == self && file.Model.ResolveName(call.Func) == "builtins.hasattr":
                return variant.Find(name) is not null || type.FindMethod(name) is not null ? true
                    : type.HasAllBases ? false
                    : null;
            default:
                return null;
        }
    }

    /// <summary>
    /// Whether an attribute is None when the instance is compiled; null where its declared type leaves that open.
    /// </summary>
    private bool? IsNone(string name)
    {
        if (type.Lineage().Any(c => c.ClassAnnotations.ContainsKey(name)))
            return null;
        return variant.Find(name) switch
        {
            null or { Kind: HeldKind.Function or HeldKind.Builtin } => null,
            { Kind: HeldKind.None } => true,
            _ => false,
        };
    }
}
