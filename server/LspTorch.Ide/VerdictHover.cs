using System.Collections.Immutable;
using LspTorch.Verdicts;

namespace LspTorch.Ide;

/// <summary>What hovers say of verdicts: all of them at a class, and at its forward how C++ calls it.</summary>
internal static class VerdictHover
{
    public static IEnumerable<HoverFact> Facts(VerdictEntry? judged)
    {
        if (judged is null)
            yield break;
        foreach (var (column, verdict) in judged.Verdict.Columns)
            if (verdict.Skipped is null || column is VerdictColumn.Eager or VerdictColumn.Script or VerdictColumn.Trace)
                yield return new HoverFact(
                    FactKind.Verdict,
                    $"{VerdictText.Name(column)} {VerdictText.Mark(verdict.State)} {VerdictText.Sentence(verdict)}"
                );
    }

    public static IEnumerable<string> Guidance(VerdictEntry? judged)
    {
        if (judged is null)
            yield break;
        var guidance = judged.Verdict.Guidance;
        string why =
            guidance.Why.Count > 0 ? "\n" + string.Join("\n", guidance.Why.Select(w => $"\n- {Markdown.Text(w)}")) : "";
        yield return $"**{Markdown.Text(Upper(guidance.Headline))}.**{why}";
        if (guidance.Export is { } export)
            yield return Markdown.Text(export);
        string torch = judged.Verdict.Torch is { } version ? $"torch {version}" : "torch";
        yield return $"_Said by {torch}{(judged.Stale ? ", before the last change" : "")}{(judged.Verdict.Instances > 1 ? $", of one of {judged.Verdict.Instances} instances" : "")}._";
    }

    /// <summary>
    /// The C++ signature of forward and the lines that call it; nothing where nothing could be compiled.
    /// </summary>
    public static ImmutableArray<string> Cpp(VerdictEntry? judged)
    {
        if (judged?.Verdict is not { } module)
            return [];
        var compiled = module.Script is { Ok: true, Signature: not null } ? module.Script : module.Trace;
        if (compiled is not { Ok: true, Signature: { } signature })
            return [];
        string how = ReferenceEquals(compiled, module.Script) ? "scripted" : "traced";
        string name = module.Class[(module.Class.LastIndexOf('.') + 1)..].ToLowerInvariant();
        string shapes = compiled.Arguments is null ? "" : ", with what was recorded";
        return
        [
            $"From C++ ({how}{shapes}{(judged.Stale ? "; before the last change" : "")}):\n\n{Markdown.Block("cpp", $"// {signature}\n{CppCall.Lines(signature, compiled.Arguments, name + ".pt")}")}",
        ];
    }

    private static string Upper(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
