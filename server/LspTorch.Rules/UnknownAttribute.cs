using System.Collections.Immutable;
using System.Diagnostics;
using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Problems;
using LspTorch.Refactorings;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>An attribute or method that the type of the value does not have in TorchScript.</summary>
public sealed class UnknownAttribute : RefusalRule<AttributeProblem>
{
    public override string Id => "unknown-attribute";

    protected override string MessageOf(AttributeProblem problem) =>
        problem switch
        {
            IgnoredAttribute(_, var name) =>
                $"'{name}' is in '__jit_ignored_attributes__', so that compiled code has no such "
                    + "attribute: take it out of the list, or read it in an @torch.jit.ignore method.",
            Problems.UnconvertibleAttribute(_, var name, var held) =>
                $"'{name}' holds {UnconvertibleWords.Of(held, name)}.",
            ClassAttribute(_, var name, var type) =>
                $"'{name}' is an attribute of the class '{type}', and TorchScript sees those of the "
                    + "instance: set it in __init__, or name it in '__constants__'.",
            MangledName(_, var name) =>
                $"Python keeps '{name}' under the name of its class, and TorchScript looks for it as it "
                    + "is written: begin it with one underscore.",
            InterfaceLacksMethod(_, var wanted, var name) =>
                $"The interface '{wanted}' declares no method '{name}', and TorchScript sees nothing else "
                    + "of such a value: declare it there.",
            AttributeOfMethod(_, var method, var name) =>
                $"'{method}' is a method, and TorchScript cannot look up '{name}' in it: are '()' missing?",
            TensorLacksAttribute(_, var name) =>
                $"A Tensor has no attribute or method '{name}' in TorchScript{Advice(name)}.",
            UnionLacksAttribute(_, var type, var name) =>
                $"A value of type {type} has no attribute or method '{name}': test its type with isinstance first.",
            TypeLacksAttribute(_, var type, var name, var value) =>
                $"A value of type {type} has no attribute or method '{name}' in "
                    + $"TorchScript{(type.Type == TorchType.None ? $": '{value}' is always None" : "")}.",
            NamedTupleMethod(_, var type, var name) =>
                $"TorchScript sees only the fields of a named tuple, and '{name}' is a method of '{type}': "
                    + "make it a function that takes the tuple.",
            NamedTupleLacksField(_, var type, var name, var fields) =>
                $"'{type}' has no field '{name}'; it has {string.Join(", ", fields)}.",
            ModuleLacksAttribute(_, var type, var name) =>
                $"'{type}' has no attribute '{name}': nothing in its constructor sets it.",
            TorchLacksName(_, var release, var name) => $"torch {release} has no '{name}': check the name.",
            StaticMethodOfObject(_, var name, var type, var qualifier) =>
                $"'{name}' is a static method of '{type}', which TorchScript finds by the name of the "
                    + $"class only: write '{qualifier}.{name}'.",
            InheritedMethod(_, var type, var name, var inherited) =>
                $"An object of '{type}' has no '{name}': TorchScript classes do not inherit methods, and "
                    + $"'{name}' is one of '{inherited}'; write it in '{type}' too.",
            ScriptClassAttribute(_, var type, var name) =>
                $"An object of '{type}' has no '{name}': TorchScript does not see attributes of the "
                    + "class itself; set it in __init__.",
            ObjectLacksAttribute(_, var type, var name) =>
                $"An object of '{type}' has no '{name}': its __init__ does not set it.",
            EnumLacksMember(_, var type, var name) => $"The Enum '{type}' has no member '{name}'.",
            GetattrWithDefault(_, var value, var type) =>
                $"'getattr' with a default is for modules and objects, and '{value}' is "
                    + $"{TypeWords.Of(type)}: write the attribute itself.",
            _ => throw new UnreachableException(),
        };

    /// <summary>What to write instead of an attribute or method of Tensors.</summary>
    private static string Advice(string name) =>
        name switch
        {
            "bool" => ": write '.to(torch.bool)'",
            "new" => ": write 'new_zeros' or 'torch.empty'",
            "new_tensor" => ": write 'torch.tensor'",
            "nelement" => ": write 'numel()'",
            "ndimension" => ": write 'dim()'",
            "data_ptr" or "register_hook" or "storage" => ": move this to an @torch.jit.ignore function",
            "bfloat16" => ": write '.to(torch.bfloat16)'",
            "unique" => ": write 'torch.unique'",
            _ => "",
        };

    protected override ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, AttributeProblem problem) =>
        (
            TorchEquivalents.OfMethod(context.File, problem.At)
            ?? TorchEquivalents.OfFunction(context.File, problem.At)
            ?? ConstantOfClass.Of(context.File, body.Def, problem.At)
            ?? UnrolledLoop.OfList(context.File, body.Def, problem.At)
            ?? (
                problem is ModuleLacksAttribute { Class: var type }
                    ? RaisedUndefined.OfAttribute(context.File, body.Def, problem.At, type)
                    : null
            )
        )
            is { } fix
            ? [fix]
            : [];
}
