using System.Collections.Immutable;
using LspTorch.Refactorings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// A variable that the first turn of a loop makes and the others read: the compiler, which reads all turns as one, gets
/// a value before the loop. Python does not run that line.
/// </summary>
internal sealed record BegunBefore(string Path, string Function, string Name)
    : LiveRepair(Path, "not-defined-on-all-paths", $"Give '{Name}' a value before its loop in {Function}")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (
            Refusal.Function(file, Function) is not { } function
            || Nodes<For>.In(function).FirstOrDefault(Stores) is not { } loop
            || Nodes<Syntax.Name>.In(loop).FirstOrDefault(n => n.Id == Name && n.Context == ExprContext.Load)
                is not { } read
        )
            return [];
        return EarlyValue.Of(file, function, loop, read)?.Edits ?? [];
    }

    private bool Stores(For loop) =>
        Nodes<Syntax.Name>.In(loop).Any(n => n.Id == Name && n.Context == ExprContext.Store);
}
