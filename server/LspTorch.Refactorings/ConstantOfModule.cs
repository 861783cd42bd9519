using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// A name of the module that is given one constant, once, written as that constant: a number, string, dtype, a tuple of
/// them, arithmetic and functions of math on them. So is an entry of a dictionary that nothing in the file changes, and
/// a list that is only looped over, indexed or searched.
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
        if (
            value is ListExpr list
            && (list.Elements.Count == 0 || uses.Any(u => u.Context == ExprContext.Load && !IsOnlyRead(file, u)))
        )
            return null;
        if (!IsConstant(file, value, 0))
            return null;
        string written = file.Text[value.Span];
        if (written.AsSpan().ContainsAny('\n', '#') || written.Length > 120)
            return null;
        bool negative =
            value is UnaryOp && replaced.Parent is BinOp or Attribute or Subscript || value is BinOp or TupleExpr;
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

    /// <summary>Looped over, indexed, searched or measured: a list of its own is the same there.</summary>
    private static bool IsOnlyRead(FileSnapshot file, Name use) =>
        use.Parent switch
        {
            Subscript { Context: ExprContext.Load } entry => ReferenceEquals(entry.Value, use),
            For loop => ReferenceEquals(loop.Iter, use),
            Comprehension clause => ReferenceEquals(clause.Iter, use),
            Compare { Ops: [CompareOperator.In or CompareOperator.NotIn] } compare => !ReferenceEquals(
                compare.Left,
                use
            ),
            Call { Func: Name { Id: "len" or "enumerate" or "zip" or "sum" or "max" or "min" or "range" } } => true,
            _ => false,
        };

    /// <summary>What compiled code computes as Python does: no powers of ints, which give another type there.</summary>
    private static bool IsConstant(FileSnapshot file, Expr value, int depth) =>
        depth < 8
        && value switch
        {
            Constant { Kind: ConstantKind.Int or ConstantKind.Float or ConstantKind.True or ConstantKind.False } =>
                true,
            Constant { Kind: ConstantKind.Str, Value: string { Length: < 40 } text } => !text.Contains('\n'),
            UnaryOp { Op: UnaryOperator.USub } minus => IsConstant(file, minus.Operand, depth + 1),
            BinOp { Op: BinaryOperator.Add or BinaryOperator.Sub or BinaryOperator.Mult or BinaryOperator.Div } sum =>
                IsNumber(file, sum.Left, depth + 1) && IsNumber(file, sum.Right, depth + 1),
            TupleExpr { Elements: { Count: > 0 } all } => all.All(e => IsConstant(file, e, depth + 1)),
            ListExpr { Elements: { Count: > 0 } all } => all.All(e => IsConstant(file, e, depth + 1)),
            Attribute named => file.Model.ResolveName(named) is { } name
                && (IsOfMath(name) || name.StartsWith("torch.", StringComparison.Ordinal) && IsDType(name)),
            Call { Func: Attribute, Args: [var only], Keywords.Count: 0 } call => file.Model.ResolveName(call.Func)
                is "math.sqrt"
                    or "math.log"
                    or "math.exp"
                && IsNumber(file, only, depth + 1),
            Call { Func: Name, Args: [Constant { Kind: ConstantKind.Str }], Keywords.Count: 0 } call =>
                file.Model.ResolveName(call.Func) == "builtins.float",
            _ => false,
        };

    private static bool IsNumber(FileSnapshot file, Expr value, int depth) =>
        value is not (TupleExpr or ListExpr or Constant { Kind: ConstantKind.Str }) && IsConstant(file, value, depth);

    private static bool IsOfMath(string name) =>
        name is "math.pi" or "math.e" or "math.inf" or "math.nan" or "math.tau";

    private static bool IsDType(string name) =>
        name["torch.".Length..]
            is "float"
                or "float16"
                or "float32"
                or "float64"
                or "double"
                or "half"
                or "bfloat16"
                or "int"
                or "int8"
                or "int16"
                or "int32"
                or "int64"
                or "long"
                or "short"
                or "uint8"
                or "bool"
                or "complex64";
}
