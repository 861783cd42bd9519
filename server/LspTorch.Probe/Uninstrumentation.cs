using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace LspTorch.Probe;

/// <summary>
/// A function all of whose places are silent goes back to its original code, which costs nothing and counts nothing;
/// from time to time it is instrumented again: it gets its
/// recording code again, until that has been silent for as long. A function whose code the program asks for keeps its
/// recording code from then on, so that
/// the program sees one and the same.
/// </summary>
internal static unsafe partial class Recording
{
    private struct Function
    {
        /// <summary>Its gates: their numbers in the file, of which <c>FirstGate</c> is the first.</summary>
        public int* Gates;
        public int GateCount,
            FirstGate;

        /// <summary>Where its original code was kept.</summary>
        public int File;
        public nint Offset;

        /// <summary>The two code objects; 0 until they are first needed.</summary>
        public nint Code,
            Original;

        /// <summary>A weak reference to the function object that has its original code; 0 while none has.</summary>
        public nint Uninstrumented;

        /// <summary>
        /// The function object that ran here last, and how often in succession. Compared, never dereferenced.
        /// </summary>
        public nint Last;
        public int Seen;

        /// <summary>When that began, and how often its gates had been passed.</summary>
        public long Since,
            Executions;

        /// <summary>
        /// How many function objects were gone when they were to be instrumented again: each call makes a new one.
        /// </summary>
        public int Lost;
        public int Interval;
        public long Due;

        /// <summary>Whether its recording code stays for good.</summary>
        public bool Stays;

        /// <summary>Whether there were executions that nobody counted.</summary>
        public bool Missed;
    }

    /// <summary>
    /// Executions of each gate of a function before it goes back to its original code: counts below are exact. Also
    /// without anything new, after that and after it is instrumented again.
    /// </summary>
    private const int QuietExecutions = 4096;
    private const int SameFunction = 4,
        MaxLost = 3;

    /// <summary>
    /// Where there is more time than this between two passes of a function's gates, they do not matter: one takes some
    /// 40 ns. What does more than a little, as anything with
    /// tensors, keeps its recording code, and so every parameter of another type is seen.
    /// </summary>
    private const long NoticeableNanoseconds = 1000;

    /// <summary>
    /// Milliseconds after which a function is instrumented again: at first, and at most when nothing new is found.
    /// </summary>
    private const int FirstInterval = 250,
        MaxInterval = 2000;

    private static readonly List<nint> uninstrumented = []; // the functions that ever went back
    private static Function* noFunction;
    private static nint codeName,
        frameType,
        builtinType;
    private static int frameOffset,
        functionOffset,
        mainThread;
    private static long nextReinstrument = long.MaxValue;
    private static bool reinstrumentPending,
        anyMissed,
        tellsLate;
    private static volatile bool takingLock;

    /// <summary>
    /// Takes the function that calls: finds out where in a frame its function stands. Without an answer, no function
    /// goes back.
    /// </summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint CanUninstrument(nint self, nint caller)
    {
        const int wordsSearched = 6;
        if (LibPython.FrameGetCode == null || LibPython.WeaklyReferenced == null || !LibPython.CanHoldCollector)
            return NewNone();
        nint frame = LibPython.CurrentFrame();
        if (frame == 0)
            return NewNone();
        frameOffset = Hot.TypeOffset + 2 * sizeof(nint); // behind the frame before it
        var inner = *(nint**)((byte*)frame + frameOffset);
        int found = 0;
        for (int at = 0; inner != null && at < wordsSearched; at++)
        {
            if ((inner[at] & ~Tags) != caller)
                continue;
            functionOffset = at * sizeof(nint);
            found++;
        }
        fixed (byte* name = "__code__\0"u8)
            codeName = LibPython.UnicodeFromString(name);
        noFunction = (Function*)NativeMemory.AllocZeroed((nuint)sizeof(Function));
        noFunction->Stays = true;
        byte* version = LibPython.GetVersion();
        tellsLate = version[2] == (byte)'1' && version[3] < (byte)'3';
        Hot.Uninstruments = found == 1;
        return NewNone();
    }

