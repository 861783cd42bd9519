using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Python.Runtime;

namespace LspTorch.Probe;

/// <summary>
/// <c>lsptorch-embedding (pythonnet | own) LIBPYTHON</c>: the milliseconds until Python is initialised, then the
/// nanoseconds of one call from Python into C#
/// of a function that takes two arguments and answers the first, as the recorder's does. A process can have one Python,
/// so each way has its own.
/// </summary>
internal static unsafe class Program
{
    private const string Measure = """
        import time
        def measured(f, n=100000):
            def loop(body):
                begin = time.perf_counter()
                body()
                return time.perf_counter() - begin
            def calls():
                for i in range(n): f(i, 1)
            def nothing():
                for i in range(n): pass
            return min(loop(calls) - loop(nothing) for _ in range(5)) / n * 1e9
        print("call %.1f" % measured(record), flush=True)
        """;

    private static readonly Stopwatch Clock = new();

    private static int Main(string[] words)
    {
        if (words is not [var way and ("pythonnet" or "own"), var library])
            return 2;
        Console.Out.Flush();
        return way == "own" ? Own(library) : PythonNet(library);
    }

    private static void Say(string text) => Console.Out.WriteLine(text);

    public sealed class Recorder
    {
        public PyObject Record(PyObject value, int index) => value;
    }

    private static int PythonNet(string library)
    {
        Runtime.PythonDLL = library;
        Clock.Start();
        PythonEngine.Initialize();
        Say(string.Create(CultureInfo.InvariantCulture, $"initialise {Clock.Elapsed.TotalMilliseconds:0.0}"));
        using (Py.GIL())
        {
            using var scope = Py.CreateScope();
            scope.Set("recorder", new Recorder().ToPython());
            scope.Exec("record = recorder.Record\n" + Measure);
        }
        Process.GetCurrentProcess().Kill(); // what pythonnet does at the end of a process takes longer than all above
        return 0;
    }

    private static int Own(string library)
    {
        if (!LibPython.Open(library) || LibPython.AddAuditHook(&Audit, 0) != 0)
            return 1;
        string[] words = ["python3", "-c", Measure];
        var vector = (byte**)NativeMemory.AllocZeroed((nuint)words.Length + 1, (nuint)sizeof(byte*));
        for (int i = 0; i < words.Length; i++)
            vector[i] = Posix.Utf8(words[i]);
        Clock.Start();
        return LibPython.BytesMain(words.Length, vector);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Audit(byte* name, nint arguments, nint user)
    {
        if (!MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name).SequenceEqual("cpython.run_command"u8))
            return 0;
        Say(string.Create(CultureInfo.InvariantCulture, $"initialise {Clock.Elapsed.TotalMilliseconds:0.0}"));
        // A PyMethodDef; Python keeps pointing to it.
        var definition = (nint*)NativeMemory.AllocZeroed(4, (nuint)sizeof(nint));
        definition[0] = (nint)Posix.Utf8("record");
        definition[1] = (nint)(delegate* unmanaged[Cdecl]<nint, nint*, nint, nint>)&Record;
        *(int*)(definition + 2) = LibPython.FastArguments;
        _ = LibPython.DictSetItemString(
            LibPython.GetBuiltins(),
            (byte*)definition[0],
            LibPython.FunctionNew(definition, 0, 0)
        );
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Record(nint self, nint* arguments, nint count)
    {
        LibPython.IncRef(arguments[0]);
        return arguments[0];
    }
}
