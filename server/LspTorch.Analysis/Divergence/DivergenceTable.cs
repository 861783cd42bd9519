using System.Collections.Immutable;
using System.Text.RegularExpressions;
using LspTorch.TorchScript;

namespace LspTorch.Divergence;

/// <summary>The table of divergences, read from the data file when it is first asked.</summary>
public static partial class DivergenceTable
{
    private const string Resource = "LspTorch.Divergence.divergences.md";
    private static readonly Lazy<ImmutableDictionary<string, DivergenceRow>> byId = new(() =>
        Rows.ToImmutableDictionary(r => r.Id)
    );
    private static readonly Lazy<ImmutableArray<DivergenceRow>> rows = new(() => Read(Text()));

    /// <summary>The releases whose compilers were asked, oldest first.</summary>
    public static ImmutableArray<TorchVersion> Asked { get; } = [new(1, 13), new(2, 6), new(2, 14)];

    /// <summary>In the order of the file.</summary>
    public static ImmutableArray<DivergenceRow> Rows => rows.Value;

    public static DivergenceRow Row(string id) => byId.Value[id];

    private static string Text()
    {
        using var stream =
            typeof(DivergenceTable).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    internal static ImmutableArray<DivergenceRow> Read(string text) =>
        [.. text.Split("\n## ").Skip(1).Select(section => ReadRow(section))];

    private static DivergenceRow ReadRow(string section)
    {
        var lines = section.Split('\n');
        string id = lines[0].Trim();
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in lines.Skip(1).TakeWhile(l => !l.StartsWith("<!--", StringComparison.Ordinal)))
        {
            if (line.Length == 0)
                continue;
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
                throw new FormatException($"{id}: '{line}' is not a field.");
            fields[line[..colon].TrimStart('-', ' ')] = line[(colon + 1)..].Trim();
        }
        string Field(string name) =>
            fields.GetValueOrDefault(name) ?? throw new FormatException($"{id} has no field '{name}'.");
        var releases = ReadReleases(fields.GetValueOrDefault("releases", "all"));
        return new DivergenceRow(
            id,
            Field("construct"),
            fields.GetValueOrDefault("when"),
            Field("eager"),
            Field("script"),
            Field("says"),
            fields.GetValueOrDefault("instead"),
            fields.GetValueOrDefault("rule"),
            Field("decided-by") == "values" ? DecidedBy.Values : DecidedBy.Types,
            releases,
            ReadExamples(id, section, releases)
        );
    }

    private static ImmutableArray<DivergenceExample> ReadExamples(
        string id,
        string section,
        ImmutableArray<TorchVersion> releases
    )
    {
        var examples = ImmutableArray.CreateBuilder<DivergenceExample>();
        foreach (System.Text.RegularExpressions.Match block in Block().Matches(section))
        {
            string comment = block.Groups[1].Value,
                code = block.Groups[2].Value;
            if (comment == "instead")
            {
                examples[^1] = examples[^1] with { Instead = code };
                continue;
            }
            var parts = Setting().Split(comment);
            var settings = new Dictionary<string, string>(StringComparer.Ordinal);
            for (int i = 1; i + 1 < parts.Length; i += 2)
                settings[parts[i]] = parts[i + 1].Trim();
            string Field(string name) =>
                settings.GetValueOrDefault(name) ?? throw new FormatException($"{id}: an example without '{name}'.");
            examples.Add(
                new DivergenceExample(
                    code,
                    Field("call"),
                    Field("eager"),
                    Field("script"),
                    null,
                    settings.TryGetValue("releases", out string? some) ? ReadReleases(some) : releases
                )
            );
        }
        return examples.ToImmutable();
    }

    private static ImmutableArray<TorchVersion> ReadReleases(string text) =>
        text == "all"
            ? Asked
            :
            [
                .. text.Split(',', StringSplitOptions.TrimEntries)
                    .Select(t =>
                        TorchVersion.TryParse(t, out var version)
                            ? version
                            : throw new FormatException($"'{t}' is not a release.")
                    ),
            ];

    [GeneratedRegex(@"<!-- (.*?) -->\n```python\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    /// <summary>One setting a line: an expression may hold any character.</summary>
    [GeneratedRegex(@"^(call|eager|script|releases): ", RegexOptions.Multiline)]
    private static partial Regex Setting();
}
