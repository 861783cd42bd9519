using System.Net;
using System.Text;
using LspTorch.Ide;
using LspTorch.Verdicts;

namespace LspTorch.Server.Verdicts;

/// <summary>
/// The readiness of a program's modules as one HTML file that needs nothing else: no script, no network.
/// </summary>
internal static class ReadinessHtml
{
    private const string Style = """
        :root{color-scheme:light dark;--line:#8884;--good:#1a7f37;--partial:#9a6700;--bad:#cf222e}
        @media(prefers-color-scheme:dark){:root{--good:#3fb950;--partial:#d29922;--bad:#f85149}}
        body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
        table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .7rem;border-bottom:1px solid var(--line);vertical-align:top}
        .good{color:var(--good)}.partial{color:var(--partial)}.bad{color:var(--bad)}.skipped{opacity:.55}
        code,pre{font:13px/1.45 ui-monospace,monospace}pre{background:#8881;padding:.7rem;overflow:auto;border-radius:6px}
        section{border-top:1px solid var(--line);margin-top:1.5rem}small{opacity:.7}ul{margin:.3rem 0}li.part{list-style:"↳ "}
        """;

    /// <param name="root">The folder that paths are shown relative to; null for none.</param>
    public static string Write(IReadOnlyList<VerdictEntry> modules, string? root)
    {
        var text = new StringBuilder(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                + "content=\"width=device-width\">"
        );
        int ready = modules.Count(m => m.Verdict.Ready);
        string[] torches = [.. modules.Select(m => m.Verdict.Torch).OfType<string>().Distinct()];
        text.Append(
            $"<title>TorchScript readiness</title><style>{Style}</style></head><body>\n<h1>TorchScript readiness</h1>\n"
        );
        text.Append(
            $"<p><b>{ready} of {modules.Count}</b> module classes can leave Python, as {(torches.Length > 0 ? $"torch {E(string.Join(", ", torches))}" : "torch")} itself says.</p>\n"
        );
        text.Append("<h2>Module tree</h2>\n<ul>\n");
        var inside = modules.SelectMany(m => m.Verdict.Holds.Select(h => (h.Class, h.Path))).ToHashSet();
        foreach (var module in modules)
            if (!inside.Contains((module.Verdict.Class, module.Verdict.Path)))
                Tree(text, modules, module, null, []);
        text.Append(
            "</ul>\n<h2>Overview</h2>\n<table><tr><th>module</th><th>eager</th><th>script</th><th>trace</th><th>export</th><th>libtorch</th></tr>\n"
        );
        foreach (var module in modules)
        {
            var v = module.Verdict;
            text.Append(
                $"<tr><td><a href=\"#{Id(v)}\">{E(v.Class)}</a>{(module.Stale ? " <small>(changed since)</small>" : "")}</td>"
            );
            foreach (var (column, verdict) in v.Columns)
                if (column != VerdictColumn.Mixed)
                    text.Append(
                        $"<td class=\"{State(verdict)}\" "
                            + $"title=\"{E(VerdictText.Sentence(verdict))}\">{E(VerdictText.Mark(verdict.State))}</td>"
                    );
            text.Append("</tr>\n");
        }
        text.Append("</table>\n");
        foreach (var module in modules)
            Section(text, module, root);
        return text.Append("</body></html>\n").ToString();
    }

