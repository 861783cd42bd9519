using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LspTorch.Server.Files;

namespace LspTorch.Server.Probing;

/// <summary>What to run, as Python is told it. Script: absolute path; null where Module is run (python -m).</summary>
public sealed record EntryProgram(string? Script, string? Module, IReadOnlyList<string> Arguments)
{
    /// <summary>Set for the program, over what it inherits.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>null: where the run would begin anyway.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>An interpreter of its own; null for the user's.</summary>
    public string? Python { get; init; }
}

/// <summary>
/// What a run begins with, written in the same way on the command line, by editors and in what is remembered: the path
/// of a script,
/// a pytest node <c>tests/test_model.py::test_forward</c> (<c>tests/test_model.py::</c> for all of a file),
/// <c>-m package.module</c>, or <c>launch:Name</c>,
/// a configuration of .vscode/launch.json.
/// </summary>
public abstract record Entry
{
    private const string LaunchPrefix = "launch:",
        ModulePrefix = "-m ";

    public sealed record Script(string Path) : Entry;

    public sealed record Test(string Path, string Node) : Entry;

    public sealed record Module(string Name) : Entry;

    public sealed record Launch(string Name) : Entry;

    public static Entry Parse(string text)
    {
        if (text.StartsWith(ModulePrefix, StringComparison.Ordinal))
            return new Module(text[ModulePrefix.Length..].Trim());
        if (text.StartsWith(LaunchPrefix, StringComparison.Ordinal))
            return new Launch(text[LaunchPrefix.Length..]);
        int node = text.IndexOf(".py::", StringComparison.Ordinal);
        return node < 0 ? new Script(text) : new Test(text[..(node + 3)], text[(node + 5)..]);
    }

    public sealed override string ToString() =>
        this switch
        {
            Script script => script.Path,
            Test test => $"{test.Path}::{test.Node}",
            Module module => ModulePrefix + module.Name,
            Launch launch => LaunchPrefix + launch.Name,
            _ => "",
        };

    /// <summary>In few words, for a title.</summary>
    public string Label =>
        this switch
        {
            Script script => Path.GetFileName(script.Path),
            Test test => Path.GetFileName(test.Path) + (test.Node.Length > 0 ? $"::{test.Node}" : ""),
            Launch launch => launch.Name,
            _ => ToString(),
        };

    /// <summary>
    /// The program, or why there is none. Paths that are not absolute are below <paramref name="folder"/>, as
    /// launch.json is.
    /// </summary>
    /// <param name="file">What ${file} means; null where no file is open.</param>
    public (EntryProgram? Program, string Problem) Resolve(string folder, string? file = null)
    {
        switch (this)
        {
            case Script script:
                string path = Path.GetFullPath(script.Path, folder);
                return File.Exists(path)
                    ? (new EntryProgram(path, null, []), "")
                    : (null, $"no such script: {script.Path}");
            case Test test:
                string tests = Path.GetFullPath(test.Path, folder);
                if (!File.Exists(tests))
                    return (null, $"no such file of tests: {test.Path}");
                // Plain assertions: pytest rewrites files of tests otherwise, and they could not be recorded. Its cache
                // is no file of the user's.
                return (
                    new EntryProgram(
                        null,
                        "pytest",
                        [
                            "--assert=plain",
                            "-o",
                            $"cache_dir={Path.Combine(UserCache.Folder, "pytest")}",
                            test.Node.Length > 0 ? $"{tests}::{test.Node}" : tests,
                        ]
                    )
                    {
                        WorkingDirectory = folder,
                    },
                    ""
                );
            case Module module:
                return module.Name.Length > 0
                    ? (new EntryProgram(null, module.Name, []) { WorkingDirectory = folder }, "")
                    : (null, "-m needs a module");
            case Launch launch:
                return LaunchConfigurations.Resolve(folder, launch.Name, file);
            default:
                return (null, "nothing to run");
        }
    }
}

/// <summary>What the programs of a folder were begun with, the latest first, in the user's cache.</summary>
public sealed class EntryMemory(string? folder = null)
{
    private const int MaxEntries = 12;

    private readonly string folder = folder ?? Path.Combine(UserCache.Folder, "entries");

    public IReadOnlyList<string> Of(string root)
    {
        try
        {
            if (UserCache.Read(FileOf(root), Disk.Instance) is not { } kept)
                return [];
            using var document = JsonDocument.Parse(kept);
            return
            [
                .. document.RootElement.EnumerateArray().Select(e => e.GetString()).OfType<string>().Take(MaxEntries),
            ];
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return [];
        }
    }

    public void Remember(string root, string entry)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartArray();
            foreach (string one in Of(root).Where(e => e != entry).Prepend(entry).Take(MaxEntries))
                writer.WriteStringValue(one);
            writer.WriteEndArray();
        }
        try
        {
            UserCache.WriteWhole(FileOf(root), stream.ToArray());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is asked for again.
        }
    }

    private string FileOf(string root) =>
        Path.Combine(
            folder,
            Convert.ToHexStringLower(
                System.Security.Cryptography.SHA256.HashData(
                    Encoding.UTF8.GetBytes(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)))
                )
            )[..32] + ".json"
        );
}

