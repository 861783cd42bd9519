using LspTorch.Core.Syntax;

namespace LspTorch.Core.Ide;

public static class CodeLenses
{
    /// <summary>One lens above each module class: <c>Probe</c>, and after a run how much was seen in it. Arguments: the class's qualified name.</summary>
    public static IReadOnlyList<CodeLensInfo> For(FileSnapshot file, CancellationToken cancellationToken)
    {
        var lenses = new List<CodeLensInfo>();
        foreach (var node in file.Tree.Definitions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (node is not ClassDef type || file.Model.ClassOf(type) is not { IsModule: true } module) continue;
            string inside = module.Name + ".";
            int seen = 0;
            bool stale = false;
            foreach (var place in file.Observations.Places)
                if (place.Context is { } context && (context == module.Name || context.StartsWith(inside, StringComparison.Ordinal)))
                {
                    seen++;
                    stale |= place.Stale;
                }
            string title = seen == 0 ? "Probe" : $"observed {seen} {(seen == 1 ? "place" : "places")}{(stale ? ", some before the last change" : "")} · Probe again";
            lenses.Add(new CodeLensInfo(type.NameSpan, title, "lsptorch.probe", [module.Name]));
        }
        return lenses;
    }
}
