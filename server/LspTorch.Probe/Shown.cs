using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LspTorch.Probe;

/// <summary>
/// What the program finds when it asks for code: <c>function.__code__</c> and, from Python 3.11 on, <c>frame.f_code</c>
/// are attributes with a getter in C, which is
/// preceded by one of ours. Where the code that runs is a recording one, it answers what Python itself makes of the
/// source (Recorder/written.py), always the same object.
/// </summary>
internal static unsafe partial class Recording
{
    /// <summary>By code object, what is shown for it; recorder.py keeps both alive.</summary>
    private static readonly Dictionary<nint, nint> shownCodes = [];
    private static nint shown,
        shownByFrame,
        showAsWritten;
    private static bool watched;
    private static delegate* unmanaged[Cdecl]<nint, nint, nint> plainCodeGetter,
        plainFrameGetter;

    /// <summary>Takes three functions of recorder.py: shown, shown_by_frame, show_as_written.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Show(nint self, nint functions)
    {
        LibPython.IncRef(functions); // kept for the life of the process
        shown = LibPython.TupleGetItem(functions, 0);
        shownByFrame = LibPython.TupleGetItem(functions, 1);
        showAsWritten = LibPython.TupleGetItem(functions, 2);
        plainCodeGetter = Precede(functionType, "__code__", &CodeOfFunction);
        nint frame = LibPython.FrameGetCode == null ? 0 : LibPython.CurrentFrame();
        if (frame != 0)
            frameType = *(nint*)((byte*)frame + Hot.TypeOffset);
        if (frame != 0)
            plainFrameGetter = Precede(frameType, "f_code", &ShownCodeOfFrame);
        // Without the getter, whoever asked would find a stub.
        return plainCodeGetter != null || CompleteForGood() ? NewNone() : 0;
    }

    /// <summary>The getter of an attribute so far; null where it has none.</summary>
    private static delegate* unmanaged[Cdecl]<nint, nint, nint> Precede(
        nint type,
        string attribute,
        delegate* unmanaged[Cdecl]<nint, nint, nint> getter
    )
    {
        const int wordsOfDefinition = 5; // name, getter, setter, documentation, closure
        byte* name = Posix.Utf8(attribute);
        nint key = LibPython.UnicodeFromString(name),
            descriptor = LibPython.GetAttribute(type, key);
        LibPython.DecRef(key);
        if (descriptor == 0)
        {
            LibPython.ErrorClear();
            return null;
        }
        // Behind the object's head: the type, the name, the qualified name.
        var definition = (nint**)((byte*)descriptor + Hot.TypeOffset + 4 * sizeof(nint));
        nint kind = *(nint*)((byte*)descriptor + Hot.TypeOffset);
        if (kind != GetSetType() || *definition == null || !Names((byte*)**definition, attribute))
            return null;
        var copy = (nint*)NativeMemory.Alloc(wordsOfDefinition, (nuint)sizeof(nint));
        new ReadOnlySpan<nint>(*definition, wordsOfDefinition).CopyTo(new Span<nint>(copy, wordsOfDefinition));
        var before = (delegate* unmanaged[Cdecl]<nint, nint, nint>)copy[1];
        copy[1] = (nint)getter;
        *definition = copy;
        return before;
    }

    private static bool Names(byte* text, string name) =>
        MemoryMarshal
            .CreateReadOnlySpanFromNullTerminated(text)
            .SequenceEqual(System.Text.Encoding.ASCII.GetBytes(name));

