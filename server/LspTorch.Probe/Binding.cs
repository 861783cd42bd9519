using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LspTorch.Probe;

/// <summary>
/// Files whose recording code runs: their places, gates and callables, and how these get into the code.
/// </summary>
internal static unsafe partial class Recording
{
    private const int MaxCodeDepth = 1000;

    private static nint[] gates = new nint[256];
    private static int gateCount;
    private static readonly List<BoundFile> files = [];

    /// <summary>A file. Of its gates, each is made when code with it is first met.</summary>
    private sealed class BoundFile
    {
        public required int Index { get; init; }
        public required Table* Places { get; init; }
        public required nint[] Recorders { get; init; }
        public required int FirstGate { get; init; }

        /// <summary>
        /// Of each gate, where in <see cref="Words"/> the number of places it records itself stands, before their
        /// numbers.
        /// </summary>
        public required int[] WordOfGate { get; init; }
        public required int* Words { get; init; }

        /// <summary>The whole code of functions that stubs stand for; 0 where there are none.</summary>
        public byte* Pieces { get; init; }

        /// <summary>Bytes of pieces in a mapped file; 0 where they are in Python's memory.</summary>
        public nint MappedLength { get; init; }

        /// <summary>
        /// Of each function whose original code is kept: the number of its gates, those, where its code is.
        /// </summary>
        public required int* Functions { get; init; }
        public int FunctionWords { get; init; }
        public byte* Originals { get; init; }
        public nint OriginalsLength { get; init; }

        /// <summary>As recorder.py kept it, behind its sum and length; null where it is not whole.</summary>
        public byte* OriginalAt(nint offset, out nint length)
        {
            const int head = 2 * sizeof(ulong);
            length = 0;
            if (offset + head > OriginalsLength)
                return null;
            byte* piece = Originals + offset;
            length = *(nint*)(piece + sizeof(ulong));
            if (length <= 0 || length > OriginalsLength - offset - head)
                return null;
            ulong sum = 0;
            foreach (
                ulong number in new ReadOnlySpan<ulong>(
                    piece + sizeof(ulong),
                    (int)((length + head - 1) / sizeof(ulong))
                )
            )
                sum += number;
            return sum == *(ulong*)piece ? piece + head : null;
        }
    }

    /// <summary>
    /// Takes (code, first place, number of places, first gate, number of gates, the gates in words of 32 bits: for each
    /// the number of places it
    /// records itself, then those; the pieces that stubs in the code stand for; the functions of which the original
    /// code is kept, that code), and puts callables where the code has marks. The code is new: nobody
    /// else holds it, so its constants are changed where they stand.
    /// </summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Bind(nint self, nint arguments)
    {
        int firstGate = (int)LongAt(arguments, 3),
            newGates = (int)LongAt(arguments, 4);
        // What follows is kept for the life of the process: the writing thread reads it.
        nint words = LibPython.TupleGetItem(arguments, 5),
            functions = LibPython.TupleGetItem(arguments, 7);
        LibPython.IncRef(words);
        LibPython.IncRef(functions);
        byte* pieces = Buffered(LibPython.TupleGetItem(arguments, 6), out nint length);
        byte* originals = Buffered(LibPython.TupleGetItem(arguments, 8), out nint lengthOfOriginals);
        if (pieces == null || originals == null)
            return 0;
        bool isMapped = mapped != 0 && pieces > (byte*)mapped && pieces < (byte*)mapped + mappedLength;
        long first = LongAt(arguments, 1),
            count = LongAt(arguments, 2);
        var places = (Table*)NativeMemory.Alloc((nuint)sizeof(Table));
        *places = new Table
        {
            Counters = (Counters*)NativeMemory.AllocZeroed((nuint)count, (nuint)sizeof(Counters)),
            First = first,
        };
        var recorders = new nint[(count + Policy.PLACES_EACH - 1) / Policy.PLACES_EACH];
        for (int i = 0; i < recorders.Length; i++)
        {
            nint holder = LibPython.BytesFromString(null, sizeof(Table));
            if (holder == 0)
                return 0;
            *(Table*)((byte*)holder + Hot.BytesOffset) = new Table
            {
                Counters = places->Counters + i * Policy.PLACES_EACH,
                First = first + i * Policy.PLACES_EACH,
            };
            recorders[i] = LibPython.FunctionNew((void*)placeMethod, holder, 0);
            if (recorders[i] == 0)
                return 0;
        }
        int* word = (int*)((byte*)words + Hot.BytesOffset);
        var wordOfGate = new int[newGates];
        for (int i = 0, at = 0; i < newGates; at += 1 + word[at], i++)
            wordOfGate[i] = at;
        var file = new BoundFile
        {
            Index = files.Count,
            Places = places,
            Recorders = recorders,
            FirstGate = firstGate,
            WordOfGate = wordOfGate,
            Words = word,
            Pieces = pieces,
            MappedLength = isMapped ? length : 0,
            Functions = (int*)((byte*)functions + Hot.BytesOffset),
            FunctionWords = (int)(*(nint*)((byte*)functions + sizeOffset) / sizeof(int)),
            Originals = originals,
            OriginalsLength = lengthOfOriginals,
        };
        lock (writing)
        {
            files.Add(file);
            while (firstGate + newGates > gates.Length)
                Array.Resize(ref gates, gates.Length * 2);
            gateCount = firstGate + newGates;
        }
        return PutCallables(LibPython.TupleGetItem(arguments, 0), file, 0) && (Hot.Defers || CompleteAll())
            ? NewNone()
            : 0;
    }

