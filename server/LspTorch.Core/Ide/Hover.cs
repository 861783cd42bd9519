namespace LspTorch.Core.Ide;

public static class Hover
{
    /// <summary>What is known at a UTF-16 offset; null where there is nothing to say.</summary>
    public static HoverInfo? At(FileSnapshot file, int offset, CancellationToken cancellationToken) => null;
}
