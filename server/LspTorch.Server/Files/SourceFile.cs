using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace LspTorch.Server.Files;

/// <summary>A Python file as bytes and as the text Python reads from them.</summary>
internal static partial class SourceFile
{
    private const int LongestFile = 64 << 20;

    /// <summary>
    /// null where the file cannot be read, is no regular file or too large for a program's text, or its encoding is
    /// unknown here.
    /// </summary>
    public static (string Text, string Sha256)? Read(string path)
    {
        try
        {
            byte[] bytes = RegularFile.ReadAll(path, LongestFile);
            return (Decode(bytes), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>By byte order mark, else by the coding comment in the first two lines, else UTF-8 (PEP 263).</summary>
    private static string Decode(byte[] bytes)
    {
        if (bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble))
            return Encoding.UTF8.GetString(bytes, 3, bytes.Length - 3);
        string head = Encoding.Latin1.GetString(bytes, 0, Math.Min(bytes.Length, 400));
        var lines = head.Split('\n', 3);
        var match = Coding().Match(lines[0]);
        if (!match.Success && lines.Length > 1)
            match = Coding().Match(lines[1]);
        string name = match.Success ? match.Groups[1].Value : "utf-8";
        return (
            name.ToLowerInvariant() is "latin-1" or "latin1" or "iso-8859-1"
                ? Encoding.Latin1
                : Encoding.GetEncoding(name)
        ).GetString(bytes);
    }

    [GeneratedRegex(@"^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)")]
    private static partial Regex Coding();
}
