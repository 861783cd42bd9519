using System.Runtime.InteropServices;

namespace LspTorch.Probe;

/// <summary>The few C library calls the worker needs. Linux; nothing here is called elsewhere.</summary>
internal static unsafe partial class Posix
{
    public const int DuplicateCloseOnExec = 1030,
        SetDescriptorFlags = 2,
        CloseOnExec = 1,
        SignalKill = 9,
        SignalInterrupt = 2,
        Lazy = 1,
        Now = 2,
        Global = 0x100;
    public const short PollOut = 4,
        PollError = 8,
        PollHangUp = 16,
        PollInvalid = 32;
    private const int ParentDeathSignal = 1;

    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    public static partial int Duplicate(int from, int to);

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    public static partial int Duplicate(int from);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(int descriptor, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(int descriptor, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    public static partial int NewSession();

    [LibraryImport("libc", EntryPoint = "getppid")]
    public static partial int ParentProcess();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "signal")]
    public static partial nint Signal(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "setenv")]
    private static partial int SetEnvironment(byte* name, byte* value, int overwrite);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int ProcessControl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true)]
    private static partial int Execute(byte* path, byte** arguments);

    [LibraryImport("libc", EntryPoint = "dlopen")]
    private static partial nint OpenLibrary(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "dlsym")]
    private static partial nint FindSymbol(nint library, byte* name);

    // Before glibc 2.34 these two lived in a library of their own.
    [LibraryImport("libdl.so.2", EntryPoint = "dlopen")]
    private static partial nint OldOpenLibrary(byte* path, int flags);

    [LibraryImport("libdl.so.2", EntryPoint = "dlsym")]
    private static partial nint OldFindSymbol(nint library, byte* name);

    /// <summary>Has the kernel end this process when the thread that started it ends; survives exec.</summary>
    public static void DieWithParent() => _ = ProcessControl(ParentDeathSignal, SignalKill, 0, 0, 0);

    /// <summary>Replaces this process; returns only where that failed.</summary>
    public static void Execute(string path, IReadOnlyList<string> arguments)
    {
        var vector = (byte**)NativeMemory.AllocZeroed((nuint)(arguments.Count + 1), (nuint)sizeof(byte*));
        for (int i = 0; i < arguments.Count; i++)
            vector[i] = Utf8(arguments[i]);
        _ = Execute(Utf8(path), vector);
    }

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    private static partial int Advise(nint address, nuint length, int advice);

    /// <summary>Memory of a mapped file does not count as this process's until it is read again.</summary>
    public static void LetGo(byte* from, nint length)
    {
        const int notNeeded = 4;
        nint start = (nint)from & ~(Environment.SystemPageSize - 1);
        _ = Advise(start, (nuint)((nint)from + length - start), notNeeded);
    }

    /// <summary>A file's content as memory, to be read only; 0 where there is none.</summary>
    public static nint Map(byte* path, out nint length)
    {
        const int closeOnExec = 0x80000,
            end = 2,
            read = 1,
            isPrivate = 2;
        length = 0;
        int descriptor = Open(path, closeOnExec);
        if (descriptor < 0)
            return 0;
        length = (nint)Seek(descriptor, 0, end);
        nint address = length > 0 ? Map(0, (nuint)length, read, isPrivate, descriptor, 0) : 0;
        _ = Close(descriptor);
        return address == -1 ? 0 : address;
    }

    /// <summary>A variable of the process, as the C library and what it executes see it.</summary>
    public static void SetEnvironment(string name, string value) => _ = SetEnvironment(Utf8(name), Utf8(value), 1);

    /// <summary>Signals do what they do in a fresh process, whatever this runtime set for itself.</summary>
    public static void RestoreSignals()
    {
        foreach (int signal in (ReadOnlySpan<int>)[1, 2, 3, 4, 5, 6, 7, 8, 11, 13, 14, 15, 17, 18, 20, 21, 22, 28])
            _ = Signal(signal, 0);
    }

    /// <param name="path">null: everything this process has loaded.</param>
    public static nint OpenGlobally(string? path)
    {
        byte* name = path is null ? null : Utf8(path);
        try
        {
            return OpenLibrary(name, Now | Global);
        }
        catch (EntryPointNotFoundException)
        {
            return OldOpenLibrary(name, Now | Global);
        }
    }

    public static nint Symbol(nint library, string symbol)
    {
        byte* name = Utf8(symbol);
        try
        {
            return FindSymbol(library, name);
        }
        catch (EntryPointNotFoundException)
        {
            return OldFindSymbol(library, name);
        }
        finally
        {
            NativeMemory.Free(name);
        }
    }

    private const int LowDescriptors = 256;

    /// <summary>
    /// Takes the free descriptors below 256, so that what is opened from now on gets others: the program finds the low
    /// ones free, as it does in a process of its own.
    /// </summary>
    /// <param name="inherited">Whether the program that this process becomes has them too.</param>
    public static List<int> HoldDescriptors(bool inherited)
    {
        const int duplicateInherited = 0,
            descriptorFlags = 1;
        var held = new List<int>();
        // What this runtime has open would be closed on exec, and its number free for the next one's.
        for (int descriptor = 3; inherited && descriptor < LowDescriptors; descriptor++)
            if (
                Control(descriptor, descriptorFlags, 0) is > 0 and var flags
                && (flags & CloseOnExec) != 0
                && Control(descriptor, SetDescriptorFlags, 0) == 0
            )
                held.Add(descriptor);
        byte* path = Utf8("/dev/null");
        int first = Open(path, 0x80000);
        NativeMemory.Free(path);
        while (
            first >= 0
            && Control(first, inherited ? duplicateInherited : DuplicateCloseOnExec, 3) is var descriptor and >= 0
        )
        {
            if (descriptor >= LowDescriptors)
            {
                _ = Close(descriptor);
                break;
            }
            held.Add(descriptor);
        }
        if (first >= 0)
            _ = Close(first);
        if (
            held.Count > 0
            && Control(held[0], inherited ? duplicateInherited : DuplicateCloseOnExec, 3) is var last and >= 0
        )
            held.Add(last); // the first one's
        return held;
    }

    /// <summary>A zero-terminated copy in native memory; the caller's to free, or to keep.</summary>
    public static byte* Utf8(string text)
    {
        int count = System.Text.Encoding.UTF8.GetByteCount(text);
        var bytes = (byte*)NativeMemory.Alloc((nuint)count + 1);
        System.Text.Encoding.UTF8.GetBytes(text, new Span<byte>(bytes, count));
        bytes[count] = 0;
        return bytes;
    }
}
