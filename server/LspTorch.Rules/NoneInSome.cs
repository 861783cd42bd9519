using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// Attributes that the constructor makes None in some instances, as its text says: in one branch, or where an argument
/// keeps its default.
/// </summary>
internal static class NoneInSome
{
    /// <summary>Whether it is None in some and something else in others; set in no compiled code.</summary>
    public static bool Constructs(FileSnapshot file, ClassModel type, string name, HashSet<FunctionDef> compiled)
    {
        if (
            type.FindAttribute(name)
                is not { IsDeclared: false, IsConstant: false, Assignments: { IsDefaultOrEmpty: false } stores }
            || type.FindMethod(name) is not null
            || file.Model.Tables.IsModuleMember(name)
            || type.Lineage().Any(c => c.Constants.Contains(name) || c.ClassAnnotations.ContainsKey(name))
        )
            return false;
        bool none = false,
            other = false;
        foreach (var store in stores)
        {
            if (store.FirstAncestor<FunctionDef>() is not { } function || compiled.Contains(function))
                return false;
            var value = (store as Assign)?.Value;
            if (value is Constant { Kind: ConstantKind.None })
                none = true;
            else if (
                value is IfExp { Body: var first, OrElse: var second } && (IsNone(first) || IsNone(second))
                || value is Name kept && function.Name == "__init__" && IsOptional(function, kept.Id)
            )
                none = other = true;
            else
                other = true;
        }
        return none && other;
    }

    private static bool IsNone(Expr value) => value is Constant { Kind: ConstantKind.None };

    private static bool IsOptional(FunctionDef init, string name) =>
        init.Args.All().FirstOrDefault(a => a.Name == name) is { Default: Constant { Kind: ConstantKind.None } }
        && !NameFlow.Writes(init.Body).Contains(name);

    /// <summary>An expression in which None is refused, whatever is around it.</summary>
    public static bool IsRefused(Attribute read) =>
        read.Parent switch
        {
            Call call => ReferenceEquals(call.Func, read) || IsOfTorch(call),
            Attribute { Context: ExprContext.Load } or BinOp => true,
            Subscript { Context: ExprContext.Load } element => ReferenceEquals(element.Value, read),
            _ => false,
        };

    /// <summary>Functions of one Tensor: <c>torch.tanh(self.a)</c>.</summary>
    private static bool IsOfTorch(Call call) =>
        call is { Args.Count: 1, Keywords.Count: 0, Func: Attribute { Value: Name { Id: "torch" or "F" } } };

    /// <summary>Its truth alone is asked.</summary>
    public static bool IsCondition(Attribute read)
    {
        Node at = read;
        while (at.Parent is BoolOp or UnaryOp { Op: UnaryOperator.Not })
            at = at.Parent;
        return at.Parent switch
        {
            If branch => ReferenceEquals(branch.Test, at),
            IfExp choice => ReferenceEquals(choice.Test, at),
            While loop => ReferenceEquals(loop.Test, at),
            _ => false,
        };
    }

    /// <summary>
    /// The truth of the attribute where the compiler knows whether it is None: it compiles one side of a choice on that
    /// only. What is called is no bool to the compiler: its truth is Python's matter then. Null where the condition reads
    /// the attribute once more: that is compiled where it is None too.
    /// </summary>
    public static Fix? Asked(FileSnapshot file, ClassModel type, Attribute read)
    {
        Node condition = read;
        while (condition.Parent is BoolOp or UnaryOp { Op: UnaryOperator.Not })
            condition = condition.Parent;
        if (condition.Find<Attribute>().Count(a => a.Name == read.Name) > 1)
            return null;
        string shown = file.Text[read.Span];
        bool called = type.Node.Find<Call>().Any(c => c.Func is Attribute { Name: var name } && name == read.Name);
        TextEdit? import = null;
        string written = called
            ? $"({shown} is not None if {TorchNames.Jit(file, "is_scripting", out import)}() else {shown})"
            : $"({shown} if {shown} is not None else False)";
        var edit = new TextEdit(read.ParenthesizedSpan, written);
        return new Fix($"Write '{written}'", FixSafety.Suggested, import is { } line ? [line, edit] : [edit]);
    }
}
