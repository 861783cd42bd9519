using LspTorch.Core.Syntax;
using LspTorch.Core.Text;

namespace LspTorch.Core.Rules;

/// <summary>Writes <c>__prepare_scriptable__</c>, which torch.jit.script calls on each module before it compiles what that returns.</summary>
internal static class PrepareScriptable
{
    public const string Name = "__prepare_scriptable__";

    /// <summary>A method that does something to each module inside, and returns the module itself; behind the constructor. Null where there is none.</summary>
    /// <param name="lines">For one module named <c>module</c>, without indentation of their own; a leading tab stands for each level.</param>
    public static Fix? Fix(FileSnapshot file, ClassDef type, string title, IEnumerable<string> lines, params ReadOnlySpan<TextEdit?> imports)
    {
        if (type.Body.OfType<FunctionDef>().FirstOrDefault(f => f.Name == "__init__") is not { } init || type.Body.OfType<FunctionDef>().Any(f => f.Name == Name)) return null;
        var text = file.Text;
        string indent = text.IndentationOf(text.LineOf(init.Start)), unit = indent.EndsWith('\t') ? "\t" : "    ", end = text.DominantLineBreak;
        int line = text.LineOf(init.End);
        string code = $"{end}{indent}def {Name}(self):{end}{indent}{unit}for module in self.modules():{end}"
            + string.Concat(lines.Select(l => $"{indent}{unit}{unit}{l.Replace("\t", unit)}{end}"))
            + $"{indent}{unit}return self{end}";
        bool broken = text.LineEndWithBreak(line) > text.LineEnd(line);
        var edits = new List<TextEdit> { TextEdit.Insert(text.LineEndWithBreak(line), (broken ? "" : end) + code) };
        foreach (var import in imports) if (import is { } top) edits.Add(top);
        return new Fix(title, FixSafety.Suggested, [.. edits]);
    }
}
