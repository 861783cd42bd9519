using System.Security.Cryptography;

namespace LspTorch.Server.Files;

/// <summary>A Python file as it may have run: its text, and the digest by which a trace knows it.</summary>
internal static class SourceFile
{
    private const int MaxFileSize = 64 << 20;

    /// <summary>
    /// The text as Python reads it, and SHA-256 of the bytes in lower-case hexadecimal. Null where the file cannot be
    /// read, is no regular file or too large for a program's text, or is not in the encoding that it says.
    /// </summary>
    public static (string Text, string Sha256)? Read(string path)
    {
        try
        {
            byte[] bytes = RegularFile.ReadAll(path, MaxFileSize);
            return PythonFile.TryDecode(bytes, out var file, out _)
                ? (file.Text, Convert.ToHexStringLower(SHA256.HashData(bytes)))
                : null;
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
