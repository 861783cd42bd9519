using LspTorch.Text;

namespace LspTorch.Server.Workspace;

/// <summary>
/// What runs or compilers said about one document: read from the user's cache on first use, placed in the text the
/// document had then, and carried from
/// there to each later text, so that an edit that is taken back leaves nothing stale.
/// </summary>
internal sealed class CarriedFacts<T>(
    string path,
    SourceText start,
    T nothing,
    Func<string, SourceText, CancellationToken, T> load,
    Func<T, SourceText, SourceText, CancellationToken, T> between
)
    where T : class
{
    private T? loaded;

    public T In(SourceText text, CancellationToken cancellationToken)
    {
        if (!Path.IsPathRooted(path))
            return nothing;
        var said = loaded ??= load(path, start, cancellationToken);
        return between(said, start, text, cancellationToken);
    }
}