    /// <summary>Python 3.14 marks references in frames in their lowest bits.</summary>
    private const nint Tags = 7;

    /// <summary>At a gate that has long been closed; its frame is the running one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Uninstrument(Gate* gate)
    {
        // Only the main thread can be asked to instrument functions again, wherever it is.
        if (!Hot.Uninstruments || Environment.CurrentManagedThreadId != mainThread)
            return;
        var function = FunctionOf(gate);
        if (function->Stays || function->Uninstrumented != 0 || !IsQuiet(function))
            return;
        // Nothing of the program may run meanwhile: it could come here.
        int collects = LibPython.CollectorDisable();
        Uninstrument(function);
        if (collects != 0)
            _ = LibPython.CollectorEnable();
    }

    private static void Uninstrument(Function* function)
    {
        nint frame = LibPython.CurrentFrame();
        if (frame == 0)
            return;
        nint code = CodeOfFrame(frame),
            running = *(nint*)(*(byte**)((byte*)frame + frameOffset) + functionOffset) & ~Tags;
        if (
            running == 0
            || *(nint*)((byte*)running + Hot.TypeOffset) != functionType
            || LibPython.FunctionGetCode(running) != code
        )
            return;
        if (function->Code == 0)
            LibPython.IncRef(function->Code = code);
        if (function->Code != code)
            return;
        if (running != function->Last)
            (function->Last, function->Seen) = (running, 0);
        if (function->Seen++ == 0)
            (function->Since, function->Executions) = (Stopwatch.GetTimestamp(), ExecutionsOf(function));
        if (function->Seen <= SameFunction)
            return;
        function->Seen = 0;
        if (
            Stopwatch.GetElapsedTime(function->Since).TotalNanoseconds
            > (double)NoticeableNanoseconds * (ExecutionsOf(function) - function->Executions)
        )
            return;
        if (function->Original == 0 && !Unpack(function))
            return;
        function->Uninstrumented = LibPython.WeakReference(running, 0);
        if (function->Uninstrumented == 0 || !Put(running, function->Original))
        {
            LibPython.ErrorClear();
            if (function->Uninstrumented != 0)
                LibPython.DecRef(function->Uninstrumented);
            function->Uninstrumented = 0;
            function->Stays = true;
            return;
        }
        if (!function->Missed)
            CountsAreLeast(function);
        function->Due = Environment.TickCount64 + function->Interval;
        Volatile.Write(ref nextReinstrument, Math.Min(nextReinstrument, function->Due));
    }

    private static long ExecutionsOf(Function* function)
    {
        long sum = 0;
        for (int i = 0; i < function->GateCount; i++)
            sum += ((Gate*)gates[function->FirstGate + function->Gates[i]])->Calls;
        return sum;
    }

    private static void CountsAreLeast(Function* function)
    {
        uninstrumented.Add((nint)function);
        for (int i = 0; i < function->GateCount; i++)
        {
            var gate = (Gate*)gates[function->FirstGate + function->Gates[i]];
            for (int entry = 0; entry < gate->EntryCount; entry++)
                gate->Table->Counters[gate->Entries[entry]].Missed = 1;
        }
        function->Missed = anyMissed = true;
    }

    /// <summary>Never null.</summary>
    private static Function* FunctionOf(Gate* gate)
    {
        if (gate->Function != null)
            return gate->Function;
        int at = files.Count - 1;
        while (files[at].Places != gate->Table)
            at--;
        var file = files[at];
        int number = Array.BinarySearch(file.WordOfGate, (int)(gate->Entries - 1 - file.Words));
        gate->Function = noFunction;
        for (int* word = file.Functions, end = word + file.FunctionWords; word < end; word += word[0] + 2)
        {
            if (!new ReadOnlySpan<int>(word + 1, word[0]).Contains(number))
                continue;
            var function = (Function*)NativeMemory.AllocZeroed((nuint)sizeof(Function));
            nint offset = sizeof(ulong) * (nint)word[word[0] + 1];
            *function = new Function
            {
                Gates = word + 1,
                GateCount = word[0],
                FirstGate = file.FirstGate,
                File = at,
                Offset = offset,
                Interval = FirstInterval,
            };
            for (int i = 0; i < function->GateCount; i++)
            {
                var own = GateOf(function->FirstGate + function->Gates[i]);
                if (own == null)
                    LibPython.ErrorClear();
                else
                    own->Function = function;
            }
            break;
        }
        return gate->Function;
    }

