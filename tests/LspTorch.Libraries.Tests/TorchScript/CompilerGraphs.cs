using System.Security.Cryptography;
using System.Text;

namespace LspTorch.Libraries.Tests.TorchScript;

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
    /// <summary>
    /// Runs a script of tests/python; its output, which names files of this repository, is kept in the user's temporary
    /// folder while script,
    /// torch and repository stay the same.
    /// </summary>
    public static string Dump(string script)
    {
        string path = Path.Combine(Repository.Root, "tests", "python", script);
        string version = Run("-c", "import torch, torchvision, torchaudio; print(torch.__version__, torch.__file__)")
            .Trim();
        string inputs = string.Concat(
            new[] { path, Path.Combine(Repository.Root, "tools/signatures/generate.py") }
                .Concat(Directory.GetFiles(Path.Combine(Repository.Root, "tests/examples"), "*.py").Order())
                .Concat(Directory.GetFiles(Path.Combine(Repository.Root, "tests/python/corpus"), "*.py").Order())
                .Select(File.ReadAllText)
        );
        string key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(version + Repository.Root + inputs)))[
            ..16
        ];
        string output = Path.Combine(
            Path.GetTempPath(),
            $"lsptorch-{Path.GetFileNameWithoutExtension(script)}-{key}.tsv"
        );
        if (!File.Exists(output))
        {
            string partial = output + "." + Environment.ProcessId;
            Run(path, Repository.Root, partial);
            File.Move(partial, output, overwrite: true);
        }
        return output;
    }

    private static string Run(params string[] arguments) => TestPython.Run(arguments).Succeeded();

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
