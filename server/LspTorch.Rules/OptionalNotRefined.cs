using System.Collections.Immutable;
using System.Diagnostics;
using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Problems;
using LspTorch.Refactorings;
using LspTorch.Syntax;

namespace LspTorch.Rules;

/// <summary>A value that may be None is used as if it were there.</summary>
public sealed class OptionalNotRefined : RefusalRule<OptionalProblem>
{
    public override string Id => "optional-not-refined";

    protected override string MessageOf(OptionalProblem problem) =>
        problem switch
        {
            OptionalAttribute(_, var value, var type, var name, var isAttribute) =>
                $"'{value}' is {type} here and may be None: '{name}' is only there after a test. "
                    + $"{Advice(value, isAttribute)}",
            OptionalIndexed(_, var value, var type, var isAttribute) =>
                $"'{value}' is {type} here and may be None: it cannot be indexed before a test. "
                    + $"{Advice(value, isAttribute)}",
            OptionalElementStored(_, var value, var type, var isAttribute) =>
                $"'{value}' is {type} here and may be None: nothing can be stored in it before a test. "
                    + $"{Advice(value, isAttribute)}",
            OptionalIterated(_, var value, var type) => $"'{value}' is {type} and may be None: test it first.",
            OptionalOperand(_, var symbol, var left, var right) =>
                $"'{symbol}' is applied to {left}{(right is null ? "" : $" and {right}")}, and one of them may "
                    + "be None: test it first, as in 'assert ... is not None', on a local variable.",
            OptionalUnpacked(_, var type) =>
                $"A value of type {type} may be None and cannot be unpacked: test it first.",
            OptionalArgument(_, var function, var parameter, var wanted, var given, var isRest) =>
                $"{SignatureWords.Of(function, parameter, wanted, given, isRest)}: test it first, as in "
                    + "'assert ... is not None', on a local variable.",
            _ => throw new UnreachableException(),
        };

    private static string Advice(string value, bool isAttribute) =>
        isAttribute
            ? "An attribute is never refined by a test: copy it to a local variable and test that."
            : $"Test it first, as in 'assert {value} is not None'.";

    protected override ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, OptionalProblem problem) =>
        OptionalRefinement.Of(context.File, body.Def, problem.At, Given(problem)) is { } fix ? [fix] : [];

    private static Expr? Given(OptionalProblem problem) =>
        problem is OptionalArgument { At: Call call } argument
            ? CallArguments.Given(call, argument.Position, argument.Parameter)
            : null;
}
