using System.Diagnostics;
using LspTorch.Findings;
using LspTorch.Problems;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>Why a signature does not take its arguments, in words.</summary>
internal static class SignatureWords
{
    public static string Begin(string function) => $"No signature of '{function}' matches";

    public static string Of(string function, string parameter, DetachedType wanted, DetachedType given, bool isRest) =>
        $"{Begin(function)}: '{parameter}' is {(isRest ? "a list of " : "")}{TypeWords.Formal(wanted.Type)}, but got "
        + $"{TypeWords.Bare(given)}";

    public static string Of(SignatureMismatch mismatch) =>
        mismatch switch
        {
            PositionalCountMismatch(var taken, var given) =>
                $"it takes {taken} positional argument{(taken == 1 ? "" : "s")}, but got {given}",
            UnknownArgument(var name) => $"it has no argument '{name}'",
            ArgumentGivenTwice(var name) => $"'{name}' is passed twice",
            ArgumentMissing(var name) => $"'{name}' is missing",
            _ => throw new UnreachableException(),
        };
}
