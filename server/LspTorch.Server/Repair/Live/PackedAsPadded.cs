using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// A recurrent layer between <c>pack_padded_sequence</c>, which reads the lengths, and <c>pad_packed_sequence</c>: while
/// torch.export traces, the layer runs on the padded tensor. Eager mode packs as before.
/// </summary>
/// <param name="Function">The qualified name of the function that packs.</param>
internal sealed record PackedAsPadded(string Path, string Function)
    : LiveRepair(Path, "export-packed", $"Run the recurrent layer of {Function} on the padded tensor when exporting")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (
            Refusal.Function(file, Function) is not { } function
            || Nodes<Call>.In(function).FirstOrDefault(c => Is(file, c, "pack_padded_sequence")) is not { } pack
            || pack.FirstAncestor<Stmt>() is not { } packing
            || Blocks.Containing(packing) is not { } block
            || (CallArguments.Given(pack, 0, "input") ?? CallArguments.Given(pack, null, "input")) is not { } input
            || (CallArguments.Given(pack, 1, "lengths") ?? CallArguments.Given(pack, null, "lengths"))
                is not { } lengths
        )
            return [];
        int first = Blocks.IndexAt(block, packing.Start),
            calling = first;
        string? packed = packing is Assign { Targets: [Name name] } assign && assign.Value == pack ? name.Id : null;
        if (packed is not null)
            for (calling++; calling < block.Count && OnlyEager.Is(block[calling]); calling++) { }
        if (
            calling >= block.Count - 1
            || block[calling] is not Assign { Targets: [TupleExpr { Elements: [Name output, var states] }] } call
            || call.Value is not Call { Args: [var given, ..] } layer
            || (packed is null ? given != pack : given is not Name read || read.Id != packed)
            || block[calling + 1] is not Assign { Targets: [var unpacked] } unpacking
            || unpacking.Value is not Call { Args: [Name unpackedOf, ..] } unpack
            || !Is(file, unpack, "pad_packed_sequence")
            || unpackedOf.Id != output.Id
        )
            return [];
        string lengthsText = file.Text[TensorValue.WithoutDetours(lengths).Span],
            exporting = TorchNames.Member(file, "compiler.is_exporting", out _);
        if (first > 0 && IsCopyOf(block[first - 1], lengths))
            first--;
        string more = string.Concat(layer.Args.Skip(1).Select(a => ", " + file.Text[a.Span])),
            run = $"run_padded({file.Text[layer.Func.Span]}, {file.Text[input.Span]}, {lengthsText}{more})";
        List<string> lines = [$"if {exporting}():", $"\t{file.Text[call.Targets[0].Span]} = {run}"];
        if (unpacked is TupleExpr { Elements: [var whole, var sizes] })
        {
            if (file.Text[whole.Span] != output.Id)
                lines.Add($"\t{file.Text[whole.Span]} = {output.Id}");
            if (sizes is not Name { Id: ['_', ..] })
                lines.Add($"\t{file.Text[sizes.Span]} = {lengthsText}");
        }
        else
        {
            lines.Add($"\t{file.Text[unpacked.Span]} = {output.Id}, {lengthsText}");
        }
        lines.Add("else:");
        Stmt[] region = [.. block.Skip(first).Take(calling + 2 - first)];
        var edits = CodeLines.Wrapped(file, region, lines, []);
        return edits.IsEmpty
            ? []
            :
            [
                .. edits,
                .. ExportBlocks.Define(
                    file,
                    ("AnyLength", ExportBlocks.AnyLength),
                    ("run_padded", ExportBlocks.RunPadded)
                ),
            ];
    }

    private static bool Is(FileSnapshot file, Call call, string function) =>
        file.Model.ResolveName(call.Func) == "torch.nn.utils.rnn." + function
        || call.Func is Name n && n.Id == function
        || call.Func is Attribute a && a.Name == function;

    /// <summary><c>lengths = lengths.cpu().numpy()</c> before lengths are used.</summary>
    private static bool IsCopyOf(Stmt statement, Expr lengths) =>
        TensorValue.WithoutDetours(lengths) is Name name
        && statement is Assign { Targets: [Name target] } assign
        && target.Id == name.Id
        && TensorValue.WithoutDetours(assign.Value) is Name of
        && of.Id == name.Id;
}
