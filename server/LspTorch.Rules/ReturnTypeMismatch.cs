using LspTorch.Semantics;

namespace LspTorch.Rules;

/// <summary>A return gives another type than the annotation or the other returns, or is missing on a path.</summary>
public sealed class ReturnTypeMismatch : ProblemRule
{
    public override string Id => "return-type-mismatch";
    protected override ProblemKind Kind => ProblemKind.ReturnType;
}
