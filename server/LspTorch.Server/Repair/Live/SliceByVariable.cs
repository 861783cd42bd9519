using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// A loop over the first n layers, <c>for layer in self.layers[:n]:</c>: over all of them, which the compiler writes out,
/// and a condition that leaves the others out.
/// </summary>
/// <param name="Statement">The first line of the loop.</param>
internal sealed record SliceByVariable(string Path, string Function, string Statement)
    : LiveRepair(
        Path,
        "module-list-indexed-by-variable",
        $"Loop over all layers in '{Statement}' and leave the others out"
    )
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (Refusal.Function(file, Function) is not { } function)
            return [];
        var text = file.Text;
        var edits = new List<TextEdit>();
        foreach (var loop in Nodes<For>.In(function).Where(f => OnlyEager.Short(file, f) == Statement))
        {
            if (
                loop
                    is not {
                        OrElse.Count: 0,
                        Target: Name target,
                        Iter: Subscript { Value: var list, Index: Slice { Lower: null, Step: null, Upper: Name bound } }
                    }
                || file.Model.TypeOf(bound) != TorchType.Int
                || loop.Body.Count == 0
                || !Indentation.StartsItsLine(text, loop.Body[0].Start)
                || Nodes<Name>.In(function).Any(n => n.Id == target.Id && n.Start >= loop.End)
                || loop.Body.SelectMany(Nodes<Name>.In)
                    .Any(n => n.Context == ExprContext.Store && (n.Id == bound.Id || n.Id == target.Id))
            )
                continue;
            string index = UniqueNames.For(file, "index"),
                layers = text[list.Span];
            int first = text.LineOf(MovedPiece.StartOf(loop.Body[0]));
            string indent = text.IndentationOf(first);
            edits.Add(
                new TextEdit(
                    TextSpan.FromBounds(target.Start, loop.Iter.ParenthesizedSpan.End),
                    $"{index}, {target.Id} in enumerate({layers})"
                )
            );
            edits.Add(
                TextEdit.Insert(
                    text.LineStart(first),
                    $"{indent}if {index} < ({bound.Id} if {bound.Id} >= 0 else len({layers}) + {bound.Id}):"
                        + text.DominantLineBreak
                )
            );
            edits.AddRange(
                Indentation.Shift(
                    text,
                    first,
                    text.LineOf(loop.End),
                    indent,
                    indent + Indentation.Unit(text, function),
                    Indentation.LinesInsideStrings(text, loop.Body)
                )
            );
        }
        // Of two insertions at the start of a line one would be lost.
        return
        [
            .. edits
                .GroupBy(e => e.Span)
                .Select(g =>
                    g.Key.IsEmpty ? TextEdit.Insert(g.Key.Start, string.Concat(g.Select(e => e.NewText))) : g.First()
                ),
        ];
    }
}
