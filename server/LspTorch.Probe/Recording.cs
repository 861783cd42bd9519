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
        /// <summary>Not 0 where a value of the last type has nothing else to tell.</summary>
        public long Settled;
        /// <summary>The count that was last told; the writing thread's own.</summary>
        public long Told;
        /// <summary>The gates whose closed executions are executions of this place too; 0 at the end.</summary>
        public GateLink* Gates;
    }

    private struct GateLink
    {
        public Gate* Gate;
        public GateLink* Next;
    }

    /// <summary>Stands before a run of statements that exists twice, recording and plain. Its entry places follow in memory.</summary>
    private struct Gate
    {
        public long Calls;
        /// <summary>The executions that went the plain way.</summary>
        public long Passed;
        /// <summary>The execution that is recorded next.</summary>
        public long Due;
        public long Gap;
        /// <summary>Executions still recorded one after the other.</summary>
        public long Eager;
        /// <summary>How many places the gate records itself, from its arguments.</summary>
        public long Entries;
    }

    // As in recorder.py: both ways of running record the same executions.
    private const int GateOpen = 32, GateGap = 64, EagerAfterNews = 8, LongestGap = 1024;

    private static readonly object Writing = new();
    private static nint[] places = new nint[1024];
    private static int count;
    private static nint[] gates = new nint[256];
    private static nint look, placeMethod, gateMethod, constantsName, bytesType;
    /// <summary>Offsets in bytes: of the first item in a tuple object, of the number of items.</summary>
    private static int tupleOffset, sizeOffset;
    /// <summary>What the hot path reads: a class without initializers, so that no access asks whether they have run.</summary>
    private static class Hot
    {
        public static int BytesOffset, TypeOffset;
        public static bool Disabled;
        /// <summary>Whether True and False count their references: before 3.12, at the start of the object.</summary>
        public static bool CountsBooleans;
    }

    /// <summary>The functions recorder.py finds in its globals as <c>_native</c>. A new reference; 0 on failure.</summary>
    /// <param name="source">Of recorder.py.</param>
    public static nint CreateFunctions(ReadOnlySpan<byte> source)
    {
        // Of the calling conventions the one that neither counts as a level of recursion nor packs its arguments.
        placeMethod = Method("record", (nint)(delegate* unmanaged[Cdecl]<nint, nint*, nint, nint>)&Record, LibPython.FastArguments);
        gateMethod = Method("enter", (nint)(delegate* unmanaged[Cdecl]<nint, nint*, nint, nint>)&Enter, LibPython.FastArguments);
        nint probe = LibPython.BytesFromString(null, sizeof(Counters));
        Hot.BytesOffset = (int)(LibPython.BytesAsString(probe) - (byte*)probe);
        bytesType = LibPython.ObjectType(probe);
        for (Hot.TypeOffset = 0; Hot.TypeOffset < 64 && *(nint*)((byte*)probe + Hot.TypeOffset) != bytesType; Hot.TypeOffset += sizeof(nint)) { }
        LibPython.DecRef(bytesType);
        nint pair = LibPython.TupleNew(1);
        _ = LibPython.TupleSetItem(pair, 0, probe);
        for (tupleOffset = 0; *(nint*)((byte*)pair + tupleOffset) != probe; tupleOffset += sizeof(nint)) { }
        sizeOffset = Hot.TypeOffset + sizeof(nint);
        LibPython.DecRef(pair);
        fixed (byte* name = "co_consts\0"u8) constantsName = LibPython.UnicodeFromString(name);

        byte* version = LibPython.GetVersion();
        Hot.CountsBooleans = version[0] == '3' && version[1] == '.' && (version[3] is < (byte)'0' or > (byte)'9' || version[3] < '2');
        nint functions = LibPython.DictNew();
        Add(functions, "bind", (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint>)&Bind, LibPython.OneArgument);
        Add(functions, "wake", (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint>)&WakeGate, LibPython.OneArgument);
        Add(functions, "passed", (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint>)&Passed, LibPython.OneArgument);
        Add(functions, "calls", (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint>)&Calls, LibPython.OneArgument);
        Add(functions, "emit", (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint>)&Emit, LibPython.OneArgument);
        Add(functions, "drain", (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint>)&Drain, LibPython.NoArguments);
        Add(functions, "forked", (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint>)&Forked, LibPython.NoArguments);
        fixed (byte* key = "source\0"u8, text = source) _ = LibPython.DictSetItemString(functions, key, LibPython.BytesFromString(text, source.Length));
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
        lock (Writing)
        {
            bool first = true;
            for (int i = 0; i < count; i++)
            {
                var place = (Counters*)places[i];
                long calls = Volatile.Read(ref place->Calls);
                for (var link = place->Gates; link != null; link = link->Next) calls += Volatile.Read(ref link->Gate->Passed);
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
        var place = (Counters*)((byte*)self + Hot.BytesOffset);
        long calls = ++place->Calls;
        if (calls >= place->Due || (*(nint*)((byte*)value + Hot.TypeOffset) != place->LastType && place->SwitchesLeft > 0))
            return Look(place, value, calls);
        LibPython.IncRef(value);
        return value;
    }

    /// <summary>True where the recording statements are to run. A new reference; 0 where a signal handler of the program raised.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Enter(nint self, nint* arguments, nint count)
    {
        var gate = (Gate*)((byte*)self + Hot.BytesOffset);
        var entries = (Counters**)(gate + 1);
        for (nint i = 0; i < count; i++)
        {
            nint value = arguments[i];
            var place = entries[i];
            long calls = ++place->Calls;
            if (calls < place->Due && (*(nint*)((byte*)value + Hot.TypeOffset) == place->LastType || place->SwitchesLeft <= 0)) continue;
            nint same = Look(place, value, calls);
            if (same == 0) return 0;
            LibPython.DecRef(same);
        }
        long executions = ++gate->Calls;
        nint answer = LibPython.False;
        if (executions < gate->Due) gate->Passed++;
        else if (Opens(gate, executions)) answer = LibPython.True;
        if (Hot.CountsBooleans) ++*(nint*)answer;
        return answer;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool Opens(Gate* gate, long calls)
    {
        if (Hot.Disabled)
        {
            gate->Due = Forever;
            gate->Passed++;
            return false;
        }
        if (gate->Eager > 0)
        {
            gate->Eager--;
            gate->Due = calls + 1;
            return true;
        }
        gate->Gap = Math.Min(gate->Gap * 2, GateGap);
        // Not a fixed step: it could fall in with a period of the program.
        gate->Due = calls + gate->Gap / 2 + (calls * 2654435761L >> 16) % gate->Gap + 1;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static nint Look(Counters* place, nint value, long calls)
    {
        if (calls < place->Due) place->SwitchesLeft--;
        else if (place->Settled != 0 && !Hot.Disabled && *(nint*)((byte*)value + Hot.TypeOffset) == place->LastType)
        {
            place->Due = calls + LongestGap;
            LibPython.IncRef(value);
            return value;
        }
        if (Hot.Disabled)
        {
            place->Due = Forever;
            place->SwitchesLeft = 0;
            LibPython.IncRef(value);
            return value;
        }
        place->LastType = *(nint*)((byte*)value + Hot.TypeOffset);
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
        long next = LibPython.LongAsLong(due);
        place->Settled = next < 0 ? 1 : 0;
        place->Due = Math.Abs(next);
        if (place->Due >= Forever) place->SwitchesLeft = 0;
        LibPython.DecRef(due);
        LibPython.IncRef(value);
        return value;
    }

    /// <summary>
    /// Takes (code, first place, number of places, first gate, number of gates, the gates in words of 32 bits: for each the number of its entry
    /// places and of the places it counts for, then both), and puts callables where the code has marks. The code is new: nobody else
    /// holds it, so its constants are changed where they stand.
    /// </summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Bind(nint self, nint arguments)
    {
        int firstPlace = (int)LongAt(arguments, 1), placeCount = (int)LongAt(arguments, 2);
        int firstGate = (int)LongAt(arguments, 3), gateCount = (int)LongAt(arguments, 4);
        nint words = LibPython.TupleGetItem(arguments, 5);
        lock (Writing)
        {
            while (firstPlace + placeCount > places.Length) Array.Resize(ref places, places.Length * 2);
            while (firstGate + gateCount > gates.Length) Array.Resize(ref gates, gates.Length * 2);
            for (int i = 0; i < placeCount; i++)
            {
                // Kept for the life of the process: the writing thread reads it.
                nint memory = LibPython.BytesFromString(null, sizeof(Counters));
                if (memory == 0) return 0;
                var place = (Counters*)((byte*)memory + Hot.BytesOffset);
                *place = new Counters { Due = 1, SwitchesLeft = TypeSwitches, Place = firstPlace + i };
                places[firstPlace + i] = (nint)place;
            }
            int* word = (int*)LibPython.BytesAsString(words);
            for (int i = 0; i < gateCount; i++)
            {
                int entries = *word++, counted = *word++;
                nint memory = LibPython.BytesFromString(null, sizeof(Gate) + entries * sizeof(nint));
                if (memory == 0) return 0;
                var gate = (Gate*)((byte*)memory + Hot.BytesOffset);
                *gate = new Gate { Due = 1, Gap = 1, Eager = GateOpen, Entries = entries };
                gates[firstGate + i] = (nint)gate;
                for (int entry = 0; entry < entries; entry++) ((nint*)(gate + 1))[entry] = places[firstPlace + *word++];
                var links = (GateLink*)NativeMemory.Alloc((nuint)(counted * sizeof(GateLink)));
                for (int link = 0; link < counted; link++)
                {
                    var place = (Counters*)places[firstPlace + *word++];
                    links[link] = new GateLink { Gate = gate, Next = place->Gates };
                    place->Gates = links + link;
                }
            }
            count = firstPlace + placeCount;
        }
        return PutCallables(LibPython.TupleGetItem(arguments, 0), firstPlace, firstGate, 0) ? NewNone() : 0;
    }

    private const int DeepestCode = 1000;

    /// <summary>In the constants of a code object and of those in it; false with a Python exception set.</summary>
    private static bool PutCallables(nint code, int firstPlace, int firstGate, int depth)
    {
        if (depth > DeepestCode) return true;
        nint constants = LibPython.GetAttribute(code, constantsName);
        if (constants == 0) return false;
        nint codeType = *(nint*)((byte*)code + Hot.TypeOffset), size = *(nint*)((byte*)constants + sizeOffset);
        var items = (nint*)((byte*)constants + tupleOffset);
        for (nint i = 0; i < size; i++)
        {
            nint constant = items[i], type = *(nint*)((byte*)constant + Hot.TypeOffset);
            if (type == codeType)
            {
                if (!PutCallables(constant, firstPlace, firstGate, depth + 1)) return false;
            }
            else if (type == bytesType && *(nint*)((byte*)constant + sizeOffset) == MarkLength)
            {
                byte* mark = (byte*)constant + Hot.BytesOffset;
                bool gate = new ReadOnlySpan<byte>(mark, MarkLength - 4).SequenceEqual("\0lsptorch:g"u8);
                if (!gate && !new ReadOnlySpan<byte>(mark, MarkLength - 4).SequenceEqual("\0lsptorch:p"u8)) continue;
                int number = *(int*)(mark + MarkLength - 4);
                nint counters = gate ? gates[firstGate + number] : places[firstPlace + number];
                nint callable = LibPython.FunctionNew((void*)(gate ? gateMethod : placeMethod), counters - Hot.BytesOffset, 0);
                if (callable == 0) return false;
                items[i] = callable;
                LibPython.DecRef(constant);
            }
        }
        LibPython.DecRef(constants);
        return true;
    }

    /// <summary>As recorder.py writes marks: eleven bytes, then a number of four.</summary>
    private const int MarkLength = 15;

    private static long LongAt(nint tuple, int at) => LibPython.LongAsLong(LibPython.TupleGetItem(tuple, at));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint WakeGate(nint self, nint index)
    {
        var gate = (Gate*)gates[LibPython.LongAsLong(index)];
        gate->Eager = Math.Max(gate->Eager, EagerAfterNews);
        gate->Gap = 1;
        gate->Due = gate->Calls + 1;
        return NewNone();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Passed(nint self, nint index) => LibPython.LongFromLong(((Gate*)gates[LibPython.LongAsLong(index)])->Passed);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Calls(nint self, nint index) => LibPython.LongFromLong(((Counters*)places[LibPython.LongAsLong(index)])->Calls);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Emit(nint self, nint bytes)
    {
        if (!Hot.Disabled) Wire.Emit(LibPython.BytesAsString(bytes), (int)LibPython.BytesSize(bytes));
        return NewNone();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Drain(nint self, nint nothing)
    {
        nint thread = LibPython.SaveThread();
        lock (Writing) count = 0;      // the recorder has told the last counts itself
        Wire.Drain();
        LibPython.RestoreThread(thread);
        return NewNone();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Forked(nint self, nint nothing)
    {
        Hot.Disabled = true;
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
