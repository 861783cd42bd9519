using LspTorch.Probe;

// The worker: runs a Python program under the recorder and streams what it saw on standard output
// (docs/trace-format.md).
// Exit status 2: wrong use, or no interpreter; otherwise the program's own.
if (WorkerOptions.Parse(args) is not { } options)
{
    await Console.Error.WriteLineAsync(WorkerOptions.Usage);
    return 2;
}
if (!OperatingSystem.IsLinux())
{
    await Console.Error.WriteLineAsync(
        "lsptorch-probe: only Linux is supported; run recorder.py with the interpreter itself"
    );
    return 2;
}
return Worker.Run(options);
