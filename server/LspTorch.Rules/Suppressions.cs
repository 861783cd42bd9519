using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Rules;

/// <summary>
/// The comments that silence findings: <c># lsptorch: ignore</c> and <c># lsptorch: ignore[rule-id, other-id]</c> on
/// the first or last
/// line of what is reported, and <c># lsptorch: ignore-file</c> anywhere.
/// </summary>
public sealed class Suppressions
{
    private const string Prefix = "lsptorch:";
    private readonly SourceText text;
    private readonly Dictionary<int, HashSet<string>?> idsByLine = [];

    public Suppressions(SyntaxTree tree)
    {
        text = tree.Text;
        foreach (var comment in tree.Comments)
            Read(comment);
    }

    public bool WholeFile { get; private set; }

    public bool Suppresses(string ruleId, TextSpan span)
    {
        if (WholeFile)
            return true;
        if (idsByLine.Count == 0)
            return false;
        int first = text.LineOf(span.Start),
            last = text.LineOf(span.End);
        return SilencesLine(ruleId, first) || (last != first && SilencesLine(ruleId, last));
    }

    private bool SilencesLine(string ruleId, int line) =>
        idsByLine.TryGetValue(line, out var ids) && (ids is null || ids.Contains(ruleId));

    private void Read(Comment comment)
    {
        var said = text.Text.AsSpan(comment.Span.Start, comment.Span.Length);
        int found = said.IndexOf(Prefix);
        if (found < 0)
            return;
        if (said[..found].TrimEnd() is [.., not '#'])
            return;
        said = said[(found + Prefix.Length)..].Trim();
        if (said.StartsWith("ignore-file"))
        {
            WholeFile = true;
            return;
        }
        if (!said.StartsWith("ignore"))
            return;
        said = said["ignore".Length..].TrimStart();
        int line = text.LineOf(comment.Span.Start);
        int close = said.IndexOf(']');
        if (said is not ['[', ..] || close < 0)
        {
            idsByLine[line] = null;
            return;
        }
        var ids = said[1..close]
            .ToString()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        idsByLine[line] = [.. ids];
    }
}