    private static bool IsQuiet(Function* function)
    {
        for (int i = 0; i < function->GateCount; i++)
        {
            var gate = (Gate*)gates[function->FirstGate + function->Gates[i]];
            if (gate == null || gate->Calls < QuietExecutions || gate->Eager != 0 || gate->Gap != Policy.GATE_GAP)
                return false;
        }
        return true;
    }

    private static bool Unpack(Function* function)
    {
        if (shownCodes.TryGetValue(function->Code, out function->Original))
        {
            LibPython.IncRef(function->Original);
            return true;
        }
        byte* piece = files[function->File].OriginalAt(function->Offset, out nint length);
        if (piece != null)
            function->Original = LibPython.Unmarshal(piece, length);
        if (function->Original != 0)
            return true;
        LibPython.ErrorClear();
        function->Stays = true;
        return false;
    }

    private static nint CodeOfFrame(nint frame)
    {
        nint code = LibPython.FrameGetCode(frame);
        LibPython.DecRef(code); // the frame has it
        return code;
    }

    private static bool Put(nint function, nint code) => LibPython.SetAttribute(function, codeName, code) == 0;

    /// <summary>Gives a silent function its recording code again, unless the program has given it another.</summary>
    private static void Reinstrument(Function* function)
    {
        nint target = LibPython.WeaklyReferenced(function->Uninstrumented);
        if (target == LibPython.None || target == 0)
            function->Stays = ++function->Lost >= MaxLost;
        else if (LibPython.FunctionGetCode(target) != function->Original || !Put(target, function->Code))
            function->Stays = true;
        LibPython.ErrorClear();
        LibPython.DecRef(function->Uninstrumented);
        function->Uninstrumented = 0;
        for (int i = 0; i < function->GateCount; i++)
            Reopen((Gate*)gates[function->FirstGate + function->Gates[i]]);
    }

    /// <summary>At a place of a function: it is looked at soon and often again.</summary>
    private static void FoundNewValue(Function* function)
    {
        function->Interval = FirstInterval;
        if (function->Uninstrumented != 0)
            Reinstrument(function);
        for (int i = 0; i < function->GateCount; i++)
        {
            var gate = (Gate*)gates[function->FirstGate + function->Gates[i]];
            gate->Mark = gate->Calls;
        }
    }

    private static bool ReinstrumentAll()
    {
        for (int i = 0; i < uninstrumented.Count; i++)
        {
            var function = (Function*)uninstrumented[i];
            if (function->Uninstrumented != 0)
                Reinstrument(function);
        }
        return true;
    }

    /// <summary>From now on every function has its recording code.</summary>
    private static void StopSilencing()
    {
        Hot.Uninstruments = false;
        ReinstrumentAll();
    }

    /// <summary>
    /// The writing thread, which has no lock of Python: asks for the functions to be instrumented again whose time has come. The
    /// next gate that opens does it, or Python's main
    /// thread. Before 3.13 that is not told while it runs without ever waiting for Python's lock: then this thread
    /// takes the lock, at the next turn.
    /// </summary>
    public static void AskToReinstrument()
    {
        if (!Hot.Uninstruments || Environment.TickCount64 < Volatile.Read(ref nextReinstrument))
            return;
        if (Hot.ReinstrumentAsked && tellsLate)
        {
            ReinstrumentFromHere();
            return;
        }
        lock (writing)
        {
            if (!Hot.Uninstruments)
                return;
            Hot.ReinstrumentAsked = true;
            if (!reinstrumentPending && LibPython.IsInitialized() != 0)
                reinstrumentPending = LibPython.AddPendingCall(&ReinstrumentInMainThread, 0) == 0;
        }
    }

