using System.Collections.Immutable;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>Lists and dictionaries that begin empty in a compiled function, annotated with what the run put in.</summary>
internal sealed record ContainersAsObserved(string Path, string Function)
    : LiveRepair(
        Path,
        "empty-container-of-non-tensors",
        $"Annotate the containers that begin empty in {Function} as they were observed"
    )
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        var edits = new List<TextEdit>();
        var compiled = file.Model.CompiledFunctions.FirstOrDefault(c => c.QualifiedName == Function);
        foreach (var assign in compiled is null ? [] : Nodes<Assign>.In(compiled.Function))
        {
            if (
                assign is not { Targets: [Name target] }
                || assign.Value is not (ListExpr { Elements.Count: 0 } or DictExpr { Values.Count: 0 })
                || file.Observations.Find(PlaceKind.Variable, target.Span)?.JoinedType is not { } type
                || type is "List[Tensor]" or "Dict[str, Tensor]"
                || AnnotationWriter.Write(file.Model, type) is not { } written
            )
                continue;
            edits.AddRange(AnnotationWriter.Annotate(file.Model, target.Span.End, ": ", written));
        }
        return [.. edits.Distinct()];
    }

    /// <summary>The qualified name of the compiled function in which an offset lies; null where it lies in none.</summary>
    public static string? FunctionAt(FileSnapshot file, int offset) =>
        file
            .Model.CompiledFunctions.Where(c => c.Function.Start <= offset && offset < c.Function.End)
            .OrderBy(c => c.Function.End - c.Function.Start)
            .FirstOrDefault()
            ?.QualifiedName;
}
