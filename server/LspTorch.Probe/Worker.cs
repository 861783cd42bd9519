namespace LspTorch.Probe;

/// <summary>One run of the worker: the process is prepared, then CPython takes it over.</summary>
internal static class Worker
{
    public static int Run(WorkerOptions options)
    {
        if (options.Parent is { } parent)
        {
            Posix.DieWithParent();
            if (Posix.ParentProcess() != parent)
                return 2;
            _ = Posix.NewSession();
        }
        string version = "";
        if (options.LibPython is null)
        {
            if (InterpreterQuery.Ask(options.Python) is not { } interpreter)
            {
                Console.Error.WriteLine($"lsptorch-probe: '{options.Python}' is not a Python interpreter that answers");
                return 2;
            }
            if (interpreter.IsTooOld)
            {
                Console.Error.WriteLine(
                    $"lsptorch-probe: Python 3.8 or newer is needed; '{options.Python}' is "
                        + $"{interpreter.Version.Split(' ')[0]}"
                );
                return 2;
            }
            if (!options.Standalone && interpreter.Preloads && Preload.Library is { } library)
                return RunPreloaded(options, interpreter.Executable, library);
            if (options.Standalone || interpreter.LibPython is null)
                return RunStandalone(options, interpreter.Executable);
            // Asking started a child process, for which this runtime set up signal handling: begin again without any of
            // it.
            Posix.Execute(
                "/proc/self/exe",
                [
                    "lsptorch-probe",
                    .. Prefix(),
                    .. options.WithLibPython(
                        interpreter.Executable,
                        $"{interpreter.Version.Split(' ')[0]}:{interpreter.LibPython}",
                        Posix.HoldDescriptors(inherited: true)
                    ),
                ]
            );
            return RunStandalone(options, interpreter.Executable);
        }
        int colon = options.LibPython.IndexOf(':');
        if (colon > 0)
            version = options.LibPython[..colon];
        int wire = Wire.TakeStandardOutput();
        if (wire < 0)
            return 2;
        Wire.Start(options.Parent is not null);
        OpenOwn();
        foreach (int held in options.Held)
            _ = Posix.Close(held);
        if (!Embedding.TryRun(options, options.LibPython[(colon + 1)..], version))
            return Exec(options, options.Python, wire);
        return 0;
    }

    /// <summary>
    /// This runtime opens its source of random numbers at the first hash of a text, and keeps it open.
    /// </summary>
    public static void OpenOwn() => _ = Options.GetHashCode(StringComparison.Ordinal);

    private const string Options = "options";

    private static int RunPreloaded(WorkerOptions options, string executable, string library)
    {
        int wire = Wire.TakeStandardOutput();
        if (wire < 0)
            return 2;
        int inherited = Inherited(wire);
        Preload.Execute(options, executable, library, inherited);
        Console.Error.WriteLine($"lsptorch-probe: cannot run '{executable}'");
        return 2;
    }

    /// <summary>The same file under a descriptor that stays open in the program this process becomes.</summary>
    private static int Inherited(int wire)
    {
        int inherited = Posix.Control(wire, 0, 700);
        return inherited < 0 ? Posix.Duplicate(wire) : inherited;
    }

    private static int RunStandalone(WorkerOptions options, string executable)
    {
        int wire = Wire.TakeStandardOutput();
        return wire < 0 ? 2 : Exec(options, executable, wire);
    }

    /// <summary>The recorder by itself, under the interpreter, writing to the same descriptor.</summary>
    private static int Exec(WorkerOptions options, string executable, int wire)
    {
        string recorder = Path.Combine(AppContext.BaseDirectory, "recorder.py");
        Posix.Execute(
            executable,
            [
                executable,
                recorder,
                "--fd",
                Inherited(wire).ToString(),
                .. options.RecorderArguments(),
                .. options.Arguments,
            ]
        );
        Console.Error.WriteLine($"lsptorch-probe: cannot run '{executable}'");
        return 2;
    }

    /// <summary>Under the dotnet host, the assembly comes before the worker's own arguments.</summary>
    private static IEnumerable<string> Prefix() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? [Path.Combine(AppContext.BaseDirectory, "lsptorch-probe.dll")]
            : [];
}
