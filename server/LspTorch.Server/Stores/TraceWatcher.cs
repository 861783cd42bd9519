namespace LspTorch.Server.Stores;

/// <summary>
/// Tells when something in the folder of a store is written or deleted, by this process or by another. Throws
/// IOException where the folder cannot be watched.
/// </summary>
internal sealed class TraceWatcher : IDisposable
{
    // A run keeps many files, one after the other.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    private readonly Lock gate = new();
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly Action<IReadOnlySet<string>> changed;
    private readonly FileSystemWatcher watcher;
    private readonly Timer timer;

    /// <param name="changed">Called on a thread of its own with the names of the files, without their folder.</param>
    public TraceWatcher(string folder, Action<IReadOnlySet<string>> changed)
    {
        this.changed = changed;
        timer = new Timer(_ => Tell());
        watcher = new FileSystemWatcher(folder);
        watcher.Created += (_, e) => Note(e.Name);
        watcher.Changed += (_, e) => Note(e.Name);
        watcher.Deleted += (_, e) => Note(e.Name);
        watcher.Renamed += (_, e) => Note(e.Name);
        watcher.EnableRaisingEvents = true;
    }

    public void Dispose()
    {
        watcher.Dispose();
        timer.Dispose();
    }

    private void Note(string? name)
    {
        // Files are written under another name first.
        if (name is null || name.EndsWith(".tmp", StringComparison.Ordinal))
            return;
        lock (gate)
            names.Add(name);
        timer.Change(Quiet, Timeout.InfiniteTimeSpan);
    }

    private void Tell()
    {
        HashSet<string> all;
        lock (gate)
        {
            all = [.. names];
            names.Clear();
        }
        if (all.Count > 0)
            changed(all);
    }
}
