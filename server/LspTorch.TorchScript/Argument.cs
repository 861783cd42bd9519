using LspTorch.Syntax;

namespace LspTorch.TorchScript;

/// <summary>
/// What an expression may be to the compiler besides a first-class value: it can be called, looked into or iterated
/// over.
/// </summary>
internal abstract record SugaredType : TorchType;

/// <summary>An argument of a call.</summary>
internal readonly record struct Argument(string? Name, TorchType Type, Expr? Source = null);
