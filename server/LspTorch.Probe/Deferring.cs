using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LspTorch.Probe;

/// <summary>
/// Functions whose code is a stub until they are first called (Recorder/deferred.py). A stub's unpacker unpacks the whole
/// code and exchanges the contents of the
/// two code objects: the running frame goes on in the same memory, behind the unpacker's instructions, and finds the
/// whole code there.
/// Nobody sees a stub: what would show one to the program raises an audit event first, at which it is completed.
/// </summary>
internal static unsafe partial class Recording
{
    /// <summary>In a Python object, behind its type. Those of stubs are linked in a ring.</summary>
    private struct Unpacker
    {
        /// <summary>The stub, which holds the unpacker; 0 when its whole code is in place.</summary>
        public nint Code;
        public byte* Piece;
        public Unpacker* Previous,
            Next;
        public int File;
    }

    /// <summary>
    /// Offsets in code objects: of the two tables, of the instructions; one instruction is two bytes.
    /// </summary>
    private static int linesOffset,
        exceptionsOffset,
        instructionsOffset;
    private static nint unpackerType,
        functionType;
    private static Unpacker* ring;

    /// <summary>
    /// Takes (any function's code that has both tables, the size of a code object without its instructions): whether
    /// stubs can be completed.
    /// </summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint CanDefer(nint self, nint arguments)
    {
        nint code = LibPython.TupleGetItem(arguments, 0);
        instructionsOffset = (int)LongAt(arguments, 1);
        linesOffset = OffsetOf(code, "co_linetable");
        exceptionsOffset = OffsetOf(code, "co_exceptiontable");
        ring = (Unpacker*)NativeMemory.AllocZeroed((nuint)sizeof(Unpacker));
        ring->Previous = ring->Next = ring;
        Hot.Defers =
            LibPython.CanHoldCollector && linesOffset > 0 && exceptionsOffset > 0 && linesOffset != exceptionsOffset;
        if (Hot.Defers)
            unpackerType = NewType(
                "lsptorch.unpacker",
                sizeof(Unpacker),
                Negative,
                (nint)(delegate* unmanaged[Cdecl]<nint, nint>)&Unpack,
                Deallocate,
                (nint)(delegate* unmanaged[Cdecl]<nint, void>)&FreeUnpacker
            );
        return Hot.Defers && unpackerType == 0 ? 0 : LibPython.LongFromLong(Hot.Defers ? 1 : 0);
    }

    /// <summary>Where in a code object the value of an attribute stands; 0 where it does not, or not once.</summary>
    private static int OffsetOf(nint code, string attribute)
    {
        byte* name = Posix.Utf8(attribute);
        nint key = LibPython.UnicodeFromString(name),
            value = LibPython.GetAttribute(code, key);
        NativeMemory.Free(name);
        LibPython.DecRef(key);
        if (value == 0)
        {
            LibPython.ErrorClear();
            return 0;
        }
        LibPython.DecRef(value);
        int found = 0;
        for (int at = sizeOffset; at + sizeof(nint) <= instructionsOffset; at += sizeof(nint))
            if (*(nint*)((byte*)code + at) == value)
                found = found == 0 ? at : -1;
        return Math.Max(found, 0);
    }

