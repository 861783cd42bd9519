using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LspTorch.Server.Protocol;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace LspTorch.Server.Wire;

/// <summary>
/// The JSON-RPC connection: handlers with one typed parameter object, errors with LSP's codes, calls and notifications
/// to the client.
/// </summary>
internal sealed class LspConnection : JsonRpc
{
    private static readonly JsonElement Empty = JsonDocument.Parse("{}").RootElement;

    private static readonly JsonSerializerOptions Options = CreateOptions();

    private readonly Action<string, Exception> complain;
    private readonly Action<string> note;

    public LspConnection(
        Stream input,
        Stream output,
        Lifecycle lifecycle,
        Action<string, Exception> complain,
        Action<string> note
    )
        : base(new WireHandler(input, output, CreateFormatter(), lifecycle, note))
    {
        this.complain = complain;
        this.note = note;
        // StreamJsonRpc's own trace would go to the default trace listener; what matters is logged here.
        TraceSource = new TraceSource("rpc", SourceLevels.Off);
        CancelLocallyInvokedMethodsWhenConnectionIsClosed = true;
    }

    private long lastRequest;

    /// <summary>
    /// Ids that no client uses for requests of its own: some take a request of the server for the answer to their own
    /// of the same number.
    /// </summary>
    protected override RequestId CreateNewRequestId() =>
        new(string.Create(CultureInfo.InvariantCulture, $"lsptorch-{Interlocked.Increment(ref lastRequest)}"));

    [UnconditionalSuppressMessage(
        "Trimming",
        "IL2026",
        Justification = "Every type that is serialized is in LspJsonContext."
    )]
    [UnconditionalSuppressMessage(
        "AOT",
        "IL3050",
        Justification = "Every type that is serialized is in LspJsonContext."
    )]
    private static SystemTextJsonFormatter CreateFormatter() => new() { JsonSerializerOptions = Options };

    /// <summary>
    /// Copied from the context so that naming and null handling are the same as in the generated code, which does not
    /// look at the elements of lists.
    /// </summary>
    private static JsonSerializerOptions CreateOptions() =>
        new(LspJsonContext.Default.Options)
        {
            TypeInfoResolver = LspJsonContext.Default.WithAddedModifier(static type =>
            {
                if (type.Kind == JsonTypeInfoKind.Enumerable)
                    type.OnDeserialized = static list =>
                    {
                        foreach (object? element in (System.Collections.IEnumerable)list)
                            if (element is null)
                                throw new JsonException("null as an element of a list.");
                    };
            }),
        };

    /// <summary>
    /// Registers a handler. It is entered in the order in which messages arrive and must hand its work to the queue
    /// before its
    /// first await, which is what keeps that order. Members of params that it does not know are ignored; no params are
    /// taken for empty ones.
    /// </summary>
    /// <param name="unreadable">Told of params that are none of <typeparamref name="TParams"/>, in the same order; a
    /// request is answered with InvalidParams besides.</param>
    public void Handle<TParams>(
        string method,
        Func<TParams, CancellationToken, Task<object?>> handler,
        Action<JsonElement>? unreadable = null
    )
        where TParams : notnull
    {
        var type = (JsonTypeInfo<TParams>)Options.GetTypeInfo(typeof(TParams));
        Register(
            method,
            (given, cancellationToken) =>
            {
                TParams? parameters;
                try
                {
                    parameters =
                        (given.ValueKind == JsonValueKind.Undefined ? Empty : given).Deserialize(type)
                        ?? throw new JsonException("null is not an object.");
                }
                catch (Exception problem) when (problem is not OperationCanceledException)
                {
                    note($"The params of {method} cannot be read: {problem.Message}");
                    unreadable?.Invoke(given);
                    throw problem as JsonException ?? new JsonException(problem.Message);
                }
                return handler(parameters, cancellationToken);
            }
        );
    }

    /// <summary>Registers a handler of a message whose params say nothing to it.</summary>
    public void Handle(string method, Func<CancellationToken, Task<object?>> handler) =>
        Register(method, (_, cancellationToken) => handler(cancellationToken));

    /// <summary>Twice, since StreamJsonRpc tells a message with params from one without.</summary>
    private void Register(string method, Func<JsonElement, CancellationToken, Task<object?>> handler)
    {
        var target = new Target(handler);
        var full = target.InvokeAsync;
        var bare = target.InvokeBareAsync;
        AddLocalRpcMethod(
            full.Method,
            target,
            new JsonRpcMethodAttribute(method) { UseSingleObjectParameterDeserialization = true }
        );
        AddLocalRpcMethod(bare.Method, target, new JsonRpcMethodAttribute(method));
    }

    public Task RequestAsync(string method, object? parameters, CancellationToken cancellationToken) =>
        RequestAsync<JsonElement>(method, parameters, cancellationToken);

    public Task<TResult> RequestAsync<TResult>(
        string method,
        object? parameters,
        CancellationToken cancellationToken
    ) =>
        InvokeCoreAsync<TResult>(
            CreateNewRequestId(),
            method,
            parameters is null ? null : [parameters],
            null,
            null,
            cancellationToken,
            isParameterObject: true
        );

    public Task NotifyClientAsync(string method, object parameters) =>
        InvokeCoreAsync<JsonElement>(
            default,
            method,
            [parameters],
            null,
            null,
            CancellationToken.None,
            isParameterObject: true
        );

    protected override JsonRpcError.ErrorDetail CreateErrorDetails(JsonRpcRequest request, Exception exception)
    {
        switch (exception)
        {
            case LocalRpcException known:
                return new JsonRpcError.ErrorDetail
                {
                    Code = (JsonRpcErrorCode)known.ErrorCode,
                    Message = known.Message,
                    Data = known.ErrorData,
                };
            case OperationCanceledException:
                return new JsonRpcError.ErrorDetail
                {
                    Code = JsonRpcErrorCode.RequestCanceled,
                    Message = "The request was cancelled.",
                };
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

    private sealed class Target(Func<JsonElement, CancellationToken, Task<object?>> handler)
    {
        public Task<object?> InvokeAsync(JsonElement parameters, CancellationToken cancellationToken) =>
            handler(parameters, cancellationToken);

        public Task<object?> InvokeBareAsync(CancellationToken cancellationToken) =>
            handler(default, cancellationToken);
    }
}
