using LspTorch.Syntax;

namespace LspTorch.Problems;

/// <summary>A variable or element that would get another type.</summary>
public abstract record TypeChangeProblem(Node At) : Refusal(ProblemKind.TypeChange, At);

/// <summary>A conditional expression of two types.</summary>
public sealed record ChoiceOfTypes(Node At, DetachedType WhenTrue, DetachedType WhenFalse) : TypeChangeProblem(At);

/// <summary>A variable of type Any that each branch tests with isinstance.</summary>
public sealed record TestedTypesDiffer(Node At, string Name, DetachedType First, DetachedType Second)
    : TypeChangeProblem(At);

/// <summary>
/// A variable that has another type where the condition is true than where it is false. Related: where it is read.
/// </summary>
public sealed record BranchTypesDiffer(Node At, string Name, DetachedType WhenTrue, DetachedType WhenFalse)
    : TypeChangeProblem(At);

/// <summary>A store in a branch or loop to a variable of outside.</summary>
public sealed record StoreInBlock(Node At, string Name, DetachedType Outside, DetachedType Inside)
    : TypeChangeProblem(At);

/// <summary>A store to an element of a list or dictionary.</summary>
public sealed record ElementTypeDiffers(Node At, string Value, DetachedType Container, DetachedType Given)
    : TypeChangeProblem(At);

/// <summary>A store to an element of a Tensor.</summary>
public sealed record TensorElementDiffers(Node At, DetachedType Given) : TypeChangeProblem(At);

/// <summary>A function or module, replaced in a branch or loop.</summary>
public sealed record FunctionReplacedInBlock(Node At, string Name) : TypeChangeProblem(At);

/// <summary>
/// isinstance of a variable that holds a module, whose answer narrows the variable inside a block: beside a condition
/// that is asked at run time, or in a branch or loop of one.
/// </summary>
public sealed record ModuleTestedInBlock(Node At, string Name) : TypeChangeProblem(At);
