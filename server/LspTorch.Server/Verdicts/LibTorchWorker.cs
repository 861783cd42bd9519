using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using LspTorch.Verdicts;

namespace LspTorch.Server.Verdicts;

/// <summary>
/// Asks libtorch, in a process of its own for each module: it ends the process on some failures, and must never meet
/// the user's torch.
/// </summary>
public sealed class LibTorchWorker(string? worker = null)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly string worker = worker ?? Find();

    /// <summary>LSPTORCH_LIBTORCH, else in the folder libtorch beside this executable.</summary>
    public static string Find() =>
        Environment.GetEnvironmentVariable("LSPTORCH_LIBTORCH") is { Length: > 0 } named
            ? named
            : Path.Combine(
                AppContext.BaseDirectory,
                "libtorch",
                OperatingSystem.IsWindows() ? "lsptorch-libtorch.exe" : "lsptorch-libtorch"
            );

    /// <summary>The verdict on the scripted module, or on the traced one where there is no scripted one.</summary>
    public async Task<Verdict> AskAsync(ModuleVerdict module, VerdictReader reader, CancellationToken cancellationToken)
    {
        var saved = module.Script.File is not null ? module.Script : module.Trace;
        const string Unsaved = "the scripted module cannot be saved for C++: ";
        if (saved.File is null)
        {
            return module.Script.Unsaved is { } problem
                ? new Verdict { Ok = false, Error = problem with { Message = Unsaved + problem.Message } }
                : new Verdict { Skipped = "there is nothing to load: neither script nor trace could be saved" };
        }
        if (!File.Exists(worker))
            return new Verdict { Skipped = "libtorch is not here; npm run build -- --libtorch fetches it" };
        var start = new ProcessStartInfo(
            worker,
            saved.Call is { } call
                ? saved.Around is { } around
                    ? [saved.File, call, around]
                    : [saved.File, call]
                : [saved.File]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            return new Verdict { Skipped = $"libtorch's process does not start: {e.Message}" };
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errorOutput = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            var verdict = Read(
                await output.ConfigureAwait(false),
                await errorOutput.ConfigureAwait(false),
                process.ExitCode,
                saved,
                reader
            );
            // What was loaded holds as far as the trace does.
            return module.Script.Unsaved is { } why
                ? verdict with
                {
                    Generalises = module.Trace.Holds,
                    Note = $"this is the traced one; {Unsaved}{why.Message}",
                }
                : verdict;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return Failed($"no answer after {Limit.TotalSeconds:0} s");
        }
    }

    private static Verdict Read(string output, string errorOutput, int exit, Verdict saved, VerdictReader reader)
    {
        string last = output.TrimEnd().Split('\n')[^1];
        if (exit != 0 || !last.StartsWith('{'))
        {
            string message = errorOutput.Trim();
            const string Unknown = "Unknown builtin op: ";
            if (message.IndexOf(Unknown, StringComparison.Ordinal) is var at && at >= 0)
            {
                string name = message[(at + Unknown.Length)..].Split('\n')[0].TrimEnd('.', ' ');
                return new Verdict
                {
                    Skipped =
                        $"the file needs the operator {name}, which libtorch alone does not have: C++ must link "
                        + "the library that brings it",
                };
            }
            return Failed(
                $"libtorch's process ended with status {exit}{(message.Length > 0 ? $": {message[..Math.Min(message.Length, 1500)]}" : "")}"
            );
        }
        using var document = JsonDocument.Parse(last);
        var answer = document.RootElement;
        if (answer.TryGetProperty("unavailable", out var why))
            return new Verdict { Skipped = why.GetString() };
        var verdict = new Verdict
        {
            Ok = answer.GetProperty("ok").GetBoolean(),
            MatchesEager = answer.TryGetProperty("matchesEager", out var same) ? same.GetBoolean() : null,
            Signature = saved.Signature,
            Note =
                answer.TryGetProperty("note", out var note) ? note.GetString()
                : saved.Call is null
                    ? "no recorded call can be made on it: forward was not called, or has overloads, which the "
                        + "file holds under other names"
                : null,
        };
        return answer.TryGetProperty("error", out var error)
            ? verdict with
            {
                Error = reader.Problem(null, error.GetString() ?? "", default, null),
            }
            : verdict;
    }

    private static Verdict Failed(string message) =>
        new() { Ok = false, Error = new VerdictProblem(message, null, []) };
}
