using System.Text.Json;

namespace LspTorch.Server.Wire;

internal enum EnvelopeKind { Request, Notification, Response, Invalid }

internal enum ParamsKind { Absent, Structured, Null, Scalar }

/// <summary>
/// The outside of one JSON-RPC message, read without building anything: enough to answer what must not reach the dispatcher.
/// </summary>
internal readonly record struct Envelope(EnvelopeKind Kind, string? Method, JsonElement? Id, ParamsKind Params, int ParamsStart)
{
    /// <summary>Throws JsonException for anything that is not one JSON text.</summary>
    public static Envelope Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            while (reader.Read()) { }
            return new Envelope(EnvelopeKind.Invalid, null, null, ParamsKind.Absent, 0);
        }

        string? method = null;
        JsonElement? id = null;
        var parameters = ParamsKind.Absent;
        int paramsStart = 0;
        bool answer = false, broken = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("method"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.String) method = reader.GetString();
                else broken = true;
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.Number) id = JsonElement.ParseValue(ref reader);
                else broken |= reader.TokenType != JsonTokenType.Null;
            }
            else if (reader.ValueTextEquals("params"u8))
            {
                reader.Read();
                paramsStart = (int)reader.TokenStartIndex;
                parameters = reader.TokenType switch
                {
                    JsonTokenType.StartArray or JsonTokenType.StartObject => ParamsKind.Structured,
                    JsonTokenType.Null => ParamsKind.Null,
                    _ => ParamsKind.Scalar,
                };
            }
            else
            {
                answer |= reader.ValueTextEquals("result"u8) || reader.ValueTextEquals("error"u8);
                reader.Read();
            }
            reader.Skip();
        }
        while (reader.Read()) { }

        var kind = broken ? EnvelopeKind.Invalid
            : method is not null ? id is null ? EnvelopeKind.Notification : EnvelopeKind.Request
            : answer && id is not null ? EnvelopeKind.Response
            : EnvelopeKind.Invalid;
        return new Envelope(kind, method, id, parameters, paramsStart);
    }
}
