using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Refactorings;
using LspTorch.Syntax;

namespace LspTorch.Rules;

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
        foreach (var (node, target, isList, use) in EmptyContainer.Mistyped(context.File, context.Compiled))
            Report(context, node.Body, target, use, isList, use.Certain ? node.Severity : Severity.Warning);
    }

    private void Report(
        RuleContext context,
        CompiledBody body,
        Name target,
        ContainerUse use,
        bool isList,
        Severity severity
    )
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

    private static string Shown(ContainerUse use, bool isList) =>
        isList ? $"'{use.Element}'" : $"an entry of '{use.Container}'";
}
