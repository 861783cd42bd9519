using System.Collections.Immutable;
using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Refactorings;
using LspTorch.Semantics;

namespace LspTorch.Rules;

/// <summary>Compiled code reads a Python value of the module, which TorchScript cannot see.</summary>
public sealed class PythonValueInScript : ProblemRule
{
    public override string Id => "python-value-in-script";
    protected override ProblemKind Kind => ProblemKind.PythonValue;

    protected override ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, TypeProblem problem) =>
        (MapComprehension.Of(context.File, problem.At) ?? ConstantOfModule.Of(context.File, problem.At)) is { } fix
            ? [fix]
            : [];
}
