using LspTorch.Findings;
using LspTorch.Problems;

namespace LspTorch.Rules;

/// <summary><c>len</c> of a value of a Union type compiles, and is 1 whatever the value holds.</summary>
public sealed class LengthOfUnion : ProblemRule<UnionLength>
{
    public override string Id => "length-of-union";
    public override Severity DefaultSeverity => Severity.Warning;

    protected override string MessageOf(UnionLength problem) =>
        $"'len' of a value of type {problem.Type} is 1 in TorchScript, whatever it holds: test its type "
        + "with isinstance, and take the length there.";
}
