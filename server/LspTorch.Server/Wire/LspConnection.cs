using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LspTorch.Server.Protocol;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace LspTorch.Server.Wire;

/// <summary>
/// The JSON-RPC connection: handlers with one typed parameter object, errors with LSP's codes, calls and notifications to the client.
/// </summary>
internal sealed class LspConnection : JsonRpc
{
    private readonly Action<string, Exception> complain;

    public LspConnection(Stream input, Stream output, LifecycleGate gate, Action<string, Exception> complain, Action<string> note)
        : base(new WireHandler(input, output, CreateFormatter(), gate, note))
    {
        this.complain = complain;
        // StreamJsonRpc's own trace would go to the default trace listener; what matters is logged here.
        TraceSource = new TraceSource("rpc", SourceLevels.Off);
        CancelLocallyInvokedMethodsWhenConnectionIsClosed = true;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Every type that is serialized is in LspJsonContext.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Every type that is serialized is in LspJsonContext.")]
    private static SystemTextJsonFormatter CreateFormatter() => new()
    {
        // Copied from the context so that naming and null handling are the same as in the generated code.
        JsonSerializerOptions = new JsonSerializerOptions(LspJsonContext.Default.Options) { TypeInfoResolver = LspJsonContext.Default },
    };

    /// <summary>
    /// Registers a handler. It is entered in the order in which messages arrive and must hand its work to the queue before its
    /// first await, which is what keeps that order.
    /// </summary>
    public void Handle<TParams>(string method, Func<TParams, CancellationToken, Task<object?>> handler)
    {
        var target = new Target<TParams>(handler);
        var invoke = (Func<TParams, CancellationToken, Task<object?>>)target.InvokeAsync;
        AddLocalRpcMethod(invoke.Method, target, new JsonRpcMethodAttribute(method) { UseSingleObjectParameterDeserialization = true });
    }

    /// <summary>Registers a handler of a message without parameters.</summary>
    public void Handle(string method, Func<CancellationToken, Task<object?>> handler)
    {
        var target = new BareTarget(handler);
        var invoke = (Func<CancellationToken, Task<object?>>)target.InvokeAsync;
        AddLocalRpcMethod(invoke.Method, target, new JsonRpcMethodAttribute(method));
    }

    public Task RequestAsync(string method, object? parameters, CancellationToken cancellationToken) =>
        RequestAsync<JsonElement>(method, parameters, cancellationToken);

    public Task<TResult> RequestAsync<TResult>(string method, object? parameters, CancellationToken cancellationToken) =>
        InvokeCoreAsync<TResult>(CreateNewRequestId(), method, parameters is null ? null : [parameters], null, null, cancellationToken, isParameterObject: true);

    public Task NotifyClientAsync(string method, object parameters) =>
        InvokeCoreAsync<JsonElement>(default, method, [parameters], null, null, CancellationToken.None, isParameterObject: true);

    protected override JsonRpcError.ErrorDetail CreateErrorDetails(JsonRpcRequest request, Exception exception)
    {
        switch (exception)
        {
            case LocalRpcException known:
                return new JsonRpcError.ErrorDetail { Code = (JsonRpcErrorCode)known.ErrorCode, Message = known.Message, Data = known.ErrorData };
            case OperationCanceledException:
                return new JsonRpcError.ErrorDetail { Code = JsonRpcErrorCode.RequestCanceled, Message = "The request was cancelled." };
            case JsonException malformed:
                return new JsonRpcError.ErrorDetail
                {
                    Code = JsonRpcErrorCode.InvalidParams,
                    Message = $"The params of {request.Method} cannot be read: {malformed.Message}",
                };
            default:
                complain($"{request.Method} failed", exception);
                return new JsonRpcError.ErrorDetail
                {
                    Code = JsonRpcErrorCode.InternalError,
                    Message = $"{request.Method} failed: {exception.GetType().Name}: {exception.Message}",
                };
        }
    }

    private sealed class Target<TParams>(Func<TParams, CancellationToken, Task<object?>> handler)
    {
        public Task<object?> InvokeAsync(TParams parameters, CancellationToken cancellationToken) => handler(parameters, cancellationToken);
    }

    private sealed class BareTarget(Func<CancellationToken, Task<object?>> handler)
    {
        public Task<object?> InvokeAsync(CancellationToken cancellationToken) => handler(cancellationToken);
    }
}
