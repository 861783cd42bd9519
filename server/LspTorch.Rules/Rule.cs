using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Rules;

/// <summary>
/// One offence against TorchScript. One rule is one .cs and one .md of the same name; the .md is the rule's page and is
/// executed as a
/// test. A rule is silent where it is not certain.
/// </summary>
public abstract class Rule
{
    /// <summary>
    /// The kebab-case of the class name: what users see in settings, suppressions and the rule's page.
    /// </summary>
    public abstract string Id { get; }

    /// <summary>The severity when the settings say nothing.</summary>
    public abstract Severity DefaultSeverity { get; }

    /// <summary>The compiler whose problems it finds: it runs where the settings ask for that one's.</summary>
    public virtual CheckMode Mode => CheckMode.Script;

    /// <summary>
    /// Reports through <see cref="RuleContext.Report(Finding)"/>. Must not keep state between files. May be called on
    /// several threads.
    /// </summary>
    public abstract void Check(RuleContext context, CancellationToken cancellationToken);
}

/// <summary>What a rule may see of one file, and where it reports.</summary>
public sealed class RuleContext
{
    private readonly List<Finding> findings = [];
    private readonly Dictionary<Fix, bool> captured = new(ReferenceEqualityComparer.Instance);

    public RuleContext(FileSnapshot file)
        : this(file, CompiledCode.Of(file)) { }

    internal RuleContext(FileSnapshot file, CompiledCode compiled)
    {
        File = file;
        Compiled = compiled;
    }

    public FileSnapshot File { get; }

    /// <summary>The nodes of every compiled function by kind, from one walk that all rules share.</summary>
    public CompiledCode Compiled { get; }

    public IReadOnlyList<Finding> Findings => findings;

    internal CallGraph Calls => Compiled.Calls;

    /// <summary>The live compiled calls of this file that surely call this def.</summary>
    internal IEnumerable<Call> CallsTo(FunctionDef function) => Compiled.CallsTo(function);

    public void Report(Finding finding) =>
        findings.Add(finding.Fixes.IsEmpty ? finding : finding with { Fixes = finding.Fixes.RemoveAll(IsCaptured) });

    /// <summary>One fix may fix many findings: looked at once.</summary>
    private bool IsCaptured(Fix fix)
    {
        if (!captured.TryGetValue(fix, out bool known))
            captured[fix] = known = CapturedNames.Any(File, fix);
        return known;
    }

    /// <summary>
    /// Reports a place in a compiled function, with why that function is compiled; never more severe than the rule is,
    /// so that no place's severity makes a warning an error.
    /// </summary>
    public void Report(
        Rule rule,
        Severity severity,
        TextSpan span,
        string message,
        CompiledBody body,
        params IEnumerable<Fix> fixes
    ) =>
        Report(
            new Finding(
                rule.Id,
                severity < rule.DefaultSeverity ? rule.DefaultSeverity : severity,
                span,
                message,
                body.Function.QualifiedName,
                [.. fixes],
                body.WhyCompiled()
            )
        );
}
