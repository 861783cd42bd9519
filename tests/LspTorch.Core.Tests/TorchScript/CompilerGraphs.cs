using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace LspTorch.Core.Tests.TorchScript;

/// <summary>
/// A value of a compiled graph. Line 1-based; Start and End UTF-8 columns. Name: the variable it is stored to, or
/// empty.
/// </summary>
internal sealed record GraphValue(int Line, int Start, int End, string Kind, string Name, string Type);

/// <summary>A compiled function; Line is one inside it.</summary>
internal sealed record GraphFunction(
    int Line,
    string Name,
    IReadOnlyList<(string Name, string Type)> Parameters,
    string Returns
);

/// <summary>
/// What the real torch.jit.script makes of installed torch, torchvision, torchaudio and the project's own models.
/// </summary>
internal static class CompilerGraphs
{
    public static string Python =>
        Environment.GetEnvironmentVariable("LSPTORCH_TEST_PYTHON") is { Length: > 0 } python
            ? python
            : "/usr/bin/python3";

    public static string Repository { get; } = FindRepository();

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "LspTorch.sln")))
                return folder.FullName;
        throw new InvalidOperationException("The tests do not run inside the repository.");
    }

    /// <summary>
    /// Runs a script of tests/python; its output, which names files of this repository, is kept in the user's temporary
    /// folder while script,
    /// torch and repository stay the same.
    /// </summary>
    public static string Dump(string script)
    {
        string path = Path.Combine(Repository, "tests", "python", script);
        string version = Run("-c", "import torch, torchvision, torchaudio; print(torch.__version__, torch.__file__)")
            .Trim();
        string inputs = string.Concat(
            new[] { path, Path.Combine(Repository, "tools/signatures/generate.py") }
                .Concat(Directory.GetFiles(Path.Combine(Repository, "tests/examples"), "*.py").Order())
                .Concat(Directory.GetFiles(Path.Combine(Repository, "tests/python/corpus"), "*.py").Order())
                .Select(File.ReadAllText)
        );
        string key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(version + Repository + inputs)))[..16];
        string output = Path.Combine(
            Path.GetTempPath(),
            $"lsptorch-{Path.GetFileNameWithoutExtension(script)}-{key}.tsv"
        );
        if (!File.Exists(output))
        {
            string partial = output + "." + Environment.ProcessId;
            Run(path, Repository, partial);
            File.Move(partial, output, overwrite: true);
        }
        return output;
    }

    private static string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Python) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{Python} does not start.");
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{Python} {string.Join(' ', arguments)} failed: {errors.Result}");
        return output;
    }

    public static Dictionary<string, (List<GraphValue> Values, List<GraphFunction> Functions)> Read()
    {
        var files = new Dictionary<string, (List<GraphValue>, List<GraphFunction>)>();
        foreach (
            string line in File.ReadLines(
                Environment.GetEnvironmentVariable("LSPTORCH_GRAPHS") is { Length: > 0 } given
                    ? given
                    : Dump("graph_types.py")
            )
        )
        {
            string[] f = line.Split('\t');
            if (f.Length < 6)
                continue;
            if (!files.TryGetValue(f[1], out var entry))
                files[f[1]] = entry = ([], []);
            if (f[0] == "V")
                entry.Item1.Add(new(int.Parse(f[2]), int.Parse(f[3]), int.Parse(f[4]), f[5], f[6], f[7]));
            else
                entry.Item2.Add(
                    new(
                        int.Parse(f[2]),
                        f[3],
                        [
                            .. f[4]
                                .Split(';', StringSplitOptions.RemoveEmptyEntries)
                                .Select(p => p.Split('=', 2))
                                .Select(p => (p[0], p[1])),
                        ],
                        f[5]
                    )
                );
        }
        return files;
    }
}
