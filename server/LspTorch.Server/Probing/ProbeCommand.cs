using System.Globalization;
using LspTorch.Failures;
using LspTorch.Server.Files;
using LspTorch.Server.Stores;
using LspTorch.Server.Workspace;

namespace LspTorch.Server.Probing;

/// <summary>
/// <c>lsptorch probe ENTRY [--class NAME] [--python EXE] [--timeout S] [--root DIR]... [--out FILE] [-- ARG...]</c>:
/// the summary goes to standard
/// output, what the script prints to standard error. Naming the script on the command line is the explicit wish to run
/// it.
/// </summary>
/// <param name="Entry">As <see cref="Probing.Entry"/> writes it; null for what was run last from this folder.</param>
public sealed record ProbeCommand(string? Entry)
{
    /// <summary>
    /// The class that an example program makes and calls; null for one only where nothing in the script runs.
    /// </summary>
    public string? Class { get; init; }
    public string? Python { get; init; }
    public double? TimeoutSeconds { get; init; }
    public IReadOnlyList<string> Roots { get; init; } = [];
    public string? Out { get; init; }
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>What to run, or why it cannot be.</summary>
    public async Task<(ProbeRequest? Request, string Problem)> RequestAsync(CancellationToken cancellationToken)
    {
        string here = Directory.GetCurrentDirectory();
        var memory = new EntryMemory();
        string? named = Entry ?? memory.Of(here).FirstOrDefault();
        if (named is null)
            return (null, "nothing to run: name a script; nothing was run from this folder before");
        if (TimeoutSeconds is { } seconds and (<= 0 or > 1e9 or double.NaN))
            return (null, $"not a time limit: {seconds}");
        if (Roots.FirstOrDefault(r => !Directory.Exists(r)) is { } missing)
            return (null, $"no such folder: {missing}");
        if (
            Out is not null
            && Path.GetDirectoryName(Path.GetFullPath(Out)) is { } outFolder
            && !Directory.Exists(outFolder)
        )
            return (null, $"no such folder: {outFolder}");

        var entry = Probing.Entry.Parse(named);
        string folder =
            entry is Probing.Entry.Script script && !FolderPath.Holds(here, Path.GetFullPath(script.Path))
                ? Path.GetDirectoryName(Path.GetFullPath(script.Path)) ?? here
                : here;
        var (runnable, why) = RunnableEntry.Of(entry, folder, Class, null, cancellationToken);
        if (runnable is null)
            return (null, why);
        var program = runnable.Program;

        var discovery = new InterpreterDiscovery();
        string? python = Python ?? program.Python;
        var interpreter = python is not null
            ? await discovery.AskAsync(python, "--python", cancellationToken).ConfigureAwait(false)
            : await discovery
                .FindAsync(new InterpreterSearch(Workspace: here), cancellationToken)
                .ConfigureAwait(false);
        if (interpreter is null)
            return (
                null,
                python is not null
                    ? $"not a Python interpreter: {python}"
                    : "no Python interpreter found; name one with --python"
            );
        memory.Remember(here, entry is Probing.Entry.Script own ? Path.GetFullPath(own.Path, here) : named);
        var request = runnable.Request(entry, interpreter, folder, Arguments);
        return (
            request with
            {
                Spelled =
                    runnable.Example is null
                    && entry is Probing.Entry.Script spelled
                    && program.WorkingDirectory is null
                    && Path.GetFullPath(spelled.Path, here) == program.Script
                        ? spelled.Path
                        : null,
                Roots = Roots.Count > 0 ? [.. Roots.Select(Path.GetFullPath)] : request.Roots,
                Timeout = TimeoutSeconds is { } limit ? TimeSpan.FromSeconds(limit) : null,
                WorkingDirectory = request.WorkingDirectory ?? here,
                TraceFile = Out,
            },
            ""
        );
    }

