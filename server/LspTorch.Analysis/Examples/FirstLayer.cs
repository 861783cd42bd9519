using LspTorch.Semantics;
using LspTorch.Syntax;

namespace LspTorch.Examples;

/// <summary>
/// Follows a parameter of forward, statement by statement, until a layer takes it, also through the workspace's own
/// modules.
/// </summary>
/// <param name="top">The class that is made; <paramref name="definer"/> defines its forward.</param>
internal sealed class FirstLayer(ClassModel top, ClassModel definer)
{
    private const int MaxDepth = 8;
    private int depth;

    /// <summary>
    /// What a class does to a tensor before a layer takes it, in order: undone in reverse on the layer's sizes.
    /// </summary>
    private readonly record struct Step(string Name, long A, long B);

    /// <summary>A layer: how the program reaches it, and the expression that makes it.</summary>
    private sealed record Layer(string Path, Expr Made, SemanticModel Owner);

    /// <param name="path">How the program reaches the instance: "model.encoder".</param>
    public WantedInput? Of(ClassModel type, FunctionDef forward, string parameter, string path)
    {
        if (++depth > MaxDepth)
            return null;
        try
        {
            var walk = new Walk(
                this,
                type,
                (ReferenceEquals(type, top) ? definer : type).Owner,
                parameter,
                path,
                forward.Args.PosOnly.Concat(forward.Args.Args).FirstOrDefault()?.Name ?? "self"
            );
            walk.Visit(forward.Body);
            if (walk.Found is not { Widens: true } found)
                return walk.Found;
            var sizes = found.Sizes.ToList();
            for (int rank = RankHint.Of(forward, parameter); sizes.Count < rank; )
                sizes.Insert(1, "length");
            return found with { Sizes = sizes };
        }
        finally
        {
            depth--;
        }
    }

    /// <param name="index">Of the argument; <paramref name="keyword"/> where it is given by name.</param>
    private WantedInput? WantedBy(Layer layer, int index, string? keyword)
    {
        switch (layer.Made)
        {
            case IfExp choice:
                return WantedBy(layer with { Made = choice.Body }, index, keyword)
                    ?? WantedBy(layer with { Made = choice.OrElse }, index, keyword);
            case Name name when name.FirstAncestor<FunctionDef>()?.Args.Find(name.Id) is { Annotation: { } annotation }:
                return OfClass(annotation, layer, index, keyword);
            case not Call:
                return null;
        }
        var call = (Call)layer.Made;
        string? callee = layer.Owner.ResolveName(call.Func);
        if (
            callee
                is "torch.nn.utils.weight_norm"
                    or "torch.nn.utils.spectral_norm"
                    or "torch.nn.utils.parametrizations.weight_norm"
                    or "torch.nn.utils.parametrizations.spectral_norm"
            && call.Args is [var inner, ..]
        )
            return WantedBy(layer with { Made = inner }, index, keyword);
        if (callee?.StartsWith("torch.nn.", StringComparison.Ordinal) != true)
            return OfClass(call.Func, layer, index, keyword);
        string kind = callee[(callee.LastIndexOf('.') + 1)..];
        if (kind == "Sequential")
            return OfSequential(layer, call);
        return index == 0 ? LayerInputs.Of(kind, layer.Path)
            : kind is "MultiheadAttention" && index < 3
            || kind is "TransformerDecoderLayer" or "Transformer" && index == 1
                ? LayerInputs.Of(kind, layer.Path)
            : null;
    }

    private WantedInput? OfClass(Expr named, Layer layer, int index, string? keyword)
    {
        if (layer.Owner.ResolveSymbol(named) is not { Class: { } node, Owner: { } owner })
            return null;
        var type = owner.ClassOf(node);
        if (type.FindMethod("forward") is not ({ } _, { } forward))
            return null;
        var parameters = forward.Args.PosOnly.Concat(forward.Args.Args).Skip(1).ToList();
        string? parameter = keyword ?? (index < parameters.Count ? parameters[index].Name : null);
        return parameter is null ? null : Of(type, forward, parameter, layer.Path);
    }

