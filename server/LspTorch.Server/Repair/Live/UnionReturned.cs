using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>A function whose returns have two types, by what it was given: annotated with both.</summary>
/// <param name="Types">The types that the compiler saw returned, as TorchScript writes them.</param>
internal sealed record UnionReturned(string Path, string Function, string Types)
    : LiveRepair(Path, "return-type-mismatch", $"Annotate '{Function}(...) -> Union[{Types}]'")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (
            Refusal.Function(file, Function) is not { TypeComment: null } function
            || AnnotationWriter.Write(file.Model, $"Union[{Types}]") is not { } written
        )
            return [];
        return function.Returns is { } annotated
            ? [new TextEdit(annotated.Span, written.Text), .. AnnotationWriter.ImportEdits(file.Model, written.Imports)]
            : AnnotationWriter.Annotate(file.Model, function.ParametersEnd, " -> ", written);
    }
}
