using LspTorch.Semantics;

namespace LspTorch.Rules;

/// <summary>A variable is read where it has no value on some path.</summary>
public sealed class NotDefinedOnAllPaths : ProblemRule
{
    public override string Id => "not-defined-on-all-paths";
    protected override ProblemKind Kind => ProblemKind.NotDefined;
}