    /// <summary>
    /// Where the content of a bytes object or memory view lies, which it keeps for the life of the process; null with a
    /// Python exception set.
    /// </summary>
    private static byte* Buffered(nint value, out nint length)
    {
        const int sizeOfView = 128; // of a Py_buffer, amply: the address comes first, the length third
        var view = (nint*)NativeMemory.AllocZeroed(sizeOfView);
        bool found = LibPython.GetBuffer(value, view, 0) == 0;
        length = view[2];
        return found ? (byte*)view[0] : null;
    }

    /// <summary>Null with a Python exception set.</summary>
    private static Gate* GateOf(int number)
    {
        if (gates[number] != 0)
            return (Gate*)gates[number];
        var file = FileOfGate(number);
        nint made = LibPython.TypeAllocate(gateType, 0);
        if (made == 0)
            return null;
        var gate = (Gate*)((byte*)made + Hot.GateOffset);
        int* word = file.Words + file.WordOfGate[number - file.FirstGate];
        *gate = new Gate
        {
            Due = 1,
            Gap = 1,
            Eager = Policy.GATE_OPEN,
            Table = file.Places,
            Entries = word + 1,
            EntryCount = *word,
        };
        gates[number] = (nint)gate;
        return gate;
    }

    private static BoundFile FileOfGate(int number)
    {
        int at = files.Count - 1;
        while (files[at].FirstGate > number)
            at--;
        return files[at];
    }

    private static Counters* CountersOf(long number)
    {
        int at = files.Count - 1;
        while (at > 0 && files[at].Places->First > number)
            at--;
        var table = files[at].Places;
        return table->Counters + (number - table->First);
    }

