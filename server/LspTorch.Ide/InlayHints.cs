using System.Collections.Immutable;
using System.Text;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Ide;

public static class InlayHints
{
    /// <summary>The hints whose offset lies in the span, in source order.</summary>
    public static IReadOnlyList<InlayHintInfo> In(
        FileSnapshot file,
        TextSpan span,
        InlayOptions options,
        CancellationToken cancellationToken
    )
    {
        var walker = new Walker(file, span, options, cancellationToken);
        walker.Visit(file.Tree.Root);
        walker.Hints.Sort((a, b) => a.Offset.CompareTo(b.Offset));
        return walker.Hints;
    }

    private sealed class Walker(
        FileSnapshot file,
        TextSpan span,
        InlayOptions options,
        CancellationToken cancellationToken
    ) : SyntaxWalker
    {
        private readonly SemanticModel model = file.Model;
        private HashSet<string> hinted = new(StringComparer.Ordinal);
        private bool compiled;

        public List<InlayHintInfo> Hints { get; } = [];

        public override void Visit(Node node)
        {
            switch (node)
            {
                case FunctionDef function:
                    // Bodies far from the visible part are not typed.
                    if (function.Start > span.End || function.End < span.Start)
                        return;
                    cancellationToken.ThrowIfCancellationRequested();
                    var (outerHinted, outerCompiled) = (hinted, compiled);
                    (hinted, compiled) = (
                        new(function.Args.All().Select(a => a.Name), StringComparer.Ordinal),
                        model.CompiledFunctionOf(function) is not null
                    );
                    AddSignature(function);
                    base.Visit(node);
                    (hinted, compiled) = (outerHinted, outerCompiled);
                    return;
                case Assign assign:
                    if (assign.TypeComment is null)
                        foreach (var target in assign.Targets)
                            AddTarget(target, assign.Value, assign.Targets.Count == 1 ? assign : null);
                    return;
                case AnnAssign { Target: Name annotated }:
                    hinted.Add(annotated.Id);
                    return;
                case For loop:
                    AddTarget(loop.Target, null, null);
                    Visit(loop.Body);
                    Visit(loop.OrElse);
                    return;
                case Expr:
                    return;
            }
            base.Visit(node);
        }

        private void AddSignature(FunctionDef function)
        {
            bool first = true;
            foreach (var arg in function.Args.All())
            {
                bool isSelf = first && function.Parent is ClassDef && arg.Name is "self" or "cls";
                first = false;
                bool variadic = ReferenceEquals(arg, function.Args.VarArg) || ReferenceEquals(arg, function.Args.KwArg);
                if (options.Parameters && !isSelf && !variadic && model.ParameterTypeOf(arg).IsAssumed)
                    AddParameter(arg);
            }
            if (
                options.Returns
                && function.Name != "__init__"
                && model.DeclaredReturnOf(function) is null
                && function.Returns is null
            )
                AddReturn(function);
        }

        private void AddParameter(Arg arg)
        {
            int offset = arg.NameSpan.End;
            var observed = options.Observed ? file.Observations.Find(PlaceKind.Parameter, arg.NameSpan) : null;
            if (observed is null && !compiled)
                return;
            var type = observed is null ? DefaultType(arg) : TypeOf(observed);
            string label = observed is null ? ": Tensor?" : $": {FactText.Label(observed)}";
            var lines = new List<string>();
            AddObserved(lines, observed);
            if (compiled)
                lines.Add("Without an annotation TorchScript takes it as Tensor.");
            if (observed is null && arg.Default is not null && type != TorchType.Tensor && type is not null)
                lines.Add(
                    $"Its default is of type {(arg.Default is Constant { Kind: ConstantKind.None } ? "NoneType" : type)}."
                );
            // A default of None needs Optional; where the default has no spaces around '=', the annotated form still
            // may.
            if (arg.Default is Constant { Kind: ConstantKind.None } && type is not null)
                type = TorchType.Optional(type);
            Add(
                offset,
                label,
                InlayKind.Parameter,
                observed is null ? FactKind.Inferred : FactKind.Observed,
                lines,
                type,
                ": ",
                arg
            );
        }

        /// <summary>
        /// What the annotation should be where nothing was observed: the default's type, else the Tensor that is
        /// assumed.
        /// </summary>
        private static TorchType? DefaultType(Arg arg) =>
            arg.Default switch
            {
                null => TorchType.Tensor,
                Constant { Kind: ConstantKind.None } => TorchType.Tensor,
                Constant constant => InitEvaluator.TypeOf(constant) is { IsUnknown: false } type ? type : null,
                _ => null,
            };

        private void AddReturn(FunctionDef function)
        {
            var observed = options.Observed ? file.Observations.Find(PlaceKind.Return, function.NameSpan) : null;
            var inferred = compiled ? model.ReturnTypeOf(function) : TorchType.Unknown;
            if (IsOutdated(observed, inferred))
                observed = null;
            if (observed is null && inferred.HasUnknown)
                return;
            var lines = new List<string>();
            AddObserved(lines, observed);
            if (!inferred.HasUnknown)
                lines.Add($"inferred {Markdown.Code(inferred.ToString())}");
            string label =
                observed is not null ? FactText.Label(observed)
                : inferred == TorchType.None ? "None"
                : inferred.ToString();
            var type = Choose(inferred, observed);
            Add(
                function.ParametersEnd,
                $" -> {label}",
                InlayKind.Return,
                observed is null ? FactKind.Inferred : FactKind.Observed,
                lines,
                type,
                " -> "
            );
        }

        /// <summary>Seen before the last change, and no longer what the text gives.</summary>
        private static bool IsOutdated(ObservedPlace? observed, TorchType inferred) =>
            observed is { Stale: true } && !inferred.HasUnknown && observed.JoinedType != inferred.ToString();

        private void AddTarget(Expr target, Expr? value, Assign? alone)
        {
            switch (target)
            {
                case TupleExpr tuple:
                    foreach (var element in tuple.Elements)
                        AddTarget(element, null, null);
                    break;
                case ListExpr list:
                    foreach (var element in list.Elements)
                        AddTarget(element, null, null);
                    break;
                case Name name:
                    AddVariable(name, value, alone);
                    break;
            }
        }

        private void AddVariable(Name name, Expr? value, Assign? alone)
        {
            bool first = hinted.Add(name.Id);
            if (!options.Variables || name.End < span.Start || name.End > span.End)
                return;
            var observed = options.Observed ? file.Observations.Find(PlaceKind.Variable, name.Span) : null;
            // An empty list says nothing that the text does not.
            if (observed is not null && observed.Types.All(FactText.IsOpen))
                observed = null;
            var inferred = compiled ? model.TypeOf(name) : TorchType.Unknown;
            if (IsOutdated(observed, inferred))
                observed = null;
            if (
                observed is null
                && (inferred.HasUnknown || inferred is ModuleType or ModuleContainerType || !first || name.Id == "_")
            )
                return;
            if (value is not null && Says(value, observed is null ? inferred : null, observed))
                return;
            var lines = new List<string>();
            AddObserved(lines, observed);
            if (!inferred.HasUnknown)
                lines.Add($"inferred {Markdown.Code(inferred.ToString())}");
            string label = observed is not null ? FactText.Label(observed) : inferred.ToString();
            // Only the first store to a name may annotate it, and only a plain one.
            var type = alone is null || !first ? null : Choose(inferred, observed);
            Add(
                name.End,
                $": {label}",
                InlayKind.Variable,
                observed is null ? FactKind.Inferred : FactKind.Observed,
                lines,
                type,
                ": "
            );
        }

        /// <summary>True where the right-hand side already tells a reader what the hint would.</summary>
        private bool Says(Expr value, TorchType? inferred, ObservedPlace? observed)
        {
            switch (value)
            {
                case Constant or JoinedStr:
                    return true;
                case UnaryOp { Operand: Constant }:
                    return true;
                case Compare or BoolOp or UnaryOp { Op: UnaryOperator.Not } when inferred == TorchType.Bool:
                    return true;
                case Call { Func: Name { Id: "int" or "float" or "bool" or "str" or "len" } }:
                    return true;
            }
            if (observed is not null || inferred is null)
                return false;
            if (inferred != TorchType.Tensor)
                return value is ListExpr { Elements.Count: > 0 } list && list.Elements.All(e => e is Constant);
            // Arithmetic on tensors, their methods and torch's functions give tensors: everybody knows.
            return value switch
            {
                BinOp or UnaryOp or Subscript or Compare => true,
                Call { Func: Syntax.Attribute method } => model.TypeOf(method.Value) == TorchType.Tensor
                    || model.ResolveName(method)?.StartsWith("torch.", StringComparison.Ordinal) == true,
                Call { Func: Name function } => model
                    .ResolveName(function)
                    ?.StartsWith("torch.", StringComparison.Ordinal) == true,
                Name => true,
                _ => false,
            };
        }

        /// <summary>
        /// What to annotate: the inferred type where what was seen fits it (None may not have been seen yet), else what
        /// was seen: inference
        /// rests on parameters that are only assumed to be Tensors.
        /// </summary>
        private static TorchType? Choose(TorchType inferred, ObservedPlace? observed)
        {
            var seen = observed is null ? null : TypeOf(observed);
            return inferred.HasUnknown ? seen
                : seen is null || seen.IsSubtypeOf(inferred) ? inferred
                : seen;
        }

        private static TorchType? TypeOf(ObservedPlace observed) =>
            observed.JoinedType is { } joined && TorchType.TryParse(joined, out var type) ? type : null;

        private static void AddObserved(List<string> lines, ObservedPlace? observed)
        {
            if (observed is null)
                return;
            foreach (string line in FactText.Lines(observed))
                lines.Add("observed " + Markdown.Code(line));
            if (observed.Types.Any(FactText.IsForeign))
                lines.Add("Not a TorchScript type.");
            if (observed.Types.Any(t => !t.Shape.IsDefault && t.Shape.Contains(null)))
                lines.Add("A letter in a shape is a dimension that differed between calls.");
        }

        private void Add(
            int offset,
            string label,
            InlayKind kind,
            FactKind source,
            List<string> lines,
            TorchType? type,
            string prefix,
            Arg? parameter = null
        )
        {
            if (offset < span.Start || offset > span.End)
                return;
            var written = type is null ? null : AnnotationWriter.Write(model, type);
            ImmutableArray<TextEdit> edits =
                written is null ? []
                : parameter is not null ? AnnotationWriter.AnnotateParameter(model, parameter, written)
                : AnnotationWriter.Annotate(model, offset, prefix, written);
            var tooltip = new StringBuilder().AppendJoin("  \n", lines);
            if (written is not null)
                tooltip
                    .Append("  \n")
                    .Append($"Double-click to annotate {Markdown.Code((prefix + written.Text).Trim())}.");
            Hints.Add(new InlayHintInfo(offset, label, kind, source, tooltip.ToString(), edits));
        }
    }
}
