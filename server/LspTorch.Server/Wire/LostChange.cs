using System.Buffers;
using System.Text.Json;

namespace LspTorch.Server.Wire;

/// <summary>
/// A didOpen or didChange that cannot be read: from then on the server's text of the document is not the editor's. It
/// is told to the document's handler by
/// a notification of the server's own, so that it keeps its place among the messages.
/// </summary>
internal static class LostChange
{
    public const string Method = "lsptorch/changeLost";

    public static bool IsIn(ReadOnlySpan<byte> message) =>
        IsOfOpenDocument(message) || message.IndexOf("didOpen\""u8) >= 0;

    /// <summary>A didOpen of nobody knows what changes none of the documents that are open.</summary>
    public static bool IsOfOpenDocument(ReadOnlySpan<byte> message) => message.IndexOf("didChange\""u8) >= 0;

    /// <summary>
    /// The URI of the document, as far as the message is JSON; null where it comes later or not at all.
    /// </summary>
    public static string? UriIn(ReadOnlySpan<byte> message)
    {
        try
        {
            var reader = new Utf8JsonReader(message);
            bool inDocument = false;
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                if (reader.ValueTextEquals("textDocument"u8))
                    inDocument = true;
                else if (inDocument && reader.ValueTextEquals("uri"u8))
                    return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            }
        }
        catch (JsonException)
        {
            // It is JSON no further than this.
        }
        return null;
    }

    /// <summary>The notification. No URI: it may have been any document.</summary>
    public static ReadOnlySpan<byte> Message(string? uri)
    {
        var body = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc"u8, "2.0"u8);
            writer.WriteString("method"u8, Method);
            writer.WriteStartObject("params"u8);
            writer.WriteString("uri"u8, uri);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return body.WrittenSpan;
    }
}
