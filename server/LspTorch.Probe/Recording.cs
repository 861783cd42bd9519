using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace LspTorch.Probe;

/// <summary>
/// The functions Python calls while the program runs. A callable that records values has as its <c>self</c> a bytes
/// object that holds the
/// address of its counters; a gate is an object of a type of its own, entered by an operator where it is handed at most
/// one value, which costs
/// Python less than a call. So the hot path is a few loads and one increment.
/// </summary>
internal static unsafe partial class Recording
{
    private const long Forever = 1L << 62;

    /// <summary>Of one place. All zero at first: memory that no value came to is never touched.</summary>
    private struct Counters
    {
        public long Calls;

        /// <summary>The execution at which the value is described next.</summary>
        public long Due;

        /// <summary>The Python type at the last look. Compared, never dereferenced.</summary>
        public nint LastType;

        /// <summary>The count that was last told; the writing thread's own.</summary>
        public long Reported;

        /// <summary>The gates whose closed executions are executions of this place too; 0 at the end.</summary>
        public GateLink* Gates;

        /// <summary>Looks taken outside the schedule, because the type differed from the last one.</summary>
        public int Switches;

        /// <summary>Not 0 where a value of the last type has nothing else to tell.</summary>
        public short Settled;

        /// <summary>
        /// Not 0 where a gate records it and there were executions that nobody counted; of others, their gates know.
        /// </summary>
        public byte Missed;

        /// <summary>Not 0 once that was told; the writing thread's own.</summary>
        public byte ReportedLeast;
    }

    /// <summary>
    /// Of a file, or of 256 places of it: their counters, the first of which has the number <c>First</c> among all.
    /// </summary>
    private struct Table
    {
        public Counters* Counters;
        public long First;
    }

    private struct GateLink
    {
        public Gate* Gate;
        public GateLink* Next;
    }

    /// <summary>
    /// Stands before a run of statements that exists twice, recording and plain. In the Python object, behind its type.
    /// </summary>
    private struct Gate
    {
        public long Calls;

        /// <summary>The executions that went the plain way.</summary>
        public long Passed;

        /// <summary>The execution that is recorded next.</summary>
        public long Due;

        /// <summary>The places the gate records itself, from its arguments: their numbers in the file.</summary>
        public int* Entries;
        public Table* Table;

        /// <summary>The function whose code it stands in; null until somebody asked.</summary>
        public Function* Function;

        /// <summary>The executions there were when there was something new, or when the function was instrumented again.</summary>
        public long Mark;
        public int EntryCount;
        public int Gap;

        /// <summary>Executions still recorded one after the other.</summary>
        public int Eager;
    }

    private static object writing = new();

    /// <summary>The places a value was seen at: number and counters.</summary>
    private static readonly List<(long Number, nint Counters)> seen = [];
    private static nint look,
        placeMethod,
        gateMethod,
        gateType,
        constantsName,
        bytesType;

    /// <summary>Offsets in bytes: of the first item in a tuple object, of the number of items.</summary>
    private static int tupleOffset,
        sizeOffset;

    /// <summary>
    /// What the hot path reads: a class without initializers, so that no access asks whether they have run.
    /// </summary>
    private static class Hot
    {
        public static int BytesOffset,
            TypeOffset,
            DigitOffset,
            GateOffset;

        /// <summary>Forked: in a child, where Python writes the trace.</summary>
        public static bool Disabled,
            Forked;

        /// <summary>Whether stubs stand for functions.</summary>
        public static bool Defers;

        /// <summary>Whether functions go back to their original code.</summary>
        public static bool Uninstruments;

        /// <summary>Whether it is time to instrument some again.</summary>
        public static bool ReinstrumentAsked;

        /// <summary>Whether True and False count their references: before 3.12, at the start of the object.</summary>
        public static bool CountsBooleans;
    }

    public static void UseLook(nint function)
    {
        LibPython.IncRef(function);
        look = function;
        functionType = *(nint*)((byte*)function + Hot.TypeOffset);
    }

