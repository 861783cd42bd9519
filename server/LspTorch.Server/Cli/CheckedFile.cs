using LspTorch.Core;
using LspTorch.Core.Rules;
using LspTorch.Core.Syntax;
using LspTorch.Core.Text;
using LspTorch.Server.Probing;
using LspTorch.Server.Workspace;

namespace LspTorch.Server.Cli;

/// <summary>One file as the command line checks it: path as the user wrote it, findings in source order.</summary>
internal sealed record CheckedFile(string Path, FileSnapshot File, IReadOnlyList<Finding> Findings);

/// <summary>Reads and checks files as a workspace would: project settings, imports across files.</summary>
internal sealed class Checker
{
    private readonly ModuleFiles modules = new();
    private readonly TraceStore traces = new();
    private readonly ProjectSettings projects;
    private readonly Func<Settings, Settings> adjust;
    private readonly IReadOnlyList<string> roots = [Directory.GetCurrentDirectory()];
    private readonly Action<string> complain;

    /// <param name="adjust">What the command line says, laid over the project's settings.</param>
    public Checker(Func<Settings, Settings> adjust, Action<string> complain)
    {
        this.adjust = adjust;
        this.complain = complain;
        projects = new ProjectSettings(complain);
    }

    public Settings SettingsFor(string path) => adjust(projects.Apply(System.IO.Path.GetFullPath(path), [.. roots], Settings.Default));

    /// <summary>The snapshot of a file; null, with a complaint made, where it cannot be read as text.</summary>
    public (FileSnapshot File, PythonFile Source, Settings Settings)? Open(string path, CancellationToken cancellationToken)
    {
        if (!PythonFile.TryRead(path, out var source, out string? problem))
        {
            complain($"{path}: {problem}");
            return null;
        }
        string full = System.IO.Path.GetFullPath(path);
        var settings = SettingsFor(path);
        var options = settings.ToAnalysisOptions(null);
        var text = SourceText.From(source.Text);
        var tree = SyntaxTree.Parse(text, cancellationToken);
        var file = new FileSnapshot(full, tree, options, traces.Load(full, text, cancellationToken), new TrackedModules(modules, _ => null, roots, options));
        return (file, source, settings);
    }

    public CheckedFile? Check(string path, CancellationToken cancellationToken)
    {
        if (Open(path, cancellationToken) is not var (file, _, settings)) return null;
        var results = RuleRunner.Run(file, cancellationToken);
        foreach (var failure in results.Failures) complain($"{path}: rule {failure.RuleId} failed: {failure.Exception.Message}");
        return new CheckedFile(path, file, [.. results.Findings.Select(settings.Apply).OfType<Finding>()]);
    }
}
