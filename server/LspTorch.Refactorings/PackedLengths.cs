using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// Lengths that are an array or a list for pack_padded_sequence alone (<c>lengths.cpu().numpy()</c>,
/// <c>lengths.tolist()</c>): it takes a Tensor on the CPU as well, and makes one of what it is given.
/// </summary>
internal static class PackedLengths
{
    /// <param name="at">The call of numpy() or tolist().</param>
    public static Fix? Of(FileSnapshot file, Call at)
    {
        if (
            at is not { Func: Attribute { Name: "numpy" or "tolist" } method, Args.Count: 0, Keywords.Count: 0 }
            || file.Model.TypeOf(method.Value) != TorchType.Tensor
            || !(IsLengths(file, at) || IsOnlyLengths(file, at))
        )
            return null;
        var value = method.Value;
        string written = file.Text[value.Span];
        if (method.Name == "tolist" && value is not Call { Func: Attribute { Name: "cpu" } })
            written += ".cpu()";
        return new Fix(
            $"Pass '{written}' to pack_padded_sequence",
            FixSafety.Suggested,
            [new TextEdit(at.Span, written)]
        );
    }

    private static bool IsLengths(FileSnapshot file, Expr value) =>
        value.Parent switch
        {
            Keyword { Name: "lengths", Parent: Call call } => IsPack(file, call),
            Call { Args: [_, var second, ..] } call => ReferenceEquals(second, value) && IsPack(file, call),
            _ => false,
        };

    private static bool IsPack(FileSnapshot file, Call call) =>
        file.Model.ResolveName(call.Func) == "torch.nn.utils.rnn.pack_padded_sequence";

    /// <summary>Stored in a variable that from there on is nothing else.</summary>
    private static bool IsOnlyLengths(FileSnapshot file, Call at)
    {
        if (
            at.Parent is not Assign { Targets: [Name variable] } assign
            || assign.FirstAncestor<FunctionDef>() is not { } function
            || assign.Ancestors().TakeWhile(a => !ReferenceEquals(a, function)).Any(a => a is For or While)
        )
            return false;
        var later = function
            .Body.SelectMany(s => s.Find<Name>())
            .Where(n => n.Id == variable.Id && n.Start >= assign.End)
            .ToList();
        return later.Count > 0 && later.All(n => n.Context == ExprContext.Load && IsLengths(file, n));
    }
}
