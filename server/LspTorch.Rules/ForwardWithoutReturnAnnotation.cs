using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Problems;
using LspTorch.Refactorings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>
/// The result of forward is what C++ unpacks; said in the source, it is checked by the compiler and read by people.
/// </summary>
public sealed class ForwardWithoutReturnAnnotation : Rule
{
    public override string Id => "forward-without-return-annotation";
    public override Severity DefaultSeverity => Severity.Hint;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        // What the compiler infers through a list it takes for a List[Tensor] changes when that list is annotated.
        IReadOnlyList<TextSpan>? lists = null;
        foreach (var body in context.Compiled.Bodies)
        {
            var function = body.Def;
            if (
                function.Name != "forward"
                || body.Class is null
                || function.Returns is not null
                || file.Model.DeclaredReturnOf(function) is not null
            )
                continue;
            // An interface says nothing of what those that implement it return.
            if (body.HasOverloads(file.Model) || file.Model.ClassOf(body.Class).Kind == ClassKind.Interface)
                continue;
            lists ??= [.. EmptyContainer.Mistyped(context.File, context.Compiled).Select(m => m.Use.Place.Span)];
            var inferred = file.Model.ReturnTypeOf(function);
            var observed = file.Observations.Find(PlaceKind.Return, function.NameSpan);
            var fixes = new List<Fix>();
            string known = "";
            bool settled =
                !lists.Any(l => function.Span.Contains(l.Start))
                && !function.Args.All().Any(p => IsTakenForATensor(file, function, p));
            // A number that takes a Tensor later becomes one when that is fixed.
            settled &= !file
                .Model.ProblemsOf(function)
                .Any(p => p is TensorConversion { At: Name { Context: ExprContext.Store } });
            settled &= !function.Body.Has(n => GrowsByTheUnknown(file, n));
            // Where a path ends without 'return', the compiler takes None only as long as nothing is declared.
            settled &= inferred is not OptionalType || Refactorings.MoveLimits.AlwaysReturns(function.Body);
            if (
                settled
                && inferred.IsWritable
                && Annotations.OfReturn(file, function, inferred, "", FixSafety.Safe) is { } safe
            )
            {
                fixes.Add(safe);
                known = $": it returns {inferred}";
            }
            else if (
                observed?.JoinedType is { } seen
                && TorchType.TryParse(seen, out var type)
                && type.IsWritable
                && Annotations.OfReturn(
                    file,
                    function,
                    type,
                    $" (observed {observed.Counted} times)",
                    FixSafety.Suggested
                )
                    is { } suggested
            )
            {
                fixes.Add(suggested);
                known = $": in the recorded run it returned {seen}";
            }
            context.Report(
                this,
                Severity.Hint,
                function.NameSpan,
                $"'{body.Function.QualifiedName}' has no return annotation, and C++ needs the type to "
                    + $"unpack the result{known}.",
                body,
                fixes
            );
        }
    }

    /// <summary>
    /// A number to which something unknown is added: the compiler says no more of it than that it stays a number in a
    /// loop, and where a refused expression before it is mended it may become a Tensor.
    /// </summary>
    private static bool GrowsByTheUnknown(FileSnapshot file, Node node) =>
        node is AugAssign { Target: Name target } grown
        && file.Model.TypeOf(grown.Value).IsUnknown
        && file.Model.TypeOf(target) != TorchType.Tensor;

    /// <summary>
    /// A parameter whose default shows that it is no Tensor, though the compiler takes it for one: what is returned may
    /// be another type when that is fixed.
    /// </summary>
    private static bool IsTakenForATensor(FileSnapshot file, FunctionDef function, Arg parameter)
    {
        if (
            parameter is not { Annotation: null, Default: { } value }
            || file.Model.DeclaredTypeOf(parameter) is not null
        )
            return false;
        if (DefaultValues.TypeOf(file, value) is not { } type || type == TorchType.Tensor)
            return false;
        return type != TorchType.None || IsReturned(function, parameter.Name);
    }

    private static bool IsReturned(FunctionDef function, string name) =>
        function.Body.Has(n => n is Name used && used.Id == name && used.FirstAncestor<Stmt>() is Return);
}
