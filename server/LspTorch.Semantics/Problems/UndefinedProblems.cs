using LspTorch.Syntax;

namespace LspTorch.Problems;

/// <summary>A name that has no value where it is read.</summary>
public abstract record UndefinedProblem(Node At) : Refusal(ProblemKind.Undefined, At);

/// <summary>A variable without a value where the condition is what Missing says. Related: where it is read.</summary>
public sealed record UndefinedInBranch(Node At, string Name, bool Missing) : UndefinedProblem(At);

/// <summary>A name for a function or module that was given in a branch.</summary>
public sealed record FunctionOfBranch(Node At, string Name) : UndefinedProblem(At);

/// <summary>A variable that only the body of a loop defines.</summary>
public sealed record UndefinedAfterLoop(Node At, string Name) : UndefinedProblem(At);

/// <summary>A variable behind its <c>del</c>.</summary>
public sealed record DeletedVariable(Node At, string Name) : UndefinedProblem(At);

/// <summary>A name that nothing defines.</summary>
public sealed record UndefinedName(Node At, string Name) : UndefinedProblem(At);

/// <summary>A variable before its first value.</summary>
public sealed record ReadBeforeStore(Node At, string Name) : UndefinedProblem(At);

/// <summary><c>del</c> of a variable that the block has made.</summary>
public sealed record DeletedInBlock(Node At, string Name) : UndefinedProblem(At);
