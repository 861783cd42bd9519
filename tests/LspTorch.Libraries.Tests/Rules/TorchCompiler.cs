using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LspTorch.Libraries.Tests.Rules;

/// <summary>
/// What the real torch.jit.script said: Line is 1-based, null where the message names no place in the source.
/// </summary>
public sealed record CompilerAnswer(
    bool Ok,
    string Error,
    string ErrorType,
    int? Line,
    bool? Equal,
    string Why,
    IReadOnlyList<string> Outputs
)
{
    /// <summary>The 1-based lines of which the tracer warned; of a trace only.</summary>
    public IReadOnlyList<int> Warned { get; init; } = [];
}

/// <summary>
/// The real compiler, in one long-lived Python process (tests/python/compile_worker.py) that all tests share.
/// </summary>
public sealed class TorchCompiler : IDisposable
{
    private static readonly Lazy<TorchCompiler> shared = new(() => new TorchCompiler());
    private readonly Process process;
    private readonly Lock gate = new();

    private TorchCompiler()
    {
        string python = TestPython.Path;
        var start = new ProcessStartInfo(
            python,
            [Path.Combine(Repository.Root, "tests", "python", "compile_worker.py")]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        process = Process.Start(start) ?? throw new InvalidOperationException($"{python} did not start.");
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        string hello =
            process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException($"{python} has no torch; set LSPTORCH_TEST_PYTHON to one that has.");
        Version = JsonNode.Parse(hello)?["torch"]?.GetValue<string>() ?? "";
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
    }

    public static TorchCompiler Shared => shared.Value;

    public string Version { get; }

    /// <summary>
    /// The release of the compiler that is asked: the one whose rules the engine must have in the tests.
    /// </summary>
    public static LspTorch.TorchScript.TorchVersion Release =>
        LspTorch.TorchScript.TorchVersion.TryParse(Shared.Version, out var release)
            ? release
            : throw new InvalidOperationException($"torch {Shared.Version} is no release.");

    /// <summary>
    /// Scripts the value of an expression in the source's namespace and runs it on the inputs (expressions of argument
    /// tuples); the outputs are
    /// compared with what <paramref name="reference"/> (or the source itself) computes eagerly.
    /// </summary>
    public CompilerAnswer Ask(string source, string script, IReadOnlyList<string> inputs, string? reference = null)
    {
        var request = new JsonObject
        {
            ["source"] = source,
            ["script"] = script,
            ["inputs"] = new JsonArray([.. inputs.Select(i => (JsonNode)i)]),
            ["reference"] = reference,
        };
        return Read(Send(request));
    }

    /// <summary>
    /// Traces the value on the first of the inputs; Equal: whether the trace gives eager's outputs for all of them, one
    /// call after the other.
    /// </summary>
    public CompilerAnswer Trace(string source, string script, IReadOnlyList<string> inputs)
    {
        var answer = Send(
            new JsonObject
            {
                ["source"] = source,
                ["script"] = script,
                ["trace"] = true,
                ["inputs"] = new JsonArray([.. inputs.Select(i => (JsonNode)i)]),
            }
        );
        return Read(answer) with
        {
            Warned = [.. (answer["lines"] as JsonArray ?? []).Select(l => l?.GetValue<int>() ?? 0)],
        };
    }

    private static CompilerAnswer Read(JsonNode answer) =>
        new(
            answer["ok"]?.GetValue<bool>() ?? false,
            Text(answer["error"]),
            Text(answer["type"]),
            answer["line"]?.GetValue<int>(),
            answer["equal"]?.GetValue<bool>(),
            Text(answer["why"]),
            [.. (answer["outputs"] as JsonArray ?? []).Select(Text)]
        );

    /// <summary>Asks about functions and modules that are installed; see the worker for the request's fields.</summary>
    public JsonNode Send(JsonObject request)
    {
        lock (gate)
        {
            process.StandardInput.WriteLine(request.ToJsonString(new JsonSerializerOptions { WriteIndented = false }));
            process.StandardInput.Flush();
            string line =
                process.StandardOutput.ReadLine()
                ?? throw new InvalidOperationException("The compiler's process ended.");
            return JsonNode.Parse(line)
                ?? throw new InvalidOperationException("The compiler's process answered nothing.");
        }
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    private static string Text(JsonNode? node) => node is null ? "" : node.GetValue<string>();
}