    /// <summary>
    /// Appends one line with the counts that grew since the last call. Needs no Python lock: it reads aligned words.
    /// </summary>
    public static void WriteCounts(StringBuilder line)
    {
        lock (writing)
        {
            bool first = true;
            foreach (var (number, counters) in seen)
            {
                var place = (Counters*)counters;
                long calls = Volatile.Read(ref place->Calls);
                for (var link = place->Gates; link != null; link = link->Next)
                    calls += Volatile.Read(ref link->Gate->Passed);
                if (calls == place->Reported)
                    continue;
                place->Reported = calls;
                line.Append(first ? "{\"event\":\"calls\",\"calls\":[[" : ",[")
                    .Append(CultureInfo.InvariantCulture, $"{number},{calls}]");
                first = false;
            }
            if (!first)
                line.Append("]}\n");
            WriteLowerBounds(line);
        }
    }

    /// <summary>Takes a value and the number of its place in the file; answers the value.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Record(nint self, nint* arguments, nint count)
    {
        nint value = arguments[0];
        var table = (Table*)((byte*)self + Hot.BytesOffset);
        long index = *(int*)((byte*)arguments[1] + Hot.DigitOffset);
        var place = table->Counters + index;
        long calls = ++place->Calls;
        if (
            (
                calls >= place->Due
                || (
                    *(nint*)((byte*)value + Hot.TypeOffset) != place->LastType && place->Switches < Policy.TYPE_SWITCHES
                )
            ) && !Look(place, table->First + index, value, calls)
        )
            return 0;
        LibPython.IncRef(value);
        return value;
    }

    /// <summary>
    /// A gate that is handed several values. True where the recording statements are to run. A new reference; 0 where a
    /// signal handler of the program raised.
    /// </summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Enter(nint self, nint* arguments, nint count)
    {
        var gate = (Gate*)((byte*)self + Hot.GateOffset);
        for (nint i = 0; i < count; i++)
            if (!Takes(gate->Table, gate->Entries[i], arguments[i]))
                return 0;
        return Answer(gate);
    }

    /// <summary>The same of one value: <c>gate[value]</c>.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint EnterWith(nint self, nint value)
    {
        var gate = (Gate*)((byte*)self + Hot.GateOffset);
        return Takes(gate->Table, gate->Entries[0], value) ? Answer(gate) : 0;
    }

