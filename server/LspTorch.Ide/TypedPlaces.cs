using System.Collections.Immutable;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Ide;

/// <summary>
/// One place with everything known of its type, as `lsptorch types` prints it. Types as TorchScript writes them; null:
/// nothing known.
/// </summary>
public sealed record TypedPlace(
    PlaceKind Kind,
    string Name,
    TextSpan Span,
    string? Context,
    string? Declared,
    string? Inferred,
    ImmutableArray<ObservedType> Observed,
    bool Stale
)
{
    /// <summary>Whether there were more executions than were counted.</summary>
    public bool AtLeast { get; init; }
}

public static class TypedPlaces
{
    /// <summary>
    /// Every parameter, variable, attribute, return and expression of which something is known, in source order.
    /// </summary>
    public static IReadOnlyList<TypedPlace> For(FileSnapshot file, CancellationToken cancellationToken)
    {
        var collector = new Collector(file, cancellationToken);
        collector.Visit(file.Tree.Root);
        collector.AddRest();
        return [.. collector.Places.OrderBy(p => p.Span.Start).ThenBy(p => p.Span.Length).ThenBy(p => p.Kind)];
    }

    private sealed class Collector(FileSnapshot file, CancellationToken cancellationToken) : SyntaxWalker
    {
        private readonly SemanticModel model = file.Model;
        private readonly HashSet<(PlaceKind, TextSpan)> seen = [];

        public List<TypedPlace> Places { get; } = [];

        public override void Visit(Node node)
        {
            switch (node)
            {
                case FunctionDef function:
                    cancellationToken.ThrowIfCancellationRequested();
                    AddFunction(function);
                    break;
                case AnnAssign { Target: Name target } assign when node.Parent is ClassDef:
                    Add(
                        PlaceKind.Attribute,
                        target.Id,
                        target.Span,
                        target,
                        Text(model.TypeOfAnnotation(assign.Annotation)) ?? Source(assign.Annotation),
                        null
                    );
                    break;
                case AnnAssign { Target: Name target } assign:
                    Add(
                        PlaceKind.Variable,
                        target.Id,
                        target.Span,
                        target,
                        Text(model.TypeOfAnnotation(assign.Annotation)) ?? Source(assign.Annotation),
                        Inferred(target)
                    );
                    break;
                case Name { Context: ExprContext.Store } name when name.Parent is not AnnAssign:
                    Add(PlaceKind.Variable, name.Id, name.Span, name, null, Inferred(name));
                    break;
                case Syntax.Attribute { Context: ExprContext.Store } attribute:
                    AddAttribute(attribute);
                    break;
                case Expr expr
                    when node is not (Name or Constant or Slice or Starred or TupleExpr { Context: ExprContext.Store }):
                    Add(PlaceKind.Expression, Source(expr), expr.Span, expr, null, Inferred(expr));
                    break;
            }
            base.Visit(node);
        }

        private void AddFunction(FunctionDef function)
        {
            bool compiled = model.CompiledFunctionOf(function) is not null;
            bool method = function.Parent is ClassDef;
            bool first = true;
            foreach (var arg in function.Args.All())
            {
                bool isSelf = first && method && arg.Name is "self" or "cls";
                first = false;
                if (isSelf)
                    continue;
                var (type, assumed) = model.ParameterTypeOf(arg);
                string? declared = assumed
                    ? null
                    : Text(type) ?? (arg.Annotation is { } annotation ? Source(annotation) : null);
                Add(
                    PlaceKind.Parameter,
                    arg.Name,
                    arg.NameSpan,
                    function,
                    declared,
                    compiled && !type.IsUnknown ? type.ToString() : null,
                    function
                );
            }
            var returns = model.DeclaredReturnOf(function);
            string? written = returns is { } known
                ? Text(known) ?? (function.Returns is { } text ? Source(text) : null)
                : null;
            Add(
                PlaceKind.Return,
                function.Name,
                function.NameSpan,
                function,
                written,
                compiled ? Text(model.ReturnTypeOf(function)) : null,
                function
            );
        }

        private void AddAttribute(Syntax.Attribute attribute)
        {
            var found =
                attribute.Value is Name { Id: "self" } && model.EnclosingClass(attribute) is { IsModule: true } type
                    ? type.FindAttribute(attribute.Name)
                    : null;
            string? inferred = found is { Type.IsUnknown: false } ? found.Type.ToString() : Inferred(attribute);
            Add(
                PlaceKind.Attribute,
                Source(attribute),
                attribute.Span,
                attribute,
                found is { IsDeclared: true } ? Text(found.Type) : null,
                inferred
            );
        }

        private string? Inferred(Expr expr) => Text(model.TypeOf(expr));

        private static string? Text(TorchType type) => type.HasUnknown ? null : type.ToString();

        private string Source(Node node) => Hover.OneLine(file.Text[node.Span]);

        private void Add(
            PlaceKind kind,
            string name,
            TextSpan span,
            Node at,
            string? declared,
            string? inferred,
            FunctionDef? context = null
        )
        {
            var observed = file.Observations.Find(kind, span);
            if (declared is null && inferred is null && observed is null)
                return;
            if (!seen.Add((kind, span)))
                return;
            Places.Add(
                new TypedPlace(
                    kind,
                    name,
                    span,
                    context is null ? model.QualifiedNameAt(at) : model.QualifiedNameAt(context),
                    declared,
                    inferred,
                    observed?.Types ?? [],
                    observed?.Stale ?? false
                )
                {
                    AtLeast = observed?.AtLeast ?? false,
                }
            );
        }

        /// <summary>Observations whose span is no place of the present tree still belong to the answer.</summary>
        public void AddRest()
        {
            foreach (var place in file.Observations.Places)
                if (seen.Add((place.Kind, place.Span)))
                    Places.Add(
                        new TypedPlace(
                            place.Kind,
                            place.Name,
                            place.Span,
                            place.Context,
                            null,
                            null,
                            place.Types,
                            place.Stale
                        )
                        {
                            AtLeast = place.AtLeast,
                        }
                    );
        }
    }
}
