using System.Globalization;
using LspTorch.Server.Protocol;
using LspTorch.Server.Wire;
using Microsoft.Extensions.Logging;

namespace LspTorch.Server.Publishing;

/// <summary>
/// The server's log: to stderr until the client is ready (and again when it is gone), then as window/logMessage to its
/// output channel. An ILogger, so that every
/// part that logs through Microsoft.Extensions.Logging writes here.
/// </summary>
internal sealed class ServerLog : ILogger, ILoggerProvider
{
    private readonly Lock lineLock = new();

    /// <summary>Where messages go once the client takes them; null before.</summary>
    public LspConnection? Client { get; set; }

    /// <summary>The least that is written; LogLevel.None: nothing.</summary>
    public LogLevel Level { get; set; } = LogLevel.Information;

    public bool IsEnabled(LogLevel logLevel) =>
        logLevel != LogLevel.None && Level != LogLevel.None && logLevel >= Level;

    public void Write(LogLevel level, string message)
    {
        if (!IsEnabled(level))
            return;
        if (Client is { } client)
            Send(client, level, message);
        else
            WriteLine(level, message);
    }

    /// <summary>
    /// To the client alone: editors show stderr in the same channel, where every line would stand twice.
    /// </summary>
    private async void Send(LspConnection client, LogLevel level, string message)
    {
        try
        {
            await client
                .NotifyClientAsync("window/logMessage", new LogMessageParams(TypeOf(level), message))
                .ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The connection is gone; stderr may still be read.
            WriteLine(level, message);
        }
    }

    private void WriteLine(LogLevel level, string message)
    {
        lock (lineLock)
            Console.Error.WriteLine(
                $"{DateTime.Now.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)} {Name(level)} {message}"
            );
    }

    public void Failed(string what, Exception problem) => Write(LogLevel.Error, $"{what}: {problem}");

    /// <summary>
    /// For work that nobody awaits: a failure is logged at a low level, since it is mostly a client that went away.
    /// </summary>
    public async void FireAndForget(Task work, string what)
    {
        try
        {
            await work.ConfigureAwait(false);
        }
        catch (Exception problem)
        {
            Write(LogLevel.Debug, $"{what}: {problem.Message}");
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (!IsEnabled(logLevel))
            return;
        string message = formatter(state, exception);
        Write(logLevel, exception is null ? message : $"{message}: {exception}");
    }

    public void Dispose() { }

    private static string Name(LogLevel level) =>
        level switch
        {
            LogLevel.Critical or LogLevel.Error => "error",
            LogLevel.Warning => "warning",
            LogLevel.Information => "info",
            LogLevel.Debug => "debug",
            _ => "trace",
        };

    private static MessageType TypeOf(LogLevel level) =>
        level switch
        {
            LogLevel.Critical or LogLevel.Error => MessageType.Error,
            LogLevel.Warning => MessageType.Warning,
            LogLevel.Information => MessageType.Info,
            _ => MessageType.Log,
        };
}
