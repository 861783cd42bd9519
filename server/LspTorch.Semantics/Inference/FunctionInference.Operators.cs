using System.Collections.Immutable;
using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

internal sealed partial class FunctionInference
{
    private TorchType Operator(string name, TorchType left, TorchType? right = null) =>
        ResolveOperator(name, left, right) ?? TorchType.Unknown;

    private (string Name, TorchType Left, TorchType? Right, TorchType? Result)? lastOperator;

    /// <summary>
    /// The type that an operator gives, as
    /// <see cref="Matcher.Resolve(ImmutableArray{FunctionSchema}, TorchType?, List{Argument}, List{Argument})"/>.
    /// </summary>
    private TorchType? ResolveOperator(string name, TorchType left, TorchType? right)
    {
        // Asked twice in a row: whether it is refused, and what it gives.
        if (
            lastOperator is { } last
            && last.Name == name
            && ReferenceEquals(last.Left, left)
            && ReferenceEquals(last.Right, right)
        )
            return last.Result;
        var operands = right is null
            ? (ReadOnlySpan<Argument>)[new Argument(null, left)]
            : [new Argument(null, left), new Argument(null, right)];
        var result = Matcher.Resolve(Model.Tables.Operator(name), null, operands, []);
        lastOperator = (name, left, right, result);
        return result;
    }

    private static string OperatorName(BinaryOperator op) =>
        op switch
        {
            BinaryOperator.Add => "aten::add",
            BinaryOperator.Sub => "aten::sub",
            BinaryOperator.Mult => "aten::mul",
            BinaryOperator.Div => "aten::div",
            BinaryOperator.FloorDiv => "aten::floordiv",
            BinaryOperator.Mod => "aten::remainder",
            BinaryOperator.Pow => "aten::pow",
            BinaryOperator.MatMult => "aten::matmul",
            BinaryOperator.BitAnd => "aten::__and__",
            BinaryOperator.BitOr => "aten::__or__",
            BinaryOperator.BitXor => "aten::__xor__",
            BinaryOperator.LShift => "aten::__lshift__",
            _ => "aten::__rshift__",
        };

    private static string SymbolOf(BinaryOperator op) =>
        op switch
        {
            BinaryOperator.Add => "+",
            BinaryOperator.Sub => "-",
            BinaryOperator.Mult => "*",
            BinaryOperator.MatMult => "@",
            BinaryOperator.Div => "/",
            BinaryOperator.Mod => "%",
            BinaryOperator.Pow => "**",
            BinaryOperator.LShift => "<<",
            BinaryOperator.RShift => ">>",
            BinaryOperator.BitOr => "|",
            BinaryOperator.BitXor => "^",
            BinaryOperator.BitAnd => "&",
            _ => "//",
        };

    /// <summary>
    /// The operator behind <c>x op= y</c> (getAugOp in ir_emitter.cpp): one that writes to x where x is a Tensor or
    /// list; for '%' it is fmod, whose result has the sign of x.
    /// </summary>
    private static string AugmentedName(BinaryOperator op, TorchType target)
    {
        bool inPlace = target == TorchType.Tensor || target is ListType;
        return op switch
        {
            BinaryOperator.Mod => inPlace ? "aten::fmod_" : "aten::fmod",
            BinaryOperator.Add or BinaryOperator.Sub or BinaryOperator.Mult or BinaryOperator.Div when inPlace =>
                OperatorName(op) + "_",
            BinaryOperator.BitAnd when inPlace => "aten::bitwise_and",
            BinaryOperator.BitOr when inPlace => "aten::bitwise_or",
            BinaryOperator.BitXor when inPlace => "aten::bitwise_xor",
            _ => OperatorName(op),
        };
    }

    /// <summary>
    /// Whatever is computed of it is found in the tables: no object with methods of its own, and nothing that is no
    /// value.
    /// </summary>
    private static bool IsOperand(TorchType type) =>
        !type.HasUnknown
        && type
            is PrimitiveType
                or ListType
                or DictType
                or OptionalType
                or UnionType
                or TupleType
                or FutureType
                or ClassType { Role: ClassRole.NamedTuple or ClassRole.Enum };

