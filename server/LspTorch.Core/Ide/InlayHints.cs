using LspTorch.Core.Text;

namespace LspTorch.Core.Ide;

public static class InlayHints
{
    /// <summary>The hints whose offset lies in the span, in source order.</summary>
    public static IReadOnlyList<InlayHintInfo> In(
        FileSnapshot file, TextSpan span, InlayOptions options, CancellationToken cancellationToken) => [];
}
