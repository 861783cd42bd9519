using System.Collections.Immutable;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>A return annotation that is not what the function returns, in no call of the run: the observed type.</summary>
internal sealed record ReturnAsObserved(string Path, string Function, string Type)
    : LiveRepair(Path, "return-type-mismatch", $"Annotate '{Function}(...) -> {Type}', which it returns")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file) =>
        Refusal.Function(file, Function) is { Returns: { } annotated } function
        && AnnotationWriter.Write(file.Model, Type) is { } written
            ? [new TextEdit(annotated.Span, written.Text), .. AnnotationWriter.ImportEdits(file.Model, written.Imports)]
            : [];

    /// <summary>The type that the run saw returned; null where it saw none.</summary>
    public static string? Observed(FileSnapshot file, FunctionDef function) =>
        file.Observations.Find(PlaceKind.Return, function.NameSpan)?.JoinedType;
}
