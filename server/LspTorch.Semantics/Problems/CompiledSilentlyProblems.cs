using LspTorch.Syntax;

namespace LspTorch.Problems;

/// <summary>
/// A call of what <c>@torch.jit.ignore</c> leaves to Python, with which the module cannot be saved.
/// </summary>
public sealed record IgnoredCall(Node At, string Function) : CompiledSilently(ProblemKind.IgnoredCall, At);

/// <summary><c>len</c> of a value of a Union type, which does not hang on what the value holds.</summary>
public sealed record UnionLength(Node At, DetachedType Type) : CompiledSilently(ProblemKind.LengthOfUnion, At);
