using LspTorch.Server.Files;
using LspTorch.Server.Stores;

namespace LspTorch.Server.Cli;

/// <summary>
/// `lsptorch probe --forget [PATH]`: forgets what was observed in a file or in all Python files of a folder, the
/// verdicts on them, and the torch of its runs.
/// </summary>
internal static class ForgetCommand
{
    public static int Run(Terminal terminal, string? path)
    {
        string target = Path.GetFullPath(path ?? Directory.GetCurrentDirectory());
        var paths = File.Exists(target) ? [target] : FileFinder.Find([target], out _);
        if (paths is null)
        {
            terminal.Warn($"no such file or folder: {path}");
            return 2;
        }
        var traces = new TraceStore();
        var verdicts = new VerdictStore();
        int forgotten = 0;
        string examples = Path.Combine(target, ".vscode", "lsptorch");
        if (Directory.Exists(examples))
            paths = [.. paths, .. Directory.EnumerateFiles(examples, "*.py")];
        foreach (string file in paths.Select(Path.GetFullPath))
        {
            if (traces.Has(file) || verdicts.Has(file))
                forgotten++;
            traces.Remove(file);
            verdicts.Remove(file);
        }
        if (Directory.Exists(target))
            foreach (
                string folder in paths
                    .Select(p => Path.GetDirectoryName(Path.GetFullPath(p)))
                    .OfType<string>()
                    .Append(target)
                    .Distinct(StringComparer.Ordinal)
            )
                traces.RemoveTorch(folder);
        terminal.Line($"{forgotten} {(forgotten == 1 ? "file" : "files")} forgotten");
        return 0;
    }
}
