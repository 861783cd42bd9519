using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Server.Repair.Live;

/// <summary>A value that may be None by its type and was never None at a statement of the run: asserted before it.</summary>
/// <param name="Statement">The first line of the statement.</param>
internal sealed record OptionalAsserted(string Path, string Function, string Statement, string Name)
    : LiveRepair(Path, "optional-not-refined", $"Assert that '{Name}' is not None before '{Statement}'")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (Refusal.Function(file, Function) is not { } function)
            return [];
        var text = file.Text;
        return
        [
            .. Nodes<Stmt>
                .In(function)
                .Where(s =>
                    OnlyEager.Short(file, s) == Statement
                    && Indentation.StartsItsLine(text, s.Start)
                    && !CodeLines.IsElif(text, s)
                )
                .Select(s =>
                    TextEdit.Insert(
                        s.Start,
                        $"assert {Name} is not None{text.DominantLineBreak}{text.IndentationOf(text.LineOf(s.Start))}"
                    )
                ),
        ];
    }

    /// <summary>The names in a statement whose type may be None.</summary>
    public static IEnumerable<string> NamesIn(FileSnapshot file, Stmt statement) =>
        Nodes<Syntax.Name>
            .In(statement)
            .Where(n => n.Context == ExprContext.Load && file.Model.TypeOf(n) is OptionalType)
            .Select(n => n.Id)
            .Distinct();
}
