namespace LspTorch.Server.Protocol;

// What this server puts into the `data` of diagnostics, hints and actions: opaque to clients, but readable by whoever wants
// the fixes of a diagnostic without another request.

/// <summary>Safety is "safe" (same meaning, applied in bulk) or "suggested" (look first).</summary>
public sealed record DiagnosticFix(string Title, string Safety, IReadOnlyList<TextEdit> Edits);

/// <summary>Context: qualified name of the compiled function or class, or null at module level.</summary>
public sealed record DiagnosticData(string Rule, string? Context, IReadOnlyList<DiagnosticFix> Fixes);

/// <summary>Where to find the hint again: the document's version keeps it honest.</summary>
public sealed record InlayHintData(string Uri, int Version, int Offset, string Label);

/// <summary>The selection an action was offered for, in which it is found again.</summary>
/// <param name="Index">The action's place, 0-based, among all that are found for this range: titles may be alike.</param>
public sealed record CodeActionData(string Uri, int Version, Range Range, int Index);

/// <summary>lsptorch/status: what a client's status item shows. Null: not known.</summary>
public sealed record StatusParams(string? Python, string? Torch, int ObservedPlaces);

/// <summary>The answer to the command lsptorch.probe. Status: ok, exception, exit, killed, timeout, memory or cancelled.</summary>
public sealed record ProbeResult(
    string Status, string Message, int? ExitCode, int Places, IReadOnlyList<ProbeResultFile> Files, string Python, string? Torch);

/// <summary>Changed: the file is no longer what was run, so nothing of it was kept.</summary>
public sealed record ProbeResultFile(string Uri, int Places, bool Changed);
