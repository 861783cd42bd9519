using System.Diagnostics;
using LspTorch.Findings;
using LspTorch.Problems;

namespace LspTorch.Rules;

/// <summary>Why a class does not fit an interface, in words.</summary>
internal static class InterfaceWords
{
    public static string Of(InterfaceMismatch mismatch) =>
        mismatch switch
        {
            MethodMissing => $"'{mismatch.Class}' has no method '{mismatch.Method}'",
            ParameterNamesDiffer(_, _, var names, var asked) =>
                $"{Method(mismatch)} takes ({string.Join(", ", names)}), and the interface's "
                    + $"({string.Join(", ", asked)})",
            ParameterCountDiffers(_, _, var taken, var asked) =>
                $"{Method(mismatch)} takes {taken} argument{(taken == 1 ? "" : "s")}, and the interface's {asked}",
            ParameterNameDiffers(_, _, var name, var asked) =>
                $"{Method(mismatch)} names its argument '{name}', and the interface's is '{asked}'",
            ParameterTypeDiffers(_, _, var parameter, var taken, var given) =>
                $"{Method(mismatch)} takes {TypeWords.Of(taken)} for '{parameter}', but the interface passes "
                    + TypeWords.Of(given),
            ReturnTypeDiffers(_, _, var returned, var promised) =>
                $"{Method(mismatch)} returns {TypeWords.Of(returned)}, but the interface declares "
                    + TypeWords.Of(promised),
            _ => throw new UnreachableException(),
        };

    private static string Method(InterfaceMismatch mismatch) => $"'{mismatch.Method}' of '{mismatch.Class}'";
}
