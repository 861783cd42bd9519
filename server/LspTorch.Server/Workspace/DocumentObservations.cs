using LspTorch.Core.Observations;
using LspTorch.Core.Text;
using LspTorch.Server.Probing;

namespace LspTorch.Server.Workspace;

/// <summary>
/// What runs saw in one document: read from the user's cache on first use, placed in the text the document had then, and carried from
/// there to each later text, so that an edit that is taken back leaves nothing stale.
/// </summary>
internal sealed class DocumentObservations(TraceStore traces, string path, SourceText start)
{
    private FileObservations? loaded;

    public FileObservations In(SourceText text, CancellationToken cancellationToken)
    {
        if (!Path.IsPathRooted(path)) return FileObservations.Empty;
        var seen = loaded ??= traces.Load(path, start, cancellationToken);
        return seen.Between(start, text, cancellationToken);
    }
}
