using System.Collections.Immutable;
using System.Diagnostics;
using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Problems;
using LspTorch.Refactorings;
using LspTorch.Semantics;
using LspTorch.Syntax;

namespace LspTorch.Rules;

/// <summary>A function of Python or torch that TorchScript does not have.</summary>
public sealed class UnsupportedFunction : RefusalRule<FunctionProblem>
{
    public override string Id => "unsupported-function";

    protected override string MessageOf(FunctionProblem problem) =>
        problem switch
        {
            ModuleMember(_, var name) => $"TorchScript cannot compile '{name}' of nn.Module: {InsteadOfMember(name)}.",
            MissingBuiltin(_, var name) => $"TorchScript has no '{name}'.",
            UnpackedZip(_, var arguments) =>
                $"TorchScript cannot unpack the arguments of 'zip', '{arguments}': name the lists one by one.",
            IdOfValue(_, var type) => $"'id' takes objects of TorchScript classes only, but got {TypeWords.Of(type)}.",
            IgnoredClassMade(_, var type) =>
                $"'{type}' is marked @torch.jit.ignore, and compiled code cannot create an object of it: "
                    + "create it outside, or in an @torch.jit.ignore function.",
            ClassWithoutInit(_, var type) =>
                $"'{type}' has no '__init__' of its own, and TorchScript makes objects only of classes that have one.",
            FunctionOfOtherReleases(_, var release, var name) =>
                $"torch {release} has no '{name}', which other releases have: both branches of an "
                    + "ordinary 'if' are compiled.",
            MissingFunction(_, var name) =>
                $"TorchScript has no '{name}': move the call to an @torch.jit.ignore function, or use "
                    + "another function of torch.",
            PythonFunction(_, var name) =>
                $"'{name}' is a Python function that TorchScript does not have: move the call to an "
                    + "@torch.jit.ignore function.",
            PythonClassCalled(_, var name, var given) =>
                $"TorchScript calls '{name}' with Tensors only, but got {TypeWords.Of(given)}: "
                    + $"{InsteadOf(name)}.",
            NameNotLiteral(_, var function) =>
                $"The attribute name in '{function}(...)' must be a string literal in TorchScript.",
            TolistWithoutType =>
                "TorchScript cannot infer what 'tolist' returns: annotate the variable, as in 'values: "
                    + "List[float] = x.tolist()'.",
            HasattrOfValue(_, var value, var type) =>
                $"'hasattr' takes modules and objects only, and '{value}' is {TypeWords.Of(type)}.",
            OverloadWithoutImplementation(_, var function) =>
                $"'{function}' has declarations only: write its implementation below them, without the decorator.",
            OverloadDefaultDiffers(_, var parameter, var declared, var implemented) =>
                $"The default of '{parameter}' is {declared} here and {implemented} in the "
                    + "implementation: make them the same.",
            OverloadParameterUntyped(_, var parameter, var function) =>
                $"'{parameter}' is not in every declaration of '{function}': annotate it here.",
            AutogradFunctionCalled(_, var type) =>
                $"'{type}' is an autograd function, which TorchScript cannot run: write it with "
                    + "differentiable operators, or move the call to an @torch.jit.ignore function.",
            AutocastOfDevice(_, var name, var device) =>
                $"This release of torch cannot compile '{name}', which is deprecated: write "
                    + $"'torch.autocast(\"{device}\")'.",
            SetstateWithoutGetstate(_, var type) =>
                $"'{type}' has '__setstate__' and no '__getstate__', which says what the state is: write "
                    + "it too, with @torch.jit.export.",
            _ => throw new UnreachableException(),
        };

    private static string InsteadOfMember(string name) =>
        name switch
        {
            "train" or "eval" => "set the mode outside, before the module is compiled",
            "to" or "cpu" or "cuda" or "half" or "float" or "double" or "bfloat16" or "type" =>
                "convert the module, or its inputs, outside",
            "parameters" or "named_parameters" or "buffers" or "state_dict" or "get_parameter" or "get_buffer" =>
                "name the attributes one by one, or take device and dtype from an input",
            "zero_grad" or "requires_grad_" => "do it outside, where the module is trained",
            "get_submodule" => "write the attribute itself",
            _ => "call it outside of compiled code, or in an @torch.jit.ignore method",
        };

    private static string InsteadOf(string name) =>
        name switch
        {
            "itertools.chain"
            or "itertools.product"
            or "itertools.cycle"
            or "itertools.islice"
            or "itertools.repeat"
            or "itertools.count" => "write loops",
            "set" or "frozenset" => "keep the values as the keys of a dictionary",
            "reversed" => "loop over the indices backwards, 'range(n - 1, -1, -1)'",
            "map" or "filter" => "write a loop",
            "type" => "test it with isinstance",
            _ => "move this to an @torch.jit.ignore function",
        };

    protected override ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, FunctionProblem problem) =>
        (
            (
                problem.At is Call call
                    ? AutogradReplacement.Of(context.File, call) ?? PackedLengths.Of(context.File, call)
                    : null
            )
            ?? TorchEquivalents.OfFunction(context.File, problem.At)
            ?? (problem is AutocastOfDevice of ? Autocast.OfAnyDevice(context.File, of.At, of.Device) : null)
            ?? FirstParameter.Of(context.File, problem.At)
            ?? (problem is NameNotLiteral ? UnrolledLoop.OfGetattr(context.File, problem.At) : null)
        )
            is { } fix
            ? [fix]
            : [];
}
