using System.Collections.Immutable;
using System.Diagnostics;
using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Problems;
using LspTorch.Refactorings;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>Compiled code sets an attribute that the module does not have, or gives it another type.</summary>
public sealed class AttributeAssignment : RefusalRule<AttributeStoreProblem>
{
    public override string Id => "attribute-assignment";

    protected override string MessageOf(AttributeStoreProblem problem) =>
        problem switch
        {
            StoreToPythonObject(_, var value, var owner) =>
                $"'{value}' is {Named(owner)}, and TorchScript cannot set an attribute of it: do it outside.",
            StoreToInterface(_, var wanted, var name) =>
                $"A value of the interface '{wanted}' has methods only: call one that sets '{name}'.",
            StoreToValue(_, var type) => $"An attribute of {TypeWords.Of(type)} cannot be set in TorchScript.",
            StoreToModuleConstant(_, var name, var module) =>
                $"'{name}' is a constant of '{module}', and compiled code cannot set it.",
            StoreToForward => "'forward' is a method, and compiled code cannot assign to it: use another name.",
            StoreToMissing(_, var name) =>
                $"'{name}' does not exist yet when this is compiled: set it in __init__, with the type "
                    + "that it gets here.",
            StoreToConstant(_, var name, var type) =>
                $"'{name}' is a constant of '{type}' (Final, or in '__constants__'), and compiled code "
                    + "cannot set it: make it an ordinary attribute.",
            StoreToUnconvertible(_, var name, var held) =>
                $"TorchScript has no attribute '{name}': __init__ sets it to {UnconvertibleWords.Of(held, name)}.",
            StoredTypeDiffers(_, var name, { Type: ModuleType or ModuleContainerType }, var given) =>
                $"'{name}' is a module and cannot become {given}: modules are replaced outside of compiled code.",
            StoredTypeDiffers(_, var name, var kept, var given) =>
                $"'{name}' is {kept} and cannot become {given}{Advice(kept.Type, given.Type)}.",
            StoreToProperty(_, var name, var type) =>
                $"'{name}' is a read-only property of '{type}': add a setter, or store to another " + "attribute.",
            SelfContainingClass(_, var name, var type) =>
                $"'{name}' would hold a '{type}' inside a '{type}', and TorchScript has no recursive "
                    + "classes: keep the objects in a list, and their indices here.",
            FirstStoredInBlock(_, var name) =>
                $"'{name}' gets its first value in a branch or loop, and TorchScript makes attributes at "
                    + "the top level of __init__ only: give it a value of its type before.",
            StoreToMissingOfObject(_, var type, var name) =>
                $"An object of '{type}' has no '{name}' that could be set: TorchScript makes attributes "
                    + "in __init__ only; give it a value of its type there.",
            ObjectAttributeDiffers(_, var name, var type, var kept, var given) =>
                $"'{name}' of '{type}' is {kept} from __init__ on and cannot become "
                    + $"{given}{ObjectAdvice(name, kept.Type, given.Type)}.",
            _ => throw new UnreachableException(),
        };

    protected override ImmutableArray<Fix> FixesOf(
        RuleContext context,
        CompiledBody body,
        AttributeStoreProblem problem
    ) => problem is StoreToMissing && StoreForPython.Of(context.File, body.Def, problem.At) is { } fix ? [fix] : [];

    private static string Named(PythonOwner owner) =>
        owner switch
        {
            PythonOwner.Function => "a function",
            PythonOwner.Class => "a class",
            _ => "a Python module",
        };

    private static string Advice(TorchType kept, TorchType given) =>
        given is ListType { IsEmptyLiteral: true } || given is DictType && kept is DictType
            ? $": make it a variable first, as in 'empty: {kept} = ...'"
        : given == TorchType.Tensor && TypeRelations.IsNumber(kept) ? $": write '{kept}(...)', or start with a Tensor"
        : given == TorchType.Int && kept == TorchType.Float ? ": write 'float(...)'"
        : "";

    private static string ObjectAdvice(string name, TorchType kept, TorchType given) =>
        kept == TorchType.None
            ? $": start it with a value, or write 'self.{name} = torch.jit.annotate(Optional[{given}], "
                + "None)' in __init__"
        : kept == TorchType.Int && given == TorchType.Float ? ": start it as a float ('0.0')"
        : ": keep one type";
}
