using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LspTorch.Probe;

/// <summary>What start.c calls when the interpreter is about to run its main file.</summary>
internal static unsafe class Preloaded
{
    private const char Separator = '\x1f';
    private static string folder = "";
    private static string[] recorderArguments = [];

    /// <summary>
    /// Starts this runtime and the thread that writes the trace; 0 where the interpreter lacks something.
    /// </summary>
    /// <param name="options">As the worker's Preload.cs wrote them.</param>
    [UnmanagedCallersOnly(EntryPoint = "lsptorch_prepare", CallConvs = [typeof(CallConvCdecl)])]
    private static int Prepare(byte* options)
    {
        string[] words = (Marshal.PtrToStringUTF8((nint)options) ?? "").Split(Separator);
        if (words.Length < 3 || !int.TryParse(words[0], out int wire) || !LibPython.UseLoaded())
            return 0;
        folder = words[2];
        recorderArguments = words[3..];
        _ = folder.GetHashCode(StringComparison.Ordinal); // the runtime opens its source of random numbers, and keeps it open
        Wire.Use(wire);
        Wire.Start(words[1] == "1");
        return 1;
    }

    [UnmanagedCallersOnly(EntryPoint = "lsptorch_run", CallConvs = [typeof(CallConvCdecl)])]
    private static void Run(nint arguments, int isFile) =>
        Interpreter.Run(arguments, isFile != 0, recorderArguments, folder);

    /// <summary>What <see cref="Recording.Audited"/> is told of.</summary>
    [UnmanagedCallersOnly(EntryPoint = "lsptorch_audited", CallConvs = [typeof(CallConvCdecl)])]
    private static void Audited(byte* name, nint arguments) => Recording.Audited(name, arguments);
}
