using System.Text;
using System.Text.RegularExpressions;
using LspTorch.Findings;
using LspTorch.Ide;
using LspTorch.Libraries.Tests.TorchScript;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Assert = NUnit.Framework.Assert;
using Match = System.Text.RegularExpressions.Match;

namespace LspTorch.Libraries.Tests.Ide;

/// <summary>
/// Each Cases/NAME.py with what an editor shows of it in NAME.expected: the compiled functions and why, the source with
/// its inlay hints in
/// «», the hover at each <c># ^</c> (about the line above), lenses. <c>#!</c> lines set torch and observations.
/// LSPTORCH_ACCEPT=1 writes what is seen as expected.
/// </summary>
public partial class IdeCaseTests
{
    private static string Folder => Path.Combine(Repository.Root, "tests", "LspTorch.Libraries.Tests", "Ide", "Cases");

    public static IEnumerable<string> Names() =>
        Directory.GetFiles(Folder, "*.py").Select(f => Path.GetFileNameWithoutExtension(f)).Order();

    [TestCaseSource(nameof(Names))]
    public void Shows_what_is_expected(string name)
    {
        string seen = Show(File.ReadAllText(Path.Combine(Folder, name + ".py")));
        string path = Path.Combine(Folder, name + ".expected");
        if (Environment.GetEnvironmentVariable("LSPTORCH_ACCEPT") == "1")
            File.WriteAllText(path, seen);
        Assert.That(seen, Is.EqualTo(File.ReadAllText(path)));
    }

    private static string Show(string source)
    {
        var options = new AnalysisOptions { Torch = new TorchVersion(1, 13) };
        foreach (Match match in TorchLine().Matches(source))
            if (TorchVersion.TryParse(match.Groups[1].Value, out var version))
                options = options with { Torch = version };
        foreach (Match match in EntryLine().Matches(source))
            options = options with
            {
                Entries =
                [
                    new EntryPoint(
                        null,
                        match.Groups[1].Value == "all" ? null : match.Groups[1].Value,
                        match.Groups[1].Value == "all"
                    ),
                ],
            };
        var tree = SyntaxTree.Parse(SourceText.From(source));
        Assert.That(tree.Errors, Is.Empty);
        var file = new FileSnapshot("case.py", tree, options, Observations(source, tree));
        var text = new StringBuilder("compiled:\n");
        foreach (var function in file.Model.CompiledFunctions)
            text.Append($"  {function.QualifiedName}: {CompiledReasonWords.Of(function.Reason)}\n");
        text.Append("\nhints:\n");
        var hints = InlayHints.In(file, new TextSpan(0, source.Length), new InlayOptions(), default);
        for (int line = 0; line < file.Text.LineCount; line++)
        {
            int start = file.Text.LineStart(line),
                end = file.Text.LineEnd(line);
            var shown = new StringBuilder(source[start..end]);
            bool any = false;
            foreach (var hint in hints.Where(h => h.Offset >= start && h.Offset <= end).Reverse())
            {
                shown.Insert(hint.Offset - start, $"«{hint.Label}{(hint.Edits.IsEmpty ? "" : "*")}»");
                any = true;
            }
            if (any)
                text.Append($"  {line + 1, 3} {shown}\n");
        }
        AppendHovers(file, text);
        text.Append("\nlenses:\n");
        foreach (var lens in CodeLenses.For(file, default))
            text.Append($"  {file.Text[lens.Span]}: {lens.Title}\n");
        AppendAnnotated(file, hints, text);
        return text.ToString();
    }

    private static void AppendHovers(FileSnapshot file, StringBuilder text)
    {
        text.Append("\nhovers:\n");
        for (int line = 1; line < file.Text.LineCount; line++)
        {
            string content = file.Text.Text[file.Text.LineStart(line)..file.Text.LineEnd(line)];
            if (!CaretLine().IsMatch(content))
                continue;
            for (int column = content.IndexOf('^'); column >= 0; column = content.IndexOf('^', column + 1))
            {
                var hover = Hover.At(file, file.Text.OffsetOf(new LinePosition(line - 1, column)), default);
                text.Append($"  {line}:{column + 1} ");
                if (hover is null)
                {
                    text.Append("nothing\n");
                    continue;
                }
                text.Append($"{hover.Title}{(hover.Note is { } note ? $"   ({note})" : "")}\n");
                foreach (var fact in hover.Facts)
                    text.Append($"      {fact.Kind.ToString().ToLowerInvariant()} {fact.Text}\n");
                foreach (string paragraph in hover.Paragraphs)
                    text.Append($"      | {paragraph.Replace("\n", "\n      | ")}\n");
            }
        }
    }

