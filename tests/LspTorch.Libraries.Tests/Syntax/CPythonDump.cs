using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace LspTorch.Libraries.Tests.Syntax;

/// <summary>What CPython makes of a file, as tests/python/ast_dump.py tells it.</summary>
internal sealed record CPythonDump(string Path, CPythonVerdict Verdict, string Payload)
{
    /// <summary>
    /// The tree; only for accepted files. (The first character tells whether type comments were read.)
    /// </summary>
    public ReadOnlySpan<char> Tree => Payload.AsSpan(1);

    public bool HasTypeComments => Payload.StartsWith('+');

    public static IEnumerable<CPythonDump> Read(Stream stream)
    {
        var header = new byte[5];
        while (true)
        {
            int got = stream.ReadAtLeast(header.AsSpan(0, 4), 4, throwOnEndOfStream: false);
            if (got < 4)
                yield break;
            var name = new byte[BinaryPrimitives.ReadInt32LittleEndian(header)];
            stream.ReadExactly(name);
            stream.ReadExactly(header);
            var payload = new byte[BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(1))];
            stream.ReadExactly(payload);
            yield return new CPythonDump(
                Encoding.UTF8.GetString(name),
                (CPythonVerdict)header[0],
                new string(MemoryMarshal.Cast<byte, char>(payload))
            );
        }
    }

    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(TestPython.Path) { RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add(System.IO.Path.Combine(Repository.Root, "tests", "python", "ast_dump.py"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException($"{TestPython.Path} did not start.");
    }
}

internal enum CPythonVerdict : byte
{
    Accepted = 0,
    Refused = 1,
    RefusedForEncoding = 2,
    AcceptedLatin1 = 3,
}
