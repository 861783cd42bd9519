namespace LspTorch.Server.Probing;

/// <summary>The lines of a stream that another process writes.</summary>
public static class StreamLines
{
    public delegate void LineReceiver(ReadOnlySpan<byte> line);

    /// <summary>
    /// Gives the lines of a stream, without what ends them, until it ends. Of one with more bytes than
    /// <paramref name="longest"/> nothing is kept.
    /// </summary>
    public static void Read(Stream stream, LineReceiver receive, int longest)
    {
        byte[] buffer = new byte[1 << 16];
        int filled = 0;
        bool tooLong = false;
        while (true)
        {
            if (filled == buffer.Length)
            {
                tooLong |= buffer.Length >= longest;
                if (tooLong)
                    filled = 0;
                else
                    Array.Resize(ref buffer, Math.Min(longest, buffer.Length * 2));
            }
            int read = stream.Read(buffer, filled, buffer.Length - filled);
            int scanned = filled,
                lineStart = 0;
            filled += read;
            for (int at; (at = buffer.AsSpan(scanned, filled - scanned).IndexOf((byte)'\n')) >= 0; lineStart = scanned)
            {
                if (tooLong)
                    receive("too long"u8);
                else
                    receive(buffer.AsSpan(lineStart, scanned + at - lineStart));
                tooLong = false;
                scanned += at + 1;
            }
            if (read == 0)
            {
                if (filled > 0 || tooLong)
                    receive(tooLong ? "too long"u8 : buffer.AsSpan(0, filled));
                return;
            }
            buffer.AsSpan(lineStart, filled - lineStart).CopyTo(buffer);
            filled -= lineStart;
        }
    }
}