    /// <summary>
    /// The source after every hint's edit is taken: what double-clicking all of them gives. Each import is inserted
    /// once.
    /// </summary>
    private static void AppendAnnotated(FileSnapshot file, IReadOnlyList<InlayHintInfo> hints, StringBuilder text)
    {
        var edits = hints.SelectMany(h => h.Edits).Distinct().ToArray();
        if (edits.Length == 0 || !file.Text.Text.Contains("#! annotate", StringComparison.Ordinal))
            return;
        text.Append("\nannotated, one hint after the other:\n");
        var current = file;
        for (int round = 0; round < 100; round++)
        {
            var next = InlayHints
                .In(current, new TextSpan(0, current.Text.Length), new InlayOptions(), default)
                .FirstOrDefault(h => !h.Edits.IsEmpty);
            if (next is null)
                break;
            var tree = SyntaxTree.Parse(current.Text.WithEdits(next.Edits));
            current = new FileSnapshot(current.Path, tree, current.Options, Observations(tree.Text.Text, tree));
        }
        foreach (string line in current.Text.Text.Split('\n'))
            text.Append($"  {line.TrimEnd('\r')}\n".Replace("  \n", "\n"));
    }

    private static FileObservations Observations(string source, SyntaxTree tree)
    {
        var places = new List<ObservedPlace>();
        foreach (Match match in ObservedLine().Matches(source))
        {
            var kind = Enum.Parse<PlaceKind>(match.Groups["kind"].Value, ignoreCase: true);
            string context = match.Groups["context"].Value,
                name = match.Groups["name"].Value;
            var types = match.Groups["types"].Value.Split(';').Select(Observed);
            var finder = new PlaceFinder(context, kind, name);
            finder.Visit(tree.Root);
            if (finder.Found is { } span)
                places.Add(
                    new ObservedPlace(kind, name, context, span, [.. types], match.Groups["stale"].Success)
                    {
                        AtLeast = match.Groups["least"].Success,
                    }
                );
        }
        return new FileObservations(places);
    }

    /// <summary><c>Tensor float32 [4, 80, _] x24</c></summary>
    private static ObservedType Observed(string text)
    {
        var match = ObservedText().Match(text.Trim());
        Assert.That(match.Success, $"'{text}' is no observed type");
        string type = match.Groups["type"].Value;
        return new ObservedType(
            type,
            !type.StartsWith("numpy", StringComparison.Ordinal) && !type.Contains('?'),
            match.Groups["dtype"].Success ? match.Groups["dtype"].Value : null,
            match.Groups["shape"].Success
                ?
                [
                    .. match
                        .Groups["shape"]
                        .Value.Split(',', StringSplitOptions.RemoveEmptyEntries)
                        .Select(d => int.TryParse(d, out int n) ? n : (int?)null),
                ]
                : default,
            match.Groups["dtype"].Success ? "cpu" : null,
            long.Parse(match.Groups["count"].Value)
        );
    }

    private sealed class PlaceFinder(string context, PlaceKind kind, string name) : SyntaxWalker
    {
        private string path = "";
        public TextSpan? Found { get; private set; }

        public override void Visit(Node node)
        {
            string before = path;
            if (node is ClassDef type)
                path = path.Length == 0 ? type.Name : $"{path}.{type.Name}";
            if (node is FunctionDef function)
            {
                path = path.Length == 0 ? function.Name : $"{path}.{function.Name}";
                if (path == context && kind == PlaceKind.Return)
                    Found ??= function.NameSpan;
            }
            if (path == context)
                switch (node)
                {
                    case Arg arg when kind == PlaceKind.Parameter && arg.Name == name:
                        Found ??= arg.NameSpan;
                        break;
                    case Name { Context: ExprContext.Store } store when kind == PlaceKind.Variable && store.Id == name:
                        Found ??= store.Span;
                        break;
                }
            base.Visit(node);
            path = before;
        }
    }

    [GeneratedRegex(@"^#! torch (\S+)", RegexOptions.Multiline)]
    private static partial Regex TorchLine();

    [GeneratedRegex(@"^#! entry (\S+)", RegexOptions.Multiline)]
    private static partial Regex EntryLine();

    [GeneratedRegex(
        @"^#! (?<stale>stale )?(?<least>least )?observed (?<kind>parameter|variable|return) (?<context>[\w.]+) (?<name>\w+): (?<types>.*)$",
        RegexOptions.Multiline
    )]
    private static partial Regex ObservedLine();

    [GeneratedRegex(
        @"^(?<type>[\w.?\[\], ]+?)( (?<dtype>(float|int|bool|uint|complex)\d*) \[(?<shape>[^\]]*)\])? x(?<count>\d+)$"
    )]
    private static partial Regex ObservedText();

    [GeneratedRegex(@"^\s*#[ ^]+$")]
    private static partial Regex CaretLine();
}
