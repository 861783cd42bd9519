using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LspTorch.Server.Tests;

/// <summary>
/// A small language client around the real server process. Every wait has a limit. Written by hand, not with the
/// server's own library: it would share that one's mistakes, and could not send what no library sends.
/// </summary>
internal sealed class LspClient : IAsyncDisposable
{
    // Of a state that comes; long, since others may use the processors.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly Process process;
    private readonly Task reading;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonObject>> waiting = new();
    private readonly List<JsonObject> notifications = [];
    private readonly SemaphoreSlim arrived = new(0);
    private readonly StringBuilder errors = new();

    // Not the numbers of requests that tests write out themselves, well formed or not.
    private int lastId = 1000;

    public LspClient()
    {
        process =
            Process.Start(ServerProgram.Start("lsp"))
            ?? throw new InvalidOperationException("The server did not start.");
        process.ErrorDataReceived += (_, line) =>
        {
            lock (errors)
                errors.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
        reading = Task.Run(ReadAsync);
    }

    public static string Uri => "file:///tests/model.py";

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Patience { get; set; } = Limit;

    public Process Process => process;

    /// <summary>What the server wrote to stderr so far.</summary>
    public string Errors
    {
        get
        {
            lock (errors)
                return errors.ToString();
        }
    }

    /// <summary>Answers of the client to the server's requests, by method; null where none is set.</summary>
    public Dictionary<string, Func<JsonNode?, JsonNode?>> Answers { get; } =
        new() { ["workspace/configuration"] = _ => new JsonArray(new JsonObject()) };

    /// <summary>Leaves the server's requests without an answer.</summary>
    public bool AnswersNothing { get; init; }

    /// <summary>Methods of the server's requests, in order.</summary>
    public ConcurrentQueue<JsonObject> Asked { get; } = new();

    /// <summary>Answers that carry no id: what a server says about a message it could not read.</summary>
    public ConcurrentQueue<JsonObject> Unaddressed { get; } = new();

    public static JsonObject FullCapabilities(bool pull = true, bool resolve = true, string? encoding = null) =>
        new()
        {
            ["workspace"] = new JsonObject
            {
                ["configuration"] = true,
                ["workspaceEdit"] = new JsonObject { ["documentChanges"] = true },
                ["didChangeConfiguration"] = new JsonObject { ["dynamicRegistration"] = true },
                ["didChangeWatchedFiles"] = new JsonObject { ["dynamicRegistration"] = true },
                ["diagnostics"] = new JsonObject { ["refreshSupport"] = true },
                ["inlayHint"] = new JsonObject { ["refreshSupport"] = true },
                ["codeLens"] = new JsonObject { ["refreshSupport"] = true },
            },
            ["textDocument"] = new JsonObject
            {
                ["hover"] = new JsonObject { ["contentFormat"] = new JsonArray("markdown", "plaintext") },
                ["publishDiagnostics"] = new JsonObject
                {
                    ["relatedInformation"] = true,
                    ["versionSupport"] = true,
                    ["codeDescriptionSupport"] = true,
                    ["dataSupport"] = true,
                },
                ["diagnostic"] = pull
                    ? new JsonObject
                    {
                        ["relatedInformation"] = true,
                        ["codeDescriptionSupport"] = true,
                        ["dataSupport"] = true,
                    }
                    : null,
                ["inlayHint"] = new JsonObject
                {
                    ["resolveSupport"] = new JsonObject
                    {
                        ["properties"] = resolve ? new JsonArray("tooltip", "textEdits") : [],
                    },
                },
                ["codeAction"] = new JsonObject
                {
                    ["codeActionLiteralSupport"] = new JsonObject
                    {
                        ["codeActionKind"] = new JsonObject
                        {
                            ["valueSet"] = new JsonArray("quickfix", "refactor", "source"),
                        },
                    },
                    ["isPreferredSupport"] = true,
                    ["disabledSupport"] = true,
                    ["dataSupport"] = resolve,
                    ["resolveSupport"] = new JsonObject { ["properties"] = resolve ? new JsonArray("edit") : [] },
                },
            },
            ["window"] = new JsonObject { ["workDoneProgress"] = true },
            ["general"] = new JsonObject { ["positionEncodings"] = encoding is null ? null : new JsonArray(encoding) },
        };

    /// <summary>A started server that was told `initialized`.</summary>
    public static async Task<LspClient> StartAsync(
        JsonObject? capabilities = null,
        JsonNode? options = null,
        string? root = null,
        Action<LspClient>? prepare = null
    )
    {
        var client = new LspClient();
        prepare?.Invoke(client);
        client.Capabilities =
            (
                await client.RequestAsync(
                    "initialize",
                    new JsonObject
                    {
                        ["processId"] = Environment.ProcessId,
                        ["rootUri"] = root is null ? null : "file://" + root,
                        ["capabilities"] = capabilities ?? FullCapabilities(),
                        ["initializationOptions"] = WithNotifications(options),
                    }
                )
            )?["capabilities"] as JsonObject
            ?? [];
        await client.NotifyAsync("initialized", new JsonObject());
        return client;
    }

    /// <summary>It listens to all that the server may say.</summary>
    private static JsonNode WithNotifications(JsonNode? options)
    {
        var all = (options as JsonObject)?.DeepClone() ?? new JsonObject();
        all["notifications"] ??= new JsonArray("lsptorch/status", "lsptorch/verdictsChanged");
        return all;
    }

    public JsonObject Capabilities { get; private set; } = [];

    private MemoryStream? together;

    public async Task<JsonNode?> RequestAsync(string method, JsonNode? parameters)
    {
        var answer = await AnswerAsync(method, parameters);
        Assert.That(answer["error"], Is.Null, $"{method} failed; stderr: {Errors}");
        return answer["result"];
    }

    /// <summary>The error an answer carries; fails where there is none.</summary>
    public async Task<JsonObject> ErrorAsync(string method, JsonNode? parameters)
    {
        var answer = await AnswerAsync(method, parameters);
        return answer["error"] as JsonObject
            ?? throw new AssertionException($"{method} was answered with {answer["result"]?.ToJsonString()}");
    }

    public Task<JsonObject> AnswerAsync(string method, JsonNode? parameters) => Begin(method, parameters).Answer;

    /// <summary>Sends a request and returns at once, with its id.</summary>
    public (int Id, Task<JsonObject> Answer) Begin(string method, JsonNode? parameters)
    {
        int id = Interlocked.Increment(ref lastId);
        var answer = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[id] = answer;
        Send(
            new JsonObject
            {
                ["jsonrpc"] = "2.0",
                ["id"] = id,
                ["method"] = method,
                ["params"] = parameters?.DeepClone(),
            }
        );
        return (id, answer.Task.WaitAsync(Patience));
    }

    public Task NotifyAsync(string method, JsonNode? parameters)
    {
        Send(
            new JsonObject
            {
                ["jsonrpc"] = "2.0",
                ["method"] = method,
                ["params"] = parameters?.DeepClone(),
            }
        );
        return Task.CompletedTask;
    }

    public Task OpenAsync(string text, string? uri = null, int version = 1) =>
        NotifyAsync(
            "textDocument/didOpen",
            new JsonObject
            {
                ["textDocument"] = new JsonObject
                {
                    ["uri"] = uri ?? Uri,
                    ["languageId"] = "python",
                    ["version"] = version,
                    ["text"] = text,
                },
            }
        );

    /// <summary>
    /// Changes given as (start line, start column, end line, end column, text); null for the whole text.
    /// </summary>
    public Task ChangeAsync(int version, string text, (int, int, int, int)? range = null, string? uri = null) =>
        NotifyAsync(
            "textDocument/didChange",
            new JsonObject
            {
                ["textDocument"] = new JsonObject { ["uri"] = uri ?? Uri, ["version"] = version },
                ["contentChanges"] = new JsonArray(
                    new JsonObject
                    {
                        ["text"] = text,
                        ["range"] = range is var (startLine, startColumn, endLine, endColumn)
                            ? Range(startLine, startColumn, endLine, endColumn)
                            : null,
                    }
                ),
            }
        );

    public async Task<JsonArray> DiagnosticsAsync(string? uri = null) =>
        (await RequestAsync("textDocument/diagnostic", new JsonObject { ["textDocument"] = Document(uri) }))?["items"]
            as JsonArray
        ?? [];

    public static JsonObject Document(string? uri = null) => new() { ["uri"] = uri ?? Uri };

    public static JsonObject At(int line, int character, string? uri = null) =>
        new() { ["textDocument"] = Document(uri), ["position"] = Position(line, character) };

    public static JsonObject Position(int line, int character) => new() { ["line"] = line, ["character"] = character };

    public static JsonObject Range(int startLine, int startColumn, int endLine, int endColumn) =>
        new() { ["start"] = Position(startLine, startColumn), ["end"] = Position(endLine, endColumn) };

    /// <summary>
    /// The first notification of a method that fits, whether it has come already or comes within the limit.
    /// </summary>
    public async Task<JsonObject> NotificationAsync(string method, Func<JsonObject, bool>? fits = null)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            lock (notifications)
            {
                var found = notifications.FirstOrDefault(n =>
                    (string?)n["method"] == method && n["params"] is JsonObject p && (fits?.Invoke(p) ?? true)
                );
                if (found?["params"] is JsonObject parameters)
                    return parameters;
            }
            if (clock.Elapsed > Limit || !await arrived.WaitAsync(Limit - clock.Elapsed))
                throw new TimeoutException($"No {method} came; stderr: {Errors}");
        }
    }

    public IReadOnlyList<JsonObject> Notifications(string method)
    {
        lock (notifications)
            return [.. notifications.Where(n => (string?)n["method"] == method)];
    }

    /// <summary>Waits for a request of the server.</summary>
    public async Task<JsonObject> AskedAsync(string method)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Limit)
        {
            if (Asked.FirstOrDefault(request => (string?)request["method"] == method) is { } found)
                return found;
            await Task.Delay(10);
        }
        throw new TimeoutException($"The server never asked {method}; stderr: {Errors}");
    }

    public void SendRaw(string text) => SendRaw(Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// Sends the messages of <paramref name="send"/> in one write, so that no pause of this process comes between them.
    /// </summary>
    public void Together(Action send)
    {
        var gathered = new MemoryStream();
        var stream = process.StandardInput.BaseStream;
        lock (stream)
        {
            together = gathered;
            send();
            together = null;
            SendRaw(gathered.ToArray());
        }
    }

    public void SendRaw(byte[] bytes)
    {
        var stream = process.StandardInput.BaseStream;
        lock (stream)
        {
            if (together is not null)
            {
                together.Write(bytes);
                return;
            }
            stream.Write(bytes);
            stream.Flush();
        }
    }

    public static string Frame(string body) => $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    /// <summary>Shuts down by the book and returns the exit status.</summary>
    public async Task<int> EndAsync()
    {
        await RequestAsync("shutdown", null);
        await NotifyAsync("exit", null);
        return await ExitedAsync();
    }

    public async Task<int> ExitedAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Limit);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        await reading;
        process.Dispose();
    }

    private void Send(JsonObject message) => SendRaw(Frame(message.ToJsonString()));

    private async Task ReadAsync()
    {
        var stream = new BufferedStream(process.StandardOutput.BaseStream);
        while (await ReadMessageAsync(stream) is { } message)
        {
            if (message["method"] is not null)
            {
                if (message["id"] is { } asked)
                {
                    Asked.Enqueue(message);
                    if (AnswersNothing)
                        continue;
                    var answer = Answers.TryGetValue((string?)message["method"] ?? "", out var make)
                        ? make(message["params"])
                        : null;
                    try
                    {
                        Send(
                            new JsonObject
                            {
                                ["jsonrpc"] = "2.0",
                                ["id"] = asked.DeepClone(),
                                ["result"] = answer,
                            }
                        );
                    }
                    catch (Exception gone) when (gone is IOException or ObjectDisposedException)
                    {
                        // The server, or the pipe to it, was ended by its test before the answer went out.
                    }
                }
                else
                {
                    lock (notifications)
                        notifications.Add(message);
                    arrived.Release();
                }
            }
            else if (
                message["id"] is JsonValue id
                && id.TryGetValue(out int number)
                && waiting.TryRemove(number, out var answered)
            )
            {
                answered.SetResult(message);
            }
            else
            {
                Unaddressed.Enqueue(message);
            }
        }
        foreach (var left in waiting.Values)
            left.TrySetException(new EndOfStreamException($"The server ended; stderr: {Errors}"));
    }

    private static async Task<JsonObject?> ReadMessageAsync(Stream stream)
    {
        int length = -1;
        while (true)
        {
            var line = new StringBuilder();
            int b;
            while ((b = stream.ReadByte()) is not -1 and not '\n')
                line.Append((char)b);
            if (b < 0)
                return null;
            string header = line.ToString().TrimEnd('\r');
            if (header.Length == 0)
                break;
            // Anything else on stdout is a broken wire, and must fail loudly.
            if (!header.StartsWith("Content-Length: ", StringComparison.Ordinal))
                throw new InvalidDataException($"stdout carries '{header}'");
            length = int.Parse(header["Content-Length: ".Length..], System.Globalization.CultureInfo.InvariantCulture);
        }
        byte[] body = new byte[length];
        // Killed in the middle of a message: no message.
        if (await stream.ReadAtLeastAsync(body, length, throwOnEndOfStream: false) < length)
            return null;
        return JsonNode.Parse(body) as JsonObject;
    }
}
