using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Refactorings;

/// <summary>
/// <c>sum(...)</c> of a list of Tensors, which compiled code does not have, as additions in the same order.
/// </summary>
internal static class TensorSum
{
    public static Fix? Of(FileSnapshot file, Node at)
    {
        if (
            at is not Call { Func: Name, Args: [var values], Keywords.Count: 0 } call
            || file.Model.ResolveName(call.Func) != "builtins.sum"
            || Blocks.StatementOf(call) is not { } statement
            || EvaluationOrder.ValueOf(statement) is not { } value
            || !EvaluationOrder.IsFirst(value, call)
        )
            return null;
        var text = file.Text;
        string list;
        if (values is ComprehensionExpr { Kind: ComprehensionKind.List or ComprehensionKind.Generator } comprehension)
        {
            if (
                comprehension.Generators is not [{ Ifs.Count: 0, IsAsync: false }]
                || file.Model.TypeOf(comprehension.Element) != TorchType.Tensor
            )
                return null;
            string inner = text[comprehension.Span];
            list =
                comprehension.Kind == ComprehensionKind.List ? inner
                : inner.StartsWith('(') ? $"[{inner[1..^1]}]"
                : $"[{inner}]";
        }
        else if (file.Model.TypeOf(values) == TorchType.List(TorchType.Tensor))
            list = text[values.ParenthesizedSpan];
        else
            return null;
        string parts = UniqueNames.For(file, "parts"),
            part = UniqueNames.For(file, "part"),
            total = UniqueNames.For(file, "total"),
            unit = Indentation.Unit(
                text,
                statement.FirstAncestor<FunctionDef>() ?? throw new InvalidOperationException()
            );
        return ScriptingBranch.Of(
            file,
            statement,
            "Add the Tensors one by one, for the compiler only",
            [new TextEdit(call.Span, total)],
            $"{parts} = {list}",
            $"{total} = 0 + {parts}[0]",
            $"for {part} in {parts}[1:]:",
            $"{unit}{total} = {total} + {part}"
        );
    }
}
