using LspTorch.Core.Rules;
using LspTorch.Core.Text;

namespace LspTorch.Core.Ide;

public static class CodeActions
{
    /// <summary>
    /// Fixes of the findings that touch the selection, refactorings of the selection (an empty selection is a caret), and
    /// "Apply all N safe fixes in this file".
    /// </summary>
    public static IReadOnlyList<CodeActionInfo> For(
        FileSnapshot file, IReadOnlyList<Finding> findings, TextSpan selection, CancellationToken cancellationToken) => [];
}
