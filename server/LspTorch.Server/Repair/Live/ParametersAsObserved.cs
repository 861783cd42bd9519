using System.Collections.Immutable;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>Parameters without annotation that the compiler takes for Tensors, annotated as the run saw them.</summary>
internal sealed record ParametersAsObserved(string Path, string Function)
    : LiveRepair(
        Path,
        "unannotated-non-tensor-parameter",
        $"Annotate the parameters of {Function} as they were observed"
    )
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (Refusal.Function(file, Function) is not { } function)
            return [];
        var edits = new List<TextEdit>();
        foreach (var parameter in function.Args.All())
        {
            if (
                parameter.Annotation is not null
                || parameter == function.Args.VarArg
                || parameter == function.Args.KwArg
                || file.Observations.Find(PlaceKind.Parameter, parameter.NameSpan)?.JoinedType is not { } seen
                || seen is "Tensor" or "NoneType"
                || AnnotationWriter.Write(file.Model, seen) is not { } written
            )
                continue;
            edits.AddRange(AnnotationWriter.AnnotateParameter(file.Model, parameter, written));
        }
        return [.. edits.Distinct()];
    }
}
