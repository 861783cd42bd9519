using LspTorch.Syntax;

namespace LspTorch.Problems;

/// <summary>A Tensor that is turned into the number <see cref="TypeProblem.Wanted"/>.</summary>
public abstract record TensorConversion(Node At) : CompiledSilently(ProblemKind.TensorConversion, At);

/// <summary>A store to a variable that is a number outside of this branch or loop.</summary>
public sealed record ConvertedStore(Node At, string Name, DetachedType Outside) : TensorConversion(At);

/// <summary>The value of a return.</summary>
public sealed record ConvertedReturn(Node At, DetachedType Declared) : TensorConversion(At);

/// <summary>An argument.</summary>
public sealed record ConvertedArgument(Node At, string Parameter, string Function, DetachedType Type)
    : TensorConversion(At);
