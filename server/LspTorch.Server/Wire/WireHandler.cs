using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using LspTorch.Server.Protocol;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace LspTorch.Server.Wire;

/// <summary>
/// LSP framing over two streams. Whatever is wrong with a message is answered (where it has an answer) and skipped: neither a bad header
/// nor bad JSON ends the connection, only the end of the input does.
/// </summary>
internal sealed class WireHandler(Stream input, Stream output, IJsonRpcMessageFormatter formatter, LifecycleGate gate, Action<string> complain)
    : MessageHandlerBase(formatter)
{
    private const int LongestHeader = 64 * 1024;
    private const int LongestMessage = 512 * 1024 * 1024;

    private readonly PipeReader reader = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
    private readonly ArrayBufferWriter<byte> frame = new(16 * 1024);
    private readonly SemaphoreSlim writing = new(1, 1);

    // Requests to the client that wait for their answer: StreamJsonRpc ends the connection over an answer to nothing.
    private readonly ConcurrentDictionary<string, bool> outstanding = new(StringComparer.Ordinal);

    public override bool CanRead => true;
    public override bool CanWrite => true;

    protected override async ValueTask<JsonRpcMessage?> ReadCoreAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            int? length = await ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
            if (length is null) return null;
            var read = await reader.ReadAtLeastAsync(length.Value, cancellationToken).ConfigureAwait(false);
            if (read.Buffer.Length < length.Value) return null;
            byte[] rented = ArrayPool<byte>.Shared.Rent(Math.Max(1, length.Value));
            try
            {
                var body = rented.AsMemory(0, length.Value);
                read.Buffer.Slice(0, length.Value).CopyTo(body.Span);
                reader.AdvanceTo(read.Buffer.GetPosition(length.Value));
                if (await AdmitAsync(body).ConfigureAwait(false) is { } message) return message;
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
        Envelope envelope;
        try
        {
            envelope = Envelope.Read(body.Span);
        }
        catch (JsonException problem)
        {
            complain($"Message that is not JSON: {problem.Message}");
            await RefuseAsync(null, ErrorCodes.ParseError, "The message is not valid JSON.").ConfigureAwait(false);
            return null;
        }

        switch (envelope.Kind)
        {
            case EnvelopeKind.Invalid:
                complain("Message that is neither request, notification nor response.");
                await RefuseAsync(envelope.Id, ErrorCodes.InvalidRequest, "Neither a request, a notification nor a response (batches are not part of LSP).")
                    .ConfigureAwait(false);
                return null;
            case EnvelopeKind.Request or EnvelopeKind.Notification when envelope.Method is { } method && gate.Judge(method) is { } refusal:
                if (envelope.Kind == EnvelopeKind.Request) await RefuseAsync(envelope.Id, refusal.Code, refusal.Message).ConfigureAwait(false);
                return null;
        }

        if (envelope.Kind == EnvelopeKind.Response && (envelope.Id is not { } answered || !outstanding.TryRemove(answered.ToString(), out _)))
        {
            complain("An answer to a request that was never made.");
            return null;
        }
        if (envelope.Params == ParamsKind.Scalar)
        {
            await RefuseAsync(envelope.Id, ErrorCodes.InvalidParams, "params must be an object or an array.").ConfigureAwait(false);
            return null;
        }
        // "params": null means no params: same width, so the other bytes stay where they are.
        if (envelope.Params == ParamsKind.Null) "{}  "u8.CopyTo(body.Span[envelope.ParamsStart..]);

        try
        {
            // The formatter keeps what it parsed until the message is dispatched, so it gets bytes of its own.
            return Formatter.Deserialize(new ReadOnlySequence<byte>(body.ToArray()));
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            complain($"Message that cannot be read: {problem.Message}");
            if (envelope.Kind != EnvelopeKind.Response)
                await RefuseAsync(envelope.Id, ErrorCodes.InvalidRequest, "The message cannot be read.").ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>
    /// The length of the next message; null at the end of the input. Lines that are no header are skipped until a header block with a
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
                    if (broken) await RefuseAsync(null, ErrorCodes.ParseError, "A header without a usable Content-Length.").ConfigureAwait(false);
                    broken = false;
                    continue;
                }
                int colon = line.IndexOf(':');
                if (colon > 0 && line.AsSpan(0, colon).TrimEnd().Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
                {
                    length = int.TryParse(line.AsSpan(colon + 1).Trim(), out int value) && value is >= 0 and <= LongestMessage ? value : null;
                    broken |= length is null;
                }
                else if (colon <= 0)
                {
                    broken = true;
                    complain("A line that is no header was skipped.");
                }
            }
            if (buffer.Length > LongestHeader) buffer = buffer.Slice(buffer.End);
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted) return null;
        }
    }

    private static bool TryTakeLine(ref ReadOnlySequence<byte> buffer, out string line)
    {
        line = "";
        if (buffer.PositionOf((byte)'\n') is not { } end) return false;
        line = Encoding.Latin1.GetString(buffer.Slice(0, end)).TrimEnd('\r');
        buffer = buffer.Slice(buffer.GetPosition(1, end));
        return true;
    }

    private async ValueTask RefuseAsync(JsonElement? id, int code, string message)
    {
        var body = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc"u8, "2.0"u8);
            writer.WritePropertyName("id"u8);
            if (id is { } known) known.WriteTo(writer);
            else writer.WriteNullValue();
            writer.WriteStartObject("error"u8);
            writer.WriteNumber("code"u8, code);
            writer.WriteString("message"u8, message);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        await SendFrameAsync(body.WrittenMemory).ConfigureAwait(false);
    }

    protected override async ValueTask WriteCoreAsync(JsonRpcMessage content, CancellationToken cancellationToken)
    {
        // Only one WriteCoreAsync runs at a time (the base class sees to that), so the buffer can be kept.
        frame.ResetWrittenCount();
        Formatter.Serialize(frame, content);
        if (content is JsonRpcRequest { IsResponseExpected: true } request) outstanding[request.RequestId.ToString()] = true;
        await SendFrameAsync(frame.WrittenMemory).ConfigureAwait(false);
        if (frame.Capacity > 1024 * 1024) frame.Clear();
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
