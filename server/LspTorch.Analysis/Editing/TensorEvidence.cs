using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Editing;

/// <summary>
/// Whether a value is a Tensor in eager Python too. To the compiler every parameter without annotation is one, though
/// it may be a number there, and arithmetic with it.
/// </summary>
internal static class TensorEvidence
{
    public static bool IsTensor(FileSnapshot file, Expr expression)
    {
        if (file.Observations.Find(expression.Span) is { Stale: false, Types.Length: > 0 } seen)
            return seen.JoinedType == "Tensor";
        if (file.Model.TypeOf(expression) != TorchType.Tensor)
            return false;
        return expression switch
        {
            Name name => OfVariable(file, name),
            BinOp operation => IsTensor(file, operation.Left) || IsTensor(file, operation.Right),
            UnaryOp unary => IsTensor(file, unary.Operand),
            // Numbers have no methods that the compiler would take for a Tensor's.
            Call { Func: Attribute } => true,
            Subscript { Value: var value } => IsTensor(file, value),
            Attribute { Name: "data" or "T" or "grad" } => true,
            Attribute { Value: Name { Id: "self" } } => true,
            _ => false,
        };
    }

    private static bool OfVariable(FileSnapshot file, Name name)
    {
        if (name.FirstAncestor<FunctionDef>() is not { } function || function.Args.Find(name.Id) is not { } parameter)
            return false;
        if (NameFlow.Writes(function.Body).Contains(name.Id))
            return false;
        return file.Model.DeclaredTypeOf(parameter) == TorchType.Tensor
            || file.Observations.Find(PlaceKind.Parameter, parameter.NameSpan)
                is { Stale: false, JoinedType: "Tensor" };
    }
}
