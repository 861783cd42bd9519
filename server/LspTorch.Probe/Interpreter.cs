using System.Runtime.InteropServices;

namespace LspTorch.Probe;

/// <summary>
/// What is done inside a complete interpreter, just before its main file would run: the recorder is loaded, and the
/// recording code of the
/// main file runs in its place, with nothing of ours on the Python stack.
/// </summary>
internal static unsafe class Interpreter
{
    /// <summary>Returns where Python itself is to run the main file.</summary>
    /// <param name="auditArguments">Of the audit event <c>cpython.run_file</c> or <c>cpython.run_module</c>.</param>
    /// <param name="isFile">Which of the two it is.</param>
    /// <param name="recorderArguments">The options of the recorder, and the program.</param>
    /// <param name="folder">Where recorder.py lies, for processes that the program starts.</param>
    public static void Run(nint auditArguments, bool isFile, IEnumerable<string> recorderArguments, string folder)
    {
        // The recorder's own objects are none that the program's collector should be made to look at.
        bool held = LibPython.CanHoldCollector && LibPython.CollectorDisable() != 0;
        nint recorder = LoadRecorder(folder);
        if (held)
            _ = LibPython.CollectorEnable();
        if (recorder == 0)
        {
            LibPython.ErrorPrint();
            return;
        }
        nint main = LibPython.TupleGetItem(auditArguments, 0);
        nint code = CallRecorder(recorder, "embedded"u8, isFile ? main : LibPython.None, ListOf(recorderArguments));
        if (code == 0)
            LibPython.ErrorPrint();
        else if (!isFile)
            RunModule(recorder, main);
        else if (code != LibPython.None)
            RunMain(recorder, code);
    }

    private static nint LoadRecorder(string folder)
    {
        byte[] text = RecorderSource();
        nint globals = LibPython.DictNew(),
            functions = Recording.CreateFunctions(text.AsSpan(0, text.Length - 1), folder);
        if (functions == 0)
            return 0;
        nint builtins = LibPython.DictCopy(LibPython.GetBuiltins());
        fixed (
            byte* nativeKey = "_native\0"u8,
                builtinsKey = "__builtins__\0"u8,
                nameKey = "__name__\0"u8,
                privateKey = "_lsptorch_private\0"u8,
                lookKey = "look\0"u8,
                name = "_lsptorch_recorder\0"u8,
                file = "<lsptorch recorder>\0"u8,
                source = text
        )
        {
            _ = LibPython.DictSetItemString(globals, nativeKey, functions);
            _ = LibPython.DictSetItemString(globals, builtinsKey, builtins);
            _ = LibPython.DictSetItemString(globals, nameKey, LibPython.UnicodeFromString(name));
            _ = LibPython.DictSetItemString(globals, privateKey, LibPython.None);
            nint code = LibPython.CompileString(source, file, LibPython.FileInput);
            if (code == 0 || LibPython.EvalCode(code, globals, globals) == 0)
                return 0;
            Recording.UseLook(LibPython.DictGetItemString(globals, lookKey));
        }
        return globals;
    }

    private static byte[] RecorderSource()
    {
        using var stream =
            typeof(Interpreter).Assembly.GetManifestResourceStream("recorder.py")
            ?? throw new InvalidOperationException("The worker was built without recorder.py.");
        var source = new byte[stream.Length + 1];
        stream.ReadExactly(source, 0, (int)stream.Length);
        return source;
    }

    private static nint ListOf(IEnumerable<string> words)
    {
        nint list = LibPython.ListNew(0);
        foreach (string word in words)
        {
            byte* text = Posix.Utf8(word);
            nint item = LibPython.UnicodeFromString(text);
            NativeMemory.Free(text);
            _ = LibPython.ListAppend(list, item);
            LibPython.DecRef(item);
        }
        return list;
    }

