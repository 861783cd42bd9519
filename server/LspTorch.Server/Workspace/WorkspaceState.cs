using System.Collections.Immutable;
using System.Text.Json;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Server.Conversion;
using LspTorch.Server.Files;
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

    /// <summary>How the last runs failed, one for each program.</summary>
    public ImmutableArray<KeptFailure> Failures { get; init; } = [];

    public bool IsOutOfStep(string uri) => OutOfStep.Contains(DocumentUri.ToPath(uri));
}

/// <summary>
/// The open documents, settings and folders. Changed only by the request queue's mutations, one at a time. A change
/// touches no file: what has to be read is read by whoever first asks.
/// </summary>
internal sealed class WorkspaceState
{
    private readonly ModuleFiles moduleFiles;

    /// <summary>As files on disk see them.</summary>
    private readonly OpenDocuments live = new();
    private readonly InstalledPackages packages;
    private readonly Action<string> complain;
    private readonly IFileSystem files;
    private FileContexts contexts;
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

    public WorkspaceState(
        Action<string> complain,
        TraceStore traces,
        VerdictStore verdicts,
        IFileSystem? fileSystem = null
    )
    {
        (this.complain, this.traces, this.verdicts) = (complain, traces, verdicts);
        files = fileSystem ?? Disk.Instance;
        moduleFiles = new ModuleFiles(files);
        packages = fileSystem is null ? InstalledPackages.OnDisk : new InstalledPackages(fileSystem);
        contexts = MakeContexts();
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
        contexts = MakeContexts();
    }

    public OpenDocument Open(string uri, int version, string text)
    {
        string path = DocumentUri.ToPath(uri);
        var source = SourceText.From(text);
        // Not every client tells of changes on disk: what is opened is judged by what is there now.
        contexts = MakeContexts();
        current.Documents.GetValueOrDefault(path)?.Supersede();
        var document = Keep(
            Make(uri, version, new ParsedText(source), ObservationsOf(path, source), VerdictsOf(path, source))
        );
        MarkInStep(uri);
        if (current.Documents.Count > 1)
            NoteImports(document);
        return document;
    }

    public OpenDocument Change(
        OpenDocument document,
        int version,
        IReadOnlyList<TextDocumentContentChangeEvent> changes
    )
    {
        document.Supersede();
        return Keep(
            Make(
                document.Uri,
                version,
                document.Parsed.Changed(changes, current.Client.Encoding),
                document.Observations,
                document.Verdicts,
                document
            )
        );
    }

    /// <summary>The text of the document in the editor is not known from now on.</summary>
    public void MarkOutOfStep(string uri) =>
        current = current with { OutOfStep = current.OutOfStep.Add(DocumentUri.ToPath(uri)) };

    public void MarkInStep(string uri) =>
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
        Take(current.Documents.Remove(document.Path), document.Path);
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

    /// <summary>Replaces how the last run of a program failed; null: it did not.</summary>
    public void KeepFailure(string script, KeptFailure? failure) =>
        current = current with
        {
            Failures =
            [
                .. current.Failures.Where(kept => kept.Script != script),
                .. failure is null ? [] : (KeptFailure[])[failure],
            ],
        };

    public void ForgetFailures(Func<string, bool> isForgotten) =>
        current = current with { Failures = [.. current.Failures.Where(kept => !isForgotten(kept.Path))] };

    /// <summary>Takes up what a run has added to (or a user has removed from) what is kept.</summary>
    public void ReloadObservations() =>
        Renew(
            current.Documents.Values,
            document =>
                Make(
                    document.Uri,
                    document.Version,
                    document.Parsed,
                    ObservationsOf(document.Path, document.Text),
                    VerdictsOf(document.Path, document.Text)
                )
        );

    /// <summary>
    /// Renews the other documents whose analysis looked at this file, and those that it looks into: which of their code
    /// is compiled hangs on it. They
    /// are returned.
    /// </summary>
    public IReadOnlyList<OpenDocument> RenewDependents(string path) => Renew(DependentsOf(path), Reanalysed);

    /// <summary>
    /// Something outside the open documents changed (pyproject.toml, many files): nothing that was cached is believed.
    /// </summary>
    public void RenewAll()
    {
        contexts = MakeContexts();
        moduleFiles.Clear();
        Renew(current.Documents.Values, Reanalysed);
    }

    private IReadOnlyList<OpenDocument> Renew(
        IEnumerable<OpenDocument> documents,
        Func<OpenDocument, OpenDocument> renew
    )
    {
        List<OpenDocument> renewed = [.. documents.Select(document => Keep(renew(document)))];
        // Those renewed first have seen others as they were before.
        foreach (var document in current.Documents.Values)
            document.Others.See(current.Documents);
        return renewed;
    }

