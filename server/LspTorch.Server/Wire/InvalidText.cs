using System.Text;
using System.Text.Unicode;

namespace LspTorch.Server.Wire;

/// <summary>
/// Makes JSON text of what clients send although no JSON reader takes it, byte for byte in place: every string keeps
/// its length in UTF-16 code units, so that
/// every later position stays right.
/// </summary>
internal static class InvalidText
{
    private const int EscapeLength = 6; // \uXXXX

    /// <summary>
    /// A lone surrogate becomes U+FFFD, as an escape (<c>\ud800</c>) and as three bytes of its own (editors whose
    /// strings are UTF-16 write both). Any other byte
    /// that is not UTF-8 becomes a question mark. False where there was such a byte: what the client meant is then not
    /// known.
    /// </summary>
    public static bool Replace(Span<byte> json)
    {
        bool known = Utf8.IsValid(json) || Bytes(json);
        Escapes(json);
        return known;
    }

    private static bool Bytes(Span<byte> json)
    {
        bool known = true;
        while (!json.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(json, out _, out int length) != System.Buffers.OperationStatus.Done)
            {
                // DecodeFromUtf8 takes an encoded surrogate for three wrong bytes, one after the other.
                if (json is [0xED, >= 0xA0 and <= 0xBF, >= 0x80 and <= 0xBF, ..])
                {
                    length = 3;
                    "\uFFFD"u8.CopyTo(json);
                }
                else
                {
                    known = false;
                    json[..length].Fill((byte)'?');
                }
            }
            json = json[length..];
        }
        return known;
    }

    /// <summary>
    /// In JSON a backslash stands only in strings, before one character or before u and four hexadecimal digits.
    /// </summary>
    private static void Escapes(Span<byte> json)
    {
        for (int at; (at = json.IndexOf((byte)'\\')) >= 0; )
        {
            json = json[at..];
            int length = Math.Min(2, json.Length);
            if (Unit(json) is { } unit)
            {
                length = EscapeLength;
                if (char.IsHighSurrogate(unit) && Unit(json[EscapeLength..]) is { } next && char.IsLowSurrogate(next))
                    length = 2 * EscapeLength;
                else if (char.IsSurrogate(unit))
                    "\\ufffd"u8.CopyTo(json);
            }
            json = json[length..];
        }
    }

    /// <summary>The code unit of the escape that begins here; null where none does.</summary>
    private static char? Unit(ReadOnlySpan<byte> json)
    {
        if (json.Length < EscapeLength || json[0] != '\\' || json[1] != 'u')
            return null;
        int unit = 0;
        foreach (byte digit in json[2..EscapeLength])
        {
            if (!char.IsAsciiHexDigit((char)digit))
                return null;
            unit = unit << 4 | (digit <= (byte)'9' ? digit - (byte)'0' : (digit | 0x20) - (byte)'a' + 10);
        }
        return (char)unit;
    }
}
