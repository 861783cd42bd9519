using System.Collections.Immutable;
using LspTorch.Core.Syntax;

namespace LspTorch.Core.TorchScript.Inference;

internal sealed partial class FunctionInference
{
    /// <summary>The type of an expression, or what else it is to the compiler; recorded for the expression.</summary>
    /// <param name="hint">The type that is wanted where the compiler looks at it: for literals and comprehensions.</param>
    private TorchType Infer(Expr expr, TorchType? hint = null)
    {
        if (++nesting > MaximumNesting) { nesting--; return TorchType.Unknown; }
        try { return Record(expr, InferCore(expr, hint)); }
        finally { nesting--; }
    }

    private TorchType InferCore(Expr expr, TorchType? hint)
    {
        switch (expr)
        {
            case Constant constant: return Semantics.InitEvaluator.TypeOf(constant);
            case JoinedStr text:
                foreach (var part in text.Values) if (part is FormattedValue field) Infer(field.Value);
                return TorchType.Str;
            case Name name: return frame.Find(name.Id) is not { } known ? GlobalOf(name) : known is UndefinedValue missing ? Read(name, missing) : known;
            case Syntax.Attribute attribute: return InferAttribute(attribute);
            case BinOp binary:
                var (left, right) = (InferValue(binary.Left), InferValue(binary.Right));
                CheckBinary(binary, binary.Op, left, right);
                return Binary(binary.Op, left, right);
            case UnaryOp { Op: UnaryOperator.Not }: InferCondition(expr); return TorchType.Bool;
            case UnaryOp unary:
                var operand = InferValue(unary.Operand);
                if (unary.Op != UnaryOperator.UAdd && !LacksSpecial(unary, operand, unary.Op == UnaryOperator.USub ? "__neg__" : "__invert__", unary.Op == UnaryOperator.USub ? "-" : "~")) CheckOperator(unary, unary.Op == UnaryOperator.USub ? "aten::neg" : "aten::bitwise_not", unary.Op == UnaryOperator.USub ? "-" : "~", operand);
                return unary.Op == UnaryOperator.UAdd ? operand
                    : Operator(unary.Op == UnaryOperator.USub ? "aten::neg" : "aten::bitwise_not", operand);
            case BoolOp: InferCondition(expr); return TorchType.Bool;
            case Compare compare: return InferCompare(compare);
            case IfExp choice: return InferChoice(choice, hint);
            case TupleExpr tuple: return InferTuple(tuple, hint);
            case ListExpr list: return InferList(list, hint);
            case DictExpr dict: return InferDict(dict, hint);
            case ComprehensionExpr comprehension: return InferComprehension(comprehension);
            case DictComp comprehension: return InferDictComprehension(comprehension);
            case Subscript subscript: return InferSubscript(subscript);
            case Call call: return InferCall(call, hint);
            case Starred starred: Infer(starred.Value); return TorchType.Unknown;
            case NamedExpr named: Infer(named.Value); return TorchType.Unknown;
            default: return TorchType.Unknown;
        }
    }

    private TorchType Operator(string name, TorchType left, TorchType? right = null) => ResolveOperator(name, left, right) ?? TorchType.Unknown;

    private (string Name, TorchType Left, TorchType? Right, TorchType? Result)? lastOperator;

    /// <summary>The type that an operator gives, as <see cref="SchemaMatcher.Resolve(ImmutableArray{FunctionSchema}, TorchType?, List{Argument}, List{Argument})"/>.</summary>
    private TorchType? ResolveOperator(string name, TorchType left, TorchType? right)
    {
        // Asked twice in a row: whether it is refused, and what it gives.
        if (lastOperator is { } last && last.Name == name && ReferenceEquals(last.Left, left) && ReferenceEquals(last.Right, right)) return last.Result;
        var operands = right is null ? (ReadOnlySpan<Argument>)[new Argument(null, left)] : [new Argument(null, left), new Argument(null, right)];
        var result = SchemaMatcher.Resolve(Model.Tables.Operator(name), null, operands, []);
        lastOperator = (name, left, right, result);
        return result;
    }

