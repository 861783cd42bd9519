using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using LspTorch.Text;

namespace LspTorch.Verdicts;

/// <summary>
/// The text of a TorchScript error taken apart: the reason, and the places it names. The compiler names the innermost
/// place first and then
/// who called it; the interpreter's traceback ends with the innermost. Either way <see cref="Places"/> begins with the
/// innermost.
/// </summary>
public sealed partial record CompilerMessage(
    string Reason,
    IReadOnlyList<VerdictPlace> Places,
    IReadOnlyList<string> Calls
)
{
    private const string Here = " <--- HERE",
        Original = "Traceback of TorchScript, original code",
        Traceback = "Traceback of TorchScript";

    /// <summary>
    /// The line of a message that says what is wrong: the first, or the one behind it where the first only shows the
    /// signature of what was called (<c>aten::pad(Tensor self, int[] pad) -> Tensor:</c>).
    /// </summary>
    public static string Sentence(string message)
    {
        var lines = message
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Take(2)
            .ToList();
        return lines switch
        {
            [var first, var second] when Signature().IsMatch(first) => second,
            [var first, ..] => first,
            _ => "",
        };
    }

    [GeneratedRegex(@"^[\w.:]+\(.*\) -> .*:$")]
    private static partial Regex Signature();

    /// <param name="source">The text of a file by its path; null where it cannot be read.</param>
    public static CompilerMessage Parse(string message, Func<string, SourceText?> source)
    {
        string[] lines = message.ReplaceLineEndings("\n").Split('\n');
        bool traceback = false;
        int from = 0;
        var reason = new StringBuilder();
        var calls = new List<string>();
        List<VerdictPlace> places = [],
            stack = [];
        int original = Array.FindIndex(lines, l => l.StartsWith(Original, StringComparison.Ordinal));
        if (original >= 0)
            (traceback, from) = (true, original + 1);
        else if (Array.FindIndex(lines, l => l.StartsWith(Traceback, StringComparison.Ordinal)) is var start and >= 0)
            (traceback, from) = (true, start + 1);

        for (int i = from; i < lines.Length; )
        {
            var match = FileLine().Match(lines[i]);
            if (match.Success)
            {
                int end = i + 1;
                while (end < lines.Length && lines[end].StartsWith("    ", StringComparison.Ordinal))
                    end++;
                int number = int.Parse(match.Groups["line"].ValueSpan, CultureInfo.InvariantCulture);
                places.Add(PlaceOf(match.Groups["path"].Value, number - 1, lines[(i + 1)..end], source));
                i = end;
                continue;
            }
            if (traceback && TracedLine().Match(lines[i]) is { Success: true } traced)
            {
                // Where a traced operation comes from: Python's stack at the trace, innermost first.
                int number = int.Parse(traced.Groups["line"].ValueSpan, CultureInfo.InvariantCulture);
                stack.Add(PlaceOf(traced.Groups["path"].Value, number - 1, [], source));
                i++;
                continue;
            }
            if (lines[i].Contains("is being compiled since it was called from", StringComparison.Ordinal))
                calls.Add(lines[i].Trim());
            else if (calls.Count == 0 && (places.Count == 0 || traceback))
                reason.Append(lines[i].TrimEnd()).Append('\n');
            i++;
        }
        if (traceback)
            places.Reverse();
        places.InsertRange(0, stack);
        string text = BlankLines().Replace(reason.ToString().Trim(), "\n").Trim();
        while (text.EndsWith(':'))
            text = text[..^1].TrimEnd();
        if (traceback && text.StartsWith("RuntimeError: ", StringComparison.Ordinal))
            text = text["RuntimeError: ".Length..];
        return new CompilerMessage(Addresses().Replace(text, "").Trim(), places, calls);
    }

    /// <summary>
    /// A snippet is the source without its common indentation, in which rows of ~ mark the range below its lines. Its
    /// columns are
    /// UTF-8 bytes of that text; the line of the file itself says how far it was moved.
    /// </summary>
    private static VerdictPlace PlaceOf(string path, int line, string[] snippet, Func<string, SourceText?> source)
    {
        var text = source(path);
        int first = Array.FindIndex(snippet, IsMarks);
        if (text is null || line < 0 || line >= text.LineCount)
            return new VerdictPlace(path, Math.Max(line, 0), 0, Math.Max(line, 0), 0);
        if (first < 1)
            return WholeLine(path, text, line);
        int last = Array.FindLastIndex(snippet, IsMarks);
        int endLine = line + (last - first) / 2;
        bool definition =
            snippet[first - 1].TrimStart() is var begun
            && (
                begun.StartsWith("def ", StringComparison.Ordinal)
                || begun.StartsWith("async def ", StringComparison.Ordinal)
                || begun.StartsWith('@')
            );
        if (endLine > line && definition || endLine >= text.LineCount)
            (endLine, last) = (line, first);
        int? start = Column(text, line, snippet[first - 1], snippet[first].IndexOf('~'));
        int? end = Column(text, endLine, snippet[last - 1], snippet[last].LastIndexOf('~') + 1);
        return start is { } a && end is { } b && (endLine > line || b > a)
            ? new VerdictPlace(path, line, a, endLine, b)
            : WholeLine(path, text, line);
    }

    private static bool IsMarks(string line)
    {
        if (line.EndsWith(Here, StringComparison.Ordinal))
            line = line[..^Here.Length];
        return line.Contains('~') && line.AsSpan().Trim(" ~").IsEmpty;
    }

    /// <summary>
    /// The column in the file of a byte of the snippet's line; null where the file does not have that line any more.
    /// </summary>
    private static int? Column(SourceText text, int line, string shown, int bytes)
    {
        string real = text[TextSpan.FromBounds(text.LineStart(line), text.LineEnd(line))];
        string content = shown.Trim();
        if (real.Trim() != content || content.Length == 0)
            return null;
        int left = bytes - (shown.Length - shown.TrimStart().Length),
            at = 0;
        foreach (var rune in content.EnumerateRunes())
        {
            if (left <= 0)
                break;
            left -= rune.Utf8SequenceLength;
            at += rune.Utf16SequenceLength;
        }
        return real.Length - real.TrimStart().Length + at;
    }

    /// <summary>A line without its indentation.</summary>
    public static VerdictPlace WholeLine(string path, SourceText text, int line)
    {
        string content = text[TextSpan.FromBounds(text.LineStart(line), text.LineEnd(line))];
        return new VerdictPlace(
            path,
            line,
            content.Length - content.TrimStart().Length,
            line,
            content.TrimEnd().Length
        );
    }

    [GeneratedRegex("""^\s*File "(?<path>[^"]+)", line (?<line>\d{1,9})""")]
    private static partial Regex FileLine();

    [GeneratedRegex("""^\s*(?<path>\S.*)\((?<line>\d{1,9})\): \S+$""")]
    private static partial Regex TracedLine();

    [GeneratedRegex(@"\n\s*\n+")]
    private static partial Regex BlankLines();

    /// <summary>Where an object lay in that process: noise, and another one in each run.</summary>
    [GeneratedRegex(@" \(of Python compilation unit at: 0x[0-9a-f]+\)")]
    private static partial Regex Addresses();
}
