namespace LspTorch.Probe;

/// <summary>
/// <c>lsptorch-probe [--python EXE] [--root DIR]... [--children DIR] [--parent PID] [--standalone] (SCRIPT | -m MODULE) [ARG...]</c>.
/// <c>--libpython PATH</c> is what the worker passes to itself once it has asked the interpreter.
/// </summary>
internal sealed class WorkerOptions
{
    public const string Usage =
        "usage: lsptorch-probe [--python EXE] [--root DIR]... [--children DIR] [--parent PID] [--standalone] "
        + "(SCRIPT | -m MODULE) [ARG...]";

    public string Python { get; set; } = "python3";
    public string? LibPython { get; set; }
    public List<string> Roots { get; } = [];

    /// <summary>
    /// Where processes that the program starts write traces of their own; null: they are not recorded.
    /// </summary>
    public string? Children { get; private set; }
    public int? Parent { get; private set; }
    public bool Standalone { get; private set; }
    public string? Module { get; private set; }
    public string? Script { get; private set; }
    public List<string> Arguments { get; } = [];

    /// <summary>
    /// Descriptors to be closed once this runtime has opened its own; passed by the worker to itself.
    /// </summary>
    public IReadOnlyList<int> Held { get; private set; } = [];

    /// <summary>null for wrong use.</summary>
    public static WorkerOptions? Parse(string[] words)
    {
        var options = new WorkerOptions();
        int at = 0;
        for (; at < words.Length; at++)
        {
            string word = words[at];
            if (word == "--standalone")
            {
                options.Standalone = true;
                continue;
            }
            if (word == "--")
            {
                at++;
                break;
            }
            if (!word.StartsWith('-'))
                break;
            if (at + 1 >= words.Length)
                return null;
            string value = words[++at];
            switch (word)
            {
                case "--python":
                    options.Python = value;
                    break;
                case "--libpython":
                    options.LibPython = value;
                    break;
                case "--held":
                    options.Held = [.. value.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
                    break;
                case "--root":
                    options.Roots.Add(value);
                    break;
                case "--children":
                    options.Children = value;
                    break;
                case "--parent" when int.TryParse(value, out int parent):
                    options.Parent = parent;
                    break;
                case "-m":
                    options.Module = value;
                    options.Arguments.AddRange(words[(at + 1)..]);
                    return options;
                default:
                    return null;
            }
        }
        if (at >= words.Length)
            return null;
        options.Script = words[at];
        options.Arguments.AddRange(words[(at + 1)..]);
        return options;
    }

    /// <summary>
    /// What this worker would be started with again, for the interpreter at <paramref name="libPython"/>.
    /// </summary>
    public IEnumerable<string> WithLibPython(string executable, string libPython, IEnumerable<int> held)
    {
        yield return "--held";
        yield return string.Join(',', held);
        yield return "--python";
        yield return executable;
        yield return "--libpython";
        yield return libPython;
        if (Parent is { } parent)
        {
            yield return "--parent";
            yield return parent.ToString();
        }
        foreach (string word in RecorderArguments())
            yield return word;
        foreach (string word in Arguments)
            yield return word;
    }

    /// <summary>The options of the recorder and the program to run, without the program's arguments.</summary>
    public IEnumerable<string> RecorderArguments()
    {
        foreach (string root in Roots)
        {
            yield return "--root";
            yield return root;
        }
        if (Children is not null)
        {
            yield return "--children";
            yield return Children;
        }
        if (Module is not null)
        {
            yield return "-m";
            yield return Module;
        }
        else if (Script is not null)
        {
            yield return "--";
            yield return Script;
        }
    }
}
