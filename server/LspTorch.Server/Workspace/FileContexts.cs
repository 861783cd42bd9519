using System.Collections.Concurrent;
using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Server.Stores;
using LspTorch.TorchScript;

namespace LspTorch.Server.Workspace;

/// <summary>By what a file is judged, whatever its text.</summary>
/// <param name="Installed">The folders from which it imports installed packages.</param>
internal sealed record FileContext(Settings Settings, AnalysisOptions Options, ImmutableArray<string> Installed);

/// <summary>
/// By what the files of a workspace are judged: read from disk once for each folder, when a file in it is first asked
/// about, by whoever asks. Where something may have changed, another instance takes its place.
/// </summary>
internal sealed class FileContexts(ProjectSettings projects, TraceStore traces, InstalledPackages packages)
{
    private readonly ConcurrentDictionary<string, FileContext> known = new(StringComparer.Ordinal);

    /// <summary>Where imports are looked for, and projects end.</summary>
    public ImmutableArray<string> Roots { get; init; } = [];

    /// <summary>What the project's settings are laid over.</summary>
    public Settings Initial { get; init; } = Settings.Default;

    /// <summary>Lays over the project's settings what comes before them.</summary>
    public Func<Settings, Settings> Adjust { get; init; } = settings => settings;

    /// <summary>The torch that the user asks for; null: the one of the last run, else as the settings say.</summary>
    public TorchVersion? Asked { get; init; }

    /// <summary>The interpreter in use; null: as the settings say.</summary>
    public string? Interpreter { get; init; }

    /// <summary>The torch of the interpreter in use.</summary>
    public TorchVersion? Found { get; init; }

    public FileContext Of(string path) =>
        known.GetOrAdd(Path.IsPathRooted(path) ? Path.GetDirectoryName(path) ?? path : "", _ => Read(path));

    private FileContext Read(string path)
    {
        var settings = Adjust(projects.Apply(path, Roots, Initial));
        return new FileContext(
            settings,
            settings.ToAnalysisOptions(Asked ?? traces.TorchOf(path), Found),
            packages.Find(Interpreter ?? settings.PythonPath, Roots)
        );
    }
}
