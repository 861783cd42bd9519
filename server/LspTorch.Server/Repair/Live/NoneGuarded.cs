using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// An attribute that is None, used as a condition: <c>if self.length and n > self.length:</c> stands below
/// <c>if self.length is not None:</c>, which the compiler decides. Python computes the same: None is false.
/// </summary>
/// <param name="Statement">The first line of the if statement.</param>
internal sealed record NoneGuarded(string Path, string Function, string Statement, string Attribute)
    : LiveRepair(Path, "condition-not-bool", $"Ask whether {Attribute} is None before '{Statement}'")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (Refusal.Function(file, Function) is not { } function)
            return [];
        return
        [
            .. Nodes<If>
                .In(function)
                .Where(i => OnlyEager.Short(file, i) == Statement && Needs(file, i.Test))
                .SelectMany(i => Guarded(file, i)),
        ];
    }

    private ImmutableArray<TextEdit> Guarded(FileSnapshot file, If one)
    {
        var text = file.Text;
        string indent = text.IndentationOf(text.LineOf(one.Start));
        var behind = new List<string>();
        if (one.OrElse is [var first, ..])
        {
            var last = one.OrElse[^1];
            // What follows where the condition is false follows where the attribute is None.
            if (CodeLines.IsElif(text, first) || Indentation.LinesInsideStrings(text, one.OrElse).Count > 0)
                return [];
            behind.Add("else:");
            string inner = text.IndentationOf(text.LineOf(first.Start));
            for (int line = text.LineOf(first.Start); line <= text.LineOf(last.End); line++)
            {
                string code = text[TextSpan.FromBounds(text.LineStart(line), text.LineEnd(line))];
                if (code.Trim().Length > 0)
                    behind.Add("\t" + (code.StartsWith(inner, StringComparison.Ordinal) ? code[inner.Length..] : ""));
            }
        }
        return CodeLines.Wrapped(file, [one], [$"if {Attribute} is not None:"], behind);
    }

    /// <summary>Whether a condition is false where the attribute is None.</summary>
    private bool Needs(FileSnapshot file, Expr test) =>
        test is BoolOp { Op: BoolOperator.And } both
            ? both.Values.Any(v => Needs(file, v))
            : ValueWritten.Canonical(file.Text, test) == Attribute;

    /// <summary>The attribute of self that an if statement around a place tests.</summary>
    public static (If Statement, string Attribute)? At(FileSnapshot file, TextSpan place) =>
        Nodes<If>
            .In(file.Tree.Root)
            .Where(i => i.Test.Start <= place.Start && place.Start < i.Test.End)
            .Select(i => (i, PresenceTested.At(file, place, null)))
            .Where(found => found.Item2 is not null)
            .Select(found => ((If, string)?)(found.i, found.Item2 ?? ""))
            .LastOrDefault();
}
