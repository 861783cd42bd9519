using LspTorch.Server.Conversion;
using LspTorch.Server.Protocol;
using LspTorch.Text;

namespace LspTorch.Server.Tests.Conversion;

public sealed class PositionConverterTests
{
    // One letter of each width: 1, 2, 3 and 4 bytes in UTF-8; the last is a surrogate pair.
    private static readonly SourceText Text = SourceText.From("aé音😀b\r\nsecond\n");

    [TestCase(0, 0, 0, 0)]
    [TestCase(1, 1, 1, 1)]
    [TestCase(2, 2, 3, 2)]
    [TestCase(3, 3, 6, 3)]
    [TestCase(5, 5, 10, 4)]
    [TestCase(6, 6, 11, 5)]
    public void Offsets_on_the_first_line(int offset, int utf16, int utf8, int utf32)
    {
        var wide = new PositionConverter(Text, PositionEncoding.Utf16);
        var narrow = new PositionConverter(Text, PositionEncoding.Utf8);
        var whole = new PositionConverter(Text, PositionEncoding.Utf32);
        Assert.Multiple(() =>
        {
            Assert.That(wide.ToPosition(offset), Is.EqualTo(new Position(0, utf16)));
            Assert.That(narrow.ToPosition(offset), Is.EqualTo(new Position(0, utf8)));
            Assert.That(wide.ToOffset(new Position(0, utf16)), Is.EqualTo(offset));
            Assert.That(narrow.ToOffset(new Position(0, utf8)), Is.EqualTo(offset));
            Assert.That(whole.ToPosition(offset), Is.EqualTo(new Position(0, utf32)));
            Assert.That(whole.ToOffset(new Position(0, utf32)), Is.EqualTo(offset));
        });
    }

    [TestCase(-1, 0, 0)]
    [TestCase(0, -5, 0)]
    [TestCase(0, 999, 6)]
    [TestCase(1, 999, 14)]
    [TestCase(2, 999, 15)]
    [TestCase(999, 0, 15)]
    [TestCase(int.MaxValue, int.MaxValue, 15)]
    public void Positions_outside_are_clamped(int line, int character, int offset)
    {
        Assert.Multiple(() =>
        {
            Assert.That(
                new PositionConverter(Text, PositionEncoding.Utf16).ToOffset(new Position(line, character)),
                Is.EqualTo(offset)
            );
            Assert.That(
                new PositionConverter(Text, PositionEncoding.Utf8).ToOffset(new Position(line, character)),
                Is.EqualTo(offset)
            );
            Assert.That(
                new PositionConverter(Text, PositionEncoding.Utf32).ToOffset(new Position(line, character)),
                Is.EqualTo(offset)
            );
        });
    }

    [Test]
    public void A_range_that_ends_before_it_starts_is_empty()
    {
        var span = new PositionConverter(Text, PositionEncoding.Utf16).ToSpan(
            new LspTorch.Server.Protocol.Range(new Position(1, 3), new Position(0, 1))
        );
        Assert.That(span, Is.EqualTo(new TextSpan(11, 0)));
    }

    [Test]
    public void A_byte_column_inside_a_character_is_its_start() =>
        Assert.That(new PositionConverter(Text, PositionEncoding.Utf8).ToOffset(new Position(0, 4)), Is.EqualTo(2));
}
