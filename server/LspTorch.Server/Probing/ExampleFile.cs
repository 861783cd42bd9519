using LspTorch.Examples;
using LspTorch.Semantics;

namespace LspTorch.Server.Probing;

/// <summary>
/// The program that makes and calls a class of a file in which nothing runs: kept beside the settings, in
/// .vscode/lsptorch, where the user reads and changes
/// it. What is there is never written again.
/// </summary>
public sealed record ExampleFile(string Path, string Class, bool Created)
{
    /// <summary>Of one that was created now: what stands in it, and what else is tried where that fails.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>Puts another text into the file; false where the user has changed it meanwhile.</summary>
    public bool Exchange(string from, string to)
    {
        try
        {
            if (File.ReadAllText(Path) != from)
                return false;
            File.WriteAllText(Path, to);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>
    /// The file of a class, written where there is none yet. A problem where the class cannot be called.
    /// </summary>
    /// <param name="root">The folder that holds the settings and the modules.</param>
    /// <param name="type">Qualified name; null for the class that no other class of the file is made of.</param>
    public static (ExampleFile? File, string Problem) For(FileSnapshot file, string root, string? type)
    {
        var candidates = ExampleProgram.Candidates(file);
        var chosen = type is null ? candidates.FirstOrDefault() : candidates.FirstOrDefault(c => c.Name == type);
        if (chosen is null)
            return (
                null,
                type is null
                    ? $"{file.Path} runs nothing, and has no module class that could be called"
                    : $"{file.Path} has no module class {type} with a forward that could be called{(candidates.Count > 0 ? $"; it has {string.Join(", ", candidates.Select(c => c.Name))}" : "")}"
            );
        string folder = System.IO.Path.Combine(root, ".vscode", "lsptorch");
        string name = System.IO.Path.GetRelativePath(root, file.Path);
        if (name.StartsWith("..", StringComparison.Ordinal))
            name = System.IO.Path.GetFileName(file.Path);
        string path = System.IO.Path.Combine(
            folder,
            $"{System.IO.Path.ChangeExtension(name, null).Replace(System.IO.Path.DirectorySeparatorChar, '.')}.{chosen.Name}.py"
        );
        if (File.Exists(path))
            return (new ExampleFile(path, chosen.Name, false), "");
        var texts = Programs(chosen, folder, root);
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(path, texts[0]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, $"{path} cannot be written: {e.Message}");
        }
        return (new ExampleFile(path, chosen.Name, true) { Texts = texts }, "");
    }

    private static IReadOnlyList<string> Programs(ClassModel type, string folder, string root)
    {
        string file = type.Owner.File.Path,
            module = System.IO.Path.GetFileNameWithoutExtension(file);
        string top = System.IO.Path.GetDirectoryName(file) ?? root;
        while (
            File.Exists(System.IO.Path.Combine(top, "__init__.py")) && System.IO.Path.GetDirectoryName(top) is { } above
        )
        {
            module = $"{System.IO.Path.GetFileName(top)}.{module}";
            top = above;
        }
        if (module.EndsWith(".__init__", StringComparison.Ordinal))
            module = module[..^".__init__".Length];
        string Relative(string to) => System.IO.Path.GetRelativePath(folder, to).Replace('\\', '/');
        return ExampleProgram.WriteAll(type, module, [.. new[] { top, root }.Distinct().Select(Relative)]);
    }
}
