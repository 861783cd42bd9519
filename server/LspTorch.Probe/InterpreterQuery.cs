using System.Diagnostics;
using System.Text.Json;

namespace LspTorch.Probe;

/// <summary>
/// What an interpreter says of itself. LibPython: null where it cannot be embedded. Preloads: whether it takes the
/// preloaded library.
/// </summary>
internal sealed record InterpreterAnswer(string Executable, string Version, string? LibPython, bool Preloads)
{
    public bool IsTooOld =>
        System.Version.TryParse(Version.Split(' ', '+', 'a', 'b', 'r')[0], out var version)
        && version < new Version(3, 8);
}

internal static class InterpreterQuery
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private const string Question = """
        import json, os, sys, sysconfig
        get = sysconfig.get_config_var
        names = [n for n in (get("INSTSONAME"), get("LDLIBRARY")) if n and ".so" in n]
        places = [get("LIBDIR"), get("LIBDIR") and get("MULTIARCH") and os.path.join(get("LIBDIR"), get("MULTIARCH")),
                  os.path.join(sys.base_prefix, "lib"), os.path.join(sys.prefix, "lib")]
        found = [os.path.join(p, n) for p in places if p for n in names if os.path.isfile(os.path.join(p, n))]
        fit = sys.implementation.name == "cpython" and sys.version_info >= (3, 8) and not get("Py_GIL_DISABLED")
        print(json.dumps({"executable": sys.executable, "version": sys.version, "libpython": found[0] if found and fit else None,
                          "preloads": fit and "LSPTORCH_PRELOADS" in os.environ}))
        """;

    /// <summary>
    /// Asks an interpreter, isolated from the user's code and for a limited time; null where it does not answer.
    /// </summary>
    public static InterpreterAnswer? Ask(string python) =>
        (Preload.Library is { } library ? Ask(python, library) : null) ?? Ask(python, null);

    private static InterpreterAnswer? Ask(string python, string? library)
    {
        try
        {
            var start = new ProcessStartInfo(python, ["-I", "-S", "-c", Question])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
                UseShellExecute = false,
            };
            if (library is not null)
            {
                start.Environment["LD_PRELOAD"] = Preload.Libraries(library);
                start.Environment[Preload.Options] = "?";
            }
            using var process = Process.Start(start);
            if (process is null)
                return null;
            process.StandardInput.Close();
            var answer = process.StandardOutput.ReadToEndAsync();
            _ = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Timeout))
            {
                process.Kill(entireProcessTree: true);
                return null;
            }
            using var document = JsonDocument.Parse(answer.GetAwaiter().GetResult());
            var root = document.RootElement;
            string? executable = root.GetProperty("executable").GetString();
            return string.IsNullOrEmpty(executable)
                ? null
                : new InterpreterAnswer(
                    executable,
                    root.GetProperty("version").GetString() ?? "",
                    root.GetProperty("libpython").GetString(),
                    root.GetProperty("preloads").GetBoolean()
                );
        }
        catch (Exception e)
            when (e
                    is System.ComponentModel.Win32Exception
                        or JsonException
                        or IOException
                        or InvalidOperationException
                        or KeyNotFoundException
            )
        {
            return null;
        }
    }
}
