using LspTorch.Syntax;

namespace LspTorch.Semantics;

/// <summary>A def that torch.jit.script compiles, with its class when it is a method.</summary>
public sealed record CompiledFunction(
    FunctionDef Function,
    ClassDef? Class,
    string QualifiedName,
    CompiledReason Reason
)
{
    public bool Equals(CompiledFunction? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Function.Start;
}