    private WantedInput? OfSequential(Layer layer, Call call)
    {
        NodeList<Expr> parts = call.Args;
        if (
            parts is [Call { Args: [ListExpr { Elements: var named }] } ordered]
            && layer.Owner.ResolveName(ordered.Func) is "collections.OrderedDict"
        )
            parts = [.. named.Select(n => n is TupleExpr { Elements: [_, var made] } ? made : n)];
        for (int i = 0; i < parts.Count; i++)
        {
            if (parts[i] is Starred { Value: ListExpr { Elements: [var first, ..] } })
                return i == 0
                    ? WantedBy(layer with { Path = LayerInputs.Index(layer.Path, 0), Made = first }, 0, null)
                    : null;
            if (parts[i] is Starred { Value: ComprehensionExpr { Element: var each } })
                return i == 0
                    ? WantedBy(layer with { Path = LayerInputs.Index(layer.Path, 0), Made = each }, 0, null)
                    : null;
            if (
                WantedBy(layer with { Path = LayerInputs.Index(layer.Path, i), Made = parts[i] }, 0, null) is { } wanted
            )
                return wanted;
            string kind =
                parts[i] is Call part && layer.Owner.ResolveName(part.Func) is { } callee
                    ? callee[(callee.LastIndexOf('.') + 1)..]
                    : "";
            if (!LayerInputs.KeepsSize(kind) && kind != "Flatten")
                return null;
        }
        return null;
    }

    /// <summary>The expression that a class's constructor stores in an attribute.</summary>
    private static (Expr Made, SemanticModel Owner)? Stored(ClassModel type, string name)
    {
        foreach (var from in type.Lineage())
        {
            var finder = new StoreOf(name);
            if (from.Methods.TryGetValue("__init__", out var constructor))
                finder.Visit(constructor.Body);
            if (finder.Value is null)
                foreach (var method in from.Methods.Values)
                    finder.Visit(method.Body);
            if (finder.Value is { } made)
                return (made, from.Owner);
        }
        return null;
    }

    private sealed class StoreOf(string name) : SyntaxWalker
    {
        public Expr? Value { get; private set; }

        public override void Visit(Node node)
        {
            if (
                node is Assign { Targets: [Syntax.Attribute { Value: Name, Name: var stored }], Value: var value }
                && stored == name
                && value is not Constant
            )
                Value ??= value;
            else if (
                node
                    is Assign
                    {
                        Targets: [TupleExpr { Elements: var targets }],
                        Value: TupleExpr { Elements: var values }
                    }
                && targets.Count == values.Count
            )
            {
                for (int i = 0; i < targets.Count; i++)
                    if (targets[i] is Syntax.Attribute { Value: Name } at && at.Name == name)
                        Value ??= values[i];
            }
            else if (
                node is AnnAssign { Target: Syntax.Attribute { Name: var declared }, Value: { } given }
                && declared == name
            )
                Value ??= given;
            base.Visit(node);
        }
    }

    /// <summary>One function, from its first statement on.</summary>
    private sealed class Walk : SyntaxWalker
    {
        private readonly FirstLayer owner;
        private readonly ClassModel type;
        private readonly SemanticModel model;
        private readonly string path,
            self;
        private readonly Dictionary<string, IReadOnlyList<Step>> steps = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Layer> layers = new(StringComparer.Ordinal);

        public Walk(FirstLayer owner, ClassModel type, SemanticModel model, string parameter, string path, string self)
        {
            (this.owner, this.type, this.model, this.path, this.self) = (owner, type, model, path, self);
            steps[parameter] = [];
        }

        public WantedInput? Found { get; private set; }

        public override void Visit(Node node)
        {
            if (Found is not null || node is FunctionDef or Lambda or ClassDef)
                return;
            if (node is For { Target: var target, Iter: var iter })
                Loop(target, iter);
            if (node is Comprehension { Target: var each, Iter: var over })
                Loop(each, over);
            base.Visit(node);
            if (Found is not null)
                return;
            switch (node)
            {
                case Call call:
                    Take(call);
                    break;
                case Assign { Targets: [Name name], Value: var value }:
                    Bind(name.Id, value);
                    break;
                case AnnAssign { Target: Name name, Value: { } value }:
                    Bind(name.Id, value);
                    break;
                case Assign assign:
                    foreach (var lost in assign.Targets.OfType<TupleExpr>().SelectMany(t => t.Elements).OfType<Name>())
                        steps.Remove(lost.Id);
                    break;
            }
        }

