using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// <c>torch.finfo(x.dtype).min</c>, which script has not: compiled code takes the number of float32, Python asks as
/// before.
/// </summary>
internal sealed record FloatLimitsWritten(string Path)
    : LiveRepair(Path, "unsupported-function", "Write the limits of float32 where compiled code calls torch.finfo")
{
    private static readonly Dictionary<string, string> limits = new()
    {
        ["min"] = "-3.4028234663852886e+38",
        ["max"] = "3.4028234663852886e+38",
        ["eps"] = "1.1920928955078125e-07",
        ["tiny"] = "1.1754943508222875e-38",
    };

    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        string test = TorchNames.Jit(file, "is_scripting", out var import);
        ImmutableArray<TextEdit> edits =
        [
            .. file
                .Model.CompiledFunctions.Select(c => c.Function)
                .Distinct()
                .SelectMany(f => f.Body)
                .SelectMany(Nodes<Attribute>.In)
                .Where(a =>
                    a.Value is Call call
                    && file.Model.ResolveName(call.Func) == "torch.finfo"
                    && limits.ContainsKey(a.Name)
                    && !a.Ancestors().OfType<IfExp>().Any(i => file.Text[i.Test.Span].Contains("is_scripting"))
                )
                .Select(a => new TextEdit(a.Span, $"({limits[a.Name]} if {test}() else {file.Text[a.Span]})"))
                .Distinct(),
        ];
        return edits.IsEmpty || import is not { } needed ? edits : [.. edits, needed];
    }
}
