using System.Diagnostics;

namespace LspTorch.Tests;

/// <summary>A program that ran to its end.</summary>
internal sealed record TestProcess(int ExitCode, string Output, string Errors)
{
    /// <param name="prepare">Sets the folder or the environment, where they are not the tests' own.</param>
    public static TestProcess Run(
        string program,
        IEnumerable<string> arguments,
        Action<ProcessStartInfo>? prepare = null
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        prepare?.Invoke(start);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new TestProcess(process.ExitCode, output, errors.Result);
    }

    /// <summary>What it wrote to stdout; the test fails where it did not end with 0.</summary>
    public string Succeeded()
    {
        Assert.That(ExitCode, Is.Zero, Output + Errors);
        return Output;
    }
}

/// <summary>The interpreter that the tests ask: it must have torch.</summary>
internal static class TestPython
{
    /// <summary>LSPTORCH_TEST_PYTHON, else Debian's.</summary>
    public static string Path { get; } =
        Environment.GetEnvironmentVariable("LSPTORCH_TEST_PYTHON") is { Length: > 0 } named
            ? named
            : "/usr/bin/python3";

    public static TestProcess Run(params IEnumerable<string> arguments) => TestProcess.Run(Path, arguments);
}
