using System.Diagnostics;
using LspTorch.Findings;
using LspTorch.Problems;

namespace LspTorch.Rules;

/// <summary>
/// A literal or display that is no value of TorchScript: an int beyond 64 bits, keys of a type that no dictionary has.
/// </summary>
public sealed class BadLiteral : RefusalRule<LiteralProblem>
{
    public override string Id => "bad-literal";

    protected override string MessageOf(LiteralProblem problem) =>
        problem switch
        {
            IntTooLarge(_, var value) =>
                $"TorchScript's ints have 64 bits, and '{value}' does not fit in one: compute it outside, "
                    + "or use a float.",
            EllipsisAsValue => "'...' is not a value in TorchScript: only an index of a Tensor can have it.",
            KeyTypeRefused(_, var key) =>
                $"{TypeWords.Capital(TypeWords.Of(key))} cannot be a dictionary key in TorchScript: keys "
                    + "are ints, floats, bools, strings, complex numbers, devices or Tensors. Make a str or an "
                    + "int of it.",
            KeyTypesDiffer(_, var earlier, var key) =>
                $"This dictionary has keys of type {earlier} and {key}, and TorchScript needs one type.",
            _ => throw new UnreachableException(),
        };
}