    private static nint NewFiller(nint code, BoundFile file, int offset)
    {
        nint made = LibPython.TypeAllocate(unpackerType, 0);
        if (made == 0)
            return 0;
        var unpacker = (Unpacker*)((byte*)made + Hot.GateOffset);
        *unpacker = new Unpacker
        {
            Code = code,
            Piece = file.Pieces + offset,
            File = file.Index,
            Previous = ring->Previous,
            Next = ring,
        };
        ring->Previous->Next = unpacker;
        ring->Previous = unpacker;
        return made;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void FreeUnpacker(nint self)
    {
        Unlink((Unpacker*)((byte*)self + Hot.GateOffset));
        LibPython.Free(self);
        LibPython.DecRef(unpackerType);
    }

    private static void Unlink(Unpacker* unpacker)
    {
        unpacker->Previous->Next = unpacker->Next;
        unpacker->Next->Previous = unpacker->Previous;
        unpacker->Previous = unpacker->Next = unpacker;
    }

    /// <summary>-unpacker, in a stub.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Unpack(nint self) => Complete((Unpacker*)((byte*)self + Hot.GateOffset)) ? NewNone() : 0;

    /// <summary>False with a Python exception set. Frees the unpacker, unless somebody else holds it.</summary>
    private static bool Complete(Unpacker* unpacker)
    {
        if (unpacker->Code == 0)
            return true;
        // Nothing of the program may run before all is in place: it could come here, or look at the frame.
        int collects = LibPython.CollectorDisable();
        var file = files[unpacker->File];
        nint whole = LibPython.Unmarshal(unpacker->Piece + sizeof(int), *(int*)unpacker->Piece);
        if (file.MappedLength > 0)
            Posix.LetGo(file.Pieces, file.MappedLength); // a piece is read once
        bool complete = whole != 0 && PutCallables(whole, file, 0) && Exchange(unpacker->Code, whole);
        if (complete)
        {
            Unlink(unpacker);
            unpacker->Code = 0;
        }
        if (whole != 0)
            LibPython.DecRef(whole);
        if (collects != 0)
            _ = LibPython.CollectorEnable();
        return complete;
    }

    /// <summary>
    /// What tells a stub and its whole code apart; recorder.py made both of one size, and with constants of one number.
    /// </summary>
    private static bool Exchange(nint stub, nint whole)
    {
        nint mine = LibPython.GetAttribute(stub, constantsName),
            other = LibPython.GetAttribute(whole, constantsName);
        nint count = *(nint*)((byte*)mine + sizeOffset),
            size = *(nint*)((byte*)stub + sizeOffset);
        bool alike = count == *(nint*)((byte*)other + sizeOffset) && size == *(nint*)((byte*)whole + sizeOffset);
        var mineItems = (nint*)((byte*)mine + tupleOffset);
        var otherItems = (nint*)((byte*)other + tupleOffset);
        for (nint i = 0; alike && i < count; i++)
            (mineItems[i], otherItems[i]) = (otherItems[i], mineItems[i]);
        foreach (int offset in alike ? (ReadOnlySpan<int>)[linesOffset, exceptionsOffset] : [])
        {
            var a = (nint*)((byte*)stub + offset);
            var b = (nint*)((byte*)whole + offset);
            (*a, *b) = (*b, *a);
        }
        if (alike)
            Buffer.MemoryCopy((byte*)whole + instructionsOffset, (byte*)stub + instructionsOffset, size * 2, size * 2);
        LibPython.DecRef(mine);
        LibPython.DecRef(other);
        return alike;
    }

    private static bool CompleteAll()
    {
        while (ring != null && ring->Next != ring)
        {
            var unpacker = ring->Next;
            nint holder = (nint)unpacker - Hot.GateOffset;
            LibPython.IncRef(holder);
            bool complete = Complete(unpacker);
            LibPython.DecRef(holder);
            if (!complete)
                return false;
        }
        return true;
    }

    /// <summary>An audit event, before what it announces happens. The program may look at code now.</summary>
    public static void Audited(byte* name, nint arguments)
    {
        if (!Hot.Uninstruments && showAsWritten == 0)
            return;
        var text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
        bool complete =
            text.SequenceEqual("object.__getattr__"u8) ? Asked(LibPython.TupleGetItem(arguments, 0))
            : text.StartsWith("gc.get_"u8) ? CompleteAll() && ReinstrumentAll()
            : !(
                text.SequenceEqual("sys.settrace"u8)
                || text.SequenceEqual("sys.setprofile"u8)
                || text.SequenceEqual("sys.addaudithook"u8)
                || text.StartsWith("sys.monitoring"u8)
            ) || (CompleteForGood() && (text.SequenceEqual("sys.addaudithook"u8) || Watch()));
        if (!complete)
            LibPython.ErrorClear();
    }

    /// <summary>From now on code is whole before it runs, and stays in its place.</summary>
    private static bool CompleteForGood()
    {
        Hot.Defers = false;
        StopSilencing();
        return CompleteAll();
    }

    /// <summary>The same for what looks at code without an audit event.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint CompleteCode(nint self, nint nothing) => CompleteForGood() ? NewNone() : 0;

    private static bool CompleteStub(nint code)
    {
        nint constants = LibPython.GetAttribute(code, constantsName);
        if (constants == 0)
            return false;
        nint second = *(nint*)((byte*)constants + sizeOffset) > 1 ? ((nint*)((byte*)constants + tupleOffset))[1] : 0;
        if (second == 0 || *(nint*)((byte*)second + Hot.TypeOffset) != unpackerType)
            second = 0;
        else
            LibPython.IncRef(second);
        LibPython.DecRef(constants);
        if (second == 0)
            return true;
        bool complete = Complete((Unpacker*)((byte*)second + Hot.GateOffset));
        LibPython.DecRef(second);
        return complete;
    }

    /// <summary>Python's collector waits; 1 where it did not before, else 0.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Hold(nint self, nint nothing) =>
        LibPython.LongFromLong(LibPython.CanHoldCollector ? LibPython.CollectorDisable() : 0);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Release(nint self, nint nothing) => LibPython.LongFromLong(LibPython.CollectorEnable());

    /// <summary>Of the whole numbers of eight bytes in a buffer, as recorder.py sums them.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Sum(nint self, nint buffer)
    {
        var view = stackalloc nint[16];
        if (LibPython.GetBuffer(buffer, view, 0) != 0)
            return 0;
        ulong sum = 0;
        foreach (ulong number in new ReadOnlySpan<ulong>((void*)view[0], (int)(view[2] / sizeof(ulong))))
            sum += number;
        LibPython.ReleaseBuffer(view);
        return LibPython.LongFromUnsigned(sum);
    }
}
