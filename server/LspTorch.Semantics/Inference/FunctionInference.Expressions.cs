using System.Collections.Immutable;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

internal sealed partial class FunctionInference
{
    /// <summary>The type of an expression, or what else it is to the compiler; recorded for the expression.</summary>
    /// <param name="hint">The type that is wanted where the compiler looks at it: for literals and
    /// comprehensions.</param>
    private TorchType Infer(Expr expr, TorchType? hint = null)
    {
        if (++nesting > MaxNesting)
        {
            nesting--;
            return TorchType.Unknown;
        }
        try
        {
            return Record(expr, InferCore(expr, hint));
        }
        finally
        {
            nesting--;
        }
    }

    private TorchType InferCore(Expr expr, TorchType? hint)
    {
        switch (expr)
        {
            case Constant constant:
                CheckLiteral(constant);
                return Semantics.InitEvaluator.TypeOf(constant);
            case JoinedStr text:
                foreach (var part in text.Values)
                    if (part is FormattedValue field)
                        Infer(field.Value);
                return TorchType.Str;
            case Name name:
                return frame.Find(name.Id) is not { } known ? GlobalOf(name)
                    : known is UndefinedValue missing ? Read(name, missing)
                    : known;
            case Syntax.Attribute attribute:
                return InferAttribute(attribute);
            case BinOp binary:
                var (left, right) = (InferValue(binary.Left), InferValue(binary.Right));
                CheckBinary(binary, binary.Op, left, right);
                return Binary(binary.Op, left, right);
            case UnaryOp { Op: UnaryOperator.Not }:
                InferCondition(expr);
                return TorchType.Bool;
            case UnaryOp unary:
                var operand = InferValue(unary.Operand);
                if (
                    unary.Op != UnaryOperator.UAdd
                    && !LacksSpecial(
                        unary,
                        operand,
                        unary.Op == UnaryOperator.USub ? "__neg__" : "__invert__",
                        unary.Op == UnaryOperator.USub ? "-" : "~"
                    )
                )
                    CheckOperator(
                        unary,
                        unary.Op == UnaryOperator.USub ? "aten::neg" : "aten::bitwise_not",
                        unary.Op == UnaryOperator.USub ? "-" : "~",
                        operand
                    );
                return unary.Op == UnaryOperator.UAdd
                    ? operand
                    : Operator(unary.Op == UnaryOperator.USub ? "aten::neg" : "aten::bitwise_not", operand);
            case BoolOp:
                InferCondition(expr);
                return TorchType.Bool;
            case Compare compare:
                return InferCompare(compare);
            case IfExp choice:
                return InferChoice(choice, hint);
            case TupleExpr tuple:
                return InferTuple(tuple);
            case ListExpr list:
                return InferList(list, hint);
            case DictExpr dict:
                return InferDict(dict, hint);
            case ComprehensionExpr comprehension:
                return InferComprehension(comprehension, hint);
            case DictComp comprehension:
                return InferDictComprehension(comprehension, hint);
            case Subscript subscript:
                return InferSubscript(subscript);
            case Call call:
                return InferCall(call, hint);
            case Starred starred:
                Infer(starred.Value);
                return TorchType.Unknown;
            case NamedExpr named:
                Infer(named.Value);
                return TorchType.Unknown;
            default:
                return TorchType.Unknown;
        }
    }

    private TorchType InferChoice(IfExp choice, TorchType? hint)
    {
        var condition = InferCondition(choice.Test);
        if (condition.Test is { InBlock: true })
            CheckModuleTest(condition);
        if (condition.Static is { } taken)
        {
            Mark(taken ? choice.OrElse : choice.Body, CompileState.Dead);
            if (taken)
                return InFrame(condition.WhenTrue, choice.Body, hint);
            return InFrame(condition.WhenFalse, choice.OrElse, hint);
        }
        if (condition.MayBeStatic)
        {
            Mark(choice.Body, CompileState.Uncertain);
            Mark(choice.OrElse, CompileState.Uncertain);
        }
        var a = InFrame(condition.WhenTrue, choice.Body, hint);
        var b = InFrame(condition.WhenFalse, choice.OrElse, hint);
        if (a == b)
            return a;
        if (condition.MayBeStatic || a is SugaredType || b is SugaredType || a.IsUnknown || b.IsUnknown)
            return TorchType.Unknown;
        if (TypeRelations.Unify(a, b) is { } both)
            return both;
        if (hint is null)
            CheckChoice(choice, a, b);
        return TorchType.Unknown;
    }

