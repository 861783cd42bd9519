using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace LspTorch.Probe;

/// <summary>
/// The functions Python calls while the program runs. Each place has a callable of its own whose <c>self</c> is a bytes object that
/// holds this place's counters, so that the hot path is a few loads and one increment.
/// </summary>
internal static unsafe class Recording
{
    private const long Forever = 1L << 62;
    private const int TypeSwitches = 64;

    /// <summary>Lives inside the bytes object of its place.</summary>
    private struct Counters
    {
        public long Calls;
        /// <summary>The execution at which the value is described next.</summary>
        public long Due;
        /// <summary>The Python type at the last look. Compared, never dereferenced.</summary>
        public nint LastType;
        /// <summary>Looks still granted outside the schedule, because the type differs from the last one.</summary>
        public long SwitchesLeft;
        public long Place;
        /// <summary>Calls when the counts were last told; the writing thread's own.</summary>
        public long Told;
    }

    private static readonly object Gate = new();
    private static nint[] places = new nint[1024];
    private static int count;
    private static nint look, placeMethod;
    private static int bytesOffset, typeOffset;
    private static volatile bool enabled = true;

    /// <summary>The functions recorder.py finds in its globals as <c>_native</c>. A new reference; 0 on failure.</summary>
    public static nint CreateFunctions()
    {
        // Of the calling conventions the one that neither counts as a level of recursion nor packs its arguments.
        placeMethod = Method("record", (nint)(delegate* unmanaged[Cdecl]<nint, nint*, nint, nint>)&Record, LibPython.FastArguments);
        nint probe = LibPython.BytesFromString(null, sizeof(Counters));
        bytesOffset = (int)(LibPython.BytesAsString(probe) - (byte*)probe);
        nint bytesType = LibPython.ObjectType(probe);
        for (typeOffset = 0; typeOffset < 64 && *(nint*)((byte*)probe + typeOffset) != bytesType; typeOffset += sizeof(nint)) { }
        LibPython.DecRef(bytesType);
        LibPython.DecRef(probe);

        nint functions = LibPython.DictNew();
        Add(functions, "bind", (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint>)&Bind, LibPython.OneArgument);
        Add(functions, "calls", (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint>)&Calls, LibPython.OneArgument);
        Add(functions, "truncate", (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint>)&Truncate, LibPython.OneArgument);
        Add(functions, "emit", (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint>)&Emit, LibPython.OneArgument);
        Add(functions, "drain", (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint>)&Drain, LibPython.NoArguments);
        Add(functions, "forked", (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint>)&Forked, LibPython.NoArguments);
        return functions;
    }

    public static void UseLook(nint function)
    {
        LibPython.IncRef(function);
        look = function;
    }

    /// <summary>Appends one line with the counts that grew since the last call. Needs no Python lock: it reads aligned words.</summary>
    public static void TellCounts(StringBuilder line)
    {
        lock (Gate)
        {
            bool first = true;
            for (int i = 0; i < count; i++)
            {
                var place = (Counters*)places[i];
                long calls = Volatile.Read(ref place->Calls);
                if (calls == place->Told) continue;
                place->Told = calls;
                line.Append(first ? "{\"event\":\"calls\",\"calls\":[[" : ",[").Append(CultureInfo.InvariantCulture, $"{i},{calls}]");
                first = false;
            }
            if (!first) line.Append("]}\n");
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Record(nint self, nint* arguments, nint count)
    {
        nint value = *arguments;
        var place = (Counters*)((byte*)self + bytesOffset);
        long calls = ++place->Calls;
        if (calls >= place->Due || (*(nint*)((byte*)value + typeOffset) != place->LastType && place->SwitchesLeft > 0))
            return Look(place, value, calls);
        LibPython.IncRef(value);
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static nint Look(Counters* place, nint value, long calls)
    {
        if (calls < place->Due) place->SwitchesLeft--;
        if (!enabled)
        {
            place->Due = Forever;
            place->SwitchesLeft = 0;
            LibPython.IncRef(value);
            return value;
        }
        place->LastType = *(nint*)((byte*)value + typeOffset);
        nint arguments = LibPython.TupleNew(3);
        if (arguments == 0) return 0;
        LibPython.IncRef(value);
        _ = LibPython.TupleSetItem(arguments, 0, LibPython.LongFromLong(place->Place));
        _ = LibPython.TupleSetItem(arguments, 1, value);
        _ = LibPython.TupleSetItem(arguments, 2, LibPython.LongFromLong(calls));
        nint due = LibPython.Call(look, arguments, 0);
        LibPython.DecRef(arguments);
        if (due == 0)
        {
            // At the program's recursion limit there is no room for a look; what a signal handler raised goes on.
            if (LibPython.ErrorMatches(LibPython.ErrorOccurred(), LibPython.RecursionErrorType) == 0) return 0;
            LibPython.ErrorClear();
            LibPython.IncRef(value);
            return value;
        }
        place->Due = LibPython.LongAsLong(due);
        if (place->Due >= Forever) place->SwitchesLeft = 0;
        LibPython.DecRef(due);
        LibPython.IncRef(value);
        return value;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Bind(nint self, nint index)
    {
        // Kept for the life of the process: the writing thread reads it.
        nint memory = LibPython.BytesFromString(null, sizeof(Counters));
        if (memory == 0) return 0;
        var place = (Counters*)LibPython.BytesAsString(memory);
        *place = new Counters { Due = 1, SwitchesLeft = TypeSwitches, Place = LibPython.LongAsLong(index) };
        lock (Gate)
        {
            int at = (int)place->Place;
            while (at >= places.Length) Array.Resize(ref places, places.Length * 2);
            places[at] = (nint)place;
            count = at + 1;
        }
        return LibPython.FunctionNew((void*)placeMethod, memory, 0);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Calls(nint self, nint index) => LibPython.LongFromLong(((Counters*)places[LibPython.LongAsLong(index)])->Calls);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Truncate(nint self, nint length)
    {
        lock (Gate) count = Math.Min(count, (int)LibPython.LongAsLong(length));
        return NewNone();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Emit(nint self, nint bytes)
    {
        if (enabled) Wire.Emit(LibPython.BytesAsString(bytes), (int)LibPython.BytesSize(bytes));
        return NewNone();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Drain(nint self, nint nothing)
    {
        nint thread = LibPython.SaveThread();
        lock (Gate) count = 0;      // the recorder has told the last counts itself
        Wire.Drain();
        LibPython.RestoreThread(thread);
        return NewNone();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Forked(nint self, nint nothing)
    {
        enabled = false;
        Wire.Abandon();
        return NewNone();
    }

    private static nint NewNone()
    {
        LibPython.IncRef(LibPython.None);
        return LibPython.None;
    }

    private static void Add(nint functions, string name, nint function, int flags)
    {
        nint callable = LibPython.FunctionNew((void*)Method(name, function, flags), 0, 0);
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