    private TorchType Binary(BinaryOperator op, TorchType left, TorchType right)
    {
        // The usual cases without the tables: most arithmetic is on tensors and ints.
        if (left == TorchType.Tensor && right == TorchType.Tensor)
            return TorchType.Tensor;
        if (left is ListType list && right == TorchType.Int && op == BinaryOperator.Mult)
            return list;
        if (
            op == BinaryOperator.Add
            && TypeRelations.TupleElements(left) is { } a
            && TypeRelations.TupleElements(right) is { } b
        )
            return new TupleType(a.AddRange(b));
        if (left is ClassType or SugaredType || right is ClassType or SugaredType)
            return TorchType.Unknown;
        // Whatever the other side is, code that compiles gives a Tensor: the overloads for a Tensor come first.
        if (
            right.IsUnknown
            && left == TorchType.Tensor
            && op
                is BinaryOperator.Add
                    or BinaryOperator.Sub
                    or BinaryOperator.Mult
                    or BinaryOperator.Div
                    or BinaryOperator.Pow
                    or BinaryOperator.MatMult
                    or BinaryOperator.FloorDiv
                    or BinaryOperator.Mod
        )
            return TorchType.Tensor;
        if (op == BinaryOperator.Mod && left == TorchType.Str)
            return TorchType.Str;
        return Operator(OperatorName(op), left, right);
    }

    private void CheckBinary(Expr at, BinaryOperator op, TorchType left, TorchType right)
    {
        if (LacksSpecial(at, left, SpecialOf(op), SymbolOf(op)))
            return;
        if (left == TorchType.Tensor && right == TorchType.Tensor || op == BinaryOperator.Mod && left == TorchType.Str)
            return;
        if (
            op == BinaryOperator.Add
            && TypeRelations.TupleElements(left) is not null
            && TypeRelations.TupleElements(right) is not null
        )
            return;
        CheckOperator(at, OperatorName(op), SymbolOf(op), left, right);
    }

    private void CheckOperator(Node at, string op, string symbol, TorchType left, TorchType? right = null)
    {
        if (!IsOperand(left) || right is not null && !IsOperand(right))
            return;
        if (
            Model.Tables.Operator(op).IsEmpty
            || Model.Tables.HasUnreadableOverloads(op)
            || ResolveOperator(op, left, right) is not null
        )
            return;
        if (left is OptionalType || right is OptionalType)
            Report(new OptionalOperand(at, symbol, left, DetachedType.Of(right)));
        else
            Report(new NoOperator(at, symbol, left, DetachedType.Of(right)) { FromTables = true });
    }

    private TorchType InferCompare(Compare compare)
    {
        if (compare.Ops is [CompareOperator.Is or CompareOperator.IsNot])
        {
            NoneTest(compare);
            return TorchType.Bool;
        }
        var left = InferValue(compare.Left);
        TorchType result = TorchType.Bool;
        for (int i = 0; i < compare.Ops.Count; i++)
        {
            var right = InferValue(compare.Comparators[i]);
            CheckCompare(compare, compare.Ops[i], left, right);
            result = compare.Ops[i] switch
            {
                CompareOperator.Eq => Equality("aten::eq", left, right),
                CompareOperator.NotEq => Equality("aten::ne", left, right),
                CompareOperator.Lt => Comparison("aten::lt", left, right),
                CompareOperator.LtE => Comparison("aten::le", left, right),
                CompareOperator.Gt => Comparison("aten::gt", left, right),
                CompareOperator.GtE => Comparison("aten::ge", left, right),
                _ => TorchType.Bool,
            };
            left = right;
        }
        return compare.Ops.Count > 1 ? TorchType.Bool : result;
    }

    /// <summary>A Tensor compared with what is not known gives a Tensor, where it compiles.</summary>
    private TorchType Comparison(string op, TorchType left, TorchType right) =>
        left == TorchType.Tensor && right.IsUnknown ? TorchType.Tensor : Operator(op, left, right);

