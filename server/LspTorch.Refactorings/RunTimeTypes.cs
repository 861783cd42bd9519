using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Refactorings;

/// <summary>Types that a run has seen, where they can be written as annotations.</summary>
internal static class RunTimeTypes
{
    public static TorchType? Of(FileSnapshot file, PlaceKind kind, TextSpan span) =>
        file.Observations.Find(kind, span)?.JoinedType is { } seen
        && TorchType.TryParse(seen, out var type)
        && type.IsWritable
            ? type
            : null;
}