    private FileContexts MakeContexts()
    {
        var (configured, initial, clients) = (this.configured, this.initial, current.Settings);
        return new FileContexts(new ProjectSettings(files, complain), traces, packages)
        {
            Roots = current.Roots,
            Initial = initial,
            Adjust = project =>
                ReferenceEquals(project, initial) ? clients : SettingsReader.Read(configured, project, []),
            Interpreter = Interpreter?.Executable,
            Found = TorchVersion.TryParse(Interpreter?.Torch, out var found) ? found : null,
        };
    }

    /// <summary>The open documents, it aside, of which something hangs on a file or on which it hangs.</summary>
    private List<OpenDocument> DependentsOf(string path)
    {
        var affected = moduleFiles.Invalidate(path);
        return
        [
            .. current.Documents.Values.Where(d =>
                d.Path != path && (affected.Contains(d.Path) || moduleFiles.DependentsOf(d.Path).Contains(path))
            ),
        ];
    }

    /// <summary>
    /// What a document imports may be open already, and learns now that it is imported: by the names alone, since
    /// where they lead is found on disk. One too many is judged once more in vain.
    /// </summary>
    private void NoteImports(OpenDocument document)
    {
        var names = ImportedModules
            .Of(document.Parsed.Tree(document.Superseded))
            .Select(import => import.Name[(import.Name.LastIndexOf('.') + 1)..])
            .ToHashSet(StringComparer.Ordinal);
        foreach (var other in current.Documents.Values)
        foreach (string path in moduleFiles.DependentsOf(other.Path).Append(other.Path))
            if (path != document.Path && IsNamed(path, names))
                moduleFiles.LooksAt(document.Path, path);
    }

    /// <param name="names">The last parts of names of modules; empty for the package of the importing file.</param>
    private static bool IsNamed(string path, HashSet<string> names) =>
        Path.GetFileNameWithoutExtension(path) is var module && module == "__init__"
            ? names.Contains("") || names.Contains(Path.GetFileName(Path.GetDirectoryName(path)) ?? "")
            : names.Contains(module);

    /// <summary>
    /// The same text judged anew. Who still reads the old analysis finishes with it: positions are the same, and a
    /// refresh follows.
    /// </summary>
    private OpenDocument Reanalysed(OpenDocument document) =>
        Make(document.Uri, document.Version, document.Parsed, document.Observations, document.Verdicts);

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
    ) => new(uri, version, parsed, contexts, observations, said, ModulesOf, before);

    private TrackedModules ModulesOf(OpenDocument document)
    {
        var (context, roots) = (document.Context, document.Contexts.Roots);
        var read = new InstalledText();
        return new TrackedModules(moduleFiles, document.Others, roots, context.Installed, context.Options)
        {
            Superseded = document.Superseded,
            InstalledText = read,
            Importers = path => ImportersOf(path, document.Others, document.Superseded),
            OfFilesOnDisk = new TrackedModules(moduleFiles, live, roots, context.Installed, context.Options)
            {
                InstalledText = read,
                Importers = path => ImportersOf(path, live, CancellationToken.None),
            },
        };
    }

    /// <summary>The other open documents that import a file, directly or through others of them.</summary>
    private IReadOnlyList<FileSnapshot> ImportersOf(
        string path,
        OpenDocuments open,
        CancellationToken cancellationToken
    )
    {
        var documents = open.All.ToList();
        if (documents.Count < 2)
            return [];
        var graph = new ImportGraph(
            [.. documents.Select(document => document.File(cancellationToken))],
            (file, name, level) => (file.Modules as TrackedModules)?.Locate(name, level, file.Path)
        );
        var importers = graph.ImportersOf(path);
        foreach (var importer in importers)
            moduleFiles.LooksAt(path, importer.Path);
        return importers;
    }

    private OpenDocument Keep(OpenDocument document)
    {
        Take(current.Documents.SetItem(document.Path, document), document.Path);
        return document;
    }

    /// <summary>
    /// These are the open documents from now on. Who has looked at the one that changed keeps the world it has seen, and
    /// is renewed (<see cref="RenewDependents"/>); all others look from now on at what is new.
    /// </summary>
    private void Take(ImmutableDictionary<string, OpenDocument> documents, string changed)
    {
        var dependents = moduleFiles.DependentsOf(changed);
        current = current with { Documents = documents };
        live.See(documents);
        foreach (var document in documents.Values)
            if (document.Path == changed || !dependents.Contains(document.Path))
                document.Others.See(documents);
    }
}
