using LspTorch.Observations;

namespace LspTorch.Server.Stores;

/// <summary>
/// One file of a trace. Sha256: of the bytes on disk when they were loaded, in lower-case hexadecimal.
/// </summary>
public sealed record TracedFile(string Path, string Sha256, IReadOnlyList<RecordedPlace> Places)
{
    /// <summary>What live modules of the file's classes were; not yet compared with a text.</summary>
    public IReadOnlyList<ObservedClass> Classes { get; init; } = [];
}

/// <summary>
/// One file of the run: how many places were seen in it. Changed: the file is no longer what was run, so nothing was
/// kept.
/// </summary>
public sealed record ProbedFile(string Path, int Places, bool Changed, FileObservations Observations);
