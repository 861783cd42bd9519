using System.Collections.Immutable;
using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Refactorings;
using LspTorch.Semantics;
using LspTorch.Syntax;

namespace LspTorch.Rules;

/// <summary>Compiled code constructs an nn.Module.</summary>
public sealed class ModuleMadeInScript : ProblemRule
{
    public override string Id => "module-made-in-script";
    protected override ProblemKind Kind => ProblemKind.ModuleMade;

    protected override ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, TypeProblem problem) =>
        problem.At is Call made && ModuleToConstructor.Of(context.File, made, body.Class) is { } fix ? [fix] : [];
}
