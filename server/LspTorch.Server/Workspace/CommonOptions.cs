using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.TorchScript;

namespace LspTorch.Server.Workspace;

/// <summary>What the command line says about how to judge; everything unsaid is the project's or the default.</summary>
internal sealed record CommonOptions(TorchVersion? Torch, CheckMode? Mode, ImmutableArray<EntryPoint> Entries)
{
    public static CommonOptions None { get; } = new(null, null, []);

    public Settings Adjust(Settings settings) =>
        settings with
        {
            Mode = Mode ?? settings.Mode,
            Entries = Entries.IsEmpty ? settings.Entries : Entries,
        };
}
