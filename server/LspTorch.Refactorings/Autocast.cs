using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Refactorings;

/// <summary>The autocast of one device as the one that is told its device.</summary>
internal static class Autocast
{
    /// <summary>
    /// <c>torch.cuda.amp.autocast(False)</c> as <c>torch.autocast("cuda", enabled=False)</c>: the order of its parameters
    /// is enabled, dtype, cache_enabled there.
    /// </summary>
    public static Fix? OfAnyDevice(FileSnapshot file, Node at, string device)
    {
        if (
            at is not Call { Args.Count: <= 1 } call
            || call.Args.Any(a => a is Starred)
            || call.Keywords.Any(k => k.Name is null)
        )
            return null;
        var text = file.Text;
        string[] given =
        [
            $"\"{device}\"",
            .. call.Args.Select(a => $"enabled={text[a.ParenthesizedSpan]}"),
            .. call.Keywords.Select(k => $"{k.Name}={text[k.Value.ParenthesizedSpan]}"),
        ];
        string name = TorchNames.Member(file, "autocast", out var import),
            written = $"{name}({string.Join(", ", given)})";
        return new Fix(
            $"Write '{written}'",
            FixSafety.Suggested,
            [.. import is { } line ? [line] : Array.Empty<TextEdit>(), new TextEdit(call.Span, written)]
        );
    }
}
