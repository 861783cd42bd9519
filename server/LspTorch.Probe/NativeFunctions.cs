using System.Runtime.InteropServices;

namespace LspTorch.Probe;

/// <summary>The functions that Python calls, as objects of Python's.</summary>
internal static unsafe partial class Recording
{
    /// <summary>
    /// The functions recorder.py finds in its globals as <c>_native</c>. A new reference; 0 on failure.
    /// </summary>
    /// <param name="source">Of recorder.py.</param>
    /// <param name="folder">Where recorder.py lies as a file.</param>
    public static nint CreateFunctions(ReadOnlySpan<byte> source, string folder)
    {
        // Of the calling conventions the one that neither counts as a level of recursion nor packs its arguments.
        placeMethod = Method(
            "record",
            (nint)(delegate* unmanaged[Cdecl]<nint, nint*, nint, nint>)&Record,
            LibPython.FastArguments
        );
        gateMethod = Method(
            "enter",
            (nint)(delegate* unmanaged[Cdecl]<nint, nint*, nint, nint>)&Enter,
            LibPython.FastArguments
        );
        if (!MeasureObjects())
            return 0;
        mainThread = Environment.CurrentManagedThreadId;
        byte* version = LibPython.GetVersion();
        Hot.CountsBooleans =
            version[0] == '3' && version[1] == '.' && (version[3] is < (byte)'0' or > (byte)'9' || version[3] < '2');
        nint functions = LibPython.DictNew();
        Add(functions, "bind", &Bind, LibPython.OneArgument);
        Add(functions, "seen", &Seen, LibPython.OneArgument);
        Add(functions, "reopen", &ReopenGate, LibPython.OneArgument);
        Add(functions, "passed", &Passed, LibPython.OneArgument);
        Add(functions, "calls", &Calls, LibPython.OneArgument);
        Add(functions, "emit", &Emit, LibPython.OneArgument);
        Add(functions, "map", &Map, LibPython.OneArgument);
        Add(functions, "unmap", &Unmap, LibPython.NoArguments);
        Add(functions, "complete", &CompleteCode, LibPython.NoArguments);
        Add(functions, "hold", &Hold, LibPython.NoArguments);
        Add(functions, "release", &Release, LibPython.NoArguments);
        Add(functions, "defers", &CanDefer, LibPython.OneArgument);
        Add(functions, "uninstruments", &CanUninstrument, LibPython.OneArgument);
        Add(functions, "show", &Show, LibPython.OneArgument);
        Add(functions, "code", &RunningCode, LibPython.OneArgument);
        Add(functions, "records", &Records, LibPython.OneArgument);
        Add(functions, "finish", &Finish, LibPython.NoArguments);
        Add(functions, "sum", &Sum, LibPython.OneArgument);
        Add(functions, "drain", &Drain, LibPython.NoArguments);
        Add(functions, "forked", &Forked, LibPython.OneArgument);
        byte* path = Posix.Utf8(Path.Combine(folder, "recorder.py"));
        fixed (byte* key = "recorder\0"u8)
            _ = LibPython.DictSetItemString(functions, key, LibPython.UnicodeFromString(path));
        NativeMemory.Free(path);
        fixed (
            byte* key = "source\0"u8,
                text = source
        )
            _ = LibPython.DictSetItemString(functions, key, LibPython.BytesFromString(text, source.Length));
        return functions;
    }

    /// <summary>Finds where in Python's objects what is read lies; false where the gates cannot have a type.</summary>
    private static bool MeasureObjects()
    {
        nint probe = LibPython.BytesFromString(null, sizeof(Counters));
        Hot.BytesOffset = (int)(LibPython.BytesAsString(probe) - (byte*)probe);
        bytesType = LibPython.ObjectType(probe);
        for (
            Hot.TypeOffset = 0;
            Hot.TypeOffset < 64 && *(nint*)((byte*)probe + Hot.TypeOffset) != bytesType;
            Hot.TypeOffset += sizeof(nint)
        ) { }
        LibPython.DecRef(bytesType);
        Hot.GateOffset = Hot.TypeOffset + sizeof(nint);
        gateType = GateType();
        nint builtin = LibPython.FunctionNew((void*)placeMethod, 0, 0);
        builtinType = *(nint*)((byte*)builtin + Hot.TypeOffset);
        LibPython.DecRef(builtin);
        if (gateType == 0)
            return false;
        nint number = LibPython.LongFromLong(0x12345678);
        for (
            Hot.DigitOffset = 0;
            *(int*)((byte*)number + Hot.DigitOffset) != 0x12345678;
            Hot.DigitOffset += sizeof(int)
        ) { }
        LibPython.DecRef(number);
        nint pair = LibPython.TupleNew(1);
        _ = LibPython.TupleSetItem(pair, 0, probe);
        for (tupleOffset = 0; *(nint*)((byte*)pair + tupleOffset) != probe; tupleOffset += sizeof(nint)) { }
        sizeOffset = Hot.TypeOffset + sizeof(nint);
        LibPython.DecRef(pair);
        fixed (byte* name = "co_consts\0"u8)
            constantsName = LibPython.UnicodeFromString(name);
        return true;
    }

    private static void Add(
        nint functions,
        string name,
        delegate* unmanaged[Cdecl]<nint, nint, nint> function,
        int flags
    )
    {
        nint callable = LibPython.FunctionNew((void*)Method(name, (nint)function, flags), 0, 0);
        byte* key = Posix.Utf8(name);
        _ = LibPython.DictSetItemString(functions, key, callable);
        NativeMemory.Free(key);
        LibPython.DecRef(callable);
    }

    /// <summary>A PyMethodDef; Python keeps pointing to it.</summary>
    private static nint Method(string name, nint function, int flags)
    {
        var definition = (nint*)NativeMemory.AllocZeroed(4, (nuint)sizeof(nint));
        definition[0] = (nint)Posix.Utf8(name);
        definition[1] = function;
        *(int*)(definition + 2) = flags;
        return (nint)definition;
    }
}
