using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// A configuration object in an attribute, of which compiled code reads members: those become attributes of their own,
/// set in __init__.
/// </summary>
internal sealed record ConfigurationCopied(string Path, string Class, string Name)
    : LiveRepair(
        Path,
        "unconvertible-attribute",
        $"Keep what compiled code reads of self.{Name} in attributes of {Class}"
    )
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (
            ClassOf(file, Class) is not { } type
            || type.Body.OfType<FunctionDef>().FirstOrDefault(f => f.Name == "__init__") is not { } init
            || Nodes<Assign>.In(init).FirstOrDefault(a => a.Targets.Any(t => IsOfSelf(t, Name))) is not { } kept
        )
            return [];
        var reads = file
            .Model.CompiledFunctions.Where(c => c.Class == type && c.Function != init)
            .Select(c => c.Function)
            .Distinct()
            .SelectMany(f => f.Body)
            .SelectMany(Nodes<Attribute>.In)
            .Where(a => a.Context == ExprContext.Load && IsOfSelf(a.Value, Name))
            .ToList();
        if (reads.Count == 0)
            return [];
        var text = file.Text;
        var taken = Nodes<Attribute>.In(type).Select(a => a.Name).ToHashSet();
        var names = reads.Select(r => r.Name).Distinct().ToDictionary(n => n, n => Free($"{Name}_{n}", taken));
        int line = text.LineOf(kept.End);
        string indent = text.IndentationOf(text.LineOf(kept.Start)),
            end = text.DominantLineBreak;
        string code = string.Concat(names.Select(n => $"{indent}self.{n.Value} = self.{Name}.{n.Key}{end}"));
        return
        [
            TextEdit.Insert(text.LineEndWithBreak(line), code),
            .. reads.Select(r => new TextEdit(r.Span, $"self.{names[r.Name]}")),
        ];
    }

    private static string Free(string name, HashSet<string> taken)
    {
        while (!taken.Add(name))
            name += "_";
        return name;
    }
}
