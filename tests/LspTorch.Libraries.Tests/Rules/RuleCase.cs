using System.Collections.Immutable;
using System.Text.RegularExpressions;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Match = System.Text.RegularExpressions.Match;

namespace LspTorch.Libraries.Tests.Rules;

/// <summary>
/// What a fix must make of a case's text; the title may be given by its beginning. Options: "new" (compare with itself),
/// "text" (do not ask the compiler), "release" (ask only that of the case's release).
/// </summary>
public sealed record ExpectedFix(string Title, string Text, IReadOnlySet<string> Options);

/// <summary>
/// One executable example of a rule page or of Rules/data: python text, in which <c># &lt;- error</c> marks the lines
/// with findings.
/// A comment before the block says how to run it:
/// <c>&lt;!-- case: name; script: M(); inputs: (torch.rand(2),); torch: 1.13; options --&gt;</c>.
/// Options: "elsewhere" (the compiler names no line, or another file's), "refused" (the compiler refuses though the
/// rule is silent), "differs" (it
/// compiles and gives other values than eager, or fails when run), "text" (do not ask the compiler), "caller" (a caller
/// that is not compiled here is refused).
/// A case of a trace rule, and one with "mode: trace", asks torch.jit.trace instead, with "other" as the inputs of a
/// second call: where something is found the trace is refused or does not give
/// eager's answer to both calls, else it does; "silent": the tracer itself warns of none of the lines; "holds": it
/// warns, and these calls do not show the harm.
/// "live: ..." says what a probe saw of live instances (<see cref="LiveClasses"/>).
/// "also: rule, rule" names the other rules that warn of the case.
/// "offers: A | B" names all fixes that are offered, in their order, each by how its title begins; "offers: nothing"
/// says that there is none.
/// </summary>
public sealed partial record RuleCase(
    string File,
    string RuleId,
    string Name,
    string Marked,
    IReadOnlyDictionary<string, string> Settings
)
{
    /// <summary>The text without its markers.</summary>
    public string Code { get; } =
        string.Join(
            '\n',
            Marked.Split('\n').Select(l => Marker().Match(l) is { Success: true } m ? l[..m.Index].TrimEnd() : l)
        );

    public IReadOnlyList<ExpectedFix> Fixes { get; init; } = [];

    /// <summary>What the rule says of the case, as it stands quoted behind the code: <c>line 9: ...</c>.</summary>
    public IReadOnlyList<string> Said { get; init; } = [];

    public string Script => Settings.GetValueOrDefault("script", "M()");

    /// <summary>The rule's own where it finds problems of one compiler only.</summary>
    public CheckMode Mode =>
        Settings.GetValueOrDefault("mode") == "trace" || RuleCatalogue.Find(RuleId) is { Mode: CheckMode.Trace }
            ? CheckMode.Trace
            : CheckMode.Script;

    /// <summary>The arguments of the first and the second call of a trace.</summary>
    public IReadOnlyList<string> Calls => [.. Inputs, Settings.GetValueOrDefault("other", "()")];
    public IReadOnlyList<string> Inputs => Settings.GetValueOrDefault("inputs", "") is { Length: > 0 } i ? [i] : [];
    public TorchVersion Torch =>
        TorchVersion.TryParse(Settings.GetValueOrDefault("torch"), out var v) ? v : TorchCompiler.Release;
    public IReadOnlyList<string>? Offers =>
        Settings.TryGetValue("offers", out string? said)
            ? said == "nothing"
                ? []
                : said.Split(" | ")
            : null;

    /// <summary>The other rules that warn of the case.</summary>
    public string Also => Settings.GetValueOrDefault("also", "");

    public bool Has(string option) => Settings.ContainsKey(option);

    /// <summary>0-based lines with what is expected there.</summary>
    public IReadOnlyList<(int Line, Severity Severity)> Expected
    {
        get
        {
            var found = new List<(int, Severity)>();
            var lines = Marked.Split('\n');
            for (int i = 0; i < lines.Length; i++)
                if (Marker().Match(lines[i]) is { Success: true } match)
                    foreach (string severity in match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries))
                        found.Add((i, Enum.Parse<Severity>(severity, ignoreCase: true)));
            return found;
        }
    }

    public FileSnapshot Snapshot() => Snapshot(Code);

    public FileSnapshot Snapshot(string code)
    {
        var text = SourceText.From(code);
        string entry = Settings.GetValueOrDefault("entry", Script.Split('(')[0].Trim());
        var options = new AnalysisOptions
        {
            Torch = Torch,
            Mode = Mode,
            Entries = [new EntryPoint(null, entry)],
        };
        return new FileSnapshot("/case.py", SyntaxTree.Parse(text), options, Observed(text));
    }

    public override string ToString() => $"{Path.GetFileName(File)}: {Name}";

    /// <summary>Every case of a markdown file.</summary>
    public static IEnumerable<RuleCase> Read(string path)
    {
        string id = "";
        string content = System.IO.File.ReadAllText(path).ReplaceLineEndings("\n");
        if (Heading().Match(content) is { Success: true } heading)
            id = heading.Groups[1].Value;
        RuleCase? current = null;
        int number = 0;
        foreach (Match match in Block().Matches(content))
        {
            string comment = match.Groups[1].Value,
                code = match.Groups[2].Value;
            if (comment.StartsWith("fixed:", StringComparison.Ordinal))
            {
                if (current is null)
                    throw new InvalidOperationException($"{path}: a fix without a case.");
                var parts = comment["fixed:".Length..].Split(';', StringSplitOptions.TrimEntries);
                current = current with
                {
                    Fixes = [.. current.Fixes, new ExpectedFix(parts[0], code, parts.Skip(1).ToHashSet())],
                };
                continue;
            }
            if (!comment.StartsWith("case:", StringComparison.Ordinal))
                continue;
            if (current is not null)
                yield return current;
            number++;
            var settings = new Dictionary<string, string>();
            var fields = comment["case:".Length..]
                .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            foreach (string field in fields.Skip(1))
            {
                int colon = field.IndexOf(':');
                if (colon < 0)
                    settings[field] = "";
                else
                    settings[field[..colon].Trim()] = field[(colon + 1)..].Trim();
            }
            current = new RuleCase(path, id, fields.Length > 0 ? fields[0] : $"{number}", code, settings)
            {
                Said =
                [
                    .. match
                        .Groups["said"]
                        .Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                        .Select(l => l[4..]),
                ],
            };
        }
        if (current is not null)
            yield return current;
    }

    /// <summary>
    /// Observations written as <c>observed: kind name type count</c>, at the places of that kind and name, or as
    /// <c>observed: expression `a * b` int {beyond-64-bits} 3</c> with facts of the values, or with <c>/dtype</c> behind
    /// the type.
    /// </summary>
    private FileObservations Observed(SourceText text)
    {
        var places = new List<ObservedPlace>();
        var classes = LiveClasses(text);
        if (Settings.GetValueOrDefault("observed", "") is not { Length: > 0 } said)
            return new FileObservations(places, classes);
        foreach (string one in said.Split('|', StringSplitOptions.TrimEntries))
        {
            var parts = ObservedPlaceText().Match(one).Groups;
            var kind = Enum.Parse<PlaceKind>(parts["kind"].Value, ignoreCase: true);
            string name = parts["name"].Value.Trim('`'),
                type = parts["type"].Value;
            string pattern =
                kind == PlaceKind.Return ? $@"(?<=def ){Regex.Escape(name)}\b"
                : kind == PlaceKind.Expression ? Regex.Escape(name)
                : $@"(?<![\w.]){Regex.Escape(name)}\b";
            var facts = parts["facts"]
                .Value.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)
                .Aggregate(ValueFacts.None, (all, f) => all | ValueFactNames.Parse(f));
            foreach (Match match in Regex.Matches(text.Text, pattern))
                places.Add(
                    new ObservedPlace(
                        kind,
                        name,
                        null,
                        new TextSpan(match.Index, match.Length),
                        [
                            new ObservedType(
                                type,
                                !type.Contains('.'),
                                parts["dtype"] is { Success: true, Value: var dtype } ? dtype : null,
                                default,
                                null,
                                long.Parse(parts["count"].Value)
                            )
                            {
                                Facts = facts,
                            },
                        ],
                        false
                    )
                );
        }
        return new FileObservations(places, classes);
    }

    /// <summary>
    /// What live instances were, written as
    /// <c>live: M norm=none act=function:scaled hook=conv/forward/partial/functools.partial | M norm=module:torch.nn.Linear</c>:
    /// a class, then
    /// attributes by kind and type; one part for each kind of instance.
    /// </summary>
    private List<ObservedClass> LiveClasses(SourceText text)
    {
        if (Settings.GetValueOrDefault("live", "") is not { Length: > 0 } said)
            return [];
        var tree = SyntaxTree.Parse(text);
        var variants = new List<(string Class, InstanceVariant Variant)>();
        foreach (string one in said.Split('|', StringSplitOptions.TrimEntries))
        {
            var words = one.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var attributes = new List<HeldValue> { new("training", HeldKind.Value, "bool", true) };
            var hooks = new List<ObservedHook>();
            string? wrapper = null;
            foreach (string word in words[1..])
            {
                string name = word[..word.IndexOf('=', StringComparison.Ordinal)],
                    value = word[(name.Length + 1)..];
                if (name == "wrapper")
                    wrapper = value;
                else if (name == "hook")
                {
                    var parts = value.Split('/');
                    hooks.Add(
                        new ObservedHook(
                            parts[0],
                            Enum.Parse<HookKind>(parts[1], ignoreCase: true),
                            Enum.Parse<HeldKind>(parts[2], ignoreCase: true),
                            parts[3]
                        )
                    );
                }
                else
                {
                    var kind = Enum.Parse<HeldKind>(value.Split(':')[0], ignoreCase: true);
                    string type = value.Contains(':', StringComparison.Ordinal)
                        ? value.Split(':', 2)[1]
                        : kind.ToString();
                    attributes.Add(
                        new HeldValue(
                            name,
                            kind,
                            type,
                            kind
                                is HeldKind.None
                                    or HeldKind.Value
                                    or HeldKind.Tensor
                                    or HeldKind.Module
                                    or HeldKind.NamedTuple
                        )
                    );
                }
            }
            variants.Add((words[0], new InstanceVariant(1, [.. attributes], [.. hooks], wrapper)));
        }
        return
        [
            .. variants
                .GroupBy(v => v.Class)
                .Select(g => new ObservedClass(
                    g.Key,
                    LspTorch.Semantics.ConstructionText.Digest(tree, g.Key) ?? "",
                    [.. g.Select(v => v.Variant)]
                )),
        ];
    }

    [GeneratedRegex(
        @"^(?<kind>\w+)\s+(?<name>`[^`]+`|\S+)\s+(?<type>[^{}/]+?)(?:/(?<dtype>\w+))?\s+(?:\{(?<facts>[^}]*)\}\s+)?(?<count>\d+)$"
    )]
    private static partial Regex ObservedPlaceText();

    /// <summary>Writes into the file what the rule says of the case, in place of what stands there.</summary>
    public void Accept(IReadOnlyList<string> said)
    {
        string content = System.IO.File.ReadAllText(File);
        string code = $"```python\n{Marked}```\n";
        int start = Math.Max(0, content.IndexOf($"<!-- case: {Name}", StringComparison.Ordinal));
        int end = content.IndexOf(code, start, StringComparison.Ordinal) + code.Length;
        string rest = content[end..];
        if (Said.Count > 0)
            rest = rest[(1 + Said.Sum(line => line.Length + 5))..];
        string quoted = said.Count == 0 ? "" : $"\n{string.Concat(said.Select(line => $"> - {line}\n"))}";
        System.IO.File.WriteAllText(File, content[..end] + quoted + rest);
    }

    /// <summary>Writes into the case which other rules warn of it.</summary>
    public void AcceptAlso(string also)
    {
        string content = System.IO.File.ReadAllText(File);
        int start = Regex.Match(content, $"<!-- case: {Regex.Escape(Name)}(?=;| -->)").Index;
        int code = content.IndexOf("```python\n", start, StringComparison.Ordinal);
        string comment = Named().Replace(content[start..code].TrimEnd()[..^"-->".Length].TrimEnd(), "");
        string named = also.Length == 0 ? comment : $"{comment}; also: {also}";
        System.IO.File.WriteAllText(File, $"{content[..start]}{named} -->\n{content[code..]}");
    }

    [GeneratedRegex("; also: [a-z, -]*[a-z]")]
    private static partial Regex Named();

    [GeneratedRegex(
        @"<!--\s*((?:case|fixed):.*?)\s*-->\s*```python\n(.*?)```(?:\n\n(?<said>(?:> - line [^\n]*\n)+))?",
        RegexOptions.Singleline
    )]
    private static partial Regex Block();

    [GeneratedRegex(@"^#\s+([a-z-]+)\s*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"#\s*<-\s*((?:error|warning|information|hint)(?:\s*,\s*(?:error|warning|information|hint))*)\s*$")]
    private static partial Regex Marker();
}
