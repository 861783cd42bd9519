using LspTorch.Core.Ide;
using LspTorch.Core.Text;
using LspTorch.Server.Conversion;
using LspTorch.Server.Protocol;
using LspTorch.Server.Workspace;

namespace LspTorch.Server.Tests.Conversion;

public sealed class HoverMarkupTests
{
    private static readonly HoverInfo Hover = new(
        new TextSpan(0, 4), "mask: numpy.ndarray", "not a TorchScript type",
        [new HoverFact(FactKind.Observed, "bool[4, 87] · 24 times"), new HoverFact(FactKind.Inferred, "Tensor")],
        ["Move it to an `@torch.jit.ignore` method, see [the page](https://example.org/rule)."]);

    private static ClientFeatures Client(params string[] formats) => ClientFeatures.From(new ClientCapabilities(
        TextDocument: new TextDocumentClientCapabilities(Hover: new HoverClientCapabilities(formats))));

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
        Assert.That(markup, Is.EqualTo(new MarkupContent("plaintext", """
            mask: numpy.ndarray
            not a TorchScript type
            observed  bool[4, 87] · 24 times
            inferred  Tensor

            Move it to an @torch.jit.ignore method, see the page.
            """.ReplaceLineEndings("\n"))));
    }

    [Test]
    public void A_title_cannot_end_its_code_block()
    {
        var markup = HoverMarkup.Of(Hover with { Title = "x ```\n# big" }, Client("markdown"));
        Assert.That(markup.Value.Split("```"), Has.Length.EqualTo(3));
    }
}
