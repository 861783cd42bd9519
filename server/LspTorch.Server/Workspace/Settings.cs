using System.Collections.Frozen;
using System.Collections.Immutable;
using LspTorch.Findings;
using LspTorch.Ide;
using LspTorch.Semantics;
using LspTorch.TorchScript;
using Microsoft.Extensions.Logging;

namespace LspTorch.Server.Workspace;

/// <summary>What the probe is told. Timeout in seconds; memory limit in MiB, null for none.</summary>
public sealed record ProbeSettings
{
    public double Timeout { get; init; } = 300;
    public int? MemoryLimit { get; init; }
    public ImmutableArray<string> Args { get; init; } = [];
    public ImmutableDictionary<string, string> Env { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>
/// The settings as users write them (section "lsptorch"). settings.json beside this file describes each to users; a
/// test keeps
/// the two in step.
/// </summary>
public sealed record Settings
{
    public static Settings Default { get; } = new();

    public TorchVersion? TorchVersion { get; init; }
    public CheckMode Mode { get; init; } = CheckMode.Script;
    public ImmutableArray<EntryPoint> Entries { get; init; } = [];

    /// <summary>The severity of a rule by its id; null switches it off.</summary>
    public FrozenDictionary<string, Severity?> Rules { get; init; } = FrozenDictionary<string, Severity?>.Empty;

    public InlayOptions InlayHints { get; init; } = new();
    public string? PythonPath { get; init; }
    public ProbeSettings Probe { get; init; } = new();
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>The target: what ran says most, then what the user says, then what is installed.</summary>
    /// <param name="probed">The torch that the program ran with when it was probed; null where it never was.</param>
    /// <param name="found">The torch of the interpreter that was found; null where none was looked for.</param>
    public AnalysisOptions ToAnalysisOptions(TorchVersion? probed, TorchVersion? found = null) =>
        new()
        {
            Torch = probed ?? TorchVersion ?? found ?? TorchScript.TorchVersion.Newest,
            Mode = Mode,
            Entries = Entries,
        };

    /// <summary>The finding with its configured severity, or null where its rule is off.</summary>
    public Finding? Apply(Finding finding) =>
        !Rules.TryGetValue(finding.RuleId, out var severity) ? finding
        : severity is { } configured ? finding with { Severity = configured }
        : null;
}