    /// <summary>In the constants of a code object and of those in it; false with a Python exception set.</summary>
    private static bool PutCallables(nint code, BoundFile file, int depth)
    {
        if (depth > MaxCodeDepth)
            return true;
        nint constants = LibPython.GetAttribute(code, constantsName);
        if (constants == 0)
            return false;
        nint codeType = *(nint*)((byte*)code + Hot.TypeOffset),
            size = *(nint*)((byte*)constants + sizeOffset);
        var items = (nint*)((byte*)constants + tupleOffset);
        for (nint i = 0; i < size; i++)
        {
            nint constant = items[i],
                type = *(nint*)((byte*)constant + Hot.TypeOffset);
            if (type == codeType)
            {
                if (!PutCallables(constant, file, depth + 1))
                    return false;
            }
            else if (type == bytesType && *(nint*)((byte*)constant + sizeOffset) == MarkStart.Length + 1 + sizeof(int))
            {
                byte* mark = (byte*)constant + Hot.BytesOffset;
                if (!new ReadOnlySpan<byte>(mark, MarkStart.Length).SequenceEqual(MarkStart))
                    continue;
                int number = *(int*)(mark + MarkStart.Length + 1);
                nint callable = 0;
                switch (mark[MarkStart.Length])
                {
                    case (byte)'p':
                        LibPython.IncRef(callable = file.Recorders[number]);
                        break;
                    case (byte)'g':
                        callable = CallableOf(file.FirstGate + number);
                        break;
                    case (byte)'f':
                        callable = NewFiller(code, file, number);
                        break;
                }
                if (callable == 0)
                    return false;
                items[i] = callable;
                LibPython.DecRef(constant);
            }
        }
        LibPython.DecRef(constants);
        return true;
    }

    /// <summary>What stands in the code for a gate. A new reference; 0 with a Python exception set.</summary>
    private static nint CallableOf(int number)
    {
        var gate = GateOf(number);
        if (gate == null)
            return 0;
        nint callable = (nint)gate - Hot.GateOffset;
        if (gate->EntryCount > 1)
            return LibPython.FunctionNew((void*)gateMethod, callable, 0);
        LibPython.IncRef(callable);
        return callable;
    }

    /// <summary>As recorder.py writes them; a letter and a number of four bytes stand after it.</summary>
    private static ReadOnlySpan<byte> MarkStart => "\0lsptorch:"u8;

    /// <summary>
    /// The type of gates: nothing but room for one and the two operators. A new reference; 0 on failure.
    /// </summary>
    private static nint GateType()
    {
        const nint Subscript = 5;
        return NewType(
            "lsptorch.gate",
            sizeof(Gate),
            Subscript,
            (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint>)&EnterWith,
            Negative,
            (nint)(delegate* unmanaged[Cdecl]<nint, nint>)&EnterWithout
        );
    }

    private const nint Negative = 30,
        Deallocate = 52; // numbers of slots, part of the stable ABI

    /// <summary>
    /// A type with room for so many bytes behind the object's head, and two slots. A new reference; 0 on failure.
    /// </summary>
    private static nint NewType(string name, int size, nint slot, nint function, nint secondSlot, nint secondFunction)
    {
        const int Default = 1 << 18;
        var slots = (nint*)NativeMemory.AllocZeroed(6, (nuint)sizeof(nint));
        (slots[0], slots[1], slots[2], slots[3]) = (slot, function, secondSlot, secondFunction);
        var specification = (nint*)NativeMemory.AllocZeroed(4, (nuint)sizeof(nint));
        specification[0] = (nint)Posix.Utf8(name);
        ((int*)specification)[2] = Hot.GateOffset + size;
        ((int*)specification)[4] = Default;
        specification[3] = (nint)slots;
        return LibPython.TypeFromSpecification((void*)specification);
    }

    private static nint mapped,
        mappedLength;

    /// <summary>
    /// A file as a memoryview, None where there is none. Reading it so touches a fraction of the pages that a copy
    /// does. It stays, unless given back before the next.
    /// </summary>
    /// <param name="path">A bytes object.</param>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Map(nint self, nint path)
    {
        const int forReading = 0x100;
        mapped = Posix.Map(LibPython.BytesAsString(path), out mappedLength);
        return mapped == 0 ? NewNone() : LibPython.ViewFromMemory(mapped, mappedLength, forReading);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Unmap(nint self, nint nothing)
    {
        if (mapped != 0)
            _ = Posix.Unmap(mapped, (nuint)mappedLength);
        mapped = 0;
        return NewNone();
    }
}
