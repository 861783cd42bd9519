using System.Collections.Immutable;
using LspTorch.Core.Semantics;
using LspTorch.Core.Syntax;

namespace LspTorch.Core.TorchScript.Inference;

/// <summary>What an expression may be to the compiler besides a first-class value: it can be called, looked into or iterated over.</summary>
internal abstract record SugaredType : TorchType;

/// <summary>A function or bound method whose source is at hand.</summary>
internal sealed record FunctionValue(CompiledUnit Unit) : SugaredType;

/// <summary>A builtin operator, bound when it is a method of a value.</summary>
internal sealed record OperatorValue(string Operator, TorchType? Self) : SugaredType;

/// <summary>Something that the tables describe by its signatures.</summary>
internal sealed record SignaturesValue(string Name, ImmutableArray<FunctionSchema> Schemas) : SugaredType;

internal sealed record DispatchValue(DispatchEntry Entry) : SugaredType;

/// <summary>A name of Python's builtins, or one of torch.jit's special forms.</summary>
internal sealed record SpecialFormValue(string Name) : SugaredType;

internal sealed record ClassValue(ClassModel Class) : SugaredType;

/// <summary>A Python module, or a member of one, of which only the name is known.</summary>
internal sealed record NamedValue(string DottedName) : SugaredType;

internal enum IterableKind { Range, Enumerate, Zip, Reversed }

internal sealed record IterableValue(IterableKind Kind, ImmutableArray<TorchType> Children) : SugaredType;

/// <summary>Values kept apart at compile time: a slice of a module list, the items of a module dictionary. Exact as in a container.</summary>
internal sealed record SugaredTuple(ImmutableArray<TorchType> Elements, bool Exact) : SugaredType;

/// <summary>The method of a module container: keys, values, items.</summary>
internal sealed record ContainerMethod(ModuleContainerType Container, string Name) : SugaredType;

/// <summary>An argument of a call.</summary>
internal readonly record struct Argument(string? Name, TorchType Type, Expr? Source = null);
