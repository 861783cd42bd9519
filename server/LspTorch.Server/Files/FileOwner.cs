using System.Runtime.InteropServices;

namespace LspTorch.Server.Files;

/// <summary>
/// What the kernel says of a file, as far as .NET does not: whether it is a regular file or a folder, whose it is and
/// who may write to it. Linux alone tells.
/// </summary>
internal static partial class FileOwner
{
    private const int CurrentFolder = -100,
        FollowLinks = 0;
    private const uint TypeModeAndOwner = 0x1 | 0x2 | 0x8; // STATX_TYPE | STATX_MODE | STATX_UID
    private const int TypeMask = 0xF000,
        Folder = 0x4000,
        Regular = 0x8000;

    // The parts of the kernel's struct statx that are read; its layout is the same on every architecture.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(20)]
        public uint Owner;

        [FieldOffset(28)]
        public ushort Mode;
    }

    /// <summary>null where the system does not tell: then nothing is known of the file.</summary>
    private static Statx? Of(string path)
    {
        try
        {
            return
                OperatingSystem.IsLinux()
                && Ask(CurrentFolder, path, FollowLinks, TypeModeAndOwner, out var answer) == 0
                ? answer
                : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null; // an old C library
        }
    }

    /// <summary>False for a device or a pipe, whose content never ends or never begins, and for a folder.</summary>
    public static bool IsRegular(string path) => Of(path) is not { } file || (file.Mode & TypeMask) == Regular;

    /// <summary>Why a folder is not this user's alone to write; null where it is, or does not exist.</summary>
    public static string? ProblemOf(string folder)
    {
        if (Of(folder) is not { } found)
            return null;
        if ((found.Mode & TypeMask) != Folder)
            return $"{folder} is not a folder";
        if (found.Owner != EffectiveUser())
            return $"{folder} belongs to another user";
        return ((UnixFileMode)found.Mode & UnixFileMode.OtherWrite) != 0 ? $"{folder} is writable by everybody" : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Ask(int folder, string path, int flags, uint mask, out Statx answer);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
