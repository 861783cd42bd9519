namespace LspTorch.Semantics;

public static class ForeignModules
{
    /// <summary>Libraries described by tables or outside TorchScript: their sources are not worth opening.</summary>
    public static bool AreKnownWithoutSource(string dotted)
    {
        int dot = dotted.IndexOf('.');
        return (dot < 0 ? dotted : dotted.AsSpan(0, dot))
            is "torch"
                or "numpy"
                or "typing"
                or "math"
                or "scipy"
                or "collections"
                or "builtins"
                or "os"
                or "sys"
                or "functools"
                or "itertools"
                or "copy"
                or "warnings"
                or "logging"
                or "argparse"
                or "json"
                or "re"
                or "pathlib"
                or "dataclasses"
                or "abc"
                or "random"
                or "enum"
                or "time"
                or "typing_extensions"
                or "pandas"
                or "matplotlib"
                or "sklearn"
                or "tensorflow";
    }
}
