using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Server.Conversion;
using LspTorch.Text;
using LspTorch.Verdicts;

namespace LspTorch.Server.Workspace;

/// <summary>
/// One version of one open document with everything it is judged by. Immutable; its analysis is worked out once, on
/// first use.
/// </summary>
internal sealed class OpenDocument(
    string uri,
    int version,
    ParsedText parsed,
    FileContexts contexts,
    CarriedFacts<FileObservations> observations,
    CarriedFacts<FileVerdicts> verdicts,
    Func<OpenDocument, TrackedModules> modulesOf,
    OpenDocument? before = null
)
{
    private static long lastAnalysis;

    // Held only while rules run, never taken by File: two files that import each other ask for each other's File from
    // inside their rules.
    private readonly Lock analysisLock = new();
    private readonly CancellationTokenSource superseded = new();
    private FileSnapshot? file;
    private TrackedModules? modules;

    /// <summary>The last version before an edit that was analysed, until this one is.</summary>
    private FileSnapshot? previous = before?.LastAnalysed;
    private RuleResults? results;
    private IReadOnlyList<Finding>? findings;

    public string Uri { get; } = uri;
    public string Path { get; } = DocumentUri.ToPath(uri);
    public int Version { get; } = version;
    public SourceText Text => Parsed.Text;
    public ParsedText Parsed { get; } = parsed;
    public FileContexts Contexts { get; } = contexts;

    /// <summary>Read from disk when it is first asked for.</summary>
    public FileContext Context => Contexts.Of(Path);
    public AnalysisOptions Options => Context.Options;
    public Settings Settings => Context.Settings;
    public CarriedFacts<FileObservations> Observations { get; } = observations;
    public CarriedFacts<FileVerdicts> Verdicts { get; } = verdicts;

    /// <summary>What it may import.</summary>
    public TrackedModules Modules =>
        modules ?? Interlocked.CompareExchange(ref modules, modulesOf(this), null) ?? modules;

    /// <summary>The open documents that it may import or be imported by.</summary>
    public OpenDocuments Others { get; } = new();

    /// <summary>
    /// Differs between any two analyses of this process: what a pulled diagnostic report is known by.
    /// </summary>
    public string ResultId { get; } =
        Interlocked.Increment(ref lastAnalysis).ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>
    /// Cancelled when the text changes or the document closes; not when the same text is judged by other settings.
    /// </summary>
    public CancellationToken Superseded => superseded.Token;

    public void Supersede() => superseded.Cancel();

    public FileSnapshot File(CancellationToken cancellationToken)
    {
        if (file is { } ready)
            return ready;
        var tree = Parsed.Tree(cancellationToken);
        return Interlocked.CompareExchange(
                ref file,
                new FileSnapshot(Path, tree, Options, Observations.In(Parsed.Text, cancellationToken), Modules)
                {
                    Verdicts = Verdicts
                        .In(Parsed.Text, cancellationToken)
                        .Against(path => path == Path ? Parsed.Text : Modules.TextOf(Path, path)),
                    Previous = previous,
                    Superseded = Superseded,
                },
                null
            ) ?? file;
    }

    private FileSnapshot? LastAnalysed => file is { IsAnalysed: true } ? file : previous;

    public RuleResults Results(CancellationToken cancellationToken)
    {
        if (results is { } ready)
            return ready;
        var snapshot = File(cancellationToken);
        lock (analysisLock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            results ??= RuleRunner.Run(snapshot, cancellationToken);
            previous = null;
            return results;
        }
    }

    /// <summary>The findings with their configured severities, rules that are off left out.</summary>
    public IReadOnlyList<Finding> Findings(CancellationToken cancellationToken)
    {
        if (findings is { } ready)
            return ready;
        List<Finding> kept = [.. Results(cancellationToken).Findings.Select(Settings.Apply).OfType<Finding>()];
        return Interlocked.CompareExchange(ref findings, kept, null) ?? kept;
    }

    /// <summary>False for a rule that the settings switch off.</summary>
    public bool IsOn(string ruleId) =>
        Settings.Apply(new Finding(ruleId, Severity.Error, default, "", null)) is not null;
}
