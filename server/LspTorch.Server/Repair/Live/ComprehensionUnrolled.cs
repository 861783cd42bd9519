using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// A comprehension over layers that stand in a tuple or are zipped with one, written out:
/// <c>[f(x) for f, x in zip((self.q, self.k), (q, k))]</c> as <c>[self.q(q), self.k(k)]</c>.
/// </summary>
/// <param name="Comprehension">Its text.</param>
internal sealed record ComprehensionUnrolled(string Path, string Comprehension)
    : LiveRepair(Path, "not-iterable", $"Write out '{Comprehension}'")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file) =>
        [
            .. Nodes<ComprehensionExpr>
                .In(file.Tree.Root)
                .Where(c => Short(file, c) == Comprehension)
                .Select(c => Written(file, c) is { } text ? new TextEdit(c.Span, text) : default)
                .Where(e => e.NewText is not null),
        ];

    public static string Short(FileSnapshot file, ComprehensionExpr one)
    {
        string text = string.Join(' ', file.Text[one.Span].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length > 100 ? text[..100] : text;
    }

    /// <summary>The comprehension written out; null where it cannot be.</summary>
    public static string? Written(FileSnapshot file, ComprehensionExpr one)
    {
        if (one.Generators is not [{ Ifs.Count: 0, IsAsync: false } generator] || one.Kind != ComprehensionKind.List)
            return null;
        string[] targets = generator.Target switch
        {
            Name n => [n.Id],
            TupleExpr t when t.Elements.All(e => e is Name) => [.. t.Elements.Cast<Name>().Select(e => e.Id)],
            _ => [],
        };
        Expr[] sources = generator.Iter switch
        {
            Call { Func: Name { Id: "zip" }, Keywords.Count: 0 } zip => [.. zip.Args],
            var single => [single],
        };
        if (targets.Length == 0 || targets.Length != sources.Length || targets.Distinct().Count() != targets.Length)
            return null;
        int count = sources
            .Select(ElementsOf)
            .Where(e => e is not null)
            .Select(e => e?.Count ?? 0)
            .DefaultIfEmpty(0)
            .Min();
        if (count is 0 or > 16)
            return null;
        var items = new List<string>();
        for (int i = 0; i < count; i++)
        {
            var values = new Dictionary<string, string>();
            for (int s = 0; s < sources.Length; s++)
                if (ElementsOf(sources[s]) is { } elements)
                    values[targets[s]] = file.Text[elements[i].Span];
                else if (sources[s] is Attribute)
                    values[targets[s]] = $"{file.Text[sources[s].Span]}[{i}]";
                else
                    return null;
            items.Add(Substituted(file, one.Element, values));
        }
        return $"[{string.Join(", ", items)}]";
    }

    private static IReadOnlyList<Expr>? ElementsOf(Expr source) =>
        source switch
        {
            TupleExpr t when t.Elements.All(IsPlain) => [.. t.Elements],
            ListExpr l when l.Elements.All(IsPlain) => [.. l.Elements],
            _ => null,
        };

    /// <summary>What is the same however often it is read.</summary>
    private static bool IsPlain(Expr e) => e is Name or Constant || e is Attribute a && IsPlain(a.Value);

    private static string Substituted(FileSnapshot file, Expr element, Dictionary<string, string> values)
    {
        var edits = Nodes<Name>
            .In(element)
            .Where(n => values.ContainsKey(n.Id))
            .Select(n => new TextEdit(new TextSpan(n.Start - element.Start, n.Span.Length), values[n.Id]));
        return SourceText.From(file.Text[element.Span]).WithEdits(edits).Text;
    }
}
