namespace LspTorch.Server.Handlers;

/// <summary>
/// Gives memory back when the user has paused: trees of texts that are gone would otherwise stay until the next
/// allocation, and a
/// language server spends most of its life waiting.
/// </summary>
internal sealed class IdleMemory : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Timer timer;

    public IdleMemory() =>
        timer = new Timer(_ =>
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true)
        );

    /// <summary>Something was asked: the pause begins anew.</summary>
    public void Touch() => timer.Change(Pause, Timeout.InfiniteTimeSpan);

    public void Dispose() => timer.Dispose();
}
