using System.Text.Json;

namespace LspTorch.Server.Wire;

internal enum EnvelopeKind
{
    Request,
    Notification,
    Response,
    Invalid,
}

internal enum ParamsKind
{
    Absent,
    Object,
    Array,
    Null,
    Scalar,
}

/// <summary>
/// The outside of one JSON-RPC message, read without building anything: enough to answer what must not reach the
/// dispatcher. A message that says its method, id
/// or params twice is invalid: readers differ in which one they take.
/// </summary>
internal readonly record struct Envelope(
    EnvelopeKind Kind,
    string? Method,
    JsonElement? Id,
    ParamsKind Params,
    int ParamsStart
)
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
        bool answer = false,
            broken = false,
            idSeen = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("method"u8))
            {
                reader.Read();
                broken |= method is not null || reader.TokenType != JsonTokenType.String;
                if (reader.TokenType == JsonTokenType.String)
                    method = reader.GetString();
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                broken |= idSeen;
                idSeen = true;
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.Number)
                    id = JsonElement.ParseValue(ref reader);
                else
                    broken |= reader.TokenType != JsonTokenType.Null;
            }
            else if (reader.ValueTextEquals("params"u8))
            {
                reader.Read();
                broken |= parameters != ParamsKind.Absent;
                paramsStart = (int)reader.TokenStartIndex;
                parameters = reader.TokenType switch
                {
                    JsonTokenType.StartObject => ParamsKind.Object,
                    JsonTokenType.StartArray => ParamsKind.Array,
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

        var kind =
            broken ? EnvelopeKind.Invalid
            : method is not null
                ? id is null ? EnvelopeKind.Notification
                    : EnvelopeKind.Request
            : answer && id is not null ? EnvelopeKind.Response
            : EnvelopeKind.Invalid;
        return new Envelope(kind, method, id, parameters, paramsStart);
    }
}