    /// <summary>
    /// Exit status 0: the program ran to its end; 1: it ended otherwise, and what was seen is kept; 2: wrong use, or
    /// nothing could be run.
    /// </summary>
    public async Task<int> RunAsync(
        TextWriter output,
        TextWriter errors,
        Action<FailedRun> writeFailure,
        CancellationToken cancellationToken
    )
    {
        var (request, problem) = await RequestAsync(cancellationToken).ConfigureAwait(false);
        if (request is null)
            return await WrongAsync(problem).ConfigureAwait(false);
        await PrintExampleAsync(request, errors).ConfigureAwait(false);
        var service = new ProbeService(new TraceStore());
        var summary = await service
            .RunAsync(request, new ScriptOutput(errors), cancellationToken)
            .ConfigureAwait(false);
        await errors.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        if (summary.Failure is { } failure)
            writeFailure(failure);
        await output.WriteAsync(Describe(summary, request.Interpreter)).ConfigureAwait(false);
        if (summary.Status != ProbeStatus.Failed)
            return summary.RanToItsEnd ? 0 : 1;
        return await WrongAsync(summary.Message).ConfigureAwait(false);

        async Task<int> WrongAsync(string message)
        {
            await errors.WriteLineAsync($"lsptorch: {message}").ConfigureAwait(false);
            return 2;
        }
    }

    /// <summary>
    /// Shows the program that stands in for a script in which nothing runs: whole, when it has just been worked out.
    /// </summary>
    public static async Task PrintExampleAsync(ProbeRequest request, TextWriter errors)
    {
        if (request.Example is not { } example)
            return;
        await errors
            .WriteLineAsync(
                $"{example.Class} is created and called as {Path.GetRelativePath(Directory.GetCurrentDirectory(), example.Path)} says{(example.Created ? ", generated now; change it and your version is kept:" : "")}"
            )
            .ConfigureAwait(false);
        if (example.Created)
            await errors
                .WriteLineAsync(
                    string.Join(
                        '\n',
                        (
                            await File.ReadAllLinesAsync(example.Path, CancellationToken.None).ConfigureAwait(false)
                        ).Select(l => $"    {l}")
                    )
                )
                .ConfigureAwait(false);
    }

    /// <summary>The summary in words, lines ending in \n.</summary>
    public static string Describe(ProbeSummary summary, InterpreterInfo interpreter)
    {
        var text = new System.Text.StringBuilder();
        string torch =
            summary.TorchVersion is { } imported ? $"torch {imported}"
            : interpreter.Torch is { } installed ? $"torch {installed}, not imported"
            : "no torch";
        text.Append(
            CultureInfo.InvariantCulture,
            $"python {interpreter.Version} ({torch}), {interpreter.Executable}, {summary.Mode ?? "not started"}\n"
        );
        foreach (var file in summary.Files)
        {
            text.Append(CultureInfo.InvariantCulture, $"{file.Path}: {Count(file.Places, "place")} observed");
            text.Append(file.Changed ? ", not kept: the file changed while it ran\n" : "\n");
        }
        if (summary is { Failure: null, Error: { Path: { } path, Line: { } line } })
            text.Append(CultureInfo.InvariantCulture, $"error at {path}:{line}\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"{summary.Message}: {Count(summary.Places, "place")} observed in {Count(summary.Files.Count, "file")}, {summary.Duration.TotalSeconds:0.0} s\n"
        );
        if (summary.TraceFile is { } trace)
            text.Append(CultureInfo.InvariantCulture, $"trace: {trace}\n");
        return text.ToString();
    }

    private static string Count(int number, string what) =>
        number == 1 ? $"1 {what}" : $"{number.ToString(CultureInfo.InvariantCulture)} {what}s";

    /// <summary>
    /// Written as it comes, in order, on the reading thread: a flood slows the script and fills no memory.
    /// </summary>
    internal const string AgainText = "The call failed: trying again, with another layout of its inputs.\n";

    internal sealed class ScriptOutput(TextWriter errors) : IProgress<ProbeEvent>
    {
        public void Report(ProbeEvent value)
        {
            string text =
                value is ProbeEvent.Output(var printed) ? printed
                : value is ProbeEvent.Again ? AgainText
                : "";
            if (text.Length == 0)
                return;
            errors.Write(text);
            errors.Flush();
        }
    }
}