    private static string OperatorName(BinaryOperator op) => op switch
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

    private TorchType Binary(BinaryOperator op, TorchType left, TorchType right)
    {
        // The usual cases without the tables: most arithmetic is on tensors and ints.
        if (left == TorchType.Tensor && right == TorchType.Tensor) return TorchType.Tensor;
        if (left is ListType list && right == TorchType.Int && op == BinaryOperator.Mult) return list;
        if (left is ClassType or SugaredType || right is ClassType or SugaredType) return TorchType.Unknown;
        // Whatever the other side is, code that compiles gives a Tensor: the overloads for a Tensor come first.
        if (right.IsUnknown && left == TorchType.Tensor && op is BinaryOperator.Add or BinaryOperator.Sub or BinaryOperator.Mult or BinaryOperator.Div
            or BinaryOperator.Pow or BinaryOperator.MatMult or BinaryOperator.FloorDiv or BinaryOperator.Mod) return TorchType.Tensor;
        if (op == BinaryOperator.Add && left is TupleType a && right is TupleType b) return new TupleType(a.Elements.AddRange(b.Elements));
        if (op == BinaryOperator.Mod && left == TorchType.Str) return TorchType.Str;
        return Operator(OperatorName(op), left, right);
    }

    private TorchType InferCompare(Compare compare)
    {
        if (compare.Ops is [CompareOperator.Is or CompareOperator.IsNot]) { NoneTest(compare); return TorchType.Bool; }
        var left = InferValue(compare.Left);
        TorchType result = TorchType.Bool;
        for (int i = 0; i < compare.Ops.Count; i++)
        {
            var right = InferValue(compare.Comparators[i]);
            if (compare.Ops.Count == 1) CheckCompare(compare, left, right);
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
        left is ClassType { Role: ClassRole.Enum } && right is ClassType { Role: ClassRole.Enum } ? TorchType.Bool : Operator(op, left, right);

    private TorchType InferChoice(IfExp choice, TorchType? hint)
    {
        var condition = InferCondition(choice.Test);
        if (condition.Static is { } taken)
        {
            Mark(taken ? choice.OrElse : choice.Body, Liveness.Dead);
            if (taken) return InFrame(condition.WhenTrue, choice.Body, hint);
            return InFrame(condition.WhenFalse, choice.OrElse, hint);
        }
        if (condition.MayBeStatic)
        {
            Mark(choice.Body, Liveness.Uncertain);
            Mark(choice.OrElse, Liveness.Uncertain);
        }
        var a = InFrame(condition.WhenTrue, choice.Body, hint);
        var b = InFrame(condition.WhenFalse, choice.OrElse, hint);
        if (a == b) return a;
        if (condition.MayBeStatic || a is SugaredType || b is SugaredType || a.IsUnknown || b.IsUnknown) return TorchType.Unknown;
        if (TypeRelations.Unify(a, b) is { } both) return both;
        if (hint is null) CheckChoice(choice, a, b);
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

    private TorchType InferTuple(TupleExpr tuple, TorchType? hint)
    {
        var elements = ImmutableArray.CreateBuilder<TorchType>(tuple.Elements.Count);
        var wanted = hint as TupleType;
        for (int i = 0; i < tuple.Elements.Count; i++)
        {
            if (tuple.Elements[i] is Starred starred)
            {
                if (Infer(starred.Value) is not TupleType spread) return TorchType.Unknown;
                elements.AddRange(spread.Elements);
                continue;
            }
            var type = InferValue(tuple.Elements[i], wanted is not null && i < wanted.Elements.Length ? wanted.Elements[i] : null);
            if (type is SugaredType) { elements.Add(TorchType.Unknown); continue; }
            elements.Add(type);
        }
        return new TupleType(elements.ToImmutable());
    }

    private TorchType InferList(ListExpr list, TorchType? hint)
    {
        if (list.Elements.Count == 0)
            return Unwrap(hint) is ListType wanted ? wanted : new ListType(TorchType.Tensor) { IsEmptyLiteral = true };
        var types = new List<TorchType>(list.Elements.Count);
        foreach (var element in list.Elements)
        {
            if (element is Starred starred) { types.Add(Infer(starred.Value) is ListType spread ? spread.Element : TorchType.Unknown); continue; }
            types.Add(InferValue(element, Unwrap(hint) is ListType elementHint ? elementHint.Element : null));
        }
        if (Unwrap(hint) is ListType { HasUnknown: false } hinted) return hinted;
        if (types.Any(t => t is SugaredType or ModuleType or ModuleContainerType)) return TorchType.Unknown;
        return new ListType(TypeRelations.UnifyAll(types, defaultToUnion: true) ?? TorchType.Unknown);
    }

    private static TorchType? Unwrap(TorchType? type) => type is OptionalType optional ? optional.Element : type;

    private TorchType InferDict(DictExpr dict, TorchType? hint)
    {
        if (dict.Values.Count == 0) return Unwrap(hint) is DictType wanted ? wanted : new DictType(TorchType.Str, TorchType.Tensor);
        TorchType? key = null, value = null;
        for (int i = 0; i < dict.Values.Count; i++)
        {
            var k = dict.Keys[i] is { } written ? InferValue(written) : TorchType.Unknown;
            var v = InferValue(dict.Values[i], (Unwrap(hint) as DictType)?.Value);
            if (v is SugaredType or ModuleType) v = TorchType.Unknown;
            key = key is null ? k : TypeRelations.Unify(key, k) ?? TorchType.Unknown;
            value = value is null ? v : TypeRelations.Unify(value, v, defaultToUnion: true) ?? TorchType.Unknown;
        }
        return Unwrap(hint) is DictType { HasUnknown: false } hinted ? hinted : new DictType(key ?? TorchType.Unknown, value ?? TorchType.Unknown);
    }

    private TorchType InferComprehension(ComprehensionExpr comprehension)
    {
        if (comprehension.Kind == ComprehensionKind.Set || comprehension.Generators.Count != 1) return TorchType.Unknown;
        TorchType? element = null;
        Comprehend(comprehension.Generators[0], () =>
        {
            var type = InferValue(comprehension.Element);
            if (type is SugaredType or ModuleType or ModuleContainerType) type = TorchType.Unknown;
            element = element is null ? type : TypeRelations.Unify(element, type) ?? TorchType.Unknown;
        });
        return new ListType(element ?? TorchType.Unknown);
    }

    private TorchType InferDictComprehension(DictComp comprehension)
    {
        if (comprehension.Generators.Count != 1) return TorchType.Unknown;
        TorchType key = TorchType.Unknown, value = TorchType.Unknown;
        Comprehend(comprehension.Generators[0], () => { key = Infer(comprehension.Key); value = Infer(comprehension.Value); });
        return key is SugaredType || value is SugaredType ? TorchType.Unknown : new DictType(key, value);
    }

    private void Comprehend(Comprehension generator, Action element)
    {
        var iterated = Infer(generator.Iter);
        if (generator.Parent is ComprehensionExpr or DictComp && generator.Parent is Expr whole && ElementsOf(iterated) is null) CheckIterable(generator.Iter, iterated, whole);
        var outer = frame;
        frame = new Frame(null) { };
        foreach (var (name, type) in Visible(outer)) frame.Define(name, type);
        void Body()
        {
            foreach (var condition in generator.Ifs) InferCondition(condition);
            element();
        }
        if (ElementsOf(iterated) is { } unrolled) Unroll(generator.Target, unrolled, Body);
        else { Assign(generator.Target, ElementOf(iterated)); Body(); }
        frame = outer;
    }

    /// <summary>The target of a comprehension is a variable of its own: it may have the name and not the type of an outer one.</summary>
    private static Dictionary<string, TorchType> Visible(Frame frame)
    {
        var all = new Dictionary<string, TorchType>(StringComparer.Ordinal);
        for (var at = frame; at is not null; at = at.Parent)
            foreach (var (name, type) in at.Variables) all.TryAdd(name, type);
        return all;
    }

    private TorchType InferSubscript(Subscript subscript)
    {
        var value = Infer(subscript.Value);
        InferIndex(subscript.Index);
        CheckSubscript(subscript, value);
        int? constant = IntegerOf(subscript.Index);
        switch (value)
        {
            case PrimitiveType { Kind: PrimitiveKind.Tensor }: return TorchType.Tensor;
            case PrimitiveType { Kind: PrimitiveKind.Str }: return TorchType.Str;
            case ListType list: return subscript.Index is Slice ? new ListType(list.Element) : list.Element;
            case DictType dict: return dict.Value;
            case TupleType tuple: return TupleItem(tuple.Elements, subscript.Index, constant, t => new TupleType(t));
            case ClassType { Role: ClassRole.NamedTuple } named: return TupleItem([.. named.Fields.Select(f => f.Type)], subscript.Index, constant, t => new TupleType(t));
            case SugaredTuple { Exact: true } sugared: return TupleItem(sugared.Elements, subscript.Index, constant, t => new SugaredTuple(t, true));
            case ModuleContainerType { Kind: not ModuleContainerKind.ModuleDict } container:
                if (subscript.Index is Slice) return SliceOf(container, subscript.Index);
                if (constant is null) return TorchType.Unknown;
                return container.Exact ? TupleItem(container.Elements, subscript.Index, constant, t => container with { Elements = t })
                    : ModuleChoice.Of(container.Elements.AsSpan());
            case ModuleContainerType dict: return subscript.Index is Constant { Kind: ConstantKind.Str } ? ModuleChoice.Of(dict.Elements.AsSpan()) : TorchType.Unknown;
            default: return TorchType.Unknown;
        }
    }

    /// <summary>A slice of modules is a tuple of objects.</summary>
    private SugaredTuple SliceOf(ModuleContainerType container, Expr slice)
    {
        foreach (var bound in slice is Slice range ? [range.Lower, range.Upper, range.Step] : (ReadOnlySpan<Expr?>)[])
            if (bound is Syntax.Attribute attribute && Infer(attribute.Value) is ModuleType { Definition: { IsModule: true, HasAllBases: true } definition }
                && definition.FindAttribute(attribute.Name) is { Type.IsUnknown: false } known && known.Type == TorchType.Int && !definition.Lineage().Any(c => c.Constants.Contains(attribute.Name)))
                Refuse(ProblemKind.BadIndex, slice, $"TorchScript slices modules by constants only, and '{Shown(attribute)}' is read when the code runs: name '{attribute.Name}' in '__constants__', or loop with enumerate and a test.");
        if (container.Exact && TupleItem(container.Elements, slice, null, t => new SugaredTuple([.. t.Select(e => new ModuleObject(e))], true)) is SugaredTuple exact) return exact;
        return new SugaredTuple([new ModuleObject(ModuleChoice.Of(container.Elements.AsSpan()))], false);
    }

    private TorchType TupleItem(ImmutableArray<TorchType> elements, Expr index, int? constant, Func<ImmutableArray<TorchType>, TorchType> slice)
    {
        if (constant is { } at)
        {
            if (at < 0) at += elements.Length;
            return at >= 0 && at < elements.Length ? elements[at] : TorchType.Unknown;
        }
        // Which element a variable picks is not known; where all are of one type, that is.
        if (index is not Slice range) return elements.Length > 0 && analysis.TypeOf(index) == TorchType.Int && elements.Distinct().Count() == 1 ? elements[0] : TorchType.Unknown;
        int step = range.Step is null ? 1 : IntegerOf(range.Step) ?? 0;
        if (step == 0) return TorchType.Unknown;
        // As Python counts: backwards, the places before the first and at the last are the ends.
        int first = step > 0 ? 0 : -1, last = elements.Length + first;
        int? Bound(Expr? bound, int missing) => bound is null ? missing : IntegerOf(bound) is { } b ? Math.Clamp(b < 0 ? b + elements.Length : b, first, last) : null;
        if (Bound(range.Lower, step > 0 ? first : last) is not { } from || Bound(range.Upper, step > 0 ? last : first) is not { } to) return TorchType.Unknown;
        var taken = ImmutableArray.CreateBuilder<TorchType>();
        for (int i = from; step > 0 ? i < to : i > to; i += step) taken.Add(elements[i]);
        return slice(taken.ToImmutable());
    }

    private static int? IntegerOf(Expr expr) => expr switch
    {
        Constant { Kind: ConstantKind.Int, Value: long value } when value is > -1_000_000 and < 1_000_000 => (int)value,
        UnaryOp { Op: UnaryOperator.USub, Operand: Constant { Kind: ConstantKind.Int, Value: long value } } when value is < 1_000_000 => -(int)value,
        _ => null,
    };

    private void InferIndex(Expr index)
    {
        switch (index)
        {
            case Slice slice:
                if (slice.Lower is { } lower) Infer(lower);
                if (slice.Upper is { } upper) Infer(upper);
                if (slice.Step is { } step) Infer(step);
                break;
            case TupleExpr tuple:
                foreach (var element in tuple.Elements) InferIndex(element);
                break;
            default: InferValue(index); break;
        }
    }

    /// <summary>What each turn of a loop over the value gives; Unknown where it is not known.</summary>
    private static TorchType ElementOf(TorchType iterated) => iterated switch
    {
        ListType list => list.Element,
        DictType dict => dict.Key,
        PrimitiveType { Kind: PrimitiveKind.Tensor } => TorchType.Tensor,
        PrimitiveType { Kind: PrimitiveKind.Str } => TorchType.Str,
        IterableValue { Kind: IterableKind.Range } => TorchType.Int,
        IterableValue { Kind: IterableKind.Enumerate } enumerate => new TupleType([TorchType.Int, FirstClass(ElementOf(enumerate.Children[0]))]),
        IterableValue { Kind: IterableKind.Zip } zip => new TupleType([.. zip.Children.Select(c => FirstClass(ElementOf(c)))]),
        IterableValue { Kind: IterableKind.Reversed } reversed => ElementOf(reversed.Children[0]),
        _ => TorchType.Unknown,
    };

    private static TorchType FirstClass(TorchType type) => type is SugaredType ? TorchType.Unknown : type;

    /// <summary>The turns of a loop that the compiler writes out, over modules or a tuple; null where it makes a real loop.</summary>
    private static SugaredTuple? ElementsOf(TorchType iterated)
    {
        switch (iterated)
        {
            case ModuleContainerType { Kind: not ModuleContainerKind.ModuleDict } container: return new SugaredTuple(container.Elements, container.Exact);
            case SugaredTuple tuple: return tuple;
            case TupleType tuple: return new SugaredTuple(tuple.Elements, true);
            case IterableValue { Kind: IterableKind.Enumerate } enumerate when ElementsOf(enumerate.Children[0]) is { } inner:
                return new SugaredTuple([.. inner.Elements.Select(e => (TorchType)new SugaredTuple([TorchType.Int, e], true))], inner.Exact);
            case IterableValue { Kind: IterableKind.Zip } zip when zip.Children.Any(c => ElementsOf(c) is not null):
                var columns = zip.Children.Select(c => ElementsOf(c) ?? new SugaredTuple([ElementOf(c)], false)).ToArray();
                int length = columns.Where(c => c.Exact).Select(c => c.Elements.Length).DefaultIfEmpty(-1).Min();
                if (length < 0)
                    return columns.All(c => c.Elements.Length == 1) ? new SugaredTuple([new SugaredTuple([.. columns.Select(c => c.Elements[0])], true)], false)
                        : new SugaredTuple([], false);
                var rows = Enumerable.Range(0, length).Select(i => (TorchType)new SugaredTuple(
                    [.. columns.Select(c => c.Exact ? c.Elements[i] : c.Elements.Length == 1 ? c.Elements[0] : TorchType.Unknown)], true));
                return new SugaredTuple([.. rows], true);
            default: return null;
        }
    }
}
