using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// Ints handed to parameters of torch's modules that are floats: the module keeps the int, and the compiler refuses it
/// inside torch.
/// </summary>
internal sealed record FloatArguments(string Path)
    : LiveRepair(Path, "unconvertible-attribute", "Pass floats to the modules of torch that take floats")
{
    /// <summary>By module, its float parameters in order.</summary>
    private static readonly Dictionary<string, string[]> floats = new()
    {
        ["torch.nn.Dropout"] = ["p"],
        ["torch.nn.Dropout1d"] = ["p"],
        ["torch.nn.Dropout2d"] = ["p"],
        ["torch.nn.Dropout3d"] = ["p"],
        ["torch.nn.AlphaDropout"] = ["p"],
        ["torch.nn.FeatureAlphaDropout"] = ["p"],
        ["torch.nn.LeakyReLU"] = ["negative_slope"],
        ["torch.nn.ELU"] = ["alpha"],
        ["torch.nn.CELU"] = ["alpha"],
        ["torch.nn.Hardtanh"] = ["min_val", "max_val"],
        ["torch.nn.Threshold"] = ["threshold", "value"],
        ["torch.nn.Softplus"] = ["beta", "threshold"],
        ["torch.nn.Hardshrink"] = ["lambd"],
        ["torch.nn.Softshrink"] = ["lambd"],
    };

    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        var edits = ImmutableArray.CreateBuilder<TextEdit>();
        foreach (var call in Nodes<Call>.In(file.Tree.Root))
        {
            if (file.Model.ResolveName(call.Func) is not { } name || !floats.TryGetValue(name, out string[]? taken))
                continue;
            for (int i = 0; i < call.Args.Count && i < taken.Length; i++)
                Add(call.Args[i]);
            foreach (var keyword in call.Keywords)
                if (taken.Contains(keyword.Name))
                    Add(keyword.Value);
        }
        return edits.ToImmutable();

        void Add(Expr argument)
        {
            string text = file.Text[argument.Span];
            if (argument is Starred || argument is Constant && !text.All(char.IsAsciiDigit))
                return;
            edits.Add(
                argument is Constant
                    ? TextEdit.Insert(argument.Span.End, ".0")
                    : new TextEdit(argument.Span, $"float({text})")
            );
        }
    }
}
