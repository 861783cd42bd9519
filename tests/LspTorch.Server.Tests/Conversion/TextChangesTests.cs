using LspTorch.Server.Conversion;
using LspTorch.Server.Protocol;
using LspTorch.Text;

namespace LspTorch.Server.Tests.Conversion;

public sealed class TextChangesTests
{
    private static readonly string[] Pieces = ["a", "\n", "\r\n", "\r", "音", "😀", "", "x = 1\n", "\n\n", "é"];

    /// <summary>
    /// Both ways of applying changes give the text that applying them one by one to a plain string gives.
    /// </summary>
    [TestCase((int)PositionEncoding.Utf16)]
    [TestCase((int)PositionEncoding.Utf8)]
    public void Many_changes_at_once_are_the_same_as_one_by_one(int encodingValue)
    {
        var encoding = (PositionEncoding)encodingValue;
        var random = new Random(7);
        for (int round = 0; round < 2_000; round++)
        {
            var start = SourceText.From(Some(random, 8));
            var changes = Enumerable.Range(0, random.Next(4, 9)).Select(_ => Change(random)).ToList();
            string expected = start.Text;
            foreach (var change in changes)
            {
                var text = SourceText.From(expected);
                if (change.Range is null)
                {
                    expected = change.Text;
                    continue;
                }
                var span = new PositionConverter(text, encoding).ToSpan(change.Range);
                expected = expected[..span.Start] + change.Text + expected[span.End..];
            }
            Assert.That(TextChanges.Apply(start, changes, encoding).Text, Is.EqualTo(expected), $"round {round}");
            var single = start;
            foreach (var change in changes)
                single = TextChanges.Apply(single, [change], encoding);
            Assert.That(single.Text, Is.EqualTo(expected), $"round {round}");
        }
    }

    private static TextDocumentContentChangeEvent Change(Random random) =>
        random.Next(20) == 0
            ? new TextDocumentContentChangeEvent(Some(random, 6))
            : new TextDocumentContentChangeEvent(
                Some(random, 3),
                new LspTorch.Server.Protocol.Range(
                    new Position(random.Next(-1, 7), random.Next(-1, 6)),
                    new Position(random.Next(-1, 8), random.Next(-1, 6))
                )
            );

    private static string Some(Random random, int most) =>
        string.Concat(Enumerable.Range(0, random.Next(most + 1)).Select(_ => Pieces[random.Next(Pieces.Length)]));
}
