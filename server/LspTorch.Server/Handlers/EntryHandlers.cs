using LspTorch.Examples;
using LspTorch.Server.Conversion;
using LspTorch.Server.Probing;
using LspTorch.Server.Protocol;
using LspTorch.Server.Workspace;
using LspTorch.Syntax;

namespace LspTorch.Server.Handlers;

/// <summary>lsptorch/entries: what can be run for a document. Runs nothing and writes nothing.</summary>
internal sealed class EntryHandlers(LanguageServer server)
{
    private const int MaxTests = 50;

    public void Register() =>
        server.Connection.Handle<EntriesParams>(
            "lsptorch/entries",
            (asked, cancel) =>
                server.Queue.ReadAsync(
                    (snapshot, cancelled) =>
                        Task.FromResult<object?>(new EntryList([.. Of(snapshot, asked.Uri, cancelled)])),
                    cancel
                )
        );

    private IEnumerable<EntryItem> Of(WorkspaceSnapshot snapshot, string? uri, CancellationToken cancellationToken)
    {
        string? path = uri is null ? null : DocumentUri.ToPath(uri);
        string? root =
            path is not null && Path.IsPathRooted(path)
                ? ProbeHandlers.RootOf(snapshot, new Entry.Script(path)) ?? Path.GetDirectoryName(path)
                : snapshot.Roots.FirstOrDefault();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (root is not null)
            foreach (string remembered in server.Probes.Memory.Of(root))
                if (StillThere(Entry.Parse(remembered)) && seen.Add(remembered))
                    yield return new EntryItem(remembered, Shown(remembered, root), "remembered");
        if (path is not null && snapshot.Documents.GetValueOrDefault(path)?.File(cancellationToken) is { } file)
        {
            bool runs = ExampleProgram.RunsSomething(file.Tree);
            if (runs && seen.Add(path))
                yield return new EntryItem(path, Shown(path, root), "file");
            var tests = Tests(file.Tree.Root.Body, "").Take(MaxTests).ToList();
            if (tests.Count > 0)
                tests.Insert(0, "");
            foreach (string test in tests)
                if (new Entry.Test(path, test).ToString() is var node && seen.Add(node))
                    yield return new EntryItem(node, test.Length == 0 ? Path.GetFileName(path) : test, "test");
            if (!runs)
                foreach (var type in ExampleProgram.Candidates(file))
                    yield return new EntryItem(path, type.Name, "class");
        }
        if (root is null)
            yield break;
        foreach (string name in LaunchConfigurations.Names(root))
            if (new Entry.Launch(name).ToString() is var launch && seen.Add(launch))
                yield return new EntryItem(launch, name, "launch");
    }

    private static bool StillThere(Entry entry) =>
        entry switch
        {
            Entry.Script script => File.Exists(script.Path),
            Entry.Test test => File.Exists(test.Path),
            _ => true,
        };

    private static string Shown(string entry, string? root) =>
        root is not null && entry.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? entry[(root.Length + 1)..]
            : entry;

    /// <summary>Nodes as pytest finds them by default: functions test*, and methods test* of classes Test*.</summary>
    private static IEnumerable<string> Tests(NodeList<Stmt> body, string prefix)
    {
        foreach (var statement in body)
        {
            if (statement is FunctionDef function && function.Name.StartsWith("test", StringComparison.Ordinal))
                yield return prefix + function.Name;
            else if (statement is ClassDef type && type.Name.StartsWith("Test", StringComparison.Ordinal))
                foreach (string inner in Tests(type.Body, $"{prefix}{type.Name}::"))
                    yield return inner;
        }
    }
}
