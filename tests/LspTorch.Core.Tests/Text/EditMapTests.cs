using LspTorch.Core.Text;

namespace LspTorch.Core.Tests.Text;

[TestFixture]
public sealed class EditMapTests
{
    private const string Old = "def f(x):\n    y = x.size(0)\n    return y\n";

    private static TextSpan SpanOf(string text, string word) => new(text.IndexOf(word, StringComparison.Ordinal), word.Length);

    [Test]
    public void Without_edits_everything_stays()
    {
        Assert.That(EditMap.Unchanged.IsUnchanged, Is.True);
        Assert.That(EditMap.Unchanged.Offset(7), Is.EqualTo(7));
        Assert.That(EditMap.Unchanged.Span(new TextSpan(3, 4)), Is.EqualTo(new MappedSpan(new TextSpan(3, 4), false)));
    }

    [Test]
    public void A_span_behind_an_edit_moves_and_is_untouched()
    {
        var edit = TextEdit.Insert(0, "import torch\n");
        string text = SourceText.From(Old).WithEdits([edit]).Text;
        Assert.That(EditMap.Unchanged.Then(edit).Span(SpanOf(Old, "x.size(0)")),
            Is.EqualTo(new MappedSpan(SpanOf(text, "x.size(0)"), false)));
    }

    [Test]
    public void A_span_in_front_of_an_edit_stays()
    {
        var edit = TextEdit.Insert(Old.Length, "z = 1\n");
        Assert.That(EditMap.Unchanged.Then(edit).Span(SpanOf(Old, "x.size(0)")), Is.EqualTo(new MappedSpan(SpanOf(Old, "x.size(0)"), false)));
    }

    [Test]
    public void An_edit_inside_makes_a_span_touched()
    {
        var edit = new TextEdit(SpanOf(Old, "0"), "-1");
        string text = SourceText.From(Old).WithEdits([edit]).Text;
        Assert.That(EditMap.Unchanged.Then(edit).Span(SpanOf(Old, "x.size(0)")),
            Is.EqualTo(new MappedSpan(SpanOf(text, "x.size(-1)"), true)));
    }

    [Test]
    public void Insertions_at_the_edges_stay_outside()
    {
        var span = SpanOf(Old, "x.size(0)");
        var map = EditMap.Unchanged.ThenTogether([TextEdit.Insert(span.Start, "("), TextEdit.Insert(span.End, ")")]);
        Assert.That(map.Span(span), Is.EqualTo(new MappedSpan(new TextSpan(span.Start + 1, span.Length), false)));
    }

    [Test]
    public void A_span_that_was_deleted_replaced_or_cut_is_gone()
    {
        var span = SpanOf(Old, "x.size(0)");
        Assert.That(EditMap.Unchanged.Then(TextEdit.Delete(span)).Span(span), Is.Null);
        Assert.That(EditMap.Unchanged.Then(new TextEdit(span, "x.size(0)")).Span(span), Is.Null);
        Assert.That(EditMap.Unchanged.Then(TextEdit.Delete(new TextSpan(span.Start - 2, 4))).Span(span), Is.Null);
        Assert.That(EditMap.Unchanged.Then(TextEdit.Delete(new TextSpan(span.End - 1, 3))).Span(span), Is.Null);
    }

    [Test]
    public void Offsets_move_with_the_text_around_them()
    {
        var map = EditMap.Unchanged.Then(new TextEdit(new TextSpan(4, 1), "forward"));
        Assert.That(map.Offset(3), Is.EqualTo(3));
        Assert.That(map.Offset(4), Is.Null);
        Assert.That(map.Offset(5), Is.EqualTo(11));
    }

    [Test]
    public void Random_edits_one_by_one_keep_every_untouched_word_in_place()
    {
        var random = new Random(3);
        int followed = 0;
        for (int round = 0; round < 500; round++)
        {
            var text = SourceText.From(Old);
            var map = EditMap.Unchanged;
            for (int i = 0; i < 5; i++)
            {
                int from = random.Next(text.Length);
                var edit = new TextEdit(new TextSpan(from, random.Next(Math.Min(4, text.Length - from))), new string('#', random.Next(4)));
                text = text.WithEdits([edit]);
                map = map.Then(edit);
            }
            for (int start = 0; start + 3 <= Old.Length; start++)
            {
                if (map.Span(new TextSpan(start, 3)) is not { Touched: false } mapped) continue;
                followed++;
                Assert.That(text[mapped.Span], Is.EqualTo(Old.Substring(start, 3)));
            }
            for (int offset = 0; offset < Old.Length; offset++)
                if (map.Offset(offset) is { } moved) Assert.That(text[moved], Is.EqualTo(Old[offset]));
        }
        Assert.That(followed, Is.GreaterThan(1000));
    }

    [Test]
    public void Edits_given_together_map_as_WithEdits_applies_them()
    {
        var random = new Random(5);
        for (int round = 0; round < 300; round++)
        {
            var edits = new List<TextEdit>();
            for (int at = random.Next(5); at < Old.Length - 4; at += 4 + random.Next(8))
                edits.Add(new TextEdit(new TextSpan(at, random.Next(4)), new string('#', random.Next(3))));
            var text = SourceText.From(Old).WithEdits(edits);
            var map = EditMap.Unchanged.ThenTogether(edits);
            for (int offset = 0; offset < Old.Length; offset++)
                if (map.Offset(offset) is { } moved) Assert.That(text[moved], Is.EqualTo(Old[offset]));
        }
    }
}