    /// <summary>The same of none: <c>-gate</c>.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint EnterWithout(nint self) => Answer((Gate*)((byte*)self + Hot.GateOffset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Takes(Table* file, int number, nint value)
    {
        var place = file->Counters + number;
        long calls = ++place->Calls;
        return (
                calls < place->Due
                && (
                    *(nint*)((byte*)value + Hot.TypeOffset) == place->LastType
                    || place->Switches >= Policy.TYPE_SWITCHES
                )
            ) || Look(place, file->First + number, value, calls);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Answer(Gate* gate)
    {
        long executions = ++gate->Calls;
        nint answer = LibPython.False;
        if (executions < gate->Due)
            gate->Passed++;
        else if (Opens(gate, executions))
            answer = LibPython.True;
        if (Hot.CountsBooleans)
            ++*(nint*)answer;
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
        if (Hot.ReinstrumentAsked)
            ReinstrumentDue();
        if (gate->Gap == Policy.GATE_GAP && calls - gate->Mark >= QuietExecutions)
            Uninstrument(gate);
        gate->Gap = Math.Min(gate->Gap * 2, Policy.GATE_GAP);
        // Not a fixed step: it could fall in with a period of the program.
        gate->Due = calls + gate->Gap / 2 + (calls * 2654435761L >> 16) % gate->Gap + 1;
        return true;
    }

    /// <summary>False with a Python exception set, where a signal handler of the program raised.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool Look(Counters* place, long number, nint value, long calls)
    {
        if (calls < place->Due)
            place->Switches++;
        else if (place->Settled != 0 && !Hot.Disabled && *(nint*)((byte*)value + Hot.TypeOffset) == place->LastType)
        {
            place->Due = calls + Policy.MAX_GAP;
            return true;
        }
        if (Hot.Disabled)
        {
            place->Due = Forever;
            place->Switches = Policy.TYPE_SWITCHES;
            return true;
        }
        place->LastType = *(nint*)((byte*)value + Hot.TypeOffset);
        nint arguments = LibPython.TupleNew(3);
        if (arguments == 0)
            return false;
        LibPython.IncRef(value);
        _ = LibPython.TupleSetItem(arguments, 0, LibPython.LongFromLong(number));
        _ = LibPython.TupleSetItem(arguments, 1, value);
        _ = LibPython.TupleSetItem(arguments, 2, LibPython.LongFromLong(calls));
        nint due = LibPython.Call(look, arguments, 0);
        LibPython.DecRef(arguments);
        if (due == 0)
        {
            // At the program's recursion limit there is no room for a look; what a signal handler raised goes on.
            if (LibPython.ErrorMatches(LibPython.ErrorOccurred(), LibPython.RecursionErrorType) == 0)
                return false;
            LibPython.ErrorClear();
            return true;
        }
        long next = LibPython.LongAsLong(due);
        place->Settled = (short)(next < 0 ? 1 : 0);
        place->Due = Math.Abs(next);
        if (place->Due >= Forever)
            place->Switches = Policy.TYPE_SWITCHES;
        LibPython.DecRef(due);
        return true;
    }

    /// <summary>Takes (place, gates that count for it…): from now on its count is told.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Seen(nint self, nint numbers)
    {
        long number = LongAt(numbers, 0);
        var place = CountersOf(number);
        lock (writing)
        {
            for (int i = 1; i < LibPython.TupleSize(numbers); i++)
            {
                var gate = GateOf((int)LongAt(numbers, i));
                if (gate == null)
                    return 0;
                var link = (GateLink*)NativeMemory.Alloc((nuint)sizeof(GateLink));
                *link = new GateLink { Gate = gate, Next = place->Gates };
                place->Gates = link;
            }
            if (!Hot.Forked)
                seen.Add((number, (nint)place));
        }
        return NewNone();
    }

    private static long LongAt(nint tuple, int at) => LibPython.LongAsLong(LibPython.TupleGetItem(tuple, at));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint ReopenGate(nint self, nint index)
    {
        var gate = GateOf((int)LibPython.LongAsLong(index));
        if (gate == null)
            return 0;
        Reopen(gate);
        gate->Gap = 1;
        if (gate->Function != null)
            FoundNewValue(gate->Function);
        return NewNone();
    }

    private static void Reopen(Gate* gate)
    {
        gate->Eager = Math.Max(gate->Eager, Policy.GATE_REOPENED);
        gate->Due = gate->Calls + 1;
        gate->Mark = gate->Calls;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Passed(nint self, nint index)
    {
        var gate = GateOf((int)LibPython.LongAsLong(index));
        return gate == null ? 0 : LibPython.LongFromLong(gate->Passed);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Calls(nint self, nint index) =>
        LibPython.LongFromLong(CountersOf(LibPython.LongAsLong(index))->Calls);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Emit(nint self, nint bytes)
    {
        if (!Hot.Disabled)
            Wire.Emit(LibPython.BytesAsString(bytes), (int)LibPython.BytesSize(bytes));
        return NewNone();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Drain(nint self, nint nothing)
    {
        nint thread = LibPython.SaveThread();
        lock (writing)
            seen.Clear(); // the recorder has told the last counts itself
        Wire.Drain();
        LibPython.RestoreThread(thread);
        return NewNone();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Forked(nint self, nint records)
    {
        // The thread that writes is not here, nor what it may have held.
        Hot.Forked = true;
        writing = new object();
        Wire.Abandon();
        StopSilencing();
        anyMissed = takingLock = false;
        if (records != LibPython.True)
            Hot.Disabled = true;
        foreach (var (_, counters) in seen)
            *(Counters*)counters = default;
        seen.Clear();
        for (int i = 0; i < gateCount; i++)
        {
            var gate = (Gate*)gates[i];
            if (gate != null && gate->Calls != 0)
                (gate->Calls, gate->Passed, gate->Due, gate->Gap, gate->Eager, gate->Mark) = (
                    0,
                    0,
                    1,
                    1,
                    Policy.GATE_OPEN,
                    0
                );
        }
        return NewNone();
    }

    private static nint NewNone()
    {
        LibPython.IncRef(LibPython.None);
        return LibPython.None;
    }
}
