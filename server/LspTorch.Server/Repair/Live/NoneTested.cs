using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>A parameter that no call gave anything but None, used as a condition: None is tested first.</summary>
internal sealed record NoneTested(string Path, string Function, string Name)
    : LiveRepair(Path, "condition-not-bool", $"Test '{Name} is not None' first in {Function}")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file) =>
        Refusal.Function(file, Function) is not { } function
            ? []
            :
            [
                .. Nodes<Syntax.Name>
                    .In(function)
                    .Where(n => n.Id == Name && n.Context == ExprContext.Load && n.Parent is If or IfExp or BoolOp)
                    .Where(n => n.Parent is not IfExp i || i.Test == n)
                    .Select(n => new TextEdit(n.Span, $"({Name} is not None and {Name})")),
            ];
}
