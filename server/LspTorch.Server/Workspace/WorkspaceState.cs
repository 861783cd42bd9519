using System.Collections.Immutable;
using System.Text.Json;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Server.Conversion;
using LspTorch.Server.Protocol;
using LspTorch.Server.Stores;
using LspTorch.Text;
using LspTorch.TorchScript;
using LspTorch.Verdicts;

namespace LspTorch.Server.Workspace;

/// <summary>What readers get: one moment of the workspace, which nothing changes any more.</summary>
/// <param name="Trusted">Whether the user's programs may be run on command.</param>
/// <param name="SaysTrusted">Whether the client itself vouched for the workspace, rather than knowing no such
/// notion.</param>
internal sealed record WorkspaceSnapshot(
    ClientFeatures Client,
    Settings Settings,
    bool Trusted,
    bool SaysTrusted,
    ImmutableArray<string> Roots,
    ImmutableDictionary<string, OpenDocument> Documents
)
{
    public bool IsCurrent(OpenDocument document) =>
        ReferenceEquals(Documents.GetValueOrDefault(document.Path), document);

    /// <summary>The open document of a URI; null where the client never opened it (or closed it).</summary>
    public OpenDocument? Find(string uri) => Documents.GetValueOrDefault(DocumentUri.ToPath(uri));

    /// <summary>
    /// Paths of documents that the client has open with a text that is not known here. None of them is in
    /// <see cref="Documents"/>.
    /// </summary>
    public ImmutableHashSet<string> OutOfStep { get; init; } = [];

    public bool IsOutOfStep(string uri) => OutOfStep.Contains(DocumentUri.ToPath(uri));
}

/// <summary>
/// The open documents, settings and folders. Changed only by the request queue's mutations, one at a time.
/// </summary>
internal sealed class WorkspaceState
{
    private readonly ModuleFiles moduleFiles = new();
    private readonly ProjectSettings projects;
    private volatile WorkspaceSnapshot current = new(
        new ClientFeatures(),
        Settings.Default,
        false,
        false,
        [],
        ImmutableDictionary<string, OpenDocument>.Empty
    );

    private readonly TraceStore traces;
    private readonly VerdictStore verdicts;

    public WorkspaceState(Action<string> complain, TraceStore traces, VerdictStore verdicts)
    {
        projects = new ProjectSettings(complain);
        this.traces = traces;
        this.verdicts = verdicts;
    }

    public WorkspaceSnapshot Current => current;

    /// <summary>What initializationOptions said: what the project's and the client's settings are laid over.</summary>
    private Settings initial = Settings.Default;

    /// <summary>The "lsptorch" section as the client last sent it.</summary>
    private JsonElement configured;

    /// <param name="trusted">What the client says of the workspace; null where it says nothing.</param>
    public void Start(ClientFeatures client, Settings settings, bool? trusted, ImmutableArray<string> roots)
    {
        initial = settings;
        // A client that says nothing (every editor but VS Code) has no such notion: its user opened the folder himself.
        current = current with
        {
            Client = client,
            Settings = settings,
            Trusted = trusted ?? true,
            SaysTrusted = trusted ?? false,
            Roots = roots,
        };
    }

    public OpenDocument Open(string uri, int version, string text)
    {
        string path = DocumentUri.ToPath(uri);
        var source = SourceText.From(text);
        var opened = Make(uri, version, new ParsedText(source), ObservationsOf(path, source), VerdictsOf(path, source));
        current.Documents.GetValueOrDefault(path)?.Supersede();
        var document = Keep(opened);
        ForgetOutOfStep(uri);
        // What it imports may be open already, and learns now that it is imported.
        if (current.Documents.Count > 1)
            foreach (var (name, level) in ImportedModules.Of(document.Parsed.Tree(CancellationToken.None)))
                document.Modules.Locate(name, level, path);
        return document;
    }

    public OpenDocument Change(
        OpenDocument document,
        int version,
        IReadOnlyList<TextDocumentContentChangeEvent> changes
    )
    {
        var changed = Make(
            document.Uri,
            version,
            document.Parsed.Changed(changes, current.Client.Encoding),
            document.Observations,
            document.Verdicts,
            document
        );
        document.Supersede();
        return Keep(changed);
    }

    /// <summary>The text of the document in the editor is not known from now on.</summary>
    public void MarkOutOfStep(string uri) =>
        current = current with { OutOfStep = current.OutOfStep.Add(DocumentUri.ToPath(uri)) };

    public void ForgetOutOfStep(string uri) =>
        current = current with { OutOfStep = current.OutOfStep.Remove(DocumentUri.ToPath(uri)) };

    /// <summary>
    /// Takes a document that is out of step up again, where the changes give its whole text; null where they do not.
    /// </summary>
    public OpenDocument? Reopen(string uri, int version, IReadOnlyList<TextDocumentContentChangeEvent> changes)
    {
        var known = changes.SkipWhile(change => change.Range is not null).ToList();
        return known.Count == 0
            ? null
            : Open(uri, version, TextChanges.Apply(SourceText.From(""), known, current.Client.Encoding).Text);
    }

    public void Close(OpenDocument document)
    {
        document.Supersede();
        current = current with { Documents = current.Documents.Remove(document.Path) };
    }