    private static void ReinstrumentFromHere()
    {
        takingLock = true;
        Thread.MemoryBarrier(); // either this sees that it is the end, or the end waits for this
        if (Hot.Uninstruments && LibPython.IsInitialized() != 0)
        {
            int state = LibPython.TakeLock();
            if (Hot.Uninstruments)
                ReinstrumentDue();
            LibPython.GiveLockBack(state);
        }
        takingLock = false;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ReinstrumentInMainThread(nint nothing)
    {
        reinstrumentPending = false;
        ReinstrumentDue();
        return 0;
    }

    private static void ReinstrumentDue()
    {
        Hot.ReinstrumentAsked = false;
        long now = Environment.TickCount64,
            next = long.MaxValue;
        for (int i = 0; i < uninstrumented.Count; i++)
        {
            var function = (Function*)uninstrumented[i];
            if (function->Uninstrumented == 0)
                continue;
            if (function->Due <= now)
            {
                function->Interval = Math.Min(function->Interval * 2, MaxInterval);
                Reinstrument(function);
            }
            else
                next = Math.Min(next, function->Due);
        }
        Volatile.Write(ref nextReinstrument, next);
    }

    /// <summary>
    /// The program asks something of a frame, which may be its code: later frames of the function have the same.
    /// </summary>
    private static bool Asked(nint asked)
    {
        if (!Hot.Uninstruments || *(nint*)((byte*)asked + Hot.TypeOffset) != frameType)
            return true;
        nint code = CodeOfFrame(asked);
        var function = SilentWith(code);
        if (function == null)
            function = FunctionWith(code);
        if (function == null)
            return true;
        function->Stays = true;
        if (function->Uninstrumented != 0)
            Reinstrument(function);
        function->Stays = true;
        return true;
    }

    /// <summary>The gate behind what stands for one in a code object; 0 for anything else.</summary>
    private static nint GateIn(nint constant)
    {
        if (*(nint*)((byte*)constant + Hot.TypeOffset) == builtinType)
        {
            if (MethodOf(constant) != gateMethod)
                return 0;
            constant = ((nint*)((byte*)constant + Hot.TypeOffset))[2];
        }
        return *(nint*)((byte*)constant + Hot.TypeOffset) == gateType ? constant + Hot.GateOffset : 0;
    }

    /// <summary>
    /// Appends one line with the places of which more executions were than are counted, for the first time. Under the
    /// lock.
    /// </summary>
    private static void WriteLowerBounds(StringBuilder line)
    {
        if (!anyMissed)
            return;
        bool first = true;
        foreach (var (number, counters) in seen)
        {
            var place = (Counters*)counters;
            if (place->ReportedLeast != 0)
                continue;
            bool missed = place->Missed != 0;
            for (var link = place->Gates; link != null && !missed; link = link->Next)
                missed = link->Gate->Function != null && link->Gate->Function->Missed;
            if (!missed)
                continue;
            place->ReportedLeast = 1;
            line.Append(first ? "{\"event\":\"least\",\"places\":[" : ",")
                .Append(CultureInfo.InvariantCulture, $"{number}");
            first = false;
        }
        if (!first)
            line.Append("]}\n");
    }

    /// <summary>Before the end is told.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Finish(nint self, nint nothing)
    {
        StopSilencing();
        Thread.MemoryBarrier();
        if (takingLock)
        {
            nint thread = LibPython.SaveThread();
            while (takingLock)
                Thread.Sleep(1);
            LibPython.RestoreThread(thread);
        }
        var line = new StringBuilder();
        lock (writing)
            WriteLowerBounds(line);
        byte[] text = Encoding.ASCII.GetBytes(line.ToString());
        fixed (byte* bytes = text)
            if (text.Length > 0)
                Wire.Emit(bytes, text.Length);
        return NewNone();
    }
}
