using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// An LSTM, GRU or RNN, which torch.export unrolls over the time steps of the example: called where the operator only
/// tells the shapes of its outputs. The program keeps the operator.
/// </summary>
/// <param name="Statement">The first line of the statement that calls the layer.</param>
internal sealed record RecurrentKept(string Path, string Statement)
    : LiveRepair(
        Path,
        "export-recurrent",
        $"Let torch.export keep the recurrent layer of '{Statement}' for every length"
    )
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        var edits = ExportStatement
            .Of(file, Statement)
            .Take(1)
            .SelectMany(s => CodeLines.Wrapped(file, [s], ["with AnyLength():"], []))
            .ToImmutableArray();
        return edits.IsEmpty ? [] : [.. edits, .. ExportBlocks.Define(file, ("AnyLength", ExportBlocks.AnyLength))];
    }
}
