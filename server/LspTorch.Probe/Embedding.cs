using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LspTorch.Probe;

/// <summary>
/// Runs CPython's own main function, with the argument vector of the user's own run, inside this process. An audit hook
/// is told just
/// before the main file would run, when the interpreter is complete.
/// </summary>
internal static unsafe class Embedding
{
    private static WorkerOptions? options;
    private static bool entered;

    /// <summary>Does not return where the program ran; false where this libpython cannot be used.</summary>
    public static bool TryRun(WorkerOptions worker, string libPython, string version)
    {
        if (!LibPython.Open(libPython))
            return false;
        if (Marshal.PtrToStringUTF8((nint)LibPython.GetVersion()) is not { } found || !SameVersion(found, version))
            return false;
        options = worker;
        // Signal dispositions are the program's, as in a fresh process, whatever this runtime set for itself. Its
        // handlers of faults go too:
        // they take a stack that the program overflowed for one of this runtime's, and abort.
        Posix.RestoreSignals();
        if (LibPython.AddAuditHook(&Audit, 0) != 0)
            return false;
        string[] words = worker.Module is { } module ? ["-m", module] : [worker.Script ?? ""];
        string[] arguments = [worker.Python, .. words, .. worker.Arguments];
        var vector = (byte**)NativeMemory.AllocZeroed((nuint)arguments.Length + 1, (nuint)sizeof(byte*));
        for (int i = 0; i < arguments.Length; i++)
            vector[i] = Posix.Utf8(arguments[i]);
        Environment.Exit(LibPython.BytesMain(arguments.Length, vector));
        return true;
    }

    private static bool SameVersion(string library, string interpreter) =>
        interpreter.Length == 0 || library.Split(' ')[0] == interpreter.Split(' ')[0];

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Audit(byte* name, nint arguments, nint user)
    {
        if (entered)
        {
            Recording.Audited(name, arguments);
            return 0;
        }
        if (*(ulong*)name != CPython)
            return 0;
        var text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
        bool file = text.SequenceEqual("cpython.run_file"u8);
        if (!file && !text.SequenceEqual("cpython.run_module"u8))
            return 0;
        entered = true;
        Interpreter.Run(arguments, file, options?.RecorderArguments() ?? [], AppContext.BaseDirectory);
        return 0;
    }

    /// <summary>The first eight bytes of "cpython.run_…": few events begin so.</summary>
    private static ulong CPython => MemoryMarshal.Read<ulong>("cpython."u8);
}
