using LspTorch.Semantics;

namespace LspTorch.Rules;

/// <summary>An index that the value does not take.</summary>
public sealed class BadIndex : ProblemRule
{
    public override string Id => "bad-index";
    protected override ProblemKind Kind => ProblemKind.BadIndex;
}
