using LspTorch.Semantics;

namespace LspTorch.Rules;

/// <summary>A value that is no function or module is called.</summary>
public sealed class NotCallable : ProblemRule
{
    public override string Id => "not-callable";
    protected override ProblemKind Kind => ProblemKind.NotCallable;
}
