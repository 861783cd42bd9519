using System.Diagnostics;
using System.Text;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Libraries.Tests.Syntax;

/// <summary>Compares what the parser makes of files with what CPython makes of them, and counts.</summary>
internal sealed class TreeComparison(bool innerPositions)
{
    private readonly Stopwatch parsing = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();

    /// <summary>Files whose trees were compared, whether they turned out equal or not.</summary>
    public int Compared { get; private set; }

    /// <summary>Of those, the files whose type comments CPython could read.</summary>
    public int WithTypeComments { get; private set; }

    /// <summary>Files with a syntax error, according to CPython.</summary>
    public int Refused { get; private set; }

    /// <summary>Files that CPython cannot decode, or that hold a NUL: decoding is no business of the parser.</summary>
    public int LeftOut { get; private set; }
    public int Lines { get; private set; }
    public List<string> Problems { get; } = [];

    public string Summary =>
        $"{Compared} files compared ({WithTypeComments} with type comments), {Problems.Count} problems; "
        + $"{Refused} refused by CPython; {LeftOut} left out for their encoding; "
        + $"{Lines} lines parsed in {parsing.ElapsedMilliseconds} ms; {clock.Elapsed.TotalSeconds:F1} s in all";

    public void Add(CPythonDump dump, string path)
    {
        if (dump.Verdict == CPythonVerdict.RefusedForEncoding)
        {
            LeftOut++;
            return;
        }
        var encoding = dump.Verdict == CPythonVerdict.AcceptedLatin1 ? Encoding.Latin1 : Encoding.UTF8;
        var text = SourceText.From(encoding.GetString(File.ReadAllBytes(path)));
        parsing.Start();
        var tree = SyntaxTree.Parse(text);
        parsing.Stop();
        Lines += text.LineCount;
        if (dump.Verdict == CPythonVerdict.Refused)
        {
            Refused++;
            if (tree.Errors.Count == 0)
                Problems.Add($"{path}: CPython says '{dump.Payload}', we say nothing");
            return;
        }
        Compared++;
        if (dump.HasTypeComments)
            WithTypeComments++;
        if (tree.Errors.Count > 0)
        {
            var error = tree.Errors[0];
            int line = text.LineOf(error.Span.Start);
            Problems.Add(
                $"{path}:{line + 1}: {error.Message}: "
                    + $"{text[TextSpan.FromBounds(text.LineStart(line), text.LineEnd(line))].Trim()}"
            );
            return;
        }
        string ours = TreeDump.Of(tree, innerPositions, dump.HasTypeComments);
        if (!dump.Tree.SequenceEqual(ours))
            Problems.Add($"{path}: {FirstDifference(dump.Tree, ours)}");
    }

    private static string FirstDifference(ReadOnlySpan<char> expected, ReadOnlySpan<char> actual)
    {
        int same = expected.CommonPrefixLength(actual),
            from = Math.Max(0, same - 250);
        return $"\n  CPython: {expected[from..Math.Min(expected.Length, same + 120)]}\n  ours:    "
            + $"{actual[from..Math.Min(actual.Length, same + 120)]}";
    }
}
