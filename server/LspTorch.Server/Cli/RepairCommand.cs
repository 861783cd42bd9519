using System.Diagnostics;
using LspTorch.Server.Files;
using LspTorch.Server.Probing;
using LspTorch.Server.Repair;

namespace LspTorch.Server.Cli;

/// <summary>How the result of a repair is given: printed, as a diff alone, or written.</summary>
internal enum RepairOutput
{
    Proof,
    Diff,
    Write,
}

/// <summary>
/// `lsptorch repair`: 0: all compile and agree, 1: some do not, 2: wrong use or nothing could be run. What the script
/// prints goes to standard error.
/// </summary>
internal static class RepairCommand
{
    public static async Task<int> RunAsync(
        Terminal terminal,
        ProbeCommand command,
        RepairOptions options,
        RepairOutput output,
        string format,
        bool verbose,
        CancellationToken cancellationToken
    )
    {
        var clock = Stopwatch.StartNew();
        if (options.Budget <= TimeSpan.Zero)
        {
            terminal.Warn("--budget: not a positive number of seconds");
            return 2;
        }
        var (request, problem) = await command.RequestAsync(cancellationToken).ConfigureAwait(false);
        if (request is null)
        {
            terminal.Warn(problem);
            return 2;
        }
        await ProbeCommand.PrintExampleAsync(request, Console.Error).ConfigureAwait(false);
        var run = new RepairRun(request, options, ProbeService.FindWorker())
        {
            Step = Console.IsErrorRedirected || verbose ? null : terminal.Note,
            Detail = verbose ? Console.Error.WriteLine : null,
            Output = new ProbeCommand.ScriptOutput(Console.Error),
        };
        var (result, failure) = await run.RunAsync(cancellationToken).ConfigureAwait(false);
        await Console.Error.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        if (result is null)
        {
            terminal.Warn(failure);
            return 2;
        }
        bool written = output != RepairOutput.Write || Written(terminal, result);
        var report = new RepairReport(result, options.Mode, clock.Elapsed);
        if (format == "json")
            terminal.Line(report.Json());
        else if (output == RepairOutput.Diff)
            terminal.Output.Write(report.Diff);
        else
            report.Write(terminal, withDiff: output == RepairOutput.Proof);
        return !written ? 2
            : result.Ok ? 0
            : 1;
    }

    private static bool Written(Terminal terminal, RepairResult result)
    {
        foreach (var file in result.Files)
        {
            try
            {
                if (SourceFile.Read(file.Path)?.Text != file.Before)
                {
                    terminal.Warn($"{file.Path}: it changed in the meantime, and is left as it is");
                    return false;
                }
                FileReplacement.Write(file.Path, file.Content);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                terminal.Warn($"{file.Path}: {e.Message}");
                return false;
            }
        }
        return true;
    }
}
