using LspTorch.Core.Observations;
using LspTorch.Core.Semantics;
using LspTorch.Core.Text;
using LspTorch.Core.TorchScript;

namespace LspTorch.Core.Rules;

/// <summary>The result of forward is what C++ unpacks; said in the source, it is checked by the compiler and read by people.</summary>
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
            if (function.Name != "forward" || body.Class is null || function.Returns is not null || file.Model.DeclaredReturnOf(function) is not null) continue;
            if (body.HasOverloads(file.Model)) continue;
            lists ??= EmptyContainerOfNonTensors.Places(context);
            var inferred = file.Model.ReturnTypeOf(function);
            var observed = file.Observations.Find(PlaceKind.Return, function.NameSpan);
            var fixes = new List<Fix>();
            string known = "";
            bool settled = !lists.Any(l => function.Span.Contains(l.Start));
            if (settled && inferred.IsWritable && Annotations.OfReturn(file, function, inferred, "", FixSafety.Safe) is { } safe)
            {
                fixes.Add(safe);
                known = $": it returns {inferred}";
            }
            else if (observed?.JoinedType is { } seen && TorchType.TryParse(seen, out var type) && type.IsWritable
                && Annotations.OfReturn(file, function, type, $" (observed {observed.Counted} times)", FixSafety.Suggested) is { } suggested)
            {
                fixes.Add(suggested);
                known = $": it was seen to return {seen}";
            }
            context.Report(this, Severity.Hint, function.NameSpan,
                $"'{body.Function.QualifiedName}' does not say what it returns, and C++ must unpack exactly that{known}.", body, fixes);
        }
    }
}
