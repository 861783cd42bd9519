using LspTorch.Server.Handlers;
using LspTorch.Server.Stores;
using LspTorch.Server.Workspace;

namespace LspTorch.Server.Tests.Handlers;

public sealed class RequestQueueTests
{
    private readonly List<string> complaints = [];
    private readonly IdleMemory idle = new();
    private readonly RequestQueue queue;
    private readonly Task running;

    public RequestQueueTests()
    {
        var state = new WorkspaceState(
            _ => { },
            new TraceStore(Path.GetTempPath()),
            new VerdictStore(Path.GetTempPath())
        );
        queue = new RequestQueue(state, idle, (what, problem) => complaints.Add($"{what}: {problem.Message}"));
        running = queue.RunAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        queue.Close();
        await running;
        idle.Dispose();
    }

    [Test]
    public async Task Readers_see_the_changes_before_them_and_none_after()
    {
        var reads = new List<Task<object?>>();
        for (int version = 1; version <= 100; version++)
        {
            int now = version;
            _ = queue.ChangeAsync(
                "open",
                workspace =>
                {
                    workspace.Open("file:///a.py", now, "");
                }
            );
            reads.Add(
                queue.ReadAsync(
                    async (snapshot, _) =>
                    {
                        await Task.Delay(now % 7);
                        return snapshot.Find("file:///a.py")?.Version;
                    },
                    CancellationToken.None
                )
            );
        }
        Assert.That(await Task.WhenAll(reads), Is.EqualTo(Enumerable.Range(1, 100).Cast<object?>()));
    }

    [Test]
    public async Task A_slow_reader_holds_nobody_up_but_a_change_does()
    {
        var gate = new TaskCompletionSource();
        var slow = queue.ReadAsync(
            async (_, _) =>
            {
                await gate.Task;
                return null;
            },
            CancellationToken.None
        );
        await queue
            .ReadAsync((_, _) => Task.FromResult<object?>(1), CancellationToken.None)
            .WaitAsync(TimeSpan.FromSeconds(10));
        var order = new List<string>();
        var change = queue.ChangeAsync(
            "slow",
            async _ =>
            {
                await Task.Delay(50);
                order.Add("change");
                return null;
            }
        );
        var after = queue.ReadAsync(
            (_, _) =>
            {
                order.Add("read");
                return Task.FromResult<object?>(null);
            },
            CancellationToken.None
        );
        await Task.WhenAll(change, after).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(order, Is.EqualTo(new[] { "change", "read" }));
        gate.SetResult();
        await slow;
    }

    [Test]
    public async Task What_throws_is_reported_and_the_rest_goes_on()
    {
        await Assert.ThatAsync(
            () => queue.ChangeAsync("broken", _ => throw new InvalidOperationException("no")),
            Throws.InvalidOperationException
        );
        await Assert.ThatAsync(
            () => queue.ReadAsync((_, _) => throw new InvalidOperationException("no"), CancellationToken.None),
            Throws.InvalidOperationException
        );
        Assert.That(
            await queue.ReadAsync((_, _) => Task.FromResult<object?>("fine"), CancellationToken.None),
            Is.EqualTo("fine")
        );
        Assert.That(complaints, Is.EqualTo(new[] { "broken failed: no" }), "a request's own error is its answer");
    }

    [Test]
    public void A_reader_cancelled_before_its_turn_never_starts()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        bool started = false;
        Assert.CatchAsync<OperationCanceledException>(() =>
            queue.ReadAsync(
                (_, _) =>
                {
                    started = true;
                    return Task.FromResult<object?>(null);
                },
                cancelled.Token
            )
        );
        Assert.That(started, Is.False);
    }
}
