using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Rules;

/// <summary>
/// Writes <c>__prepare_scriptable__</c>, which torch.jit.script calls on each module before it compiles what that
/// returns.
/// </summary>
internal static class PrepareScriptable
{
    public const string Name = "__prepare_scriptable__";

    /// <summary>
    /// A method that takes off all that the live instances of a class have and that is refused: hooks that only look,
    /// parametrizations, weight_norm. Null where a hook does more.
    /// </summary>
    public static Fix? Fix(FileSnapshot file, LiveClass type)
    {
        var all = type.Variants.SelectMany(v => v.Hooks).ToList();
        bool ofNorm(ObservedHook hook) => hook.Name.EndsWith("WeightNorm", StringComparison.Ordinal);
        var looking = all.Where(h => h.Kind is HookKind.Forward or HookKind.ForwardPre && !ofNorm(h)).ToList();
        bool norm = all.Any(h => h.Kind == HookKind.ForwardPre && ofNorm(h)),
            parametrized = all.Any(h => h.Kind == HookKind.Parametrization);
        // A hook of spectral_norm, and pre-hooks beside those of weight_norm, need more than is written here.
        if (
            all.Any(h =>
                h.Kind != HookKind.Parametrization && h.Name.EndsWith("SpectralNorm", StringComparison.Ordinal)
            )
            || norm && looking.Any(h => h.Kind == HookKind.ForwardPre)
            || !HookInScript.OnlyLook(file, looking)
        )
            return null;
        string torch = TorchNames.Member(file, "nn", out var import);
        var lines = new List<string>();
        if (norm)
            lines.AddRange([
                "for hook in list(module._forward_pre_hooks.values()):",
                "\tif type(hook).__name__ == \"WeightNorm\":",
                $"\t\t{torch}.utils.remove_weight_norm(module, hook.name)",
            ]);
        if (parametrized)
            lines.AddRange(WithoutParametrizations(torch));
        if (looking.Any(h => h.Kind == HookKind.Forward))
            lines.Add("module._forward_hooks.clear()");
        if (looking.Any(h => h.Kind == HookKind.ForwardPre))
            lines.Add("module._forward_pre_hooks.clear()");
        string what =
            parametrized && looking.Count == 0 && !norm ? "parametrizations"
            : parametrized ? "hooks and parametrizations"
            : "hooks";
        return Fix(
            file,
            type.Model.Node,
            $"Add {Name} that removes the {what}",
            lines,
            norm || parametrized ? import : null
        );
    }

    /// <summary>A method that takes the parametrizations off, where the text says that there are some.</summary>
    public static Fix? OfParametrizations(FileSnapshot file, ClassDef type)
    {
        string torch = TorchNames.Member(file, "nn", out var import);
        return Fix(file, type, $"Add {Name} that removes the parametrizations", WithoutParametrizations(torch), import);
    }

    private static string[] WithoutParametrizations(string torch) =>
        [
            $"if {torch}.utils.parametrize.is_parametrized(module):",
            "\tfor name in list(module.parametrizations):",
            $"\t\t{torch}.utils.parametrize.remove_parametrizations(module, name)",
        ];

    /// <summary>
    /// A method that does something to each module inside, and returns the module itself; behind the constructor. Null
    /// where there is none.
    /// </summary>
    /// <param name="lines">For one module named <c>module</c>, without indentation of their own; a leading tab stands
    /// for each level.</param>
    public static Fix? Fix(
        FileSnapshot file,
        ClassDef type,
        string title,
        IEnumerable<string> lines,
        params ReadOnlySpan<TextEdit?> imports
    )
    {
        if (
            type.Body.OfType<FunctionDef>().FirstOrDefault(f => f.Name == "__init__") is not { } init
            || type.Body.OfType<FunctionDef>().Any(f => f.Name == Name)
        )
            return null;
        var text = file.Text;
        string indent = text.IndentationOf(text.LineOf(init.Start)),
            unit = indent.EndsWith('\t') ? "\t" : "    ",
            end = text.DominantLineBreak;
        int line = text.LineOf(init.End);
        string code =
            $"{end}{indent}def {Name}(self):{end}{indent}{unit}for module in self.modules():{end}"
            + string.Concat(lines.Select(l => $"{indent}{unit}{unit}{l.Replace("\t", unit)}{end}"))
            + $"{indent}{unit}return self{end}";
        bool broken = text.LineEndWithBreak(line) > text.LineEnd(line);
        var edits = new List<TextEdit> { TextEdit.Insert(text.LineEndWithBreak(line), (broken ? "" : end) + code) };
        foreach (var import in imports)
            if (import is { } top)
                edits.Add(top);
        return new Fix(title, FixSafety.Suggested, [.. edits]);
    }
}
