namespace LspTorch.Core.Ide;

public static class CodeLenses
{
    public static IReadOnlyList<CodeLensInfo> For(FileSnapshot file, CancellationToken cancellationToken) => [];
}
