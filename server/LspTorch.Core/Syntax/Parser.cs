using LspTorch.Core.Text;

namespace LspTorch.Core.Syntax;

internal static class Parser
{
    public static SyntaxTree Parse(SourceText text, CancellationToken cancellationToken) =>
        new(text, new Module([]), [], []);
}
