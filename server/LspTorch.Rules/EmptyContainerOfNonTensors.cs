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
                $"TorchScript takes the empty '{target.Id}' for a {assumed}, and {Shown(use, isList)} "
                    + $"cannot be stored in it: annotate '{target.Id}: {use.Container}' where it is created.",
                body.Function.QualifiedName,
                [.. fixes],
                [new RelatedPlace(target.Span, $"'{target.Id}' is created here"), .. body.WhyCompiled()]
            )
        );
    }

    private static string Shown(ContainerUse use, bool isList) =>
        isList ? $"'{use.Element}'" : $"an entry of '{use.Container}'";
}
