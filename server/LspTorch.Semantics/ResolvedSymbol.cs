using LspTorch.Syntax;

namespace LspTorch.Semantics;

/// <summary>
/// What an expression names: by absolute dotted name where it comes through an import (leading dots: a relative one),
/// and the def or
/// class where its source is at hand.
/// </summary>
public sealed record ResolvedSymbol(string? DottedName, Node? Definition, SemanticModel? Owner)
{
    public FunctionDef? Function => Definition as FunctionDef;
    public ClassDef? Class => Definition as ClassDef;
}
