using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace LspTorch.Server.Files;

/// <summary>
/// A Python file's text and how it was written: what PEP 263 and a byte order mark say. Writing it back keeps both, and
/// its
/// line breaks, byte for byte outside the changes.
/// </summary>
internal sealed partial record PythonFile(string Text, Encoding Encoding, bool HasMark)
{
    private const int MaxBorrowed = 1 << 20;

    static PythonFile() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static bool TryRead(
        string path,
        [NotNullWhen(true)] out PythonFile? file,
        [NotNullWhen(false)] out string? problem
    )
    {
        file = null;
        try
        {
            var info = new FileInfo(path);
            long length = info.Length;
            // What is of no known length may be a pipe, or a link to one.
            if (length is 0 or > MaxBorrowed || info.LinkTarget is not null)
                return TryDecode(File.ReadAllBytes(path), out file, out problem);
            using var handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
            byte[] bytes = ArrayPool<byte>.Shared.Rent((int)length);
            try
            {
                int read = 0;
                while (
                    read < length
                    && RandomAccess.Read(handle, bytes.AsSpan(read, (int)length - read), read) is > 0 and var more
                )
                    read += more;
                return TryDecode(bytes.AsSpan(0, read), out file, out problem);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(bytes);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            problem = failure.Message;
            return false;
        }
    }

    public static bool TryDecode(
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out PythonFile? file,
        [NotNullWhen(false)] out string? problem
    )
    {
        file = null;
        bool mark = bytes.StartsWith(Encoding.UTF8.Preamble);
        if (mark)
            bytes = bytes[3..];
        string? declared = DeclaredEncoding(bytes);
        Encoding? encoding = mark || declared is null ? Strict("utf-8") : Strict(declared);
        if (encoding is null)
        {
            problem = $"unknown encoding '{declared}'";
            return false;
        }
        try
        {
            file = new PythonFile(encoding.GetString(bytes), encoding, mark);
            problem = null;
            return true;
        }
        catch (DecoderFallbackException failure)
        {
            problem = $"not valid {declared ?? "utf-8"} at byte {Math.Max(0, failure.Index)}";
            return false;
        }
    }

    /// <summary>
    /// The bytes of a changed text. Throws EncoderFallbackException where the file's encoding cannot write it.
    /// </summary>
    public byte[] Encode(string text)
    {
        byte[] body = Encoding.GetBytes(text);
        return HasMark ? [.. Encoding.UTF8.Preamble, .. body] : body;
    }

    /// <summary>
    /// PEP 263: in a comment on one of the first two lines, the first being blank or a comment where it stands on the
    /// second.
    /// </summary>
    private static string? DeclaredEncoding(ReadOnlySpan<byte> bytes)
    {
        for (int line = 0; line < 2 && !bytes.IsEmpty; line++)
        {
            int end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            var content = end < 0 ? bytes : bytes[..end];
            string text = Encoding.Latin1.GetString(content).TrimStart(' ', '\t', '\f');
            if (text.StartsWith('#'))
            {
                if (Coding().Match(text) is { Success: true } coding)
                    return coding.Groups[1].Value;
            }
            else if (text.Length > 0)
            {
                return null;
            }
            if (end < 0)
                return null;
            int next = end + (bytes[end] == '\r' && end + 1 < bytes.Length && bytes[end + 1] == '\n' ? 2 : 1);
            bytes = bytes[next..];
        }
        return null;
    }

    [GeneratedRegex(@"coding[:=][ \t]*([-_.a-zA-Z0-9]+)")]
    private static partial Regex Coding();

    private static Encoding? Strict(string name)
    {
        string normal = name.ToLowerInvariant().Replace('_', '-');
        string known = normal switch
        {
            "utf8" or "utf-8" or "utf-8-sig" or "u8" => "utf-8",
            "latin-1" or "latin1" or "iso8859-1" or "iso-8859-1" or "l1" or "8859" => "iso-8859-1",
            "ascii" or "us-ascii" => "us-ascii",
            "latin-9" or "latin9" or "iso8859-15" => "iso-8859-15",
            "sjis" or "shift-jis" or "cp932" or "ms932" or "shiftjis" => "shift_jis",
            "eucjp" or "euc-jp" or "ujis" => "euc-jp",
            _ when normal.StartsWith("cp125", StringComparison.Ordinal) => "windows-" + normal[2..],
            _ when normal.StartsWith("utf-8-", StringComparison.Ordinal) => "utf-8",
            _ when normal.StartsWith("latin-1-", StringComparison.Ordinal) => "iso-8859-1",
            _ => normal,
        };
        try
        {
            return known == "utf-8"
                ? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true)
                : Encoding.GetEncoding(known, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
