using System.Collections.Immutable;
using System.Diagnostics;
using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Problems;
using LspTorch.Refactorings;
using LspTorch.Semantics;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>A value that cannot be looped over or unpacked.</summary>
public sealed class NotIterable : RefusalRule<IterationProblem>
{
    public override string Id => "not-iterable";

    protected override string MessageOf(IterationProblem problem) =>
        problem switch
        {
            ZipOfUnknownLength(_, var value, var other) =>
                $"'{value}' loops over a tuple or modules, so it is unrolled at compile time, and the "
                    + $"length of {(other is null ? "a range" : TypeWords.Of(other))} is not known then: loop "
                    + "over the first with enumerate, and index the other.",
            ObjectIterated(_, var value, var type) =>
                $"'{value}' is an object of '{type}', and TorchScript cannot loop over objects: give it a "
                    + "method that returns a list.",
            ValueIterated(_, { Type: UnionType } type) =>
                $"A value of type {type} cannot be looped over: test its type with isinstance first.",
            ValueIterated(_, var type) => $"A value of type {type} cannot be looped over.",
            JumpInUnrolledLoop(_, var isBreak) => "This loop is unrolled at compile time, which allows no "
                + $"'{(isBreak ? "break" : "continue")}' in it: test a flag instead.",
            StarredUnpacking(_, var type) =>
                $"A starred name takes what is left of a tuple, and the length of {TypeWords.Of(type)} is "
                    + "not known at compile time: index it.",
            UnpackedCount(_, var names, var elements) =>
                $"A tuple of {elements} elements cannot be unpacked into {names} names.",
            ValueUnpacked(_, var type) when type.Type == TorchType.Tensor =>
                "A Tensor cannot be unpacked in TorchScript: index it ('x[0]'), call 'unbind()', or "
                    + "annotate the parameter it comes from (what has no annotation is a Tensor).",
            ValueUnpacked(_, var type) => $"A value of type {type} cannot be unpacked.",
            _ => throw new UnreachableException(),
        };

    protected override ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, IterationProblem problem) =>
        (StarredTarget.Of(context.File, problem.At) ?? UnpackedTensor.Of(context, body, problem.At)) is { } fix
            ? [fix]
            : [];
}