    private TorchType Equality(string op, TorchType left, TorchType right) =>
        left is ClassType { Role: ClassRole.Enum } && right is ClassType { Role: ClassRole.Enum }
            ? TorchType.Bool
            : Operator(op, left, right);

    private void CheckCompare(Compare compare, CompareOperator comparison, TorchType left, TorchType right)
    {
        var (op, symbol) = comparison switch
        {
            CompareOperator.Lt => ("aten::lt", "<"),
            CompareOperator.LtE => ("aten::le", "<="),
            CompareOperator.Gt => ("aten::gt", ">"),
            CompareOperator.GtE => ("aten::ge", ">="),
            CompareOperator.Eq => ("aten::eq", "=="),
            CompareOperator.NotEq => ("aten::ne", "!="),
            _ => ("", ""),
        };
        if (SpecialOf(comparison) is { } special && LacksSpecial(compare, left, special, symbol))
            return;
        if (
            comparison is CompareOperator.In or CompareOperator.NotIn
            && LacksSpecial(compare, right, "__contains__", "in")
        )
            return;
        if (op.Length > 0)
            CheckOperator(compare, op, symbol, left, right);
        else if (comparison is CompareOperator.In or CompareOperator.NotIn)
            CheckOperator(compare, "aten::__contains__", "in", right, left);
    }

    private void RunAugAssign(AugAssign aug)
    {
        var left = Infer(aug.Target);
        var right = InferValue(aug.Value);
        if (
            aug.Target is Syntax.Attribute attribute
            && Infer(attribute.Value) is var owner and not (ModuleType or SugaredType or ClassType)
        )
            CheckAttributeStore(attribute, owner, TorchType.Unknown);
        var result = Augmented(aug, left, right);
        if (aug.Target is Syntax.Attribute { Value: var holder } member && Infer(holder) is ModuleType module)
        {
            CheckAttribute(module, member);
            if (left != TorchType.Tensor)
                CheckAttributeStore(member, module, result);
        }
        if (aug.Target is Subscript element)
            CheckAugmentedElement(aug, element, result);
        if (left == TorchType.Tensor && aug.Target is not Name)
            result = TorchType.Tensor;
        if (aug.Target is Name name)
        {
            analysis.SetType(name, null); // the store's type is what counts
            Record(name, SetVariable(name.Id, result, null, name));
        }
    }

    private TorchType Augmented(AugAssign aug, TorchType left, TorchType right)
    {
        if (
            ScriptClassOf(left) is { } made
            && SpecialOf(aug.Op) is { } special
            && !made.Methods.ContainsKey(special)
            && LacksSpecial(aug.Target, left, special.Insert(2, "i"), SymbolOf(aug.Op) + "=")
        )
            return TorchType.Unknown;
        if (
            left is SugaredType
            || right is SugaredType
            || left is ClassType && !IsOperand(left)
            || right is ClassType && !IsOperand(right)
        )
            return TorchType.Unknown;
        string op = AugmentedName(aug.Op, left);
        // A Tensor is written to whatever is added; what is not known is not judged.
        if (left == TorchType.Tensor && (right == TorchType.Tensor || right.HasUnknown))
            return TorchType.Tensor;
        if (aug.Op is BinaryOperator.MatMult or BinaryOperator.FloorDiv)
            return Binary(aug.Op, left, right);
        CheckOperator(aug, op, SymbolOf(aug.Op) + "=", left, right);
        return Operator(op, left, right);
    }

    /// <summary>An element that is added to: one of a Tensor, list or dictionary, by one index.</summary>
    private void CheckAugmentedElement(AugAssign aug, Subscript element, TorchType result)
    {
        var container = Infer(element.Value);
        if (container == TorchType.Tensor || !IsOperand(container))
            return;
        if (element.Index is Slice or TupleExpr { Elements.Count: > 0 } || container is not (ListType or DictType))
            Report(new ElementAugmented(aug, Shown(element), container, element.Index is Slice));
        else
            CheckElementStore(element, container, result);
    }
}
