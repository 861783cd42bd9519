using System.Text;

namespace LspTorch.Server.Cli;

/// <summary>
/// The only place that writes to the console: results to stdout, complaints to stderr, colour only where a person
/// looks.
/// </summary>
internal sealed class Terminal : IDisposable
{
    private readonly StreamWriter output;

    public Terminal()
    {
        // A narrow console encoding must not turn an arrow or a Japanese comment into question marks.
        output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 16 * 1024);
        Colours =
            !Console.IsOutputRedirected
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") != "dumb";
    }

    public bool Colours { get; }

    public TextWriter Output => output;

    public void Line(string text = "") => output.WriteLine(text);

    /// <summary>A line that is written as UTF-8.</summary>
    public void Line(Action<Stream> write)
    {
        output.Flush();
        write(output.BaseStream);
        output.WriteLine();
    }

    /// <summary>One line on stderr.</summary>
    public void Warn(string message)
    {
        output.Flush();
        Console.Error.WriteLine($"lsptorch: {message.ReplaceLineEndings(" ")}");
    }

    /// <summary>A line on stderr about what goes on, so that stdout stays what was asked for.</summary>
    public void Note(string message)
    {
        output.Flush();
        Console.Error.WriteLine(message);
    }

    public string Red(string text) => Colour("31;1", text);

    public string Yellow(string text) => Colour("33;1", text);

    public string Blue(string text) => Colour("34;1", text);

    public string Green(string text) => Colour("32", text);

    public string Bold(string text) => Colour("1", text);

    public string Dim(string text) => Colour("2", text);

    private string Colour(string code, string text) => Colours ? $"\u001b[{code}m{text}\u001b[0m" : text;

    public void Dispose() => output.Dispose();
}
