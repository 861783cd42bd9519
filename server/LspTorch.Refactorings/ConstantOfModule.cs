using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// A name of the module that is given one literal, once, written as that literal; so is an entry of a dictionary of
/// literals that nothing in the file changes.
/// </summary>
internal static class ConstantOfModule
{
    public static Fix? Of(FileSnapshot file, Node node)
    {
        if (
            node is not Name { Context: ExprContext.Load } name
            || name.FirstAncestor<FunctionDef>() is null
            || file.Model.Names.FindVariable(name) is not { Bindings: [{ Value: { } value }] } variable
            || !ReferenceEquals(variable.Owner, file.Model)
            || value.Parent is not (Assign { Targets: [Name], Parent: Module } or AnnAssign { Parent: Module })
            || file.Tree.Root.Find<Global>().Any(g => g.Names.Contains(name.Id))
        )
            return null;
        var uses = file.Tree.Root.Find<Name>().Where(n => n.Id == name.Id).ToList();
        if (uses.Count(n => n.Context != ExprContext.Load) != 1)
            return null;
        Expr replaced = name;
        if (value is DictExpr dict)
        {
            if (
                name.Parent is not Subscript { Index: Constant key, Context: ExprContext.Load } entry
                || uses.Any(u => u.Context == ExprContext.Load && !IsRead(u))
                || dict.Keys.Any(k => k is not Constant)
                || Entry(dict, key) is not { } found
            )
                return null;
            (replaced, value) = (entry, found);
        }
        if (!IsLiteral(value))
            return null;
        string written = file.Text[value.Span];
        bool negative = value is UnaryOp && replaced.Parent is BinOp or Attribute or Subscript;
        return new Fix(
            $"Write {written} for '{file.Text[replaced.Span]}'",
            FixSafety.Suggested,
            [new TextEdit(replaced.Span, negative ? $"({written})" : written)]
        );
    }

    private static bool IsRead(Name use) =>
        use.Parent is Subscript { Context: ExprContext.Load } entry && ReferenceEquals(entry.Value, use);

    private static Expr? Entry(DictExpr dict, Constant key)
    {
        for (int i = dict.Keys.Count - 1; i >= 0; i--)
            if (dict.Keys[i] is Constant one && one.Kind == key.Kind && Equals(one.Value, key.Value))
                return dict.Values[i];
        return null;
    }

    private static bool IsLiteral(Expr value) =>
        value switch
        {
            Constant { Kind: ConstantKind.Int or ConstantKind.Float or ConstantKind.True or ConstantKind.False } =>
                true,
            Constant { Kind: ConstantKind.Str, Value: string { Length: < 40 } text } => !text.Contains('\n'),
            UnaryOp { Op: UnaryOperator.USub, Operand: Constant { Kind: ConstantKind.Int or ConstantKind.Float } } =>
                true,
            _ => false,
        };
}
