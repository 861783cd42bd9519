using System.Diagnostics;

namespace LspTorch.Server.Tests;

/// <summary>
/// The program under test: the native binary that LSPTORCH_BIN names, else the assembly that was built with these
/// tests.
/// </summary>
internal static class ServerProgram
{
    public static ProcessStartInfo Start(params IEnumerable<string> arguments)
    {
        string? native = Environment.GetEnvironmentVariable("LSPTORCH_BIN");
        var start =
            string.IsNullOrEmpty(native) || !File.Exists(native)
                ? new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "lsptorch.dll"), .. arguments])
                : new ProcessStartInfo(native, arguments);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.UseShellExecute = false;
        // Keeps the user's own observations out of the tests, and the tests' out of the user's cache.
        start.Environment["XDG_CACHE_HOME"] = Path.Combine(
            Path.GetTempPath(),
            $"lsptorch-tests-{Environment.ProcessId}"
        );
        // Under the JIT a forked child would share pages of code with its parent; the native worker has none.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return start;
    }

    public sealed record Outcome(int Status, string Output, string Errors);

    /// <summary>Runs to the end, at most 60 seconds.</summary>
    public static Task<Outcome> RunAsync(string folder, params IEnumerable<string> arguments) =>
        RunAsync(folder, arguments, _ => { });

    public static async Task<Outcome> RunAsync(
        string folder,
        IEnumerable<string> arguments,
        Action<ProcessStartInfo> prepare
    )
    {
        var start = Start(arguments);
        prepare(start);
        start.WorkingDirectory = folder;
        using var process = Process.Start(start) ?? throw new InvalidOperationException("The program did not start.");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException("The program did not end within 60 seconds.");
        }
        return new Outcome(process.ExitCode, await output, await errors);
    }
}
