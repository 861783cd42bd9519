using System.Diagnostics;
using LspTorch.Problems;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>What TorchScript cannot keep in an attribute and what to do about it, in words.</summary>
internal static class UnconvertibleWords
{
    private const string CannotKeep = ", which TorchScript cannot keep in an attribute";
    private const string AsList = ", which TorchScript cannot see: make it an nn.ModuleList";

    public static string Of(Unconvertible held, string name) =>
        held.Form switch
        {
            UnconvertibleForm.Bytes => "bytes" + CannotKeep,
            UnconvertibleForm.Lambda => "a lambda" + CannotKeep,
            UnconvertibleForm.Set => "a set" + CannotKeep,
            UnconvertibleForm.BoundMethod => "a bound method" + CannotKeep,
            UnconvertibleForm.Class => "a class" + CannotKeep,
            UnconvertibleForm.Partial => "a functools.partial" + CannotKeep,
            UnconvertibleForm.Range => "a range" + CannotKeep,
            UnconvertibleForm.Slice => "a slice" + CannotKeep,
            UnconvertibleForm.Iterator => "an iterator" + CannotKeep,
            UnconvertibleForm.File => "a file" + CannotKeep,
            UnconvertibleForm.Deque => "a deque" + CannotKeep,
            UnconvertibleForm.Generator => "a Generator" + CannotKeep,
            UnconvertibleForm.NumpyArray => "a numpy array" + CannotKeep,
            UnconvertibleForm.EmptyDictionary =>
                $"an empty dictionary, whose types TorchScript cannot infer: annotate it in the class, '{name}: "
                    + "Dict[...]'",
            UnconvertibleForm.EmptyList =>
                $"an empty list, whose type TorchScript cannot infer: annotate it in the class, '{name}: "
                    + "List[...]'",
            UnconvertibleForm.MixedDictionary => $"a dictionary of {Types(held)}{CannotKeep}",
            UnconvertibleForm.MixedList => $"a list of {Types(held)}, and TorchScript's lists hold one type",
            UnconvertibleForm.ListOfModules => "a list of modules" + AsList,
            UnconvertibleForm.TupleOfModules => "a tuple of modules" + AsList,
            UnconvertibleForm.DictionaryOfModules =>
                "a dictionary of modules, which TorchScript cannot see: make it an nn.ModuleDict",
            UnconvertibleForm.ListOfPythonObjects => "a list of Python objects" + CannotKeep,
            UnconvertibleForm.TupleOfPythonObjects => "a tuple with Python objects" + CannotKeep,
            _ => throw new UnreachableException(),
        };

    private static string Types(Unconvertible held) =>
        held.Types?.Type is TupleType { Elements: var types } ? string.Join(" and ", types) : "";
}
