using LspTorch.Syntax;

namespace LspTorch.Problems;

/// <summary>Something is called that cannot be.</summary>
public abstract record CallProblem(Node At) : Refusal(ProblemKind.Call, At);

/// <summary>A value of an interface in a variable.</summary>
public sealed record InterfaceCalled(Node At, string Value, DetachedType Interface) : CallProblem(At);

/// <summary>A value of a type that has no call.</summary>
public sealed record ValueCalled(Node At, string Value, DetachedType Type) : CallProblem(At);

/// <summary>A module out of a slice of modules.</summary>
public sealed record SlicedModuleCalled(Node At, string Value) : CallProblem(At);

/// <summary><c>torch.jit.fork</c> of something that is no function.</summary>
public sealed record ForkOfValue(Node At, string Function, string Value, DetachedType Type) : CallProblem(At);
