using System.Collections.Immutable;
using LspTorch.Observations;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using LspTorch.Verdicts;

namespace LspTorch.Semantics;

public enum CheckMode
{
    Script,
    Trace,
    Both,
}

/// <summary>
/// A function or class handed to torch.jit.script wherever it stands: by the 1-based line on which it starts (its def,
/// class or first
/// decorator line), by qualified name, or all of them.
/// </summary>
public sealed record EntryPoint(int? Line, string? Name, bool All = false);

public sealed record AnalysisOptions
{
    public TorchVersion Torch { get; init; } = TorchVersion.Newest;
    public CheckMode Mode { get; init; } = CheckMode.Script;
    public ImmutableArray<EntryPoint> Entries { get; init; } = [];
    public static AnalysisOptions Default { get; } = new();

    /// <summary>By what the entries say: what is kept of imported files is known by its options.</summary>
    public bool Equals(AnalysisOptions? other) =>
        other is not null
        && Torch == other.Torch
        && Mode == other.Mode
        && Entries.AsSpan().SequenceEqual(other.Entries.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Torch, Mode, Entries.Length);
}

/// <summary>
/// Finds the parsed file of a module by its absolute dotted name, or by relative import; null where the source is not
/// at hand.
/// </summary>
public interface IModuleSource
{
    /// <param name="dottedName">"torch.nn.functional", "layers"; empty for "from . import x".</param>
    /// <param name="level">The number of leading dots of a relative import, 0 for an absolute one.</param>
    /// <param name="fromPath">Absolute path of the importing file.</param>
    FileSnapshot? Find(string dottedName, int level, string fromPath);

    /// <summary>
    /// The files of the workspace that import this one, directly or through others, as far as they are known.
    /// </summary>
    IReadOnlyList<FileSnapshot> ImportersOf(string path) => [];

    /// <summary>False for a file of an installed package: its code is read for what it returns, not judged.</summary>
    bool IsOfWorkspace(string path) => true;
}

/// <summary>
/// Everything known about one version of one file. Immutable; the semantic model is worked out on first use and kept.
/// The path is an identity, not something that is opened here.
/// </summary>
public sealed class FileSnapshot(
    string path,
    SyntaxTree tree,
    AnalysisOptions options,
    FileObservations observations,
    IModuleSource? modules = null
)
{
    private SemanticModel? model;
    private FileSnapshot? previous;

    public string Path { get; } = path;
    public SyntaxTree Tree { get; } = tree;
    public SourceText Text => Tree.Text;
    public AnalysisOptions Options { get; } = options;
    public FileObservations Observations { get; } = observations;
    public IModuleSource? Modules { get; } = modules;
    public FileVerdicts Verdicts { get; init; } = FileVerdicts.Empty;

    /// <summary>
    /// An earlier version of the file, whose analysis serves this one's as far as the edit leaves it valid. Let go once
    /// the model is there.
    /// </summary>
    public FileSnapshot? Previous
    {
        init => previous = value;
    }

    /// <summary>
    /// Cancelled once nobody needs this version any more, as when its text was edited: whatever is then being worked
    /// out of it, by whomever it was asked for, ends with OperationCanceledException. An analysis belongs to the version
    /// and not to a request, since all that ask share it.
    /// </summary>
    public CancellationToken Superseded { get; init; }

    /// <summary>Whether each compiled function has been typed: what an edit may leave valid is then all known.</summary>
    public bool IsAnalysed => model is { IsAnalysed: true };

    public SemanticModel Model
    {
        get
        {
            if (model is { } ready)
                return ready;
            ready = new SemanticModel(this, previous?.model);
            ready = Interlocked.CompareExchange(ref model, ready, null) ?? ready;
            previous = null;
            return ready;
        }
    }

    /// <summary>The same file with other verdicts; tree and semantic model are shared.</summary>
    public FileSnapshot WithVerdicts(FileVerdicts verdicts) =>
        new(Path, Tree, Options, Observations, Modules)
        {
            Verdicts = verdicts,
            Superseded = Superseded,
            model = Model,
        };

    /// <summary>The same file with other observations; tree and semantic model are shared.</summary>
    public FileSnapshot WithObservations(FileObservations observations) =>
        new(Path, Tree, Options, observations, Modules)
        {
            Verdicts = Verdicts,
            Superseded = Superseded,
            model = Model,
        };
}
