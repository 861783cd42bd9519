using System.Text;
using LspTorch.Ide;
using LspTorch.Verdicts;

namespace LspTorch.Server.Verdicts;

/// <summary>What each way of running a module answered, beside eager's answer, as markdown.</summary>
internal static class OutputsText
{
    public static string Of(VerdictEntry judged)
    {
        var module = judged.Verdict;
        var text = new StringBuilder($"# {Markdown.Text(module.Class)}: outputs beside eager's\n\n");
        if (judged.Stale)
            text.Append("_The class has changed since._\n\n");
        foreach (var (column, verdict) in module.Columns)
        {
            if (column == VerdictColumn.Eager)
                continue;
            text.Append(
                $"## {VerdictText.Label(column, verdict)}\n\n{Markdown.Text(VerdictText.Sentence(verdict))}\n\n"
            );
            foreach (var call in verdict.Outputs.GroupBy(o => o.Call).OrderBy(g => g.Key))
            {
                text.Append(
                    call.Key == 0 ? "On the first recorded inputs:\n\n" : "On recorded inputs of other shapes:\n\n"
                );
                text.Append("| output | eager | largest difference | |\n| --- | --- | --- | --- |\n");
                foreach (var row in call)
                    text.Append(
                        $"| {Markdown.Text(row.Where)} | {Markdown.Code(row.Eager.Replace('|', '¦'))} | {Markdown.Text(row.Gap ?? "–")} | {(row.Difference is null ? "same" : $"**{Markdown.Text(row.Difference)}**")} |\n"
                    );
                text.Append('\n');
            }
        }
        return text.ToString();
    }
}
