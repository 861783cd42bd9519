using System.Collections.Immutable;
using System.Text.Json;
using LspTorch.Server.Conversion;
using LspTorch.Server.Protocol;
using LspTorch.Server.Workspace;
using Microsoft.Extensions.Logging;

namespace LspTorch.Server.Handlers;

/// <summary>Settings, workspace folders and files that change outside the editor.</summary>
internal sealed class ConfigurationHandlers(LanguageServer server)
{
    private const string Section = "lsptorch";

    public void Register()
    {
        server.Connection.Handle<DidChangeConfigurationParams>(
            "workspace/didChangeConfiguration",
            (p, _) => ConfigurationChangedAsync(p)
        );
        server.Connection.Handle<DidChangeWorkspaceFoldersParams>(
            "workspace/didChangeWorkspaceFolders",
            (p, _) => server.Queue.ChangeAsync("didChangeWorkspaceFolders", state => FoldersChanged(state, p.Event))
        );
        server.Connection.Handle<DidChangeWatchedFilesParams>(
            "workspace/didChangeWatchedFiles",
            (p, _) => server.Queue.ChangeAsync("didChangeWatchedFiles", state => FilesChanged(state, p))
        );
    }

    /// <summary>
    /// Asks the client for its settings; they are taken in a turn of their own when they arrive, so that nothing waits
    /// for them.
    /// </summary>
    public static void Pull(LanguageServer server) =>
        server.Log.FireAndForget(PullAsync(server), "workspace/configuration");

    private static async Task PullAsync(LanguageServer server)
    {
        var answer = await server
            .Connection.RequestAsync<JsonElement>(
                "workspace/configuration",
                new ConfigurationParams([new ConfigurationItem(Section: Section)]),
                CancellationToken.None
            )
            .ConfigureAwait(false);
        if (answer.ValueKind != JsonValueKind.Array || answer.GetArrayLength() == 0)
            return;
        var section = answer[0].Clone();
        await server.Queue.ChangeAsync("configuration", state => Take(server, state, section)).ConfigureAwait(false);
    }

    private Task<object?> ConfigurationChangedAsync(DidChangeConfigurationParams changed)
    {
        if (server.State.Current.Client.Configuration)
        {
            Pull(server);
            return Task.FromResult<object?>(null);
        }
        // Clients without workspace/configuration push the settings, with or without the section around them.
        if (changed.Settings is not { ValueKind: JsonValueKind.Object } pushed)
            return Task.FromResult<object?>(null);
        var section = pushed.TryGetProperty(Section, out var inner) ? inner : pushed;
        return server.Queue.ChangeAsync("didChangeConfiguration", state => Take(server, state, section));
    }

    private static void Take(LanguageServer server, WorkspaceState state, JsonElement section)
    {
        var complaints = new List<string>();
        bool changed = state.Configure(section, complaints);
        server.Log.Level = state.Current.Settings.LogLevel;
        foreach (string complaint in complaints)
            server.Log.Write(LogLevel.Warning, complaint);
        if (changed)
            server.RefreshViews();
        // The interpreter may be another one now.
        server.Log.FireAndForget(server.Probes.LearnVersionsAsync(), "interpreter");
    }

    private void FoldersChanged(WorkspaceState state, WorkspaceFoldersChangeEvent change)
    {
        var roots = state
            .Current.Roots.RemoveRange(
                change.Removed.Select(folder => DocumentUri.ToFolder(folder.Uri)).OfType<string>()
            )
            .AddRange(change.Added.Select(folder => DocumentUri.ToFolder(folder.Uri)).OfType<string>());
        state.SetRoots([.. roots.Distinct()]);
        server.RefreshViews();
    }

    private void FilesChanged(WorkspaceState state, DidChangeWatchedFilesParams changed)
    {
        bool renewed = false;
        foreach (var file in changed.Changes)
        {
            string path = DocumentUri.ToPath(file.Uri);
            if (Path.GetFileName(path) == "pyproject.toml")
            {
                state.RenewAll();
                renewed = true;
                break;
            }
            // What is open is known from the client's own messages.
            if (!state.Current.Documents.ContainsKey(path))
                renewed |= state.RenewDependents(path).Count > 0;
        }
        if (renewed)
            server.RefreshViews();
    }
}
