using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using LspTorch.Server.Conversion;
using LspTorch.Server.Presentation;
using LspTorch.Server.Protocol;
using LspTorch.Server.Workspace;
using Microsoft.Extensions.Logging;
using FileSystemWatcher = LspTorch.Server.Protocol.FileSystemWatcher;

namespace LspTorch.Server.Handlers;

/// <summary>initialize, initialized, shutdown, exit, and the watch over the client's process.</summary>
internal sealed class LifecycleHandlers(LanguageServer server)
{
    public void Register()
    {
        server.Connection.Handle<InitializeParams>(
            "initialize",
            (p, _) => server.Queue.ChangeAsync("initialize", state => Initialize(state, p)),
            _ => server.Reopen()
        );
        server.Connection.Handle("initialized", _ => server.Queue.ChangeAsync("initialized", InitializedAsync));
        server.Connection.Handle("shutdown", _ => server.Queue.ChangeAsync("shutdown", _ => { }));
        server.Connection.Handle(
            "exit",
            _ =>
            {
                server.End();
                return Task.FromResult<object?>(null);
            }
        );
        server.Connection.Handle<SetTraceParams>("$/setTrace", (_, _) => Task.FromResult<object?>(null));
    }

    private Task<object?> Initialize(WorkspaceState state, InitializeParams request)
    {
        var client = ClientFeatures.From(request.Capabilities);
        var complaints = new List<string>();
        var options = request.InitializationOptions ?? default;
        var settings = SettingsReader.Read(options, Settings.Default, complaints);
        bool? trusted =
            options.ValueKind == JsonValueKind.Object && options.TryGetProperty("trusted", out var flag)
                ? flag.ValueKind switch
                {
                    JsonValueKind.True => true,
                    JsonValueKind.Null => null,
                    _ => false,
                }
                : null;
        bool showsFailures =
            options.ValueKind == JsonValueKind.Object
            && options.TryGetProperty("showsFailures", out var shows)
            && shows.ValueKind == JsonValueKind.True;
        client = client with { ShowsFailures = showsFailures, Notifications = Notifications(options) };
        state.Start(client, settings, trusted, Roots(request));
        server.Log.Level = settings.LogLevel;
        foreach (string complaint in complaints)
            server.Log.Write(LogLevel.Warning, complaint);
        if (request.ProcessId is { } parent)
            WatchParent(parent);
        return Task.FromResult<object?>(
            new InitializeResult(Capabilities(client), new ServerInfo(Product.Name, Product.Version))
        );
    }

    private static ImmutableArray<string> Roots(InitializeParams request)
    {
        if (request.WorkspaceFolders is { } folders)
            return [.. folders.Select(folder => DocumentUri.ToFolder(folder.Uri)).OfType<string>().Distinct()];
        return (request.RootUri ?? request.RootPath) is { } root && DocumentUri.ToFolder(root) is { } folder
            ? [folder]
            : [];
    }

    private static ServerCapabilities Capabilities(ClientFeatures client) =>
        new(
            PositionEncoding: client.EncodingName,
            TextDocumentSync: new TextDocumentSyncOptions(
                OpenClose: true,
                TextDocumentSyncKind.Incremental,
                new SaveOptions(IncludeText: false)
            ),
            HoverProvider: new HoverOptions(),
            CodeActionProvider: client.CodeActionLiterals
                ? new CodeActionOptions(CodeActionConversion.Kinds, ResolveProvider: true)
                : null,
            CodeLensProvider: new CodeLensOptions(ResolveProvider: false),
            ExecuteCommandProvider: new ExecuteCommandOptions(ProbeHandlers.Commands, WorkDoneProgress: true),
            InlayHintProvider: new InlayHintOptions(ResolveProvider: true),
            DiagnosticProvider: client.PullsDiagnostics
                ? new DiagnosticOptions(
                    InterFileDependencies: true,
                    WorkspaceDiagnostics: false,
                    Identifier: DiagnosticConversion.Source
                )
                : null,
            Workspace: new WorkspaceOptions(
                new WorkspaceFoldersServerCapabilities(Supported: true, ChangeNotifications: true)
            )
        );

    /// <summary>Notifications of this server's own that the client says it wants.</summary>
    private static ImmutableHashSet<string> Notifications(JsonElement options) =>
        options.ValueKind == JsonValueKind.Object
        && options.TryGetProperty("notifications", out var named)
        && named.ValueKind == JsonValueKind.Array
            ?
            [
                .. named
                    .EnumerateArray()
                    .Where(n => n.ValueKind == JsonValueKind.String)
                    .Select(n => n.GetString())
                    .OfType<string>(),
            ]
            : [];

    private Task<object?> InitializedAsync(WorkspaceState state)
    {
        if (server.ClientIsReady)
            return Task.FromResult<object?>(null);
        server.ClientIsReady = true;
        server.Log.Client = server.Connection;
        var client = state.Current.Client;
        var registrations = new List<Registration>();
        if (client.RegistersConfiguration)
            registrations.Add(new Registration("lsptorch.configuration", "workspace/didChangeConfiguration"));
        if (client.RegistersWatchers)
        {
            var watchers = new DidChangeWatchedFilesRegistrationOptions([
                new FileSystemWatcher("**/*.py"),
                new FileSystemWatcher("**/pyproject.toml"),
            ]);
            registrations.Add(
                new Registration(
                    "lsptorch.files",
                    "workspace/didChangeWatchedFiles",
                    JsonSerializer.SerializeToElement(
                        watchers,
                        LspJsonContext.Default.DidChangeWatchedFilesRegistrationOptions
                    )
                )
            );
        }
        if (registrations.Count > 0)
        {
            server.Log.FireAndForget(
                server.Connection.RequestAsync(
                    "client/registerCapability",
                    new RegistrationParams(registrations),
                    CancellationToken.None
                ),
                "client/registerCapability"
            );
        }
        server.Log.Write(LogLevel.Information, $"lsptorch {Product.Version} is ready.");
        if (client.Configuration)
            ConfigurationHandlers.Pull(server);
        else
            server.Log.FireAndForget(server.Probes.LearnVersionsAsync(), "interpreter");
        server.WatchTraces();
        return Task.FromResult<object?>(null);
    }

    /// <summary>An editor that crashed cannot say `exit`: the server ends with it.</summary>
    private void WatchParent(int processId)
    {
        Process parent;
        try
        {
            parent = Process.GetProcessById(processId);
        }
        catch (Exception unseen)
            when (unseen is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // A process of another namespace (a container, a remote host) cannot be seen from here; the end of the
            // input still ends us.
            return;
        }
        _ = Task.Run(async () =>
        {
            await parent.WaitForExitAsync().ConfigureAwait(false);
            server.End();
        });
    }
}
