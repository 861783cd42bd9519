using LspTorch.Syntax;

namespace LspTorch.Problems;

/// <summary>A return that does not fit the function.</summary>
public abstract record ReturnProblem(Node At) : Refusal(ProblemKind.Return, At);

/// <summary>The end of a function that is annotated to return something.</summary>
public sealed record ReturnMissing(Node At, string Function, DetachedType Declared) : ReturnProblem(At);

/// <summary>A value of another type than is annotated.</summary>
public sealed record ReturnedTypeDiffers(Node At, DetachedType Declared, DetachedType Given) : ReturnProblem(At);

/// <summary>A value of another type than an earlier return gives.</summary>
public sealed record ReturnedTypesDiffer(Node At, DetachedType Earlier, DetachedType Given) : ReturnProblem(At);