    private TorchType InFrame(Refinements refinements, Expr expr, TorchType? hint)
    {
        var outer = frame;
        frame = new Frame(outer);
        Refine(refinements);
        var type = Infer(expr, hint);
        frame = outer;
        return type;
    }

    private void Comprehend(Comprehension generator, Action element)
    {
        var iterated = Infer(generator.Iter);
        if (
            generator.Parent is ComprehensionExpr or DictComp
            && generator.Parent is Expr whole
            && ElementsOf(iterated) is null
        )
            CheckIterable(generator.Iter, iterated, whole);
        var outer = frame;
        frame = new Frame(null, outer);
        void Body()
        {
            foreach (var condition in generator.Ifs)
                InferCondition(condition);
            element();
        }
        if (ElementsOf(iterated) is { } unrolled)
        {
            CheckUnrolled(generator.Iter, iterated, generator.Parent as Expr);
            Unroll(generator.Target, unrolled, Body);
        }
        else
        {
            Assign(generator.Target, ElementOf(iterated));
            Body();
        }
        frame = outer;
    }

    /// <summary>What each turn of a loop over the value gives; Unknown where it is not known.</summary>
    private static TorchType ElementOf(TorchType iterated) =>
        iterated switch
        {
            ListType list => list.Element,
            DictType dict => dict.Key,
            PrimitiveType { Kind: PrimitiveKind.Tensor } => TorchType.Tensor,
            PrimitiveType { Kind: PrimitiveKind.Str } => TorchType.Str,
            IterableValue { Kind: IterableKind.Range } => TorchType.Int,
            ClassValue { Class: { Kind: Semantics.ClassKind.Enum } members } => members.InstanceType,
            IterableValue { Kind: IterableKind.Enumerate } enumerate => new TupleType([
                TorchType.Int,
                FirstClass(ElementOf(enumerate.Children[0])),
            ]),
            IterableValue { Kind: IterableKind.Zip } zip => new TupleType([
                .. zip.Children.Select(c => FirstClass(ElementOf(c))),
            ]),
            IterableValue { Kind: IterableKind.Reversed } reversed => ElementOf(reversed.Children[0]),
            _ => TorchType.Unknown,
        };

    private static TorchType FirstClass(TorchType type) => type is SugaredType ? TorchType.Unknown : type;

    /// <summary>
    /// The turns of a loop that the compiler writes out, over modules or a tuple; null where it makes a real loop.
    /// </summary>
    private static SugaredTuple? ElementsOf(TorchType iterated)
    {
        switch (iterated)
        {
            case ModuleContainerType { Kind: not ModuleContainerKind.ModuleDict } container:
                return new SugaredTuple(container.Elements, container.Exact);
            case SugaredTuple tuple:
                return tuple;
            case TupleType tuple:
                return new SugaredTuple(tuple.Elements, true);
            case IterableValue { Kind: IterableKind.Reversed } reversed
                when ElementsOf(reversed.Children[0]) is { } forward:
                return new SugaredTuple([.. forward.Elements.Reverse()], forward.Exact);
            case IterableValue { Kind: IterableKind.Enumerate } enumerate
                when ElementsOf(enumerate.Children[0]) is { } inner:
                return new SugaredTuple(
                    [.. inner.Elements.Select(e => (TorchType)new SugaredTuple([TorchType.Int, e], true))],
                    inner.Exact
                );
            case IterableValue { Kind: IterableKind.Zip } zip when zip.Children.Any(c => ElementsOf(c) is not null):
                var columns = zip
                    .Children.Select(c => ElementsOf(c) ?? new SugaredTuple([ElementOf(c)], false))
                    .ToArray();
                int length = columns.Where(c => c.Exact).Select(c => c.Elements.Length).DefaultIfEmpty(-1).Min();
                if (length < 0)
                    return columns.Any(c => c.Elements.Length == 1)
                        ? new SugaredTuple([new SugaredTuple([.. columns.Select(OnlyElement)], true)], false)
                        : new SugaredTuple([], false);
                var rows = Enumerable
                    .Range(0, length)
                    .Select(i =>
                        (TorchType)
                            new SugaredTuple([.. columns.Select(c => c.Exact ? c.Elements[i] : OnlyElement(c))], true)
                    );
                return new SugaredTuple([.. rows], true);
            default:
                return null;
        }
    }

    /// <summary>What each element of a container of unknown length is, where all are the same.</summary>
    private static TorchType OnlyElement(SugaredTuple container) =>
        container.Elements is [var only] ? only : TorchType.Unknown;
}
