using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace LspTorch.LibTorch;

/// <summary>A TorchScript file as C++ meets it.</summary>
internal static class LoadedModule
{
    private const long Seed = 7;

    /// <summary>The fields of the answer, in order.</summary>
    public static IReadOnlyList<(string Name, object Value)> Judge(string file, string? call, string? around)
    {
        try
        {
            manual_seed(Seed);
        }
        catch (Exception e)
            when (e
                    is TypeInitializationException
                        or DllNotFoundException
                        or NotSupportedException
                        or BadImageFormatException
            )
        {
            return [("unavailable", $"libtorch does not load on this machine: {Innermost(e)}")];
        }
        jit.ScriptModule module;
        try
        {
            module = jit.load(file);
            if (around is not null)
                module = jit.load(around);
        }
        catch (Exception e) when (e is ExternalException or InvalidOperationException or IOException)
        {
            return [("ok", false), ("error", e.Message)];
        }
        if (call is null)
            return [("ok", true)];
        try
        {
            var recorded = new RecordedCall(call);
            object?[] arguments = recorded.Arguments();
            manual_seed(Seed);
            using var quiet = no_grad();
            object? answer = module.forward(arguments);
            return recorded.Difference(answer) is { } difference
                ? [("ok", true), ("matchesEager", false), ("error", difference)]
                : [("ok", true), ("matchesEager", true)];
        }
        catch (Exception e)
            when (e
                    is NotSupportedException
                        or NotImplementedException
                        or ArgumentOutOfRangeException
                        or InvalidCastException
            )
        {
            // It loads; only this way of calling it is too narrow for its types.
            return
            [
                ("ok", true),
                ("note", e is NotSupportedException ? e.Message : "an output of its type cannot be read here"),
            ];
        }
        catch (Exception e) when (e is ExternalException or InvalidOperationException)
        {
            return [("ok", true), ("matchesEager", false), ("error", e.Message)];
        }
    }

    private static string Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
            e = inner;
        return e.Message;
    }
}
