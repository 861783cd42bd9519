namespace LspTorch.Server.Protocol;

// What is of this server alone: the `data` of its hints and actions, opaque to clients, and its own requests.

/// <summary>Where to find the hint again: the document's version keeps it honest.</summary>
public sealed record InlayHintData(string Uri, int Version, int Offset, string Label);

/// <summary>The selection an action was offered for, in which it is found again.</summary>
/// <param name="Index">The action's place, 0-based, among all that are found for this range: titles may be
/// alike.</param>
public sealed record CodeActionData(string Uri, int Version, Range Range, int Index);

/// <summary>lsptorch/status: what a client's status item shows. Null: not known.</summary>
public sealed record StatusParams(string? Python, string? Torch, int ObservedPlaces);

/// <summary>
/// lsptorch/runFailed, to clients whose initializationOptions say showsFailures. Message: one line. Uri and Range: where
/// the program raised, null where no file of it did.
/// </summary>
public sealed record RunFailedParams(string Message, string? Uri, Range? Range);

/// <summary>
/// The answer to the command lsptorch.probe. Status: ok, exception, exit, killed, timeout, memory or cancelled.
/// </summary>
public sealed record ProbeResult(
    string Status,
    string Message,
    int? ExitCode,
    int Places,
    IReadOnlyList<ProbeResultFile> Files,
    string Python,
    string? Torch
);

/// <summary>Changed: the file is no longer what was run, so nothing of it was kept.</summary>
public sealed record ProbeResultFile(string Uri, int Places, bool Changed);

/// <summary>
/// The answer to lsptorch.verify. Status as in <see cref="ProbeResult"/>. Ready: how many of the classes that were
/// asked can leave Python.
/// </summary>
public sealed record VerifyResult(
    string Status,
    string Message,
    string? Torch,
    int Ready,
    IReadOnlyList<VerifiedModule> Modules
);

/// <summary>Uri: null for a class without a file. Line: 0-based.</summary>
public sealed record VerifiedModule(string Class, string? Uri, int? Line, bool Ready);

/// <summary>The answer to lsptorch.exportModule. How: "script" or "trace".</summary>
public sealed record ExportResult(string Uri, string How, string? Signature, IReadOnlyList<string> Constants);

/// <summary>
/// The answer to lsptorch.findRepair and lsptorch.makeItScript. Ok: all modules that were asked compile and compute the
/// same. Proof: the URI of a markdown file. Edit: null where nothing is to be changed; each group of fixes has an
/// annotation of its own.
/// </summary>
public sealed record RepairAnswer(bool Ok, string Summary, string Proof, WorkspaceEdit? Edit = null);

/// <summary>
/// The answer to lsptorch/readiness: the judged classes of the workspace, in the order of their files and lines.
/// </summary>
public sealed record Readiness(IReadOnlyList<ReadyModule> Modules);

/// <summary>Holds: classes inside it, each with the attribute path at which it stands.</summary>
public sealed record ReadyModule(
    string Class,
    string Uri,
    int Line,
    bool Ready,
    bool Stale,
    string? Torch,
    string Advice,
    IReadOnlyList<string> Why,
    string? Export,
    IReadOnlyList<ReadyColumn> Columns,
    IReadOnlyList<ReadyPart> Holds
);

/// <summary>
/// State: "good", "partial", "bad" or "skipped". Uri and Range: the place that it speaks of, null where there is none.
/// </summary>
public sealed record ReadyColumn(string Name, string State, string Label, string Text, string? Uri, Range? Range);

public sealed record ReadyPart(string Name, string Class, string? Uri, int Times);

/// <summary>lsptorch/readinessHtml, lsptorch/readiness: nothing is asked.</summary>
public sealed record NoParams;

public sealed record TextResult(string Text);

/// <summary>lsptorch/torchScript. From: "script", "trace" or "export". Form: "code" or "graph".</summary>
public sealed record TorchScriptParams(string Uri, string Class, string? From = null, string? Form = null);

/// <summary>
/// Lines: which line of the text comes from which line of which source, all 0-based. From: as it was taken where
/// nothing was asked.
/// </summary>
public sealed record TorchScriptResult(string Text, string From, string Form, IReadOnlyList<TorchScriptLine> Lines);

public sealed record TorchScriptLine(int Line, string Uri, int SourceLine);

public sealed record ModuleParams(string Uri, string Class);

/// <summary>lsptorch/entries. Uri: the document that something is to be run for; null for the workspace.</summary>
public sealed record EntriesParams(string? Uri = null);

public sealed record EntryList(IReadOnlyList<EntryItem> Entries);

/// <summary>
/// What can be run. Entry: as lsptorch.probe takes it. Kind: "remembered", "file", "test" (a pytest node), "launch" (of
/// .vscode/launch.json), or "class": Label
/// is then a module class of the file Entry, which an example program makes and calls.
/// </summary>
public sealed record EntryItem(string Entry, string Label, string Kind);

/// <summary>The answer to lsptorch.writeExample. Created: false where the file was there before.</summary>
public sealed record ExampleResult(string Uri, string Class, bool Created);

/// <summary>
/// lsptorch/changeLost, from the server's own reader: a change of this document could not be read. Null: of any
/// document that is open.
/// </summary>
public sealed record LostChangeParams(string? Uri = null);