    /// <summary>The type of attributes with a getter in C. A borrowed reference.</summary>
    private static nint GetSetType()
    {
        nint key = LibPython.UnicodeFromString(Posix.Utf8("__code__")),
            descriptor = LibPython.GetAttribute(functionType, key);
        LibPython.DecRef(key);
        return descriptor == 0 ? 0 : *(nint*)((byte*)descriptor + Hot.TypeOffset);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint CodeOfFunction(nint function, nint closure)
    {
        nint code = plainCodeGetter(function, closure);
        return code == 0 ? 0 : Shown(code, function, 0);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint ShownCodeOfFrame(nint frame, nint closure)
    {
        nint code = plainFrameGetter(frame, closure),
            asker = code == 0 ? 0 : LibPython.CurrentFrame();
        return asker == 0 ? code : Shown(code, 0, CodeOfFrame(asker));
    }

    /// <summary>Takes over a reference to a code and gives one to what is shown.</summary>
    /// <param name="function">Whose code was asked for; 0: a frame's.</param>
    /// <param name="asker">The code that asks for a frame's code.</param>
    private static nint Shown(nint code, nint function, nint asker)
    {
        var silent = SilentWith(code);
        if (silent == null && !IsRecording(code, 0))
            return code;
        nint recording = silent == null ? code : silent->Code,
            result;
        if (asker == 0 && !watched && shownCodes.TryGetValue(recording, out result))
        {
            LibPython.IncRef(result);
        }
        else
        {
            var gated = silent == null ? FunctionWith(code) : silent;
            nint original = gated == null || gated->Original == 0 ? LibPython.None : gated->Original;
            result =
                asker == 0
                    ? Ask(shown, function, recording, original)
                    : Ask(
                        shownByFrame,
                        recording,
                        original,
                        asker,
                        SilentWith(asker) != null || IsRecording(asker, 0) ? LibPython.True : LibPython.False
                    );
            if (result == 0)
            {
                // At the program's recursion limit there is no room to find out.
                LibPython.ErrorClear();
                LibPython.IncRef(result = recording);
            }
            else if (result != recording)
                shownCodes[recording] = result;
        }
        LibPython.DecRef(code);
        if (result == recording && !CompleteStub(result))
            LibPython.ErrorClear();
        return result;
    }

    /// <summary>
    /// Calls a function of recorder.py, unseen by tracers of the program. A new reference; 0 with a Python exception
    /// set.
    /// </summary>
    private static nint Ask(nint function, params ReadOnlySpan<nint> values)
    {
        nint thread = LibPython.EnterTracing == null ? 0 : LibPython.CurrentThread();
        nint arguments = LibPython.TupleNew(values.Length);
        if (arguments == 0)
            return 0;
        for (int i = 0; i < values.Length; i++)
        {
            LibPython.IncRef(values[i]);
            _ = LibPython.TupleSetItem(arguments, i, values[i]);
        }
        if (thread != 0)
            LibPython.EnterTracing(thread);
        nint result = LibPython.Call(function, arguments, 0);
        if (thread != 0)
            LibPython.LeaveTracing(thread);
        LibPython.DecRef(arguments);
        return result;
    }

    /// <summary>A tracer, profiler or monitor is set.</summary>
    private static bool Watch()
    {
        if (watched || showAsWritten == 0)
            return true;
        watched = true;
        nint done = Ask(showAsWritten);
        if (done != 0)
            LibPython.DecRef(done);
        return done != 0;
    }

    /// <summary>The code that a function runs, of which no audit hook is told.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint RunningCode(nint self, nint function)
    {
        nint code = LibPython.FunctionGetCode(function);
        if (code != 0)
            LibPython.IncRef(code);
        return code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Records(nint self, nint code) => LibPython.LongFromLong(IsRecording(code, 0) ? 1 : 0);

    /// <summary>Whether a code object, or one in it, holds a callable of ours.</summary>
    private static bool IsRecording(nint code, int depth)
    {
        nint constants = LibPython.GetAttribute(code, constantsName);
        if (constants == 0)
        {
            LibPython.ErrorClear();
            return false;
        }
        nint codeType = *(nint*)((byte*)code + Hot.TypeOffset);
        var items = (nint*)((byte*)constants + tupleOffset);
        bool found = false;
        for (nint i = *(nint*)((byte*)constants + sizeOffset) - 1; i >= 0 && !found; i--)
        {
            nint type = *(nint*)((byte*)items[i] + Hot.TypeOffset);
            found =
                type == codeType
                    ? depth < MaxCodeDepth && IsRecording(items[i], depth + 1)
                    : type == gateType
                        || (type == unpackerType && type != 0)
                        || (
                            type == builtinType
                            && MethodOf(items[i]) is var method
                            && (method == placeMethod || method == gateMethod)
                        );
        }
        LibPython.DecRef(constants);
        return found;
    }

    private static nint MethodOf(nint builtin) => ((nint*)((byte*)builtin + Hot.TypeOffset))[1];

    /// <summary>The function that has this original code in place of its recording one; null where none has.</summary>
    private static Function* SilentWith(nint code)
    {
        for (int i = 0; i < uninstrumented.Count; i++)
            if (((Function*)uninstrumented[i])->Original == code)
                return (Function*)uninstrumented[i];
        return null;
    }

    /// <summary>The function in whose recording code there are gates; null where there are none.</summary>
    private static Function* FunctionWith(nint code)
    {
        nint constants = LibPython.GetAttribute(code, constantsName),
            gate = 0;
        if (constants == 0)
        {
            LibPython.ErrorClear();
            return null;
        }
        var items = (nint*)((byte*)constants + tupleOffset);
        for (nint i = *(nint*)((byte*)constants + sizeOffset) - 1; i >= 0 && gate == 0; i--)
            gate = GateIn(items[i]);
        LibPython.DecRef(constants);
        return gate == 0 ? null : FunctionOf((Gate*)gate);
    }
}
