using System.Collections.Immutable;
using System.Diagnostics;
using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Problems;
using LspTorch.Refactorings;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>A value that is no function or module is called.</summary>
public sealed class NotCallable : RefusalRule<CallProblem>
{
    public override string Id => "not-callable";

    protected override string MessageOf(CallProblem problem) =>
        problem switch
        {
            InterfaceCalled(_, var value, var type) =>
                $"'{value}' is a value of the interface '{type}' and cannot be called itself: write "
                    + $"'{value}.forward(...)'.",
            ValueCalled(_, var value, { Type: OptionalType } type) =>
                $"'{value}' is {type} and cannot be called: modules in an attribute that may be None are "
                    + "not Optional in TorchScript.",
            ValueCalled(_, var value, var type) => $"'{value}' is {type} and cannot be called.",
            SlicedModuleCalled(_, var value) =>
                $"TorchScript makes a slice of modules a tuple of objects, and '{value}' cannot be "
                    + "called: loop over the whole container, as in 'for i, layer in enumerate(layers): if i "
                    + "< n: ...', or keep the part in a container of its own.",
            ForkOfValue(_, var function, var value, var type) =>
                $"'{function}' takes a function and its arguments, and '{value}' is {TypeWords.Of(type)}.",
            _ => throw new UnreachableException(),
        };

    protected override ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, CallProblem problem) =>
        problem is SlicedModuleCalled && ModuleSlice.Of(context.File, problem.At) is { } fix ? [fix] : [];
}
