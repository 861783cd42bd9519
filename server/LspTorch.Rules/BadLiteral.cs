using LspTorch.Semantics;

namespace LspTorch.Rules;

/// <summary>
/// A literal or display that is no value of TorchScript: an int beyond 64 bits, keys of a type that no dictionary has.
/// </summary>
public sealed class BadLiteral : ProblemRule
{
    public override string Id => "bad-literal";
    protected override ProblemKind Kind => ProblemKind.BadLiteral;
}
