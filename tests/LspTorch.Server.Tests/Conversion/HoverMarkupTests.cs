using LspTorch.Ide;
using LspTorch.Server.Presentation;
using LspTorch.Server.Protocol;
using LspTorch.Server.Workspace;
using LspTorch.Text;

namespace LspTorch.Server.Tests.Conversion;

public sealed class HoverMarkupTests
{
    private static readonly HoverInfo Hover = new(
        new TextSpan(0, 4),
        "mask: numpy.ndarray",
        "not a TorchScript type",
        [new HoverFact(FactKind.Observed, "bool[4, 87] · 24 times"), new HoverFact(FactKind.Inferred, "Tensor")],
        ["Move it to an `@torch.jit.ignore` method, see [the page](https://example.org/rule)."]
    );

    private static ClientFeatures Client(params string[] formats) =>
        ClientFeatures.From(
            new ClientCapabilities(
                TextDocument: new TextDocumentClientCapabilities(Hover: new HoverClientCapabilities(formats))
            )
        );

    [Test]
    public void Markdown_keeps_types_as_they_are_written()
    {
        var markup = HoverMarkup.Of(Hover, Client("markdown", "plaintext"));
        Assert.Multiple(() =>
        {
            Assert.That(markup.Kind, Is.EqualTo("markdown"));
            Assert.That(markup.Value, Does.StartWith("```python\nmask: numpy.ndarray\n```"));
            Assert.That(markup.Value, Does.Contain(@"**observed** bool\[4, 87\] · 24 times"));
            Assert.That(markup.Value, Does.EndWith("[the page](https://example.org/rule)."));
        });
    }

    [Test]
    public void Plain_text_has_no_markup()
    {
        var markup = HoverMarkup.Of(Hover, Client("plaintext"));
        Assert.That(
            markup,
            Is.EqualTo(
                new MarkupContent(
                    "plaintext",
                    """
                    mask: numpy.ndarray
                    not a TorchScript type
                    observed  bool[4, 87] · 24 times
                    inferred  Tensor

                    Move it to an @torch.jit.ignore method, see the page.
                    """.ReplaceLineEndings("\n")
                )
            )
        );
    }

    private const string Hostile = "<img src=x> **b** [y](command:z) ``` `c` &lt; ~~d~~\n# big";

    [Test]
    public void A_title_cannot_end_its_code_block()
    {
        var lines = HoverMarkup.Of(Hover with { Title = Hostile }, Client("markdown")).Value.Split('\n');
        Assert.That(lines[0], Is.EqualTo("````python"));
        Assert.That(lines[3], Is.EqualTo("````"));
    }

    [Test]
    public void Facts_and_notes_are_text_whatever_they_hold()
    {
        var hover = Hover with
        {
            Note = Hostile,
            Facts = [new HoverFact(FactKind.Observed, Hostile)],
            Paragraphs = [Markdown.Text(Hostile), Markdown.Code(Hostile)],
        };
        string[] parts = HoverMarkup.Of(hover, Client("markdown")).Value.Split("\n\n");
        const string text = @"\<img src=x\> \*\*b\*\* \[y\](command:z) \`\`\` \`c\` \&lt; \~\~d\~\~ \# big";
        Assert.That(
            parts[1..],
            Is.EqualTo(
                new[] { $"_{text}_", $"**observed** {text}", text, "````" + Hostile.Replace('\n', ' ') + "````" }
            )
        );
    }

    [TestCase("`")]
    [TestCase("``x")]
    [TestCase("")]
    [TestCase("a`b``c")]
    public void Code_in_a_line_holds_any_backticks(string code)
    {
        string shown = Markdown.Code(code);
        int fence = shown.TakeWhile(c => c == '`').Count();
        Assert.That(shown, Does.EndWith(new string('`', fence)));
        Assert.That(shown[fence..^fence], Does.Not.Contain(new string('`', fence)).And.Contain(code));
        Assert.That(shown[fence..^fence], Does.Not.StartWith("`").And.Not.EndWith("`"));
    }
}
