using System.Text;
using LspTorch.Findings;
using LspTorch.Rules;
using LspTorch.Server.Files;
using LspTorch.Server.Probing;
using LspTorch.Server.Stores;
using LspTorch.Server.Workspace;

namespace LspTorch.Server.Cli;

/// <summary>
/// `lsptorch fix`: applies fixes until nothing changes. Files are written through a new file beside them, so that a
/// full disk or a killed
/// process never leaves half a file. What a probe ran is imported with its fixes before it is written: fixes with which
/// it can no longer be imported are
/// taken back. 0: done, 2: wrong use, or a file that cannot be read or written.
/// </summary>
internal static class FixCommand
{
    public static async Task<int> RunAsync(
        Terminal terminal,
        IReadOnlyList<string> paths,
        bool suggested,
        bool diff,
        IReadOnlySet<string>? select,
        CommonOptions common,
        CancellationToken cancellationToken
    )
    {
        if (FileFinder.Find(paths, out string? problem) is not { } found)
        {
            terminal.Warn(problem ?? "");
            return 2;
        }
        var unknown = select?.FirstOrDefault(id => RuleCatalogue.Find(id) is null);
        if (unknown is not null)
        {
            terminal.Warn($"--select {unknown}: no such rule");
            return 2;
        }
        var checker = new Checker(common, terminal.Warn);
        var traces = new TraceStore();
        int applied = 0,
            changed = 0;
        bool failed = false;
        foreach (string path in found)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var done = await FixAsync(terminal, path, suggested, diff, select, checker, traces, cancellationToken)
                .ConfigureAwait(false);
            failed |= done is null;
            if (done is not { Applied.IsEmpty: false })
                continue;
            applied += done.Applied.Length;
            changed++;
            if (!diff)
                foreach (var fix in done.Applied)
                    terminal.Line($"{path}: {fix.Title}");
        }
        string did = diff ? "would be applied" : "applied";
        if (!diff || applied == 0)
            terminal.Line($"{Count(applied, "fix", "fixes")} {did} in {Count(changed, "file", "files")}");
        return failed ? 2 : 0;
    }

    /// <summary>Fixes one file and writes it, or its difference; null where it cannot be read or written.</summary>
    private static async Task<FixedText?> FixAsync(
        Terminal terminal,
        string path,
        bool suggested,
        bool diff,
        IReadOnlySet<string>? select,
        Checker checker,
        TraceStore traces,
        CancellationToken cancellationToken
    )
    {
        if (checker.Open(path, cancellationToken) is not var (file, source, settings))
            return null;
        var wanted = Wanted(select, settings);
        var fixedText = FixApplier.Apply(file, suggested, wanted, cancellationToken);
        foreach (var dropped in fixedText.Dropped)
            terminal.Warn(
                $"{path}:{dropped.Line + 1}: '{dropped.Fix.Title}' is skipped, because the file "
                    + $"would have a new error: {dropped.NewError.Message}"
            );
        if (fixedText.Applied.IsEmpty)
            return fixedText;
        var run = traces.RunOf(Path.GetFullPath(path)) is { } kept && kept.MayImport(file.Text) ? kept : null;
        try
        {
            if (run is not null)
            {
                var proof = new ImportProof(Path.GetFullPath(path), run, ImportProof.Limit);
                var fixes = new ImportedFixes(file, suggested, wanted, proof, text => source.Encode(text.Text));
                fixedText = await ImportedAsync(terminal, path, fixes, fixedText, cancellationToken)
                    .ConfigureAwait(false);
            }
            if (fixedText.Applied.IsEmpty)
                return fixedText;
            byte[] bytes = source.Encode(fixedText.Text.Text);
            if (diff)
                terminal.Output.Write(UnifiedDiff.Of(path, file.Text.Text, fixedText.Text.Text));
            else
                FileReplacement.Write(path, bytes);
            // What fix wrote of it may run as it did.
            if (!diff && run is not null)
                traces.SaveRun(Path.GetFullPath(path), run.With(fixedText.Text));
            return fixedText;
        }
        catch (EncoderFallbackException)
        {
            terminal.Warn($"{path}: its encoding ({source.Encoding.WebName}) cannot write the fixed text");
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            terminal.Warn($"{path}: {failure.Message}");
            return null;
        }
    }

    /// <summary>As many of the fixes as let the module be imported; the others are told.</summary>
    private static async Task<FixedText> ImportedAsync(
        Terminal terminal,
        string path,
        ImportedFixes fixes,
        FixedText all,
        CancellationToken cancellationToken
    )
    {
        var (proven, takenBack) = await fixes.ProveAsync(all, cancellationToken).ConfigureAwait(false);
        foreach (var back in takenBack)
            terminal.Warn(
                $"{path}: '{back.Title}' is skipped, because the module could no longer be imported: {back.Failure}"
            );
        return proven;
    }

    /// <summary>A rule that is switched off is not fixed either.</summary>
    private static Func<string, bool> Wanted(IReadOnlySet<string>? select, Settings settings) =>
        id =>
            (select is null || select.Contains(id))
            && !(settings.Rules.TryGetValue(id, out var severity) && severity is null);

    private static string Count(int count, string one, string many) => count == 1 ? $"1 {one}" : $"{count} {many}";
}
