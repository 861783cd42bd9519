using System.Collections.Immutable;

namespace LspTorch.Server.Workspace;

/// <summary>
/// The open documents as one analysis sees them. Moved on to newer ones only as long as nothing was worked out from
/// those that changed; that of a document that was replaced stays as it was.
/// </summary>
internal sealed class OpenDocuments
{
    private volatile ImmutableDictionary<string, OpenDocument> all = ImmutableDictionary<string, OpenDocument>.Empty;

    public IEnumerable<OpenDocument> All => all.Values;

    public OpenDocument? Find(string path) => all.GetValueOrDefault(path);

    public void See(ImmutableDictionary<string, OpenDocument> documents) => all = documents;
}
