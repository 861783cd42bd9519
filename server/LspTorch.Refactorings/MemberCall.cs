using LspTorch.Syntax;

namespace LspTorch.Refactorings;

/// <summary>A call of what is a function of numpy, whose first argument is the array, and mostly a method of arrays.</summary>
/// <param name="Name">Of the function or method.</param>
/// <param name="Owner">The array, in torch.</param>
/// <param name="Array">The array as it is written.</param>
/// <param name="IsMethod">True where the method is called.</param>
internal sealed record MemberCall(
    string Name,
    ArrayValue Owner,
    Expr Array,
    Call Call,
    bool IsMethod,
    TorchMembers Torch
)
{
    /// <summary>The arguments behind the array; null where one is none of these.</summary>
    public NumpyArguments? With(params string[] parameters) =>
        NumpyArguments.Of(Call, IsMethod ? parameters : ["a", .. parameters]);

    /// <summary>The call of a method or function of torch, as numpy's was.</summary>
    public string Text(string function, string arguments) => Text(Owner, function, arguments);

    /// <param name="array">Instead of the owner.</param>
    public string Text(ArrayValue array, string function, string arguments) =>
        IsMethod ? $"{array.Atom}.{function}({arguments})"
        : arguments.Length > 0 ? $"{Torch.Of(function)}({array.Text}, {arguments})"
        : $"{Torch.Of(function)}({array.Text})";

    /// <summary>What a call makes that keeps the dtype.</summary>
    public ArrayValue Kept(string function, string arguments = "") =>
        ArrayValue.Array(Text(function, arguments), Owner.DType);
}
