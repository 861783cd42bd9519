using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Verdicts;

namespace LspTorch.Ide;

public static class CodeLenses
{
    public const string Probe = "lsptorch.probe",
        Verify = "lsptorch.verify",
        ShowVerdict = "lsptorch.showVerdict",
        MakeItScript = "lsptorch.makeItScript";

    /// <summary>
    /// Above each module class: <c>Probe</c>, after a run how much was seen in it; <c>Verify</c>, after verdicts one
    /// lens for each compiler that was
    /// asked, and the repair where torch.jit.script refused. Arguments: the class's qualified name, and for a verdict the column.
    /// </summary>
    public static IReadOnlyList<CodeLensInfo> For(FileSnapshot file, CancellationToken cancellationToken)
    {
        var lenses = new List<CodeLensInfo>();
        foreach (var node in file.Tree.Definitions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (node is not ClassDef type || file.Model.ClassOf(type) is not { IsModule: true } module)
                continue;
            string inside = module.Name + ".";
            int seen = 0;
            bool stale = false;
            foreach (var place in file.Observations.Places)
                if (
                    place.Context is { } context
                    && (context == module.Name || context.StartsWith(inside, StringComparison.Ordinal))
                )
                {
                    seen++;
                    stale |= place.Stale;
                }
            string title =
                seen == 0
                    ? "Probe"
                    : $"observed {seen} {(seen == 1 ? "place" : "places")}{(stale ? ", some before the last change" : "")} · Probe again";
            lenses.Add(new CodeLensInfo(type.NameSpan, title, Probe, [module.Name]));
            AddVerdicts(lenses, file.Verdicts.Find(module.Name), type, module.Name);
        }
        return lenses;
    }

    private static void AddVerdicts(List<CodeLensInfo> lenses, VerdictEntry? judged, ClassDef type, string name)
    {
        if (judged is null)
        {
            lenses.Add(new CodeLensInfo(type.NameSpan, "Verify", Verify, [name]));
            return;
        }
        foreach (var (column, verdict) in judged.Verdict.Columns)
        {
            if (column is VerdictColumn.Export or VerdictColumn.LibTorch && verdict.Skipped is not null)
                continue;
            lenses.Add(
                new CodeLensInfo(
                    type.NameSpan,
                    VerdictText.Label(column, verdict),
                    ShowVerdict,
                    [name, column.ToString().ToLowerInvariant()]
                )
            );
            if (column == VerdictColumn.Script && verdict.State == VerdictState.Bad)
                lenses.Add(new CodeLensInfo(type.NameSpan, "Make it script…", MakeItScript, [name]));
        }
        lenses.Add(
            new CodeLensInfo(
                type.NameSpan,
                judged.Stale ? "said before the last change · Verify again" : "Verify again",
                Verify,
                [name]
            )
        );
    }
}