        private void Bind(string name, Expr value)
        {
            if (Follow(value) is { } through)
                steps[name] = through;
            else
                steps.Remove(name);
            if (LayerOf(value) is { } layer)
                layers[name] = layer;
        }

        private void Loop(Expr target, Expr iter)
        {
            if (
                iter is Call { Func: Name { Id: "enumerate" }, Args: [var inner] }
                && target is TupleExpr { Elements: [_, var counted] }
            )
                (target, iter) = (counted, inner);
            else if (
                iter is Call { Func: Name { Id: "zip" }, Args: var zipped }
                && target is TupleExpr { Elements: var targets }
            )
            {
                for (int i = 0; i < Math.Min(zipped.Count, targets.Count); i++)
                    Loop(targets[i], zipped[i]);
                return;
            }
            if (target is Name name && LayerOf(iter) is { } container && Element(container, 0) is { } first)
                layers[name.Id] = first;
        }

        /// <summary>What is done to the parameter until it is this value; null where the value is not it.</summary>
        private IReadOnlyList<Step>? Follow(Expr value)
        {
            switch (value)
            {
                case Name name:
                    return steps.GetValueOrDefault(name.Id);
                case BinOp { Op: not BinaryOperator.MatMult } sum:
                    return Follow(sum.Left) ?? Follow(sum.Right);
                case UnaryOp unary:
                    return Follow(unary.Operand);
                case Call { Func: Syntax.Attribute { Value: var on, Name: var method } } call
                    when model.ResolveName(call.Func) is null && LayerOf(call.Func) is null:
                    return Follow(on) is { } before ? Through(before, method, call.Args) : null;
                case Call { Args: [var first, ..] } call
                    when model.ResolveName(call.Func) is { } callee
                        && callee.StartsWith("torch.", StringComparison.Ordinal):
                    return Follow(first) is { } given
                        ? Through(given, callee[(callee.LastIndexOf('.') + 1)..], [.. call.Args.Skip(1)])
                        : null;
                case Call { Args: [var first, ..] } call when LayerOf(call.Func) is { Made: Call made } layer:
                    return
                        layer.Owner.ResolveName(made.Func) is { } kind
                        && LayerInputs.KeepsSize(kind[(kind.LastIndexOf('.') + 1)..])
                        ? Follow(first)
                        : null;
                default:
                    return null;
            }
        }

        private static IReadOnlyList<Step>? Through(IReadOnlyList<Step> before, string name, NodeList<Expr> arguments)
        {
            long Number(int i) =>
                i < arguments.Count && arguments[i] is Constant { Value: long at } ? at
                : arguments.Count > i
                && arguments[i] is UnaryOp { Op: UnaryOperator.USub, Operand: Constant { Value: long minus } }
                    ? -minus
                : long.MinValue;
            switch (name)
            {
                case "float"
                or "double"
                or "half"
                or "to"
                or "contiguous"
                or "clone"
                or "detach"
                or "relu"
                or "tanh"
                or "sigmoid"
                or "log"
                or "exp"
                or "abs"
                or "dropout"
                or "gelu"
                or "silu"
                or "leaky_relu"
                or "softmax"
                or "clamp"
                or "normalize"
                or "masked_fill"
                or "sqrt"
                or "view"
                or "reshape"
                or "flatten"
                or "pad"
                or "long"
                or "int":
                    return name is "view" or "reshape" or "flatten" ? [.. before, new Step("flatten", 0, 0)] : before;
                case "transpose":
                    return Number(0) is var a and > -9 && Number(1) is var b and > -9
                        ? [.. before, new Step("transpose", a, b)]
                        : null;
                case "unsqueeze":
                    return Number(0) is var at and > -9 ? [.. before, new Step("unsqueeze", at, 0)] : null;
                case "squeeze":
                    return Number(0) is var gone and > -9 ? [.. before, new Step("squeeze", gone, 0)] : null;
                case "permute":
                    return arguments.Count == 3 && Number(0) == 0 && Number(1) == 2 && Number(2) == 1
                        ? [.. before, new Step("transpose", 1, 2)]
                        : null;
                case "t":
                    return [.. before, new Step("transpose", 0, 1)];
                default:
                    return null;
            }
        }

