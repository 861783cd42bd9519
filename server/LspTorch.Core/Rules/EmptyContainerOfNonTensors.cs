using LspTorch.Core.Observations;
using LspTorch.Core.Semantics;
using LspTorch.Core.Syntax;
using LspTorch.Core.Text;
using LspTorch.Core.TorchScript;
using Attribute = LspTorch.Core.Syntax.Attribute;

namespace LspTorch.Core.Rules;

/// <summary>
/// An empty list is a List[Tensor] to the compiler and an empty dictionary a Dict[str, Tensor], whatever is put in
/// later.
/// </summary>
public sealed class EmptyContainerOfNonTensors : Rule
{
    public override string Id => "empty-container-of-non-tensors";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        foreach (var (node, target, isList, use) in Offences(context, _ => true))
            Report(context, node.Body, target, use, isList, use.Certain ? node.Severity : Severity.Warning);
    }

    /// <summary>The places that this rule reports.</summary>
    internal static IReadOnlyList<TextSpan> Places(RuleContext context) =>
        [.. Offences(context, _ => true).Select(o => o.Use.Place.Span)];

    /// <summary>
    /// The type that a variable of a function gets through what goes into it, where the compiler takes it for another;
    /// else null.
    /// </summary>
    internal static TorchType? Intended(RuleContext context, FunctionDef function, string name)
    {
        foreach (var (_, target, _, use) in Offences(context, n => ReferenceEquals(n.Body.Def, function)))
            if (target.Id == name)
                return use.Container;
        return null;
    }

    private static IEnumerable<(CompiledNode<Assign> Node, Name Target, bool IsList, Use Use)> Offences(
        RuleContext context,
        Func<CompiledNode<Assign>, bool> wanted
    )
    {
        foreach (var node in context.Compiled.Live<Assign>().Where(wanted))
        {
            if (node.Node.TypeComment is not null)
                continue;
            foreach (var (stored, value) in AssignedValues.Of(node.Node))
            {
                if (
                    stored is not Name target
                    || value is null
                    || KindOf(context.File, value) is not { } isList
                    || IsDeclaredElsewhere(node.Body.Def, target.Id)
                )
                    continue;
                if (FirstUse(context, node.Body, node.Node, target.Id, isList) is { } use)
                    yield return (node, target, isList, use);
            }
        }
    }

    /// <summary>What first goes into the container: with the type it makes of it, and the element's type.</summary>
    private readonly record struct Use(Node Place, TorchType Container, TorchType Element, bool Certain);

    private void Report(RuleContext context, CompiledBody body, Name target, Use use, bool isList, Severity severity)
    {
        var file = context.File;
        var fixes = new List<Fix>();
        if (
            use.Container.IsWritable
            && Annotations.OfVariable(file, target, use.Container, "", FixSafety.Safe) is { } safe
        )
            fixes.Add(safe);
        string assumed = isList ? "List[Tensor]" : "Dict[str, Tensor]";
        context.Report(
            new Finding(
                Id,
                severity,
                use.Place.Span,
                $"'{target.Id}' was empty when it was made, so it is a {assumed} to TorchScript, and "
                    + $"{Shown(use, isList)} does not go in: annotate '{target.Id}: {use.Container}' there.",
                body.Function.QualifiedName,
                [.. fixes],
                [new RelatedPlace(target.Span, $"'{target.Id}' is made here"), .. body.WhyCompiled()]
            )
        );
    }

    private static string Shown(Use use, bool isList) => isList ? $"'{use.Element}'" : $"an entry of '{use.Container}'";

    /// <summary>True for an empty list, false for an empty dictionary, null for anything else.</summary>
    private static bool? KindOf(FileSnapshot file, Expr value) =>
        value switch
        {
            ListExpr { Elements.Count: 0 } => true,
            DictExpr { Values.Count: 0 } => false,
            Call { Args.Count: 0, Keywords.Count: 0, Func: Name { Id: "list" } f }
                when file.Model.ResolveName(f) == "builtins.list" => true,
            Call { Args.Count: 0, Keywords.Count: 0, Func: Name { Id: "dict" } f }
                when file.Model.ResolveName(f) == "builtins.dict" => false,
            _ => null,
        };

    private static bool IsDeclaredElsewhere(FunctionDef function, string name)
    {
        var finder = new Declaration(name);
        foreach (var statement in function.Body)
            finder.Visit(statement);
        return finder.Found;
    }

    /// <summary>
    /// The first insertion after the assignment whose element is surely no Tensor; null when there is none, or a new
    /// value comes first.
    /// </summary>
    private static Use? FirstUse(RuleContext context, CompiledBody body, Assign start, string name, bool isList)
    {
        var model = context.File.Model;
        var places = new List<(Node Place, Use Use)>();
        foreach (var call in context.Compiled.Live<Call>(body))
        {
            if (call.Node.Start < start.End)
                continue;
            if (!isList || call.Node.Func is not Attribute { Value: Name owner } method || owner.Id != name)
                continue;
            var element = method.Name switch
            {
                "append" when call.Node.Args is [var e] => model.TypeOf(e),
                "insert" when call.Node.Args is [_, var e] => model.TypeOf(e),
                "extend" when call.Node.Args is [var e] => model.TypeOf(e) is ListType { IsEmptyLiteral: false } l
                    ? l.Element
                    : TorchType.Unknown,
                _ => null,
            };
            if (element is not null)
                places.Add((call.Node, new Use(call.Node, TorchType.List(element), element, call.Certain)));
        }
        foreach (var assign in context.Compiled.Live<Assign>(body))
        {
            if (assign.Node.Start < start.End)
                continue;
            foreach (var (target, _) in isList ? [] : AssignedValues.Of(assign.Node))
            {
                if (target is not Subscript { Value: Name owner } entry || owner.Id != name)
                    continue;
                var key = model.TypeOf(entry.Index);
                var value = StoredTypes.Of(model, entry);
                places.Add((assign.Node, new Use(assign.Node, new DictType(key, value), value, assign.Certain)));
            }
            // A new value ends what is known of the empty one.
            if (assign.Node.Targets.SelectMany(Refactorings.NameFlow.TargetNames).Any(n => n.Id == name))
                places.Add((assign.Node, new Use(assign.Node, TorchType.Unknown, TorchType.Unknown, false)));
        }
        foreach (var (aug, _, _, certain) in isList ? context.Compiled.Live<AugAssign>(body) : [])
            if (
                aug is { Target: Name grown, Op: BinaryOperator.Add }
                && grown.Id == name
                && aug.Start >= start.End
                && model.TypeOf(aug.Value) is ListType { IsEmptyLiteral: false } added
            )
                places.Add((aug, new Use(aug, added, added.Element, certain)));
        if (places.Count == 0)
            return null;
        // A tuple is as good as its parts: one that is not known makes the whole not writable.
        var first = places.OrderBy(p => p.Place.Start).First().Use;
        if (!first.Container.IsWritable || first.Element == TorchType.None)
            return null;
        var assumed = isList ? TorchType.List(TorchType.Tensor) : new DictType(TorchType.Str, TorchType.Tensor);
        return first.Container == assumed || first.Element is OptionalType ? null : first;
    }

    private sealed class Declaration(string name) : SyntaxWalker
    {
        public bool Found { get; private set; }

        public override void Visit(Node node)
        {
            Found |=
                node is AnnAssign { Target: Name target } && target.Id == name
                || node is Global g && g.Names.Contains(name);
            if (node is not Expr)
                base.Visit(node);
        }
    }
}
