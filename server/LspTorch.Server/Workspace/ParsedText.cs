using LspTorch.Server.Conversion;
using LspTorch.Server.Protocol;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Workspace;

/// <summary>
/// One text with its tree, both worked out on first use: a burst of changes that nobody reads in between costs one text
/// and one
/// parse. Shared by all documents that differ only in settings or observations.
/// </summary>
internal sealed class ParsedText
{
    private readonly Lock textLock = new();
    private readonly PositionEncoding encoding;
    private (ParsedText From, IReadOnlyList<TextDocumentContentChangeEvent> Changes)? pending;
    private SourceText? text;
    private SyntaxTree? tree;

    public ParsedText(SourceText text) => this.text = text;

    private ParsedText(
        ParsedText from,
        IReadOnlyList<TextDocumentContentChangeEvent> changes,
        PositionEncoding encoding
    )
    {
        pending = (from, changes);
        this.encoding = encoding;
    }

    public ParsedText Changed(IReadOnlyList<TextDocumentContentChangeEvent> changes, PositionEncoding encoding) =>
        new(this, changes, encoding);

    public SourceText Text
    {
        get
        {
            if (text is { } ready)
                return ready;
            lock (textLock)
            {
                if (text is { } meanwhile)
                    return meanwhile;
                text = Materialize();
                pending = null;
                return text;
            }
        }
    }

    /// <summary>Parses once; whoever is cancelled meanwhile leaves the work to the next one who asks.</summary>
    public SyntaxTree Tree(CancellationToken cancellationToken)
    {
        if (tree is { } ready)
            return ready;
        var source = Text;
        lock (textLock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return tree ??= SyntaxTree.Parse(source, cancellationToken);
        }
    }

    private SourceText Materialize()
    {
        var changes = new Stack<IReadOnlyList<TextDocumentContentChangeEvent>>();
        var at = this;
        while (true)
        {
            // Read in this order: a text that appears meanwhile is complete, and only then its pending changes go.
            var ahead = at.pending;
            if (at.text is { } known)
                return TextChanges.Apply(known, [.. changes.SelectMany(batch => batch)], encoding);
            if (ahead is not var (from, batch))
                continue;
            changes.Push(batch);
            at = from;
        }
    }
}
