using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using LspTorch.Server.Protocol;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace LspTorch.Server.Wire;

/// <summary>
/// LSP framing over two streams. Whatever is wrong with a message is answered (where it has an answer) and skipped:
/// neither a bad header
/// nor bad JSON ends the connection, only the end of the input does.
/// </summary>
internal sealed class WireHandler(
    Stream input,
    Stream output,
    IJsonRpcMessageFormatter formatter,
    Lifecycle lifecycle,
    Action<string> complain
) : MessageHandlerBase(formatter)
{
    private const int MaxHeaderSize = 64 * 1024;
    private const int MaxMessageSize = 512 * 1024 * 1024;

    private readonly PipeReader reader = PipeReader.Create(
        input,
        new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true)
    );
    private readonly ArrayBufferWriter<byte> frame = new(16 * 1024);
    private readonly SemaphoreSlim writing = new(1, 1);

    // Requests to the client that wait for their answer: StreamJsonRpc ends the connection over an answer to nothing.
    private readonly ConcurrentDictionary<string, bool> outstanding = new(StringComparer.Ordinal);

    // StreamJsonRpc fails over a second request of the same id, also for a moment after the first was answered: it
    // knows each by a number of its own.
    private readonly ConcurrentDictionary<string, long> unanswered = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, RequestId> given = new();
    private long lastNumber;

    // Between two messages stood what looks like a change of a document; the length of the second is read already.
    private bool lostBetween;
    private int? nextLength;

    public override bool CanRead => true;
    public override bool CanWrite => true;

    protected override async ValueTask<JsonRpcMessage?> ReadCoreAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            int? length = nextLength ?? await ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
            nextLength = null;
            if (length is null)
                return null;
            if (lostBetween)
            {
                lostBetween = false;
                nextLength = length;
                if (lifecycle.IsOpen)
                    return Own(LostChange.Message(null));
                continue;
            }
            var read = await reader.ReadAtLeastAsync(length.Value, cancellationToken).ConfigureAwait(false);
            if (read.Buffer.Length < length.Value)
                return null;
            byte[] rented = ArrayPool<byte>.Shared.Rent(Math.Max(1, length.Value));
            try
            {
                var body = rented.AsMemory(0, length.Value);
                read.Buffer.Slice(0, length.Value).CopyTo(body.Span);
                reader.AdvanceTo(read.Buffer.GetPosition(length.Value));
                if (await AdmitAsync(body).ConfigureAwait(false) is { } message)
                    return message;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary>The message, or null where it was answered or dropped here.</summary>
    private async ValueTask<JsonRpcMessage?> AdmitAsync(Memory<byte> body)
    {
        bool known = InvalidText.Replace(body.Span);
        Envelope envelope;
        try
        {
            envelope = Envelope.Read(body.Span);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            complain($"Message that is not JSON: {problem.Message}");
            await RefuseAsync(null, ErrorCodes.ParseError, "The message is not valid JSON.").ConfigureAwait(false);
            return Lost(body.Span);
        }
        if (!known)
            complain($"Bytes that are not UTF-8 in {envelope.Method ?? "a message"}.");

        switch (envelope.Kind)
        {
            case EnvelopeKind.Invalid:
                complain("Message that is neither request, notification nor response.");
                await RefuseAsync(
                        envelope.Id,
                        ErrorCodes.InvalidRequest,
                        "Neither a request, a notification nor a response (batches are not part of LSP)."
                    )
                    .ConfigureAwait(false);
                return Lost(body.Span);
            case EnvelopeKind.Response:
                return Answered(envelope, body.Span);
        }
        string method = envelope.Method ?? "";
        if (lifecycle.Judge(method) is { } refusal)
        {
            if (envelope.Kind == EnvelopeKind.Request)
                await RefuseAsync(envelope.Id, refusal.Code, refusal.Message).ConfigureAwait(false);
            return null;
        }
        if (!known && LostChange.IsIn(body.Span))
            return Lost(body.Span);
        if (envelope.Params is ParamsKind.Scalar or ParamsKind.Array)
        {
            complain($"The params of {method} are not an object.");
            if (envelope.Kind == EnvelopeKind.Request)
                await RefuseAsync(envelope.Id, ErrorCodes.InvalidParams, "params must be an object.")
                    .ConfigureAwait(false);
            return Lost(body.Span);
        }
        return await DispatchedAsync(envelope, method, body).ConfigureAwait(false);
    }

    private async ValueTask<JsonRpcMessage?> DispatchedAsync(Envelope envelope, string method, Memory<byte> body)
    {
        // What begins with $/ is optional, and StreamJsonRpc has methods of its own there.
        bool cancels = method == "$/cancelRequest" && envelope.Kind == EnvelopeKind.Notification;
        if (method.StartsWith("$/", StringComparison.Ordinal) && !cancels && method != "$/setTrace")
        {
            if (envelope.Kind == EnvelopeKind.Request)
                await RefuseAsync(envelope.Id, ErrorCodes.MethodNotFound, $"There is no method {method}.")
                    .ConfigureAwait(false);
            return null;
        }
        string? key = envelope.Id is { } id ? KeyOf(id) : null;
        if (key is not null && unanswered.ContainsKey(key))
        {
            // An answer with this id would be taken for the first one's.
            complain($"A second request with the id {key} before the first was answered.");
            await RefuseAsync(
                    null,
                    ErrorCodes.InvalidRequest,
                    $"The id {key} is that of a request without an answer yet."
                )
                .ConfigureAwait(false);
            return null;
        }
        // "params": null means no params: same width, so the other bytes stay where they are.
        if (envelope.Params == ParamsKind.Null)
            "{}  "u8.CopyTo(body.Span[envelope.ParamsStart..]);
        if (cancels)
            return Cancellation(body);
        if (TryDeserialize(body.Span, out var message))
        {
            if (key is not null && message is JsonRpcRequest request)
            {
                given[++lastNumber] = request.RequestId;
                request.RequestId = new RequestId(unanswered[key] = lastNumber);
            }
            return message;
        }
        if (envelope.Kind == EnvelopeKind.Request)
            await RefuseAsync(envelope.Id, ErrorCodes.InvalidRequest, "The message cannot be read.")
                .ConfigureAwait(false);
        return Lost(body.Span);
    }

    /// <summary>The cancellation of a request that is not answered yet; null where there is no such request.</summary>
    private JsonRpcMessage? Cancellation(ReadOnlyMemory<byte> body)
    {
        using var message = JsonDocument.Parse(body);
        return
            message.RootElement.TryGetProperty("params", out var parameters)
            && parameters.TryGetProperty("id", out var id)
            && id.ValueKind is JsonValueKind.String or JsonValueKind.Number
            && unanswered.TryGetValue(KeyOf(id), out long number)
            ? Own(
                Encoding.UTF8.GetBytes(
                    $$$"""{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":{{{number}}}}}"""
                )
            )
            : null;
    }

    /// <summary>
    /// An answer to one of the server's requests; null where none waits for it. One that cannot be read is an error for
    /// whoever waits.
    /// </summary>
    private JsonRpcMessage? Answered(Envelope envelope, ReadOnlySpan<byte> body)
    {
        if (envelope.Id is not { } id || !outstanding.TryRemove(KeyOf(id), out _))
        {
            complain("An answer to a request that was never made.");
            return null;
        }
        return TryDeserialize(body, out var message)
            ? message
            : Own(ErrorBody(id, ErrorCodes.InternalError, "The answer cannot be read.").Span);
    }

    private bool TryDeserialize(ReadOnlySpan<byte> body, out JsonRpcMessage? message)
    {
        try
        {
            message = Own(body);
            return true;
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            // Whatever the formatter throws is about these bytes alone, and all that a client sends must leave the
            // connection standing.
            complain($"Message that cannot be read: {problem.Message}");
            message = null;
            return false;
        }
    }

    /// <summary>
    /// The formatter keeps what it parsed until the message is dispatched, so it gets bytes of its own.
    /// </summary>
    private JsonRpcMessage Own(ReadOnlySpan<byte> body) =>
        Formatter.Deserialize(new ReadOnlySequence<byte>(body.ToArray()));

    /// <summary>
    /// In place of a message that was to change a document and cannot be read, in its turn among the others.
    /// </summary>
    private JsonRpcMessage? Lost(ReadOnlySpan<byte> body)
    {
        if (!lifecycle.IsOpen || !LostChange.IsIn(body))
            return null;
        string? uri = LostChange.UriIn(body);
        return uri is not null || LostChange.IsOfOpenDocument(body) ? Own(LostChange.Message(uri)) : null;
    }

    private static string KeyOf(JsonElement id) =>
        id.ValueKind == JsonValueKind.String ? $"'{id.GetString()}'"
        : id.TryGetInt64(out long number) ? KeyOf(number)
        : id.GetRawText();

    private static string KeyOf(RequestId id) => id.Number is { } number ? KeyOf(number) : $"'{id.String}'";

    private static string KeyOf(long id) => id.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// The length of the next message; null at the end of the input. Lines that are no header are skipped until a
    /// header block with a
    /// usable Content-Length ends.
    /// </summary>
    private async ValueTask<int?> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        int? length = null;
        bool broken = false;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = read.Buffer;
            while (TryTakeLine(ref buffer, out string? line))
            {
                if (line.Length == 0)
                {
                    if (length is { } found)
                    {
                        reader.AdvanceTo(buffer.Start);
                        return found;
                    }
                    if (broken)
                        await RefuseAsync(null, ErrorCodes.ParseError, "A header without a usable Content-Length.")
                            .ConfigureAwait(false);
                    broken = false;
                    continue;
                }
                line = HeaderIn(line);
                int colon = line.IndexOf(':');
                if (
                    colon > 0
                    && line.AsSpan(0, colon).TrimEnd().Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
                )
                {
                    length =
                        int.TryParse(line.AsSpan(colon + 1).Trim(), out int value)
                        && value is >= 0 and <= MaxMessageSize
                            ? value
                            : null;
                    broken |= length is null;
                }
                else if (colon <= 0 || line[0] == '{')
                {
                    broken = true;
                    complain("A line that is not a header was skipped.");
                }
            }
            if (buffer.Length > MaxHeaderSize)
            {
                lostBetween = true; // too long to be looked through
                buffer = buffer.Slice(buffer.End);
            }
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
                return null;
        }
    }

    /// <summary>
    /// The header at the end of a line. After a wrong length the next header follows a part of a body, which has no
    /// line break at its end; that body may have
    /// been a change.
    /// </summary>
    private string HeaderIn(string line)
    {
        if (LostChange.IsOfOpenDocument(Encoding.Latin1.GetBytes(line)))
            lostBetween = true;
        int at = line.LastIndexOf("Content-Length:", StringComparison.OrdinalIgnoreCase);
        return at > 0 && line.AsSpan(at + "Content-Length:".Length).Trim().ContainsAnyExceptInRange('0', '9')
            ? line
            : line[Math.Max(0, at)..];
    }

    private static bool TryTakeLine(ref ReadOnlySequence<byte> buffer, out string line)
    {
        line = "";
        if (buffer.PositionOf((byte)'\n') is not { } end)
            return false;
        line = Encoding.Latin1.GetString(buffer.Slice(0, end)).TrimEnd('\r');
        buffer = buffer.Slice(buffer.GetPosition(1, end));
        return true;
    }

    private ValueTask RefuseAsync(JsonElement? id, int code, string message) =>
        SendFrameAsync(ErrorBody(id, code, message));

    private static ReadOnlyMemory<byte> ErrorBody(JsonElement? id, int code, string message)
    {
        var body = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc"u8, "2.0"u8);
            writer.WritePropertyName("id"u8);
            if (id is { } known)
                known.WriteTo(writer);
            else
                writer.WriteNullValue();
            writer.WriteStartObject("error"u8);
            writer.WriteNumber("code"u8, code);
            writer.WriteString("message"u8, message);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return body.WrittenMemory;
    }

    protected override async ValueTask WriteCoreAsync(JsonRpcMessage content, CancellationToken cancellationToken)
    {
        // Only one WriteCoreAsync runs at a time (the base class sees to that), so the buffer can be kept.
        frame.ResetWrittenCount();
        if (
            content is JsonRpcResult or JsonRpcError
            && content is IJsonRpcMessageWithId answer
            && answer.RequestId.Number is { } number
            && given.TryRemove(number, out var asked)
        )
        {
            answer.RequestId = asked;
            unanswered.TryRemove(KeyOf(asked), out _);
        }
        Formatter.Serialize(frame, content);
        if (content is JsonRpcRequest { IsResponseExpected: true } request)
            outstanding[KeyOf(request.RequestId)] = true;
        await SendFrameAsync(frame.WrittenMemory).ConfigureAwait(false);
        if (frame.Capacity > 1024 * 1024)
            frame.Clear();
    }

    /// <summary>A frame once begun is always finished: half a frame would end the conversation.</summary>
    private async ValueTask SendFrameAsync(ReadOnlyMemory<byte> body)
    {
        byte[] header = Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n");
        await writing.WaitAsync().ConfigureAwait(false);
        try
        {
            await output.WriteAsync(header, CancellationToken.None).ConfigureAwait(false);
            await output.WriteAsync(body, CancellationToken.None).ConfigureAwait(false);
            await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            writing.Release();
        }
    }

    protected override ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
