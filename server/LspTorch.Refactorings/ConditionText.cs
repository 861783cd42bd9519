using LspTorch.Editing;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>Conditions and values of a function, written anew as the condition of a loop or as what is assigned.</summary>
internal sealed class ConditionText(FileSnapshot file, FunctionDef function)
{
    private readonly SourceText text = file.Text;

    /// <summary>
    /// A condition that the compiler may decide, or that says which type a variable has in a branch: a loop's condition
    /// does not.
    /// </summary>
    public static bool IsDecidedByType(Expr test) =>
        test.Has(node =>
            node is Compare compare && compare.Ops.Any(o => o is CompareOperator.Is or CompareOperator.IsNot)
            || node is Constant { Kind: ConstantKind.None or ConstantKind.True or ConstantKind.False }
            || node
                is Call { Func: Name { Id: "isinstance" or "hasattr" } }
                    or Call { Func: Attribute { Name: "isinstance" or "is_scripting" or "is_tracing" } }
        );

    public bool HasComment(TextSpan span) => file.Tree.Comments.Any(c => span.Contains(c.Span));

    public string Single(Expr test) => HasLines(text[test.Span]) ? $"({text[test.Span]})" : text[test.Span];

    /// <summary>
    /// What the parentheses of the call held together over several lines, on one line or in parentheses of its own.
    /// </summary>
    public string Written(Expr value)
    {
        string written = text[value.ParenthesizedSpan];
        if (!HasLines(written))
            return written;
        string[] lines = written.Split(
            ['\n', '\r'],
            StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
        );
        string joined = string.Join(' ', lines);
        bool plain =
            !HasComment(value.ParenthesizedSpan)
            && Indentation.LinesInsideStrings(text, [Blocks.StatementOf(value) ?? function]).Count == 0;
        if (plain && joined.Length <= 80 && value is BinOp or BoolOp or Compare or IfExp or UnaryOp)
            return joined;
        return value.ParenthesizedSpan == value.Span && value is not (ListExpr or DictExpr or TupleExpr)
            ? $"({written})"
            : written;
    }

    private static bool HasLines(string text) => text.Contains('\n') || text.Contains('\r');

    public string Negated(Expr test)
    {
        string written = text[test.ParenthesizedSpan];
        bool enclosed = test.ParenthesizedSpan != test.Span;
        switch (test)
        {
            case UnaryOp { Op: UnaryOperator.Not, Operand: var operand }:
                string inner = text[operand.Span];
                return HasLines(inner) ? $"({inner})" : inner;
            case Compare { Ops: [var op], Comparators: [var right], Left: var left }
                when !HasLines(written) && Opposite(op, left, right) is { } opposite:
                return $"{text[left.ParenthesizedSpan]} {opposite} {text[right.ParenthesizedSpan]}";
            case Name or Attribute or Call or Subscript when !HasLines(written):
                return $"not {text[test.Span]}";
            default:
                return enclosed ? $"not {written}" : $"not ({written})";
        }
    }

    /// <summary>
    /// The operator that is true where this one is not. Of 'less' and 'greater' only for integers: where a number is
    /// nan, both are false.
    /// </summary>
    private string? Opposite(CompareOperator op, Expr left, Expr right) =>
        op switch
        {
            CompareOperator.Eq => "!=",
            CompareOperator.NotEq => "==",
            CompareOperator.In => "not in",
            CompareOperator.NotIn => "in",
            _ when !IsInt(left) || !IsInt(right) => null,
            CompareOperator.Lt => ">=",
            CompareOperator.LtE => ">",
            CompareOperator.Gt => "<=",
            CompareOperator.GtE => "<",
            _ => null,
        };

    private bool IsInt(Expr value) =>
        value switch
        {
            Constant { Kind: ConstantKind.Int } => true,
            Call { Func: Name { Id: "len" } } => true,
            BinOp
            {
                Op: BinaryOperator.Add
                    or BinaryOperator.Sub
                    or BinaryOperator.Mult
                    or BinaryOperator.FloorDiv
                    or BinaryOperator.Mod
            } sum => IsInt(sum.Left) && IsInt(sum.Right),
            Name name
                when function.Args.Find(name.Id) is { } parameter && file.Model.DeclaredTypeOf(parameter) is null =>
                RunTimeTypes.Of(file, PlaceKind.Parameter, parameter.NameSpan) == TorchType.Int,
            _ => file.Model.TypeOf(value) == TorchType.Int,
        };
}
