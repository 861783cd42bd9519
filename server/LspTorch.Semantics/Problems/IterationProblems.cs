using LspTorch.Syntax;

namespace LspTorch.Problems;

/// <summary>A value that cannot be looped over or unpacked, or a loop that cannot be written out.</summary>
public abstract record IterationProblem(Node At) : Refusal(ProblemKind.Iteration, At);

/// <summary>A zip of a tuple or modules with something whose length is not known. Other: null for a range.</summary>
public sealed record ZipOfUnknownLength(Node At, string Value, DetachedType? Other) : IterationProblem(At);

/// <summary>An object.</summary>
public sealed record ObjectIterated(Node At, string Value, string Class) : IterationProblem(At);

/// <summary>A value of a type that has no elements.</summary>
public sealed record ValueIterated(Node At, DetachedType Type) : IterationProblem(At);

/// <summary>A break or continue in a loop over modules or a tuple.</summary>
public sealed record JumpInUnrolledLoop(Node At, bool IsBreak) : IterationProblem(At);

/// <summary>A starred name for the rest of something that is no tuple.</summary>
public sealed record StarredUnpacking(Node At, DetachedType Type) : IterationProblem(At);

/// <summary>So many names for a tuple of another length.</summary>
public sealed record UnpackedCount(Node At, int Names, int Elements) : IterationProblem(At);

/// <summary>A value of a type that has no parts.</summary>
public sealed record ValueUnpacked(Node At, DetachedType Type) : IterationProblem(At);
