using System.Collections.Immutable;
using System.Text;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Refactorings;

/// <summary>
/// <c>b, *rest, t = x.shape</c> as one assignment for each name, by index from the front and from the back.
/// </summary>
internal static class StarredTarget
{
    public static Fix? Of(FileSnapshot file, Node at)
    {
        var statement = at as Assign ?? at.FirstAncestor<Assign>();
        if (
            statement is not { Targets: [TupleExpr or ListExpr], TypeComment: null }
            || file.Model.TypeOf(statement.Value) is not ListType
        )
            return null;
        if (!Indentation.StartsItsLine(file.Text, statement.Start))
            return null;
        var targets = statement.Targets[0] is TupleExpr tuple
            ? tuple.Elements
            : ((ListExpr)statement.Targets[0]).Elements;
        if (targets.Any(t => t is not (Name or Starred { Value: Name })) || targets.Count(t => t is Starred) != 1)
            return null;
        string value = file.Text[statement.Value.Span];
        if (value.AsSpan().ContainsAny('\r', '\n'))
            return null;

        string indent = file.Text.IndentationOf(file.Text.LineOf(statement.Start)),
            end = file.Text.DominantLineBreak;
        var stored = targets.Select(t => t is Name name ? name.Id : ((Name)((Starred)t).Value).Id).ToArray();
        // A name that is itself assigned here must not be read behind that.
        string from =
            statement.Value is Name read && !stored.Contains(read.Id) ? read.Id : UniqueNames.For(file, "sizes");
        var lines = new StringBuilder(from == value ? "" : $"{from} = {value}{end}{indent}");
        int starred = targets.ToList().FindIndex(t => t is Starred),
            behind = targets.Count - 1 - starred;
        for (int i = 0; i < targets.Count; i++)
        {
            string index =
                i < starred ? $"{from}[{i}]"
                : i > starred ? $"{from}[{i - targets.Count}]"
                : $"list({from}[{starred}:{(behind > 0 ? $"-{behind}" : "")}])";
            lines.Append($"{(i > 0 ? end + indent : "")}{stored[i]} = {index}");
        }
        return new Fix(
            $"Take {string.Join(", ", stored.Select(n => $"'{n}'"))} by index",
            FixSafety.Suggested,
            [new TextEdit(statement.Span, lines.ToString())]
        );
    }
}
