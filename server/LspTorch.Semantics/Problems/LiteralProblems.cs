using LspTorch.Syntax;

namespace LspTorch.Problems;

/// <summary>A literal or display that TorchScript has no value for.</summary>
public abstract record LiteralProblem(Node At) : Refusal(ProblemKind.Literal, At);

/// <summary>An int beyond 64 bits.</summary>
public sealed record IntTooLarge(Node At, string Value) : LiteralProblem(At);

/// <summary><c>...</c> outside of an index.</summary>
public sealed record EllipsisAsValue(Node At) : LiteralProblem(At);

/// <summary>A key of a type that no dictionary has.</summary>
public sealed record KeyTypeRefused(Node At, DetachedType Key) : LiteralProblem(At);

/// <summary>Keys of two types.</summary>
public sealed record KeyTypesDiffer(Node At, DetachedType Earlier, DetachedType Key) : LiteralProblem(At);
