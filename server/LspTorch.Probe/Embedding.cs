using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace LspTorch.Probe;

/// <summary>
/// Runs CPython's own main function, with the argument vector of the user's own run, inside this process. An audit hook is told just
/// before the main file would run, when the interpreter is complete: there the recorder is loaded and the recording code of the main file
/// runs in its place, with nothing of ours on the Python stack.
/// </summary>
internal static unsafe class Embedding
{
    private static WorkerOptions? options;
    private static bool entered;

    /// <summary>Does not return where the program ran; false where this libpython cannot be used.</summary>
    public static bool TryRun(WorkerOptions worker, string libPython, string version)
    {
        if (!LibPython.Open(libPython)) return false;
        if (Marshal.PtrToStringUTF8((nint)LibPython.GetVersion()) is not { } found || !SameVersion(found, version)) return false;
        options = worker;
        // Signal dispositions are the program's, as in a fresh process, whatever this runtime set for itself. Its handlers of faults go too:
        // they take a stack that the program overflowed for one of this runtime's, and abort.
        foreach (int signal in (ReadOnlySpan<int>)[1, 2, 3, 4, 5, 7, 8, 11, 13, 14, 15, 17, 18, 20, 21, 22, 28]) _ = Posix.Signal(signal, 0);
        if (LibPython.AddAuditHook(&Audit, 0) != 0) return false;
        string[] words = worker.Module is { } module ? ["-m", module] : [worker.Script ?? ""];
        string[] arguments = [worker.Python, .. words, .. worker.Arguments];
        var vector = (byte**)NativeMemory.AllocZeroed((nuint)arguments.Length + 1, (nuint)sizeof(byte*));
        for (int i = 0; i < arguments.Length; i++) vector[i] = Posix.Utf8(arguments[i]);
        Environment.Exit(LibPython.BytesMain(arguments.Length, vector));
        return true;
    }

    private static bool SameVersion(string library, string interpreter) =>
        interpreter.Length == 0 || library.Split(' ')[0] == interpreter.Split(' ')[0];

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Audit(byte* name, nint arguments, nint user)
    {
        if (entered || *(ulong*)name != CPython) return 0;
        var text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
        bool file = text.SequenceEqual("cpython.run_file"u8);
        if (!file && !text.SequenceEqual("cpython.run_module"u8)) return 0;
        entered = true;
        nint recorder = LoadRecorder();
        if (recorder == 0)
        {
            LibPython.ErrorPrint();
            return 0;
        }
        nint filename = file ? LibPython.TupleGetItem(arguments, 0) : LibPython.None;
        nint code = CallRecorder(recorder, "embedded"u8, filename, OptionList());
        if (code == 0) LibPython.ErrorPrint();
        else if (code != LibPython.None) RunMain(recorder, code);
        return 0;
    }

    /// <summary>The first eight bytes of "cpython.run_…": few events begin so.</summary>
    private static ulong CPython => MemoryMarshal.Read<ulong>("cpython."u8);

    private static nint LoadRecorder()
    {
        byte[] text = RecorderSource();
        nint globals = LibPython.DictNew(), functions = Recording.CreateFunctions(text.AsSpan(0, text.Length - 1));
        nint builtins = LibPython.DictCopy(LibPython.GetBuiltins());
        fixed (byte* nativeKey = "_native\0"u8, builtinsKey = "__builtins__\0"u8, nameKey = "__name__\0"u8, privateKey = "_lsptorch_private\0"u8,
               lookKey = "look\0"u8, name = "_lsptorch_recorder\0"u8, file = "<lsptorch recorder>\0"u8, source = text)
        {
            _ = LibPython.DictSetItemString(globals, nativeKey, functions);
            _ = LibPython.DictSetItemString(globals, builtinsKey, builtins);
            _ = LibPython.DictSetItemString(globals, nameKey, LibPython.UnicodeFromString(name));
            _ = LibPython.DictSetItemString(globals, privateKey, LibPython.None);
            nint code = LibPython.CompileString(source, file, LibPython.FileInput);
            if (code == 0 || LibPython.EvalCode(code, globals, globals) == 0) return 0;
            Recording.UseLook(LibPython.DictGetItemString(globals, lookKey));
        }
        return globals;
    }

    private static byte[] RecorderSource()
    {
        using var stream = typeof(Embedding).Assembly.GetManifestResourceStream("recorder.py")
            ?? throw new InvalidOperationException("The worker was built without recorder.py.");
        var source = new byte[stream.Length + 1];
        stream.ReadExactly(source, 0, (int)stream.Length);
        return source;
    }

    private static nint OptionList()
    {
        nint list = LibPython.ListNew(0);
        foreach (string word in options?.RecorderArguments() ?? [])
        {
            byte* text = Posix.Utf8(word);
            nint item = LibPython.UnicodeFromString(text);
            NativeMemory.Free(text);
            _ = LibPython.ListAppend(list, item);
            LibPython.DecRef(item);
        }
        return list;
    }

    /// <summary>Calls a function of the recorder. Borrows the first arguments, steals the last. 0 on an exception.</summary>
    private static nint CallRecorder(nint recorder, ReadOnlySpan<byte> function, nint first, nint second, nint third = 0)
    {
        nint callable;
        fixed (byte* key = function) callable = LibPython.DictGetItemString(recorder, key);
        nint arguments = LibPython.TupleNew(third == 0 ? 2 : 3);
        LibPython.IncRef(first);
        _ = LibPython.TupleSetItem(arguments, 0, first);
        _ = LibPython.TupleSetItem(arguments, 1, second);
        if (third != 0) _ = LibPython.TupleSetItem(arguments, 2, third);
        nint result = LibPython.Call(callable, arguments, 0);
        LibPython.DecRef(arguments);
        return result;
    }

    /// <summary>What CPython does with a main file, ending the process as it does.</summary>
    private static void RunMain(nint recorder, nint code)
    {
        int status = 0;
        fixed (byte* main = "__main__\0"u8, file = "__file__\0"u8, cached = "__cached__\0"u8)
        {
            nint names = LibPython.ModuleGetDict(LibPython.AddModule(main));
            nint result = LibPython.EvalCode(code, names, names);
            LibPython.DecRef(code);
            nint type = 0, value = 0, trace = 0;
            if (result == 0) LibPython.ErrorFetch(&type, &value, &trace);
            LibPython.IncRef(LibPython.None);
            if (CallRecorder(recorder, "flush_io"u8, LibPython.None, LibPython.None) == 0) LibPython.ErrorClear();
            if (result == 0)
            {
                LibPython.ErrorNormalize(&type, &value, &trace);
                status = LibPython.ErrorMatches(type, LibPython.KeyboardInterruptType) != 0 ? 130 : 1;
                nint shown = value == 0 ? LibPython.None : value, walked = trace == 0 ? LibPython.None : trace;
                LibPython.IncRef(shown);
                LibPython.IncRef(walked);
                if (CallRecorder(recorder, "failed"u8, type, shown, walked) == 0) LibPython.ErrorClear();
                LibPython.ErrorRestore(type, value, trace);
                LibPython.ErrorPrint();
            }
            if (LibPython.DictDelItemString(names, file) != 0) LibPython.ErrorClear();
            if (LibPython.DictDelItemString(names, cached) != 0) LibPython.ErrorClear();
        }
        LibPython.Exit(status);
    }
}
