using System.Collections.Immutable;
using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Refactorings;
using LspTorch.Semantics;

namespace LspTorch.Rules;

/// <summary>A value that may be None is used as if it were there.</summary>
public sealed class OptionalNotRefined : ProblemRule
{
    public override string Id => "optional-not-refined";
    protected override ProblemKind Kind => ProblemKind.OptionalNotRefined;

    protected override ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, TypeProblem problem) =>
        OptionalRefinement.Of(context.File, body.Def, problem.At) is { } fix ? [fix] : [];
}
