using System.Collections.Immutable;
using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Refactorings;
using LspTorch.Semantics;
using LspTorch.Syntax;

namespace LspTorch.Rules;

/// <summary>A function of Python or torch that TorchScript does not have.</summary>
public sealed class UnsupportedFunction : ProblemRule
{
    public override string Id => "unsupported-function";
    protected override ProblemKind Kind => ProblemKind.UnsupportedFunction;

    protected override ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, TypeProblem problem) =>
        problem.At is Call call && AutogradTwin.Of(context.File, call) is { } twin ? [twin] : [];
}
