namespace LspTorch.Server.Conversion;

/// <summary>Between the URIs of clients and the paths that identify files here.</summary>
internal static class DocumentUri
{
    /// <summary>
    /// The absolute path of a file URI; for any other scheme (untitled:, vscode-notebook-cell:), and for what no file
    /// can be called, the URI itself, which is
    /// identity enough.
    /// </summary>
    public static string ToPath(string uri)
    {
        if (!Uri.TryCreate(uri, UriKind.Absolute, out var parsed) || !parsed.IsFile)
            return uri;
        // LocalPath leaves "/c:/x" alone where the drive's colon was escaped ("file:///c%3A/x", as VS Code writes it).
        string path = Uri.UnescapeDataString(parsed.AbsolutePath);
        if (path.Contains('\0'))
            return uri;
        if (path.Length > 2 && path[0] == '/' && char.IsAsciiLetter(path[1]) && path[2] == ':')
            path = char.ToUpperInvariant(path[1]) + path[2..].Replace('/', '\\');
        else if (parsed.Host.Length > 0 && OperatingSystem.IsWindows())
            path = parsed.LocalPath;
        return path;
    }

    /// <summary>
    /// The absolute path of a folder that a URI or a path names, without a separator at its end; null for anything
    /// else, as folders of other schemes are.
    /// </summary>
    public static string? ToFolder(string uri) =>
        ToPath(uri) is var path && Path.IsPathFullyQualified(path) && !path.Contains('\0')
            ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))
            : null;

    public static string FromPath(string path)
    {
        if (path.Contains("://", StringComparison.Ordinal) || path.StartsWith("untitled:", StringComparison.Ordinal))
            return path;
        string slashes = path.Replace('\\', '/');
        string escaped = string.Join('/', slashes.Split('/').Select(Uri.EscapeDataString));
        return escaped.StartsWith('/') ? "file://" + escaped : "file:///" + escaped;
    }
}
