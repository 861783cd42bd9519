namespace LspTorch.Probe;

/// <summary>
/// The user's own interpreter with the recording part of this worker loaded into it (LspTorch.Preload): the executable,
/// its arguments and
/// its speed are those of the user's own run, which a shared libpython is some percent short of.
/// </summary>
internal static class Preload
{
    public const string Options = "LSPTORCH_PRELOAD";

    /// <summary>
    /// Between the words of the options: the descriptor of the trace, whether to end with its reader, the recorder's
    /// folder and its arguments.
    /// </summary>
    public const char Separator = '\x1f';

    /// <summary>null where it was not built.</summary>
    public static string? Library { get; } =
        Path.Combine(AppContext.BaseDirectory, "lsptorch-preload.so") is var path
        && File.Exists(path)
        && path.AsSpan().IndexOfAny(' ', ':') < 0
            ? path
            : null;

    /// <summary>What LD_PRELOAD is to be: the library, then what the user has in it.</summary>
    public static string Libraries(string library) =>
        Environment.GetEnvironmentVariable("LD_PRELOAD") is { Length: > 0 } others ? $"{library}:{others}" : library;

    /// <summary>Replaces this process; returns only where that failed.</summary>
    public static void Execute(WorkerOptions options, string executable, string library, int wire)
    {
        string[] words =
        [
            wire.ToString(),
            options.Parent is null ? "0" : "1",
            AppContext.BaseDirectory,
            .. options.RecorderArguments(),
        ];
        Posix.SetEnvironment("LD_PRELOAD", Libraries(library));
        Posix.SetEnvironment(Options, string.Join(Separator, words));
        string[] program = options.Module is { } module ? ["-m", module] : [options.Script ?? ""];
        Posix.RestoreSignals();
        Posix.Execute(executable, [executable, .. program, .. options.Arguments]);
    }
}
