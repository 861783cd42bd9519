using LspTorch.Findings;
using LspTorch.Server.Repair;
using LspTorch.Text;

namespace LspTorch.Server.Tests.Repair;

/// <summary>Which edit is of which fix, where fixes were applied behind and inside one another.</summary>
public sealed class FixGroupsTests
{
    private static FixUnit Fix(string title) => new("m.py", "rule", title, FixSafety.Suggested);

    private static EditStep Step(params (string Title, int Start, int End, string Text)[] edits) =>
        new("m.py", [.. edits.Select(e => (Fix(e.Title), new TextEdit(TextSpan.FromBounds(e.Start, e.End), e.Text)))]);

    private static string Titles(GroupedEdit edit) => string.Join(" + ", edit.Group.Fixes.Select(f => f.Title));

    private static SourceText After(SourceText before, IEnumerable<EditStep> steps) =>
        steps.Aggregate(before, (text, step) => text.WithEdits(step.Edits.Select(e => e.Edit)));

    [Test]
    public void Fixes_of_other_places_are_apart_and_fixes_of_the_same_text_are_one()
    {
        var before = SourceText.From("import torch\n\ndef f(x, n=1):\n    return x * n\n");
        EditStep[] steps =
        [
            Step(("annotate x", 21, 21, ": Tensor"), ("annotate x", 13, 13, "from torch import Tensor\n")),
            Step(("annotate n", 57, 57, ": int")),
            Step(("optional x", 48, 54, "Optional[Tensor]"), ("optional x", 0, 0, "from typing import Optional\n")),
        ];
        var after = After(before, steps);
        var edits = FixGroups.Of(before, after, steps);
        Assert.That(before.WithEdits(edits.Select(e => e.Edit)).Text, Is.EqualTo(after.Text));
        Assert.That(
            edits.Select(Titles),
            Is.EqualTo(new[] { "", "", "annotate x + optional x", "annotate n" }),
            after.Text
        );
        Assert.That(edits[0].Group, Is.SameAs(edits[1].Group), "imports are one group, of no fix");
    }

    [Test]
    public void The_edits_make_the_text_that_the_steps_made()
    {
        var random = new Random(7);
        for (int run = 0; run < 3000; run++)
        {
            var before = SourceText.From(
                new string([.. Enumerable.Range(0, random.Next(30)).Select(_ => "ab\n"[random.Next(3)])])
            );
            var (now, steps) = (before, new List<EditStep>());
            for (int step = random.Next(1, 6); step > 0; step--)
            {
                var edits = new List<(string, int, int, string)>();
                for (int at = random.Next(4); at <= now.Length; at += random.Next(1, 9))
                {
                    int end = Math.Min(now.Length, at + random.Next(4));
                    edits.Add(($"fix {random.Next(5)}", at, end, new string('x', random.Next(3))));
                    at = end + 1;
                }
                steps.Add(Step([.. edits]));
                now = After(now, [steps[^1]]);
            }
            var grouped = FixGroups.Of(before, now, steps);
            Assert.That(
                before.WithEdits(grouped.Select(e => e.Edit)).Text,
                Is.EqualTo(now.Text),
                string.Join("; ", steps.Select(s => string.Join(", ", s.Edits)))
            );
            foreach (var fix in grouped.SelectMany(e => e.Group.Fixes).Distinct())
                Assert.That(
                    grouped.Where(e => e.Group.Fixes.Contains(fix)).Select(e => e.Group).Distinct().Count(),
                    Is.EqualTo(1)
                );
        }
    }
}
