using LspTorch.Syntax;

namespace LspTorch.Problems;

/// <summary>A module that compiled code would make.</summary>
public abstract record ModuleMadeProblem(Node At) : Refusal(ProblemKind.ModuleMade, At);

/// <summary>A module of a class of the user's.</summary>
public sealed record UserModuleMade(Node At, string Class) : ModuleMadeProblem(At);

/// <summary>One of torch's own modules.</summary>
public sealed record TorchModuleMade(Node At, string Class) : ModuleMadeProblem(At);
