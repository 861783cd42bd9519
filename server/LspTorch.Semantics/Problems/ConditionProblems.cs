using LspTorch.Syntax;

namespace LspTorch.Problems;

/// <summary>A value that cannot be a condition.</summary>
public abstract record ConditionProblem(Node At) : Refusal(ProblemKind.Condition, At);

/// <summary>A module or None.</summary>
public sealed record ModuleOrNoneTested(Node At, string Value) : ConditionProblem(At);

/// <summary>A module.</summary>
public sealed record ModuleTested(Node At, string Value) : ConditionProblem(At);

/// <summary>An object whose class has no <c>__bool__</c>.</summary>
public sealed record ObjectTested(Node At, string Value, string Class) : ConditionProblem(At);

/// <summary>A value of a type that is not converted to bool.</summary>
public sealed record ValueTested(Node At, string Value, DetachedType Type) : ConditionProblem(At);