    /// <summary>
    /// Calls a function of the recorder. Borrows the first arguments, steals the last. 0 on an exception.
    /// </summary>
    private static nint CallRecorder(
        nint recorder,
        ReadOnlySpan<byte> function,
        nint first,
        nint second,
        nint third = 0
    )
    {
        nint callable;
        fixed (byte* key = function)
            callable = LibPython.DictGetItemString(recorder, key);
        nint arguments = LibPython.TupleNew(third == 0 ? 2 : 3);
        LibPython.IncRef(first);
        _ = LibPython.TupleSetItem(arguments, 0, first);
        _ = LibPython.TupleSetItem(arguments, 1, second);
        if (third != 0)
            _ = LibPython.TupleSetItem(arguments, 2, third);
        nint result = LibPython.Call(callable, arguments, 0);
        LibPython.DecRef(arguments);
        return result;
    }

    /// <summary>
    /// What CPython does with a module named by -m, or with the main module of a folder, ending the process as it does.
    /// </summary>
    private static void RunModule(nint recorder, nint name)
    {
        nint result = 0;
        fixed (
            byte* main = "__main__\0"u8,
                runpy = "runpy\0"u8,
                run = "_run_module_as_main\0"u8
        )
        {
            nint module = LibPython.ImportModule(runpy),
                function = module == 0 ? 0 : LibPython.DictGetItemString(LibPython.ModuleGetDict(module), run);
            if (function != 0)
            {
                nint arguments = LibPython.TupleNew(2);
                LibPython.IncRef(name);
                _ = LibPython.TupleSetItem(arguments, 0, name);
                // A folder or archive is its program's first argument already.
                _ = LibPython.TupleSetItem(
                    arguments,
                    1,
                    LibPython.LongFromLong(LibPython.CompareText(name, main) == 0 ? 0 : 1)
                );
                result = LibPython.Call(function, arguments, 0);
                LibPython.DecRef(arguments);
            }
        }
        LibPython.Exit(WriteEnd(recorder, result, isFile: false));
    }

    /// <summary>
    /// Tells the recorder how the program ended, and shows the exception that is set where it has no result. Returns
    /// the exit status.
    /// </summary>
    private static int WriteEnd(nint recorder, nint result, bool isFile)
    {
        nint type = 0,
            value = 0,
            trace = 0;
        if (result == 0)
            LibPython.ErrorFetch(&type, &value, &trace);
        LibPython.IncRef(LibPython.None);
        if (CallRecorder(recorder, "flush_io"u8, isFile ? LibPython.True : LibPython.False, LibPython.None) == 0)
            LibPython.ErrorClear();
        if (result != 0)
            return 0;
        LibPython.ErrorNormalize(&type, &value, &trace);
        int status = LibPython.ErrorMatches(type, LibPython.KeyboardInterruptType) != 0 ? 130 : 1;
        nint shown = value == 0 ? LibPython.None : value,
            walked = trace == 0 ? LibPython.None : trace;
        LibPython.IncRef(shown);
        LibPython.IncRef(walked);
        if (CallRecorder(recorder, "failed"u8, type, shown, walked) == 0)
            LibPython.ErrorClear();
        LibPython.ErrorRestore(type, value, trace);
        LibPython.ErrorPrint();
        return status;
    }

    /// <summary>What CPython does with a main file, ending the process as it does.</summary>
    private static void RunMain(nint recorder, nint code)
    {
        int status;
        fixed (
            byte* main = "__main__\0"u8,
                file = "__file__\0"u8,
                cached = "__cached__\0"u8
        )
        {
            nint names = LibPython.ModuleGetDict(LibPython.AddModule(main));
            nint result = LibPython.EvalCode(code, names, names);
            LibPython.DecRef(code);
            status = WriteEnd(recorder, result, isFile: true);
            if (LibPython.DictDelItemString(names, file) != 0)
                LibPython.ErrorClear();
            if (LibPython.DictDelItemString(names, cached) != 0)
                LibPython.ErrorClear();
        }
        LibPython.Exit(status);
    }
}
