using System.Text.Json;
using LspTorch.Server.Files;
using LspTorch.Text;
using LspTorch.Verdicts;

namespace LspTorch.Server.Verdicts;

/// <summary>
/// Turns the worker's verdict records into verdicts, each error at its place in the workspace's files. Not thread-safe.
/// </summary>
/// <param name="roots">The folders whose files are the workspace's, absolute.</param>
public sealed class VerdictReader(IReadOnlyList<string> roots)
{
    private readonly Dictionary<string, SourceText?> texts = [];

    /// <summary>
    /// How far the asking is: what is asked now, how many questions were asked and how many there are; null for a line
    /// that says something else.
    /// </summary>
    public static (string Class, string Part, int Number, int Of)? Asking(string line)
    {
        if (!line.StartsWith("{\"event\":\"verdict-asking\"", StringComparison.Ordinal))
            return null;
        using var document = JsonDocument.Parse(line);
        var record = document.RootElement;
        return (
            record.GetProperty("class").GetString() ?? "",
            record.GetProperty("part").GetString() ?? "",
            record.GetProperty("number").GetInt32(),
            record.GetProperty("of").GetInt32()
        );
    }

    /// <summary>null for a line that is no verdict.</summary>
    public ModuleVerdict? Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var record = document.RootElement;
            if (record.GetProperty("event").GetString() != "verdict")
                return null;
            var called = record.GetProperty("called") is { ValueKind: JsonValueKind.Array } place
                ? Line(place[0].GetString() ?? "", place[1].GetInt32() - 1)
                : null;
            return new ModuleVerdict(
                record.GetProperty("class").GetString() ?? "",
                record.GetProperty("path").GetString(),
                record.GetProperty("line") is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() - 1 : null,
                record.GetProperty("instances").GetInt32(),
                called
            )
            {
                EndLine = record.GetProperty("line") is { ValueKind: JsonValueKind.Number } start
                    ? start.GetInt32() - 2 + Math.Max(1, record.GetProperty("lines").GetInt32())
                    : null,
                Holds =
                [
                    .. record
                        .GetProperty("holds")
                        .EnumerateArray()
                        .Select(h => new HeldModule(
                            h[0].GetString() ?? "",
                            h[1].GetString() ?? "",
                            h[2].GetString(),
                            h[3].GetInt32()
                        )),
                ],
                Uses =
                [
                    .. record
                        .GetProperty("uses")
                        .EnumerateArray()
                        .Select(u => new UsedText(
                            u[0].GetString() ?? "",
                            u[1].GetString() ?? "",
                            u[2].GetInt32(),
                            u[3].GetString() ?? ""
                        )),
                ],
                Mixed = record.TryGetProperty("mixed", out var mixed) ? Part(mixed, called) : null,
                Eager = Part(record.GetProperty("eager"), called),
                Script = Part(record.GetProperty("script"), called),
                Trace = Part(record.GetProperty("trace"), called),
                Export = Part(record.GetProperty("export"), called),
                LibTorch = new Verdict { Skipped = "not asked" },
            };
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or FormatException
                        or IndexOutOfRangeException
            )
        {
            return null;
        }
    }

    private Verdict Part(JsonElement part, VerdictPlace? called)
    {
        if (Text(part, "skipped") is { } skipped)
            return new Verdict { Skipped = skipped };
        var verdict = new Verdict
        {
            Ok = part.GetProperty("ok").GetBoolean(),
            MatchesEager = Flag(part, "matchesEager"),
            Generalises = Flag(part, "generalises"),
            Signature = Text(part, "signature") is { } schema ? WithoutSelf(schema) : null,
            Note = Text(part, "problem"),
            File = Text(part, "file"),
            Call = Text(part, "call"),
            Around = Text(part, "around"),
            Baked = part.TryGetProperty("bakes", out var bakes)
                ? [.. bakes.EnumerateArray().Select(b => b.GetString() ?? "")]
                : [],
            Warnings = part.TryGetProperty("warnings", out var warnings) ? Warnings(warnings) : [],
            Parts = part.TryGetProperty("parts", out var parts)
                ? [.. parts.EnumerateArray().Select(b => b.GetString() ?? "")]
                : [],
            Draft = Text(part, "draft"),
            Arguments =
                part.TryGetProperty("arguments", out var arguments) && arguments.ValueKind == JsonValueKind.Array
                    ? Arguments(arguments)
                    : null,
            Outputs = part.TryGetProperty("outputs", out var outputs)
                ?
                [
                    .. outputs
                        .EnumerateArray()
                        .Select(o => new ComparedOutput(
                            o[0].GetInt32(),
                            o[1].GetString() ?? "",
                            o[2].GetString() ?? "",
                            o[3].GetString(),
                            o[4].GetString()
                        )),
                ]
                : [],
            Code = Code(part, "code"),
            Graph = Code(part, "graph"),
        };
        if (part.TryGetProperty("error", out var error) || part.TryGetProperty("difference", out error))
            verdict = verdict with { Error = Problem(error, called) };
        if (part.TryGetProperty("unsaved", out var unsaved))
            verdict = verdict with { Unsaved = Unsaved(Problem(unsaved, called)) };
        // Arguments that are constants of the trace are other values in the other call.
        if (verdict is { Generalises: false, Baked: [_, ..], Error: { } difference })
            verdict = verdict with
            {
                Error = difference with
                {
                    Message = $"the trace keeps {string.Join(", ", verdict.Baked)}: {difference.Message}",
                },
            };
        return verdict;
    }

    /// <summary>
    /// torch's words for a call of what @torch.jit.ignore left to Python lead astray: "Did you forget to add @script".
    /// </summary>
    private static VerdictProblem Unsaved(VerdictProblem problem)
    {
        const string Refusal = "Could not export Python function call '";
        if (!problem.Message.StartsWith(Refusal, StringComparison.Ordinal))
            return problem;
        string name = problem.Message[Refusal.Length..].Split('\'')[0];
        return problem with
        {
            Message =
                $"it calls '{name}', which is marked @torch.jit.ignore: guard the call with "
                + "torch.jit.is_scripting(), or write it in TorchScript",
        };
    }

    private static RecordedArgument[] Arguments(JsonElement items) =>
        [
            .. items
                .EnumerateArray()
                .Select(item => new RecordedArgument(item.GetProperty("type").GetString() ?? "")
                {
                    DType = Text(item, "dtype"),
                    Shape = item.TryGetProperty("shape", out var shape)
                        ? [.. shape.EnumerateArray().Select(d => d.GetInt64())]
                        : null,
                    Value = Text(item, "value"),
                    Items = item.TryGetProperty("items", out var inner) ? Arguments(inner) : [],
                    Keys = item.TryGetProperty("keys", out var keys)
                        ? [.. keys.EnumerateArray().Select(k => k.GetString() ?? "")]
                        : [],
                }),
        ];

    private static CodeText? Code(JsonElement part, string name) =>
        part.TryGetProperty(name, out var code) && code.ValueKind == JsonValueKind.Object
            ? new CodeText(
                code.GetProperty("text").GetString() ?? "",
                [.. code.GetProperty("paths").EnumerateArray().Select(p => p.GetString() ?? "")],
                [
                    .. code.GetProperty("lines")
                        .EnumerateArray()
                        .Select(l => new CodeLine(l[0].GetInt32(), l[1].GetInt32(), l[2].GetInt32())),
                ]
            )
            : null;

    /// <summary>
    /// The same warning at the same line comes once for each time the line ran. One that comes from inside a library
    /// has that place among its calls.
    /// </summary>
    private VerdictProblem[] Warnings(JsonElement warnings) =>
        [
            .. warnings
                .EnumerateArray()
                .Select(w => new VerdictProblem(
                    w.GetProperty("message").GetString() ?? "",
                    Text(w, "path") is { } path ? Line(path, w.GetProperty("line").GetInt32() - 1) : null,
                    Text(w, "inside") is { } inside ? [inside] : []
                ))
                .DistinctBy(w => (w.Message, w.Place)),
        ];

    /// <summary>
    /// An error of the compiler, or an exception of Python: at the innermost place in the workspace that either names.
    /// </summary>
    public VerdictProblem Problem(string? type, string message, JsonElement frames, VerdictPlace? called)
    {
        var parsed = CompilerMessage.Parse(message, TextOf);
        var place = parsed.Places.FirstOrDefault(p => IsOwn(p.Path));
        if (place is null && frames.ValueKind == JsonValueKind.Array)
        {
            foreach (var frame in frames.EnumerateArray().Reverse())
            {
                if (!frame[4].GetBoolean())
                    continue;
                place = FramePlace(frame);
                break;
            }
        }
        string reason = parsed.Reason;
        if (type is not (null or "RuntimeError" or "NotSupportedError" or "UnsupportedNodeError" or "FrontendError"))
            reason = reason.Length == 0 ? type : $"{type}: {reason}";
        if (reason.Length == 0)
            reason = type ?? "failed without a message";
        // The compiler stopped inside a library: that place is part of the reason.
        if (parsed.Places is [var inner, ..] && !IsOwn(inner.Path))
            reason += $" (in {inner.Path}:{inner.StartLine + 1})";
        return new VerdictProblem(reason, place ?? called, parsed.Calls);
    }

    private VerdictProblem Problem(JsonElement error, VerdictPlace? called) =>
        Problem(
            Text(error, "type"),
            error.GetProperty("message").GetString() ?? "",
            error.GetProperty("frames"),
            called
        );

    private VerdictPlace FramePlace(JsonElement frame)
    {
        string path = frame[0].GetString() ?? "";
        if (frame[2].ValueKind == JsonValueKind.Array && TextOf(path) is { } text)
        {
            int line = frame[2][0].GetInt32() - 1,
                endLine = frame[2][1].GetInt32() - 1;
            if (line >= 0 && endLine >= line && endLine < text.LineCount)
                return new VerdictPlace(
                    path,
                    line,
                    Utf16(text, line, frame[2][2].GetInt32()),
                    endLine,
                    Utf16(text, endLine, frame[2][3].GetInt32())
                );
        }
        return Line(path, frame[1].GetInt32() - 1);
    }

    private static int Utf16(SourceText text, int line, int bytes)
    {
        int at = 0;
        foreach (var rune in text[TextSpan.FromBounds(text.LineStart(line), text.LineEnd(line))].EnumerateRunes())
        {
            if (bytes <= 0)
                break;
            bytes -= rune.Utf8SequenceLength;
            at += rune.Utf16SequenceLength;
        }
        return at;
    }

    /// <param name="line">0-based.</param>
    private VerdictPlace Line(string path, int line) =>
        TextOf(path) is { } text && line >= 0 && line < text.LineCount
            ? CompilerMessage.WholeLine(path, text, line)
            : new VerdictPlace(path, Math.Max(0, line), 0, Math.Max(0, line), 0);

    public SourceText? TextOf(string path)
    {
        if (texts.TryGetValue(path, out var known))
            return known;
        return texts[path] = SourceFile.Read(path) is { } source ? SourceText.From(source.Text) : null;
    }

    private bool IsOwn(string path) =>
        roots.Any(root =>
            path.StartsWith(root.EndsWith('/') ? root : root + "/", StringComparison.Ordinal)
            && !path[root.Length..].Contains("site-packages", StringComparison.Ordinal)
            && !path[root.Length..].Contains("dist-packages", StringComparison.Ordinal)
        );

    /// <summary>"forward(__torch__.m.M self, Tensor x) -> Tensor" as C++ calls it.</summary>
    private static string WithoutSelf(string schema)
    {
        int open = schema.IndexOf('('),
            self = schema.IndexOf(" self", StringComparison.Ordinal);
        if (open < 0 || self < open)
            return schema;
        string rest = schema[(self + " self".Length)..];
        return schema[..(open + 1)] + (rest.StartsWith(", ", StringComparison.Ordinal) ? rest[2..] : rest);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static bool? Flag(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : null;
}
