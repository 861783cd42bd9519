using System.Globalization;

namespace LspTorch.Server.Probing;

/// <summary>
/// <c>lsptorch probe SCRIPT [--python EXE] [--timeout S] [--root DIR]... [--out FILE] [-- ARG...]</c>: the summary goes to standard
/// output, what the script prints to standard error. Naming the script on the command line is the explicit wish to run it.
/// </summary>
public sealed record ProbeCommand(string Script)
{
    public string? Python { get; init; }
    public double? TimeoutSeconds { get; init; }
    public IReadOnlyList<string> Roots { get; init; } = [];
    public string? Out { get; init; }
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>What to run, or why it cannot be.</summary>
    public async Task<(ProbeRequest? Request, string Problem)> RequestAsync(CancellationToken cancellationToken)
    {
        string script = Path.GetFullPath(Script);
        if (!File.Exists(script)) return (null, $"no such script: {Script}");
        if (TimeoutSeconds is { } seconds and (<= 0 or > 1e9 or double.NaN)) return (null, $"not a time limit: {seconds}");
        if (Roots.FirstOrDefault(r => !Directory.Exists(r)) is { } missing) return (null, $"no such folder: {missing}");
        if (Out is not null && Path.GetDirectoryName(Path.GetFullPath(Out)) is { } folder && !Directory.Exists(folder))
            return (null, $"no such folder: {folder}");

        var discovery = new InterpreterDiscovery();
        var interpreter = Python is not null
            ? await discovery.AskAsync(Python, "--python", cancellationToken).ConfigureAwait(false)
            : await discovery.FindAsync(new InterpreterSearch(Workspace: Directory.GetCurrentDirectory()), cancellationToken).ConfigureAwait(false);
        if (interpreter is null)
            return (null, Python is not null ? $"not a Python interpreter: {Python}" : "no Python interpreter found; name one with --python");
        return (new ProbeRequest(script, interpreter)
        {
            Arguments = Arguments,
            Roots = [.. Roots.Select(Path.GetFullPath)],
            Timeout = TimeoutSeconds is { } limit ? TimeSpan.FromSeconds(limit) : null,
            WorkingDirectory = Directory.GetCurrentDirectory(),
            TraceFile = Out,
        }, "");
    }

    /// <summary>Exit status 0, also where the script itself failed after a part was seen; 2 for wrong use or where nothing could be run.</summary>
    public async Task<int> RunAsync(TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        var (request, problem) = await RequestAsync(cancellationToken).ConfigureAwait(false);
        if (request is null) return await WrongAsync(problem).ConfigureAwait(false);
        var service = new ProbeService(new TraceStore());
        var summary = await service.RunAsync(request, new ScriptOutput(errors), cancellationToken).ConfigureAwait(false);
        await errors.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        await output.WriteAsync(Describe(summary, request.Interpreter)).ConfigureAwait(false);
        if (summary.Status != ProbeStatus.Failed) return 0;
        return await WrongAsync(summary.Message).ConfigureAwait(false);

        async Task<int> WrongAsync(string message)
        {
            await errors.WriteLineAsync($"lsptorch: {message}").ConfigureAwait(false);
            return 2;
        }
    }

    /// <summary>The summary in words, lines ending in \n.</summary>
    public static string Describe(ProbeSummary summary, InterpreterInfo interpreter)
    {
        var text = new System.Text.StringBuilder();
        string torch = summary.TorchVersion is { } imported ? $"torch {imported}"
            : interpreter.Torch is { } installed ? $"torch {installed}, not imported" : "no torch";
        text.Append(CultureInfo.InvariantCulture, $"python {interpreter.Version} ({torch}), {interpreter.Executable}, {summary.Mode ?? "not started"}\n");
        foreach (var file in summary.Files)
        {
            text.Append(CultureInfo.InvariantCulture, $"{file.Path}: {Count(file.Places, "place")} observed");
            text.Append(file.Changed ? ", not kept: the file changed while it ran\n" : "\n");
        }
        if (summary.Error is { Path: { } path, Line: { } line }) text.Append(CultureInfo.InvariantCulture, $"error at {path}:{line}\n");
        text.Append(CultureInfo.InvariantCulture, $"{summary.Message}: {Count(summary.Places, "place")} observed in {Count(summary.Files.Count, "file")}, {summary.Duration.TotalSeconds:0.0} s\n");
        if (summary.TraceFile is { } trace) text.Append(CultureInfo.InvariantCulture, $"trace: {trace}\n");
        return text.ToString();
    }

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number.ToString(CultureInfo.InvariantCulture)} {what}s";

    /// <summary>Written as it comes, in order, on the reading thread: a flood slows the script and fills no memory.</summary>
    internal sealed class ScriptOutput(TextWriter errors) : IProgress<ProbeEvent>
    {
        public void Report(ProbeEvent value)
        {
            if (value is not ProbeEvent.Output(var text)) return;
            errors.Write(text);
            errors.Flush();
        }
    }
}
