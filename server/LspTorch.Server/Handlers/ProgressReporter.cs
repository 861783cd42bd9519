using System.Text.Json;
using LspTorch.Server.Protocol;

namespace LspTorch.Server.Handlers;

/// <summary>
/// Work-done progress of one long command: on the client's token, else on one of the server's own where the client can
/// show it. It is
/// cancelled by the request's cancellation or by the client's window/workDoneProgress/cancel.
/// </summary>
internal sealed class ProgressReporter(LanguageServer server, JsonElement? given, CancellationToken cancellationToken)
    : IDisposable
{
    private static int lastToken;

    private readonly CancellationTokenSource cancelled = CancellationTokenSource.CreateLinkedTokenSource(
        cancellationToken
    );
    private JsonElement? token = given;

    public CancellationToken Cancelled => cancelled.Token;

    public bool Is(JsonElement other) => token is { } own && JsonElement.DeepEquals(own, other);

    public void Cancel() => cancelled.Cancel();

    public async Task BeginAsync(string title)
    {
        if (token is null && server.State.Current.Client.WorkDoneProgress && server.ClientIsReady)
        {
            var own = JsonSerializer.SerializeToElement(
                $"lsptorch/{Interlocked.Increment(ref lastToken)}",
                LspJsonContext.Default.String
            );
            try
            {
                await server
                    .Connection.RequestAsync(
                        "window/workDoneProgress/create",
                        new WorkDoneProgressCreateParams(own),
                        cancelled.Token
                    )
                    .ConfigureAwait(false);
                token = own;
            }
            catch (StreamJsonRpc.RemoteRpcException)
            {
                // A client that cannot show it after all.
            }
        }
        await SendAsync(
                JsonSerializer.SerializeToElement(
                    new WorkDoneProgressBegin("begin", title, Cancellable: true),
                    LspJsonContext.Default.WorkDoneProgressBegin
                )
            )
            .ConfigureAwait(false);
    }

    public void Report(string message) =>
        server.Log.FireAndForget(
            SendAsync(
                JsonSerializer.SerializeToElement(
                    new WorkDoneProgressReport("report", Cancellable: true, Message: message),
                    LspJsonContext.Default.WorkDoneProgressReport
                )
            ),
            "$/progress"
        );

    public Task EndAsync() =>
        SendAsync(
            JsonSerializer.SerializeToElement(
                new WorkDoneProgressEnd("end"),
                LspJsonContext.Default.WorkDoneProgressEnd
            )
        );

    public void Dispose() => cancelled.Dispose();

    private Task SendAsync(JsonElement value) =>
        token is { } known
            ? server.Connection.NotifyClientAsync("$/progress", new ProgressParams(known, value))
            : Task.CompletedTask;
}
