using LspTorch.Examples;
using LspTorch.Server.Workspace;

namespace LspTorch.Server.Probing;

/// <summary>
/// An entry made ready to run. Example: the program that stands in for a script in which nothing runs; null for the
/// entry itself.
/// </summary>
internal sealed record RunnableEntry(EntryProgram Program, ExampleFile? Example)
{
    /// <param name="folder">The workspace folder: relative paths, launch.json and examples are there.</param>
    /// <param name="type">The class to call; null where the entry is to be run, unless nothing in it runs.</param>
    public static (RunnableEntry? Runnable, string Problem) Of(
        Entry entry,
        string folder,
        string? type,
        string? activeFile,
        CancellationToken cancellationToken
    )
    {
        var (program, problem) = entry.Resolve(folder, activeFile);
        if (program is null)
            return (null, problem);
        if (
            entry is not Entry.Script
            || program.Script is not { } script
            || !script.EndsWith(".py", StringComparison.Ordinal)
        )
            return type is null
                ? (new RunnableEntry(program, null), "")
                : (null, $"{entry} is not a file that defines {type}");
        string? unreadable = null;
        if (
            new Checker(CommonOptions.None, complaint => unreadable ??= complaint, folder).Open(
                script,
                cancellationToken
            )
            is not { File: var file }
        )
            return type is null
                ? (new RunnableEntry(program, null), "")
                : (null, unreadable ?? $"{script} cannot be read"); // Python says what is wrong with it
        if (type is null && (ExampleProgram.RunsSomething(file.Tree) || ExampleProgram.Candidates(file).Count == 0))
            return (new RunnableEntry(program, null), "");
        var (example, why) = ExampleFile.For(file, folder, type);
        return example is null ? (null, why) : (new RunnableEntry(program with { Script = example.Path }, example), "");
    }

    /// <summary>The run of it, as far as the program says.</summary>
    /// <param name="folder">As above; its files are recorded where there is no script whose folder is meant.</param>
    /// <param name="arguments">Behind those of the program.</param>
    /// <param name="environment">What the program's own is laid over; null for nothing.</param>
    public ProbeRequest Request(
        Entry entry,
        InterpreterInfo interpreter,
        string folder,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null
    ) =>
        new(Program.Script ?? entry.ToString(), interpreter)
        {
            Module = Program.Module,
            Arguments = [.. Program.Arguments, .. arguments],
            Environment = Merged(environment, Program.Environment),
            Roots = Program.Script is null || Example is not null || entry is Entry.Launch ? [folder] : [],
            WorkingDirectory = Program.WorkingDirectory,
            Example = Example,
        };

    private static Dictionary<string, string> Merged(
        IReadOnlyDictionary<string, string>? below,
        IReadOnlyDictionary<string, string> above
    )
    {
        var merged = new Dictionary<string, string>(below ?? above);
        foreach (var (name, value) in above)
            merged[name] = value;
        return merged;
    }
}
