using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// weight_norm and spectral_norm, wherever below a module they were put on (by a function, in a base class, inside a
/// container): taken off in the __prepare_scriptable__ of the class that is compiled.
/// </summary>
internal sealed record HooksTakenOff(string Path, string Class, IReadOnlyList<string> Hooks)
    : LiveRepair(Path, "weight-norm-hook", $"Add __prepare_scriptable__ to {Class} that removes the hooks of its parts")
{
    private const string Name = "__prepare_scriptable__";

    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (
            ClassOf(file, Class) is not { Body: [.., var last] } type
            || type.Body.OfType<FunctionDef>().Any(f => f.Name == Name)
        )
            return [];
        var text = file.Text;
        string indent = text.IndentationOf(text.LineOf(type.Body[0].Start)),
            unit = indent.EndsWith('\t') ? "\t" : "    ",
            end = text.DominantLineBreak;
        int line = text.LineOf(last.End);
        bool broken = text.LineEndWithBreak(line) > text.LineEnd(line);
        string code = string.Concat(Lines().Select(l => l.Length == 0 ? end : $"{indent}{l.Replace("\t", unit)}{end}"));
        return [TextEdit.Insert(text.LineEndWithBreak(line), $"{(broken ? "" : end)}{end}{code}")];
    }

    private IEnumerable<string> Lines()
    {
        yield return $"def {Name}(self):";
        yield return "\timport torch.nn.utils as utils";
        yield return "";
        yield return "\tfor module in self.modules():";
        if (Hooks.Contains("WeightNorm"))
            foreach (string line in Off("WeightNorm", "remove_weight_norm"))
                yield return line;
        if (Hooks.Contains("SpectralNorm"))
            foreach (string line in Off("SpectralNorm", "remove_spectral_norm"))
                yield return line;
        if (Hooks.Contains("parametrized"))
        {
            yield return "\t\tif utils.parametrize.is_parametrized(module):";
            yield return "\t\t\tfor name in list(module.parametrizations):";
            yield return "\t\t\t\tutils.parametrize.remove_parametrizations(module, name)";
        }
        yield return "\treturn self";
    }

    private static IEnumerable<string> Off(string hook, string function) =>
        [
            "\t\tfor hook in list(module._forward_pre_hooks.values()):",
            $"\t\t\tif type(hook).__name__ == \"{hook}\":",
            $"\t\t\t\tutils.{function}(module, hook.name)",
        ];
}
