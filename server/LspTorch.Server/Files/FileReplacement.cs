namespace LspTorch.Server.Files;

/// <summary>
/// Writes a file through a new one beside it, so that a full disk or a killed process never leaves half a file.
/// </summary>
internal static class FileReplacement
{
    public static void Write(string path, byte[] bytes)
    {
        string target =
            new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        string beside = $"{target}.{Environment.ProcessId}.lsptorch";
        try
        {
            File.WriteAllBytes(beside, bytes);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(beside, File.GetUnixFileMode(target));
            File.Move(beside, target, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }
}
