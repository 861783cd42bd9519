using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Divergence;

/// <summary><c>l[0].add_(1)</c> as <c>l[0] = l[0].add(1)</c>.</summary>
internal static class ElementFixes
{
    public static Fix? AssignedBack(Place place, Stmt statement, Expr changed)
    {
        if (
            changed is not Subscript
            || statement is not ExprStmt { Value: Call { Func: Syntax.Attribute method } call }
            || !ReferenceEquals(method.Value, changed)
        )
            return null;
        if (!place.IsTensor(changed) || place.TypeOf(((Subscript)changed).Value) is not TorchScript.ListType)
            return null;
        var file = place.File;
        string shown = place.Text(changed),
            arguments = file.Text[TextSpan.FromBounds(method.End, call.End)];
        if (
            method.Name == "copy_"
            || method.Name == "fill_" && call is not { Args.Count: 1, Keywords.Count: 0 }
            || method.Name == "zero_" && call.Args.Count > 0
        )
            return null;
        TextEdit? import = null;
        string value = method.Name switch
        {
            "zero_" => $"{TorchNames.Member(file, "zeros_like", out import)}({shown})",
            "fill_" => $"{TorchNames.Member(file, "full_like", out import)}({shown}, {arguments[1..]}",
            var name => $"{shown}.{name[..^1]}{arguments}",
        };
        var edit = new TextEdit(statement.Span, $"{shown} = {value}");
        return new Fix(
            $"Assign the result back to {shown}",
            FixSafety.Suggested,
            import is { } line ? [line, edit] : [edit]
        );
    }
}
