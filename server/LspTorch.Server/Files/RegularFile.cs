namespace LspTorch.Server.Files;

/// <summary>Reading of files whose paths others name: never a device or a pipe, never more than is meant.</summary>
internal static class RegularFile
{
    /// <summary>
    /// Throws IOException where it is no regular file, or has more bytes than <paramref name="most"/>.
    /// </summary>
    public static FileStream Open(string path, long most)
    {
        if (path.Contains('\0'))
            throw new IOException("A path with a NUL character.");
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such file", path);
        if (!FileOwner.IsRegular(path))
            throw new IOException($"{path}: not a regular file");
        var stream = new FileStream(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete,
            bufferSize: 0,
            FileOptions.SequentialScan
        );
        if (stream.Length <= most)
            return stream;
        stream.Dispose();
        throw new IOException($"{path}: larger than {most >> 20} MB");
    }

    /// <summary>As above.</summary>
    public static byte[] ReadAll(string path, int most)
    {
        using var stream = Open(path, most);
        byte[] bytes = new byte[stream.Length];
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read == bytes.Length ? bytes : bytes[..read];
    }
}