        private Layer? LayerOf(Expr value)
        {
            switch (value)
            {
                case Syntax.Attribute { Value: Name holder, Name: var name } when holder.Id == self:
                    return Stored(type, name) is var (made, madeBy) ? new Layer($"{path}.{name}", made, madeBy) : null;
                case Name name:
                    return layers.GetValueOrDefault(name.Id);
                case Subscript { Value: var container, Index: var index }:
                    return LayerOf(container) is { } list
                        ? Element(list, index is Constant { Value: long at } ? at : 0)
                        : null;
                default:
                    return null;
            }
        }

        private static Layer? Element(Layer container, long at)
        {
            if (container.Made is not Call { Args: [var elements, ..] } made)
                return null;
            string? kind = container.Owner.ResolveName(made.Func);
            if (kind is not ("torch.nn.ModuleList" or "torch.nn.Sequential"))
                return null;
            string path = LayerInputs.Index(container.Path, at);
            if (kind == "torch.nn.Sequential")
                return at >= 0 && at < made.Args.Count ? new Layer(path, made.Args[(int)at], container.Owner) : null;
            return elements switch
            {
                ListExpr list when at >= 0 && at < list.Elements.Count => new Layer(
                    path,
                    list.Elements[(int)at],
                    container.Owner
                ),
                ComprehensionExpr each => new Layer(path, each.Element, container.Owner),
                BinOp { Op: BinaryOperator.Mult, Left: ListExpr { Elements: [var only] } } => new Layer(
                    path,
                    only,
                    container.Owner
                ),
                _ => null,
            };
        }

        private void Take(Call call)
        {
            for (int i = 0; i < call.Args.Count && Found is null; i++)
                if (Follow(call.Args[i]) is { } through)
                    Ask(call, i, null, through);
            foreach (var keyword in call.Keywords)
                if (Found is null && keyword.Name is { } name && Follow(keyword.Value) is { } through)
                    Ask(call, int.MaxValue, name, through);
        }

        private void Ask(Call call, int index, string? keyword, IReadOnlyList<Step> through)
        {
            WantedInput? wanted = null;
            if (LayerOf(call.Func) is { } layer)
                wanted = owner.WantedBy(
                    layer,
                    index == int.MaxValue
                    && layer.Made is Call made
                    && layer.Owner.ResolveSymbol(made.Func)?.Class is null
                        ? 0
                        : index,
                    keyword
                );
            else if (
                call.Func is Syntax.Attribute { Value: Name holder, Name: var name }
                && holder.Id == self
                && type.FindMethod(name) is ({ } _, { } method)
            )
            {
                var parameters = method
                    .Args.PosOnly.Concat(method.Args.Args)
                    .Skip(method.Decorators.Any(d => d is Name { Id: "staticmethod" }) ? 0 : 1)
                    .ToList();
                if ((keyword ?? (index < parameters.Count ? parameters[index].Name : null)) is { } parameter)
                    wanted = owner.Of(type, method, parameter, path);
            }
            if (wanted is not null)
                Found = Before(wanted, through);
        }

        /// <summary>The size before the steps that lead to the layer.</summary>
        private static WantedInput? Before(WantedInput wanted, IReadOnlyList<Step> through)
        {
            var sizes = wanted.Sizes.ToList();
            bool widens = wanted.Widens;
            foreach (var step in through.Reverse())
            {
                int Index(long at, int count) => (int)(at < 0 ? at + count : at);
                switch (step.Name)
                {
                    case "transpose":
                        int most = (int)Math.Max(step.A, step.B) + 1;
                        while (widens && sizes.Count < most)
                            sizes.Insert(1, "length");
                        int a = Index(step.A, sizes.Count),
                            b = Index(step.B, sizes.Count);
                        if (a < 0 || b < 0 || a >= sizes.Count || b >= sizes.Count)
                            return null;
                        (sizes[a], sizes[b]) = (sizes[b], sizes[a]);
                        widens = false;
                        break;
                    case "unsqueeze":
                        int added = Index(step.A, sizes.Count);
                        if (added < 0 || added >= sizes.Count)
                            return null;
                        sizes.RemoveAt(added);
                        break;
                    case "squeeze":
                        int removed = Index(step.A, sizes.Count + 1);
                        if (removed < 0 || removed > sizes.Count)
                            return null;
                        sizes.Insert(removed, "1");
                        break;
                    default:
                        if (sizes.Count != 2)
                            return null;
                        widens = false;
                        break;
                }
            }
            return wanted with { Sizes = sizes, Widens = widens };
        }
    }
}
