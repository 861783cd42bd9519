using System.Text;
using LspTorch.Syntax;
using LspTorch.Text;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Text;

/// <summary>Lines and columns of text that is not plain ASCII.</summary>
[TestFixture]
public sealed class ColumnTests
{
    [TestCase("x = '日本語'; y = 1", "y", 11, 17)]
    [TestCase("x = '😀'; y = 1", "y", 10, 12)]
    [TestCase("\tx = 'é'; y = 1", "y", 10, 11)]
    [TestCase("変数 = 1; y = 1", "y", 8, 12)]
    public void Utf8_columns_count_bytes_and_utf16_columns_code_units(string line, string name, int utf16, int utf8)
    {
        var text = SourceText.From("pass\n" + line + "\n");
        int offset = text.Text.IndexOf(name, StringComparison.Ordinal);
        Assert.That(text.PositionOf(offset), Is.EqualTo(new LinePosition(1, utf16)));
        Assert.That(Utf8Columns.FromUtf16(text, 1, utf16), Is.EqualTo(utf8));
        Assert.That(Utf8Columns.ToUtf16(text, 1, utf8), Is.EqualTo(utf16));
    }

    [Test]
    public void A_byte_column_within_a_character_answers_its_start_and_one_past_the_end_the_end()
    {
        var text = SourceText.From("日😀x");
        Assert.That(
            new[] { 0, 1, 2, 3, 4, 6, 7, 8, 99 }.Select(column => Utf8Columns.ToUtf16(text, 0, column)),
            Is.EqualTo(new[] { 0, 0, 0, 1, 1, 1, 3, 4, 4 })
        );
    }

    [Test]
    public void Every_column_survives_the_way_to_bytes_and_back()
    {
        var text = SourceText.From("a = 'äあ😀\t' # ｶﾞ𝐱\r\nb\r\rc");
        for (int line = 0; line < text.LineCount; line++)
        {
            for (int column = 0; column <= text.LineEnd(line) - text.LineStart(line); column++)
            {
                int offset = text.LineStart(line) + column;
                if (offset > 0 && offset < text.Length && char.IsLowSurrogate(text[offset]))
                    continue;
                int bytes = Utf8Columns.FromUtf16(text, line, column);
                Assert.That(
                    bytes,
                    Is.EqualTo(Encoding.UTF8.GetByteCount(text[TextSpan.FromBounds(text.LineStart(line), offset)]))
                );
                Assert.That(Utf8Columns.ToUtf16(text, line, bytes), Is.EqualTo(column));
            }
        }
    }

    [TestCase("a\nb\nc", 3, "\n")]
    [TestCase("a\r\nb\r\nc", 3, "\r\n")]
    [TestCase("a\rb\rc", 3, "\r")]
    [TestCase("a\r\n\r\nb\nc", 4, "\r\n")]
    [TestCase("a\fb\u2028c", 1, "\n")]
    public void Lines_end_where_python_ends_them(string content, int lines, string dominant)
    {
        var text = SourceText.From(content);
        Assert.That(text.LineCount, Is.EqualTo(lines));
        Assert.That(text.DominantLineBreak, Is.EqualTo(dominant));
    }

    [TestCase("x = 1\ny = x\n")]
    [TestCase("x = 1\r\ny = x\r\n")]
    [TestCase("x = 1\ry = x\r")]
    [TestCase("x = 1\r\ny = x\r")]
    [TestCase("\uFEFFx = 1\ny = x")]
    public void Every_kind_of_line_break_and_a_byte_order_mark_are_parsed(string content)
    {
        var tree = SyntaxTree.Parse(SourceText.From(content));
        Assert.That(tree.Errors, Is.Empty);
        Assert.That(tree.Root.Body.Select(s => s.GetType()), Is.EqualTo(new[] { typeof(Assign), typeof(Assign) }));
        Assert.That(tree.Text[tree.Root.Body[1].Span], Is.EqualTo("y = x"));
        Assert.That(tree.Text[tree.Root.Body[0].Span], Is.EqualTo("x = 1"));
    }

    [Test]
    public void An_identifier_is_normalized_but_its_span_is_the_source()
    {
        var tree = SyntaxTree.Parse(SourceText.From("ｆｕｌｌ.ﬁ = ガ = が\u0301"));
        Assert.That(tree.Errors, Is.Empty);
        var assign = (Assign)tree.Root.Body[0];
        var attribute = (LspTorch.Syntax.Attribute)assign.Targets[0];
        Assert.That(((Name)attribute.Value).Id, Is.EqualTo("full"));
        Assert.That(attribute.Name, Is.EqualTo("fi"));
        Assert.That(tree.Text[attribute.NameSpan], Is.EqualTo("ﬁ"));
    }
}
