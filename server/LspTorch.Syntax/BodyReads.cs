namespace LspTorch.Syntax;

/// <summary>
/// Notes whose bodies are looked into while something is worked out on this thread: the result holds as long as those
/// bodies are what they were.
/// </summary>
internal static class BodyReads
{
    [ThreadStatic]
    private static HashSet<FunctionDef>? current;

    /// <summary>Called by <see cref="FunctionDef.Body"/>.</summary>
    public static void Note(FunctionDef function) => current?.Add(function);

    /// <summary>
    /// From here on reads are noted in this set (null: nowhere); what was current is returned, to be made current
    /// again.
    /// </summary>
    public static HashSet<FunctionDef>? Into(HashSet<FunctionDef>? reads)
    {
        var outer = current;
        current = reads;
        return outer;
    }
}
