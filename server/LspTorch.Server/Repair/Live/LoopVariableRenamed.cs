using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// A name that stands for a module in one loop cannot stand for another in a second one: from the second loop on it
/// has a name of its own in each.
/// </summary>
internal sealed record LoopVariableRenamed(string Path, string Function, string Name)
    : LiveRepair(Path, "type-changed", $"Give '{Name}' another name in the later loops of {Function}")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (Refusal.Function(file, Function) is not { } function)
            return [];
        var loops = Nodes<For>.In(function).Where(f => Nodes<Syntax.Name>.In(f.Target).Any(n => n.Id == Name)).ToList();
        var uses = Nodes<Syntax.Name>.In(function).Where(n => n.Id == Name).ToList();
        // What stands outside of the loops would read what the last of them left.
        if (loops.Count < 2 || uses.Any(u => !loops.Any(l => l.Span.Contains(u.Start))))
            return [];
        var edits = new List<TextEdit>();
        string free = UniqueNames.For(file, $"{Name}_2");
        int number = 2;
        foreach (var loop in loops.Skip(1))
        {
            if (loops.Any(l => l != loop && (l.Span.Contains(loop.Start) || loop.Span.Contains(l.Start))))
                return [];
            string name = number == 2 ? free : $"{free}_{number}";
            edits.AddRange(uses.Where(u => loop.Span.Contains(u.Start)).Select(u => new TextEdit(u.Span, name)));
            number++;
        }
        return [.. edits];
    }
}
