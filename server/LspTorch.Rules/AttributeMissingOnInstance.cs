using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;

namespace LspTorch.Rules;

/// <summary>
/// An attribute that the constructor makes in one branch only, and that live instances do not have: the compiler looks
/// at every branch behind a flag.
/// </summary>
public sealed class AttributeMissingOnInstance : Rule
{
    public override string Id => "attribute-missing-on-instance";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        foreach (var read in LiveInstances.Of(file).Reads)
        {
            if (read.Where(held => held is null) is not { Count: > 0 } without || !IsNoMember(file, read))
                continue;
            string made = Makes(read.Class.Model, read.Name) is { } place
                ? $": '__init__' makes it in a branch that was not taken for them (line {file.Model.LineOf(place)})"
                : "";
            string advice = Makes(read.Class.Model, read.Name) is null
                ? ""
                : $" Always give it a value ('self.{read.Name} = None' first), and test 'self.{read.Name} "
                    + "is not None' directly: that and 'hasattr' are evaluated at compile time, flags and "
                    + "helpers are not.";
            context.Report(
                new Finding(
                    Id,
                    Severity.Error,
                    read.Node.Span,
                    $"'{read.Name}' is missing on {read.Class.Seen(without)}{made}. torch.jit.script compiles "
                        + $"this line for them all the same.{advice}",
                    read.Body.Function.QualifiedName,
                    [.. InstanceGuard.FixesOf(file, read, define: true)],
                    read.Body.WhyCompiled()
                )
            );
        }
    }

    private static bool IsNoMember(FileSnapshot file, LiveRead read)
    {
        var type = read.Class.Model;
        return type.HasAllBases
            // Other classes of torch have members of their own, of which only what the text read was told.
            && type.Lineage().All(c => c.TorchBase is null or "torch.nn.Module")
            && !file.Model.Tables.IsModuleMember(read.Name)
            && type.FindMethod(read.Name) is null
            && !read.Name.StartsWith("__", StringComparison.Ordinal)
            && read.Holds.All(h =>
                h.Variant.Attributes.Length < MaxReported
                && h.Variant.Hooks.All(hook => hook is not { Part: "", Kind: Observations.HookKind.Parametrization })
            )
            && type.FindAttribute(read.Name) is not { IsSetInConstructor: true, Always: true }
            && type.Lineage()
                .All(c =>
                    !c.Methods.ContainsKey("__getattr__") && c.Owner.Names.ScopeOf(c.Node).Find(read.Name).Count == 0
                );
    }

    /// <summary>An instance with as many attributes may have others, of which nothing is told.</summary>
    private const int MaxReported = 128;

    private static Node? Makes(ClassModel type, string name) =>
        type.FindAttribute(name) is { IsSetInConstructor: true, Assignments: [var first, ..] } ? first : null;
}
