using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>A function that no recorded call came to and that the compiler cannot even parse: left to Python.</summary>
internal sealed record UnreachedUnused(string Path, string Function)
    : LiveRepair(
        Path,
        "unsupported-syntax",
        $"Leave {Function}, which no recorded call reached, uncompiled: @torch.jit.unused"
    )
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (
            Refusal.Function(file, Function) is not { } function
            || function.Decorators.Count > 0
            || !Indentation.StartsItsLine(file.Text, function.Start)
        )
            return [];
        string name = TorchNames.Jit(file, "unused", out var import),
            indent = Indentation.OfFunction(file.Text, function);
        var edit = TextEdit.Insert(function.Start, $"@{name}{file.Text.DominantLineBreak}{indent}");
        return import is { } needed ? [edit, needed] : [edit];
    }
}