    /// <summary>
    /// Takes the client's settings. They come before the project's, which come before initializationOptions. False:
    /// they are what they were.
    /// </summary>
    public bool Configure(JsonElement section, ICollection<string> complaints)
    {
        bool nothing =
            configured.ValueKind == JsonValueKind.Undefined
            && section is { ValueKind: JsonValueKind.Object }
            && section.GetPropertyCount() == 0;
        if (nothing || configured.ValueKind != JsonValueKind.Undefined && JsonElement.DeepEquals(configured, section))
            return false;
        configured = section;
        current = current with { Settings = SettingsReader.Read(section, initial, complaints) };
        RenewAll();
        return true;
    }

    public void SetRoots(ImmutableArray<string> roots)
    {
        current = current with { Roots = roots };
        RenewAll();
    }

    /// <summary>The interpreter in use, null while it is not known.</summary>
    public InterpreterInfo? Interpreter { get; private set; }

    /// <summary>
    /// What is imported from installed packages is from now on this interpreter's. False: it is what it was.
    /// </summary>
    public bool Use(InterpreterInfo interpreter)
    {
        bool other = Interpreter?.Executable != interpreter.Executable || Interpreter?.Torch != interpreter.Torch;
        Interpreter = interpreter;
        if (other)
            RenewAll();
        return other;
    }

    /// <summary>Takes up what a run has added to (or a user has removed from) what is kept.</summary>
    public void ReloadObservations()
    {
        foreach (var document in current.Documents.Values)
            Keep(
                Make(
                    document.Uri,
                    document.Version,
                    document.Parsed,
                    ObservationsOf(document.Path, document.Text),
                    VerdictsOf(document.Path, document.Text)
                )
            );
    }

    /// <summary>
    /// Renews the other documents whose analysis looked at this file, and those that it looks into: which of their code
    /// is compiled hangs on it. They
    /// are returned.
    /// </summary>
    public IReadOnlyList<OpenDocument> RenewDependents(string path)
    {
        var affected = moduleFiles.Forget(path);
        var dependents = current
            .Documents.Values.Where(d =>
                d.Path != path && (affected.Contains(d.Path) || moduleFiles.DependentsOf(d.Path).Contains(path))
            )
            .ToList();
        return [.. dependents.Select(Renew)];
    }

    /// <summary>
    /// Something outside the open documents changed (pyproject.toml, many files): nothing that was cached is believed.
    /// </summary>
    public void RenewAll()
    {
        projects.Forget();
        moduleFiles.ForgetAll();
        foreach (var document in current.Documents.Values)
            Renew(document);
    }

    public Settings SettingsFor(string path)
    {
        var project = projects.Apply(path, current.Roots, initial);
        return ReferenceEquals(project, initial) ? current.Settings : SettingsReader.Read(configured, project, []);
    }

    /// <summary>
    /// The same text judged anew. Who still reads the old analysis finishes with it: positions are the same, and a
    /// refresh follows.
    /// </summary>
    private OpenDocument Renew(OpenDocument document) =>
        Keep(Make(document.Uri, document.Version, document.Parsed, document.Observations, document.Verdicts));

    private CarriedFacts<FileObservations> ObservationsOf(string path, SourceText text) =>
        new(
            path,
            text,
            FileObservations.Empty,
            traces.Load,
            (seen, before, after, cancel) => seen.Between(before, after, cancel)
        );

    private CarriedFacts<FileVerdicts> VerdictsOf(string path, SourceText text) =>
        new(
            path,
            text,
            FileVerdicts.Empty,
            verdicts.Load,
            (said, before, after, cancel) => said.Between(before, after, cancel)
        );

    private OpenDocument Make(
        string uri,
        int version,
        ParsedText parsed,
        CarriedFacts<FileObservations> observations,
        CarriedFacts<FileVerdicts> said,
        OpenDocument? before = null
    )
    {
        var settings = SettingsFor(DocumentUri.ToPath(uri));
        var options = settings.ToAnalysisOptions(
            traces.TorchOf(DocumentUri.ToPath(uri)),
            TorchVersion.TryParse(Interpreter?.Torch, out var found) ? found : null
        );
        var modules = new TrackedModules(
            moduleFiles,
            path => current.Documents.GetValueOrDefault(path),
            current.Roots,
            InstalledPackages.Find(Interpreter?.Executable ?? settings.PythonPath, current.Roots),
            options
        );
        modules.Importers = ImportersOf;
        return new OpenDocument(uri, version, parsed, options, settings, observations, said, modules, before);
    }

    /// <summary>The other open documents that import a file, directly or through others of them.</summary>
    private IReadOnlyList<FileSnapshot> ImportersOf(string path)
    {
        var documents = current.Documents;
        if (documents.Count < 2)
            return [];
        var graph = new ImportGraph(
            [.. documents.Values.Select(document => document.File(CancellationToken.None))],
            (file, name, level) => (file.Modules as TrackedModules)?.Locate(name, level, file.Path)
        );
        var importers = graph.ImportersOf(path);
        foreach (var importer in importers)
            moduleFiles.LooksAt(path, importer.Path);
        return importers;
    }

    private OpenDocument Keep(OpenDocument document)
    {
        current = current with { Documents = current.Documents.SetItem(document.Path, document) };
        return document;
    }
}
