using System.Collections.Immutable;
using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>A call or operator whose arguments no signature takes.</summary>
public sealed class NoMatchingOverload : ProblemRule
{
    public override string Id => "no-matching-overload";
    protected override ProblemKind Kind => ProblemKind.NoMatchingOverload;

    /// <summary>Where the callee's parameter lacks its annotation, that is what is to be mended.</summary>
    protected override ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, TypeProblem problem) =>
        problem is { Related: Arg { Annotation: null, Default: null } parameter, Wanted: { IsWritable: true } given }
        && given != TorchType.None
        && given != TorchType.Any
        && given is not ListType { IsEmptyLiteral: true }
        && parameter.FirstAncestor<FunctionDef>() is { } callee
        && !Annotations.ACallGivesAnother(context.Compiled, callee, parameter, given)
        && ParameterUses.Annotated(context.File, parameter, given, "", FixSafety.Suggested) is { } fix
            ? [fix]
            : [];
}
