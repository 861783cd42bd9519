using System.Threading.Channels;
using LspTorch.Server.Protocol;
using LspTorch.Server.Workspace;
using StreamJsonRpc;

namespace LspTorch.Server.Handlers;

/// <summary>
/// The one order of things: what changes the workspace runs alone and is awaited; what reads gets the snapshot of its
/// turn and runs
/// beside the others. Entered in the order in which messages arrive.
/// </summary>
internal sealed class RequestQueue(WorkspaceState state, IdleMemory idle, Action<string, Exception> complain)
{
    private readonly Channel<Func<Task>> turns = Channel.CreateUnbounded<Func<Task>>(
        new UnboundedChannelOptions { SingleReader = true }
    );

    /// <summary>Runs until <see cref="Close"/>; never throws.</summary>
    public async Task RunAsync()
    {
        await foreach (var turn in turns.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            idle.Touch();
            await turn().ConfigureAwait(false);
        }
    }

    public void Close() => turns.Writer.TryComplete();

    /// <summary>
    /// Queues a change. The task ends when the change has been made; a change that throws is reported and changes
    /// nothing else.
    /// </summary>
    public Task<object?> ChangeAsync(string name, Func<WorkspaceState, Task<object?>> change)
    {
        var done = new TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool queued = turns.Writer.TryWrite(async () =>
        {
            try
            {
                done.SetResult(await change(state).ConfigureAwait(false));
            }
            catch (Exception problem)
            {
                // A refusal is an answer, not a failure.
                if (problem is not LocalRpcException)
                    complain($"{name} failed", problem);
                done.SetException(problem);
            }
        });
        if (!queued)
            done.SetCanceled();
        return done.Task;
    }

    public Task<object?> ChangeAsync(string name, Action<WorkspaceState> change) =>
        ChangeAsync(
            name,
            workspace =>
            {
                change(workspace);
                return Task.FromResult<object?>(null);
            }
        );

    /// <summary>
    /// Queues a reader. Its work starts on the thread pool at its turn, with the snapshot of that moment. Where it ends
    /// because a text that it reads has changed, the client hears ContentModified.
    /// </summary>
    public Task<object?> ReadAsync(
        Func<WorkspaceSnapshot, CancellationToken, Task<object?>> read,
        CancellationToken cancellationToken
    )
    {
        var done = new TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool queued = turns.Writer.TryWrite(() =>
        {
            if (cancellationToken.IsCancellationRequested)
            {
                done.SetCanceled(cancellationToken);
                return Task.CompletedTask;
            }
            var snapshot = state.Current;
            ThreadPool.UnsafeQueueUserWorkItem(
                async _ =>
                {
                    try
                    {
                        done.SetResult(await read(snapshot, cancellationToken).ConfigureAwait(false));
                    }
                    catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                    {
                        done.SetCanceled(cancellationToken);
                    }
                    catch (OperationCanceledException)
                    {
                        done.SetException(ContentModified());
                    }
                    catch (Exception problem)
                    {
                        done.SetException(problem);
                    }
                },
                null
            );
            return Task.CompletedTask;
        });
        if (!queued)
            done.SetCanceled(CancellationToken.None);
        return done.Task;
    }

    private static LocalRpcException ContentModified() =>
        new("The document changed meanwhile.") { ErrorCode = ErrorCodes.ContentModified };
}