/// <summary>The configurations of .vscode/launch.json that start Python.</summary>
public static partial class LaunchConfigurations
{
    private const int MaxFileSize = 16 << 20;

    /// <summary>Their names, in the file's order; empty where there is no file that can be read.</summary>
    public static IReadOnlyList<string> Names(string folder)
    {
        try
        {
            using var document = Read(folder);
            return document is null ? [] : [.. Of(document).Select(c => Text(c, "name")).OfType<string>()];
        }
        catch (Exception e)
            when (e is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return [];
        }
    }

    internal static (EntryProgram? Program, string Problem) Resolve(string folder, string name, string? file)
    {
        try
        {
            using var document = Read(folder);
            if (document is null)
                return (null, $"there is no .vscode/launch.json in {folder}");
            var configuration = Of(document).FirstOrDefault(c => Text(c, "name") == name);
            if (configuration.ValueKind == JsonValueKind.Undefined)
                return (null, $".vscode/launch.json has no configuration '{name}' that starts Python");
            string? unknown = null;
            string Fill(string text) =>
                Variable()
                    .Replace(
                        text,
                        match =>
                        {
                            string? value = Value(match.Groups[1].Value, folder, file);
                            if (value is null)
                                unknown ??= match.Value;
                            return value ?? "";
                        }
                    );
            string? program = Text(configuration, "program") is { } p ? Fill(p) : null,
                module = Text(configuration, "module") is { } m ? Fill(m) : null;
            if (program is null && module is null)
                return (null, $"configuration '{name}' names neither a program nor a module");
            string cwd = Text(configuration, "cwd") is { } c ? Path.GetFullPath(Fill(c), folder) : folder;
            var environment = new Dictionary<string, string>();
            if (configuration.TryGetProperty("env", out var env) && env.ValueKind == JsonValueKind.Object)
                foreach (var variable in env.EnumerateObject())
                    if (variable.Value.ValueKind != JsonValueKind.Null)
                        environment[variable.Name] = Fill(variable.Value.ToString());
            string[] arguments =
                !configuration.TryGetProperty("args", out var args) ? []
                : args.ValueKind == JsonValueKind.Array ? [.. args.EnumerateArray().Select(a => Fill(a.ToString()))]
                : [.. Words().Matches(args.ToString()).Select(w => Fill(w.Value.Trim('"', '\'')))];
            string? python = (Text(configuration, "python") ?? Text(configuration, "pythonPath")) is { } named
                ? Fill(named)
                : null;
            if (unknown is not null)
                return (null, $"configuration '{name}' needs {unknown}, which only the editor's debugger knows");
            if (program is not null && !File.Exists(program = Path.GetFullPath(program, cwd)))
                return (null, $"configuration '{name}': no such program: {program}");
            return (
                new EntryProgram(program, program is null ? module : null, arguments)
                {
                    Environment = environment,
                    WorkingDirectory = cwd,
                    Python = python,
                },
                ""
            );
        }
        catch (Exception e)
            when (e is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return (null, $".vscode/launch.json cannot be read: {e.Message}");
        }
    }

    private static JsonDocument? Read(string folder)
    {
        string file = Path.Combine(folder, ".vscode", "launch.json");
        return File.Exists(file)
            ? JsonDocument.Parse(
                RegularFile.ReadAll(file, MaxFileSize),
                new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }
            )
            : null;
    }

    private static IEnumerable<JsonElement> Of(JsonDocument document) =>
        document.RootElement.TryGetProperty("configurations", out var all) && all.ValueKind == JsonValueKind.Array
            ? all.EnumerateArray()
                .Where(c =>
                    c.ValueKind == JsonValueKind.Object
                    && Text(c, "type") is "python" or "debugpy"
                    && Text(c, "request") is "launch"
                )
            : [];

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>null for a variable that cannot be known here.</summary>
    private static string? Value(string variable, string folder, string? file) =>
        variable switch
        {
            "workspaceFolder" or "workspaceRoot" => folder,
            "workspaceFolderBasename" => Path.GetFileName(folder),
            "userHome" => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
            "pathSeparator" or "/" => Path.DirectorySeparatorChar.ToString(),
            "file" => file,
            "relativeFile" => file is null ? null : Path.GetRelativePath(folder, file),
            "fileDirname" => Path.GetDirectoryName(file),
            "fileBasename" => Path.GetFileName(file),
            "fileBasenameNoExtension" => Path.GetFileNameWithoutExtension(file),
            _ when variable.StartsWith("env:", StringComparison.Ordinal) => Environment.GetEnvironmentVariable(
                variable[4..]
            ) ?? "",
            _ => null,
        };

    [GeneratedRegex(@"\$\{([^}]*)\}")]
    private static partial Regex Variable();

    [GeneratedRegex("\"[^\"]*\"|'[^']*'|\\S+")]
    private static partial Regex Words();
}
