using System.Collections.Immutable;
using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Refactorings;
using LspTorch.Semantics;

namespace LspTorch.Rules;

/// <summary>A value that cannot be looped over or unpacked.</summary>
public sealed class NotIterable : ProblemRule
{
    public override string Id => "not-iterable";
    protected override ProblemKind Kind => ProblemKind.NotIterable;

    protected override ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, TypeProblem problem) =>
        StarredTarget.Of(context.File, problem.At) is { } fix ? [fix] : [];
}
