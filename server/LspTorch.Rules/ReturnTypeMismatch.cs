using System.Diagnostics;
using LspTorch.Problems;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>A return gives another type than the annotation or the other returns, or is missing on a path.</summary>
public sealed class ReturnTypeMismatch : RefusalRule<ReturnProblem>
{
    public override string Id => "return-type-mismatch";

    protected override string MessageOf(ReturnProblem problem) =>
        problem switch
        {
            ReturnMissing(_, var function, var declared) =>
                $"'{function}' is annotated to return {declared}, and ends without a return on some path.",
            ReturnedTypeDiffers(_, var declared, var given) =>
                $"The function is annotated to return {declared}, and this is "
                    + $"{given}{Advice(given.Type, declared.Type)}.",
            ReturnedTypesDiffer(_, var earlier, var given) =>
                $"An earlier return has type {earlier}, and this one has type {given}: TorchScript "
                    + "functions return one type. Make them the same, or annotate a Union.",
            _ => throw new UnreachableException(),
        };

    private static string Advice(TorchType given, TorchType declared) =>
        given == TorchType.Int && declared == TorchType.Float
            ? ": TorchScript does not convert int to float; write 'float(...)'"
        : given is OptionalType optional && optional.Element.IsSubtypeOf(declared)
            ? ": test it for None first, or annotate Optional"
        : "";
}
