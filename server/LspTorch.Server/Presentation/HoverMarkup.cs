using System.Text;
using LspTorch.Ide;
using LspTorch.Server.Protocol;
using LspTorch.Server.Workspace;

namespace LspTorch.Server.Presentation;

/// <summary>
/// A hover as one block: its title, one line per fact labelled by where it comes from, then paragraphs.
/// </summary>
internal static class HoverMarkup
{
    public static MarkupContent Of(HoverInfo hover, ClientFeatures client) =>
        client.Markdown
            ? new MarkupContent(MarkupContent.Markdown, Markdown(hover))
            : new MarkupContent(MarkupContent.PlainText, Plain(hover));

    private static string Markdown(HoverInfo hover)
    {
        var text = new StringBuilder();
        text.Append(Ide.Markdown.Block("python", hover.Title));
        if (hover.Note is { } note)
            text.Append("\n\n_").Append(Ide.Markdown.Text(note)).Append('_');
        if (!hover.Facts.IsEmpty)
        {
            text.Append("\n\n");
            // Two spaces before the line break keep each fact on a line of its own.
            text.AppendJoin(
                "  \n",
                hover.Facts.Select(fact => $"**{Label(fact.Kind)}** {Ide.Markdown.Text(fact.Text)}")
            );
        }
        foreach (string paragraph in hover.Paragraphs)
            text.Append("\n\n").Append(paragraph);
        return text.ToString();
    }

    private static string Plain(HoverInfo hover)
    {
        var text = new StringBuilder(hover.Title);
        if (hover.Note is { } note)
            text.Append('\n').Append(note);
        foreach (var fact in hover.Facts)
            text.Append('\n').Append(Label(fact.Kind).PadRight(10)).Append(fact.Text);
        foreach (string paragraph in hover.Paragraphs)
            text.Append("\n\n").Append(Unmarked(paragraph));
        return text.ToString();
    }

    public static string Label(FactKind kind) =>
        kind switch
        {
            FactKind.Declared => "declared",
            FactKind.Inferred => "inferred",
            FactKind.Observed => "observed",
            _ => "verdict",
        };

    /// <summary>
    /// Markdown as a person would read it in a plain window: without code ticks, emphasis and link targets.
    /// </summary>
    public static string Unmarked(string markdown)
    {
        var text = new StringBuilder(markdown.Length);
        for (int i = 0; i < markdown.Length; i++)
        {
            char c = markdown[i];
            if (c == '\\' && i + 1 < markdown.Length && char.IsPunctuation(markdown[i + 1]))
                text.Append(markdown[++i]);
            else if (
                c == ']'
                && i + 1 < markdown.Length
                && markdown[i + 1] == '('
                && markdown.IndexOf(')', i) is var close and > 0
            )
                i = close;
            else if (c == '[' && LinkEnds(markdown, i)) { }
            else if (
                c == '`'
                || c == '*' && i + 1 < markdown.Length && markdown[i + 1] == '*'
                || c == '*' && i > 0 && markdown[i - 1] == '*'
            ) { }
            else
                text.Append(c);
        }
        return text.ToString();
    }

    private static bool LinkEnds(string markdown, int open)
    {
        int close = markdown.IndexOf(']', open);
        return close > 0 && close + 1 < markdown.Length && markdown[close + 1] == '(';
    }
}
