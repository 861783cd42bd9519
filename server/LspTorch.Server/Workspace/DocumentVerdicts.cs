using LspTorch.Core.Text;
using LspTorch.Core.Verdicts;
using LspTorch.Server.Verdicts;

namespace LspTorch.Server.Workspace;

/// <summary>What compilers said about one document: kept and carried as <see cref="DocumentObservations"/> are.</summary>
internal sealed class DocumentVerdicts(VerdictStore store, string path, SourceText start)
{
    private FileVerdicts? loaded;

    public FileVerdicts In(SourceText text, CancellationToken cancellationToken)
    {
        if (!Path.IsPathRooted(path)) return FileVerdicts.Empty;
        var said = loaded ??= store.Load(path, start, cancellationToken);
        return said.Between(start, text, cancellationToken);
    }
}
