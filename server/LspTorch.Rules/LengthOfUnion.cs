using LspTorch.Findings;
using LspTorch.Semantics;

namespace LspTorch.Rules;

/// <summary><c>len</c> of a value of a Union type compiles, and is 1 whatever the value holds.</summary>
public sealed class LengthOfUnion : ProblemRule
{
    public override string Id => "length-of-union";
    public override Severity DefaultSeverity => Severity.Warning;
    protected override ProblemKind Kind => ProblemKind.LengthOfUnion;
}