    private static void Tree(
        StringBuilder text,
        IReadOnlyList<VerdictEntry> modules,
        VerdictEntry module,
        string? name,
        IReadOnlyList<VerdictEntry> above
    )
    {
        var v = module.Verdict;
        string? blocker = Blocker(v);
        text.Append(
            $"<li>{(name is null ? "" : $"<code>{E(name)}</code> ")}<a href=\"#{Id(v)}\">{E(v.Class)}</a> <span class=\"{(v.Ready ? "good" : "bad")}\">{(v.Ready ? "✓ can leave Python" : $"✗ {E(blocker ?? v.Guidance.Headline)}")}</span>"
        );
        if (v.Holds.Count > 0 && !above.Contains(module))
        {
            text.Append("\n<ul>\n");
            foreach (var held in v.Holds)
            {
                string shown = held.Times > 1 ? $"{held.Name} ×{held.Times}" : held.Name;
                if (
                    modules.FirstOrDefault(m => m.Verdict.Class == held.Class && m.Verdict.Path == held.Path) is
                    { } part
                )
                    Tree(text, modules, part, shown, [.. above, module]);
                else
                    text.Append($"<li><code>{E(shown)}</code> {E(held.Class)} <small>not asked</small></li>\n");
            }
            text.Append("</ul>\n");
        }
        text.Append("</li>\n");
    }

    /// <summary>What stops a module, in one line; null where nothing does.</summary>
    public static string? Blocker(ModuleVerdict module)
    {
        if (module.Ready)
            return null;
        var problem = module.Eager is { Skipped: null, Ok: false }
            ? module.Eager.Error
            : module.Script.Error ?? module.LibTorch.Error ?? module.Trace.Error;
        return problem is null
            ? null
            : $"{(problem.Place is { } place ? $"line {place.StartLine + 1}: " : "")}{VerdictText.Line(problem.Message)}";
    }

    private static void Section(StringBuilder text, VerdictEntry module, string? root)
    {
        var v = module.Verdict;
        text.Append(
            $"<section id=\"{Id(v)}\"><h3>{E(v.Class)} <small>{E(Short(v.Path, root))}:{v.Line + 1}{(v.Instances > 1 ? $", one of {v.Instances} asked" : "")}</small></h3>\n<table>\n"
        );
        foreach (var (column, verdict) in v.Columns)
        {
            text.Append(
                $"<tr><td class=\"{State(verdict)}\">{E(VerdictText.Label(column, verdict))}</td><td>{E(VerdictText.Sentence(verdict))}"
            );
            if (verdict.Error is { Place: { } place } error)
                text.Append(
                    $"<br><small>{E(Short(place.Path, root))}:{place.StartLine + 1}</small>{(error.Message.Contains('\n') ? $"<pre>{E(error.Message)}</pre>" : "")}"
                );
            if (verdict.Draft is { } draft)
                text.Append($"<details><summary>torch.export.draft_export</summary><pre>{E(draft)}</pre></details>");
            text.Append("</td></tr>\n");
        }
        var guidance = v.Guidance;
        text.Append($"</table>\n<p><b>{E(guidance.Headline)}</b></p>\n");
        if (guidance.Why.Count > 0)
            text.Append($"<ul>{string.Concat(guidance.Why.Select(w => $"<li>{E(w)}</li>"))}</ul>\n");
        if (guidance.Export is { } export)
            text.Append($"<p>{E(export)}</p>\n");
        var compiled = v.Script is { Ok: true, Signature: not null } ? v.Script : v.Trace;
        if (compiled is { Ok: true, Signature: { } signature })
            text.Append(
                $"<details><summary>From C++</summary><pre>// {E(signature)}\n{E(CppCall.Lines(signature, compiled.Arguments, $"{v.Class[(v.Class.LastIndexOf('.') + 1)..].ToLowerInvariant()}.pt"))}</pre></details>\n"
            );
        text.Append("</section>\n");
    }

    private static string State(Verdict verdict) => verdict.State.ToString().ToLowerInvariant();

    private static string Id(ModuleVerdict module) => "m-" + WebUtility.HtmlEncode(module.Class.Replace(' ', '-'));

    private static string Short(string? path, string? root) =>
        path is null ? "?"
        : root is not null && path.StartsWith(root.TrimEnd('/') + "/", StringComparison.Ordinal)
            ? path[(root.TrimEnd('/').Length + 1)..]
        : path;

    private static string E(string text) => WebUtility.HtmlEncode(text);
}
