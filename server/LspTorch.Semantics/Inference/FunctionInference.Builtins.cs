using System.Collections.Immutable;
using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

internal sealed partial class FunctionInference
{
    /// <summary>
    /// Python's builtin functions that are operators to the compiler; those that are casts give back what has the type
    /// already.
    /// </summary>
    private static (string Operator, TorchType? Cast)? OperatorOfBuiltin(string name) =>
        name switch
        {
            "int" => ("aten::Int", TorchType.Int),
            "float" => ("aten::Float", TorchType.Float),
            "bool" => ("aten::Bool", TorchType.Bool),
            "complex" => ("aten::Complex", TorchType.Complex),
            "str" => ("aten::str", TorchType.Str),
            "min" or "max" or "abs" => ($"prim::{name}", null),
            "len"
            or "all"
            or "any"
            or "bin"
            or "chr"
            or "divmod"
            or "hash"
            or "hex"
            or "oct"
            or "ord"
            or "pow"
            or "round"
            or "sorted"
            or "sum" => ($"aten::{name}", null),
            _ => null,
        };

    private void CheckBuiltin(string name, Call call, List<Argument> positional, List<Argument> keywords, bool spread)
    {
        if (Model.Tables.Refusal("builtins." + name) != Presence.Absent)
        {
            Report(new MissingBuiltin(call, name));
            return;
        }
        if (
            name == "zip"
            && call.Args.FirstOrDefault(a =>
                a is Starred { Value: var whole } && analysis.TypeOf(whole) is null or UnknownType or TupleType
            )
                is { } many
        )
        {
            Report(new UnpackedZip(call, Shown(many)));
            return;
        }
        if (!spread && CheckCount(name, call, positional, keywords))
            return;
        if (name == "slice" && keywords.Count > 0)
            Report(new SliceKeywords(call));
        if (
            name == "tuple"
            && !spread
            && positional
                is [{ Type: IterableValue { Kind: IterableKind.Range or IterableKind.Enumerate or IterableKind.Zip } }]
        )
        {
            Report(new TupleOfIterable(call, Shown(call.Args[0])));
            return;
        }
        if (!spread && name is "list" or "enumerate" or "zip")
            CheckIterated(call, positional);
        if (spread || positional.Concat(keywords).Any(a => !IsOperand(a.Type)))
            return;
        var first = positional.Count > 0 ? positional[0].Type : TorchType.Unknown;
        switch (name)
        {
            case "range":
                foreach (var argument in positional)
                    if (argument.Type != TorchType.Int)
                        Report(new RangeOfValue(call, argument.Type));
                break;
            case "tuple" when positional.Count == 1 && TypeRelations.TupleElements(first) is null:
                Report(new TupleOfValue(call, first));
                break;
            case "id" when positional.Count == 1 && first != TorchType.None:
                Report(new IdOfValue(call, first));
                break;
            case "len" when first is UnionType:
                Report(new UnionLength(call, first));
                break;
            case "bool" when first is ListType or DictType || first == TorchType.Str:
                break;
            default:
                if (
                    OperatorOfBuiltin(name) is not { } known
                    || known.Cast is { } cast && positional.Count == 1 && keywords.Count == 0 && first.IsSubtypeOf(cast)
                )
                    break;
                CheckResolved(call, name, known.Operator, positional, keywords);
                break;
        }
    }

    /// <summary>Forms of the compiler's own that take so many arguments; true where it refuses the number.</summary>
    private bool CheckCount(string name, Call call, List<Argument> positional, List<Argument> keywords)
    {
        var (least, most) = name switch
        {
            "range" => (1, 3),
            "enumerate" => (1, 2),
            "zip" => (1, int.MaxValue),
            "list" => (0, 1),
            "tuple" => (1, 1),
            "slice" => (1, 3),
            _ => (0, int.MaxValue),
        };
        int given = positional.Count + keywords.Count;
        if (given >= least && given <= most)
            return false;
        Report(new ArgumentCount(call, name, least, most, given));
        return true;
    }

    /// <summary>What is looped over by 'list', 'zip' and 'enumerate'.</summary>
    private void CheckIterated(Call call, List<Argument> positional)
    {
        foreach (var argument in call.Func is Name { Id: "enumerate" } ? positional.Take(1) : positional)
            if (!argument.Type.HasUnknown && argument.Source is { } source && call.Func is Name { Id: "list" })
                CheckIterable(source, argument.Type, call);
    }

    /// <summary>
    /// A zip with a tuple or modules is written out turn by turn: all else in it needs a length that the compiler
    /// knows.
    /// </summary>
    private void CheckUnrolled(Expr at, TorchType iterated, Expr? whole = null)
    {
        if (iterated is not IterableValue { Kind: IterableKind.Zip or IterableKind.Enumerate } wrapped)
            return;
        foreach (var child in wrapped.Children)
        {
            CheckUnrolled(at, child, whole);
            if (wrapped.Kind != IterableKind.Zip || ElementsOf(child) is not null)
                continue;
            if (
                child is ListType or DictType
                || child == TorchType.Tensor
                || child == TorchType.Str
                || child is IterableValue { Kind: IterableKind.Range }
            )
                Report(
                    new ZipOfUnknownLength(
                        whole ?? at,
                        Shown(at),
                        child is IterableValue ? null : DetachedType.Of(child)
                    )
                );
            else
                CheckIterable(at, child, whole);
        }
    }

    private void CheckResolved(Call call, string shown, string op, List<Argument> positional, List<Argument> keywords)
    {
        var schemas = Model.Tables.Operator(op);
        if (
            schemas.IsEmpty
            || Model.Tables.HasUnreadableOverloads(op)
            || Matcher.Resolve(schemas, null, positional, keywords) is not null
        )
            return;
        CheckCall(call, shown, schemas.AsSpan(), null, positional, keywords);
    }

    private static bool IsRealLoop(TorchType iterated) =>
        iterated is ListType or DictType or IterableValue { Kind: IterableKind.Range }
        || iterated == TorchType.Tensor
        || iterated == TorchType.Str
        || iterated is IterableValue { Children.IsEmpty: false } wrapped && wrapped.Children.All(IsRealLoop);

    /// <param name="at">What is looped over.</param>
    /// <param name="whole">The comprehension, where it is one: the compiler names its first line.</param>
    private void CheckIterable(Expr at, TorchType iterated, Expr? whole = null)
    {
        if (iterated is IterableValue { Kind: IterableKind.Enumerate or IterableKind.Zip } wrapped)
        {
            foreach (var child in wrapped.Children)
                CheckIterable(at, child, whole);
            return;
        }
        if (ScriptClassOf(iterated) is { } made)
        {
            Report(new ObjectIterated(whole ?? at, Shown(at), made.Name));
            return;
        }
        if (
            iterated.HasUnknown
            || iterated
                is not (PrimitiveType or OptionalType or UnionType or FutureType or ClassType { Role: ClassRole.Enum })
            || iterated == TorchType.Tensor
            || iterated == TorchType.Str
        )
            return;
        Report(
            iterated is OptionalType
                ? new OptionalIterated(whole ?? at, Shown(at), iterated)
                : new ValueIterated(whole ?? at, iterated)
        );
    }

    /// <summary>Python's builtin functions as the compiler has them.</summary>
    private TorchType CallBuiltin(
        string name,
        Call call,
        List<Argument> positional,
        List<Argument> keywords,
        TorchType? hint = null
    )
    {
        var first = positional.Count > 0 ? positional[0].Type : TorchType.Unknown;
        switch (name)
        {
            case "range":
                return new IterableValue(IterableKind.Range, []);
            case "enumerate" when positional.Count is 1 or 2:
                return new IterableValue(IterableKind.Enumerate, [first]);
            case "slice":
                return MadeSlice(call) is { } slice ? slice : TorchType.Unknown;
            case "zip" when positional.Count > 0:
                return new IterableValue(IterableKind.Zip, [.. positional.Select(p => p.Type)]);
            case "int" when positional.Count == 1:
                return TorchType.Int;
            case "float" when positional.Count == 1:
                return TorchType.Float;
            case "bool" when positional.Count == 1:
                return TorchType.Bool;
            case "str" when positional.Count == 1:
                return TorchType.Str;
            case "complex" when positional.Count > 0:
                return TorchType.Complex;
            case "print":
                return TorchType.None;
            case "len" when first is SugaredType or ModuleContainerType or TupleType or ModuleType:
                return TorchType.Int;
            case "tuple" when positional.Count == 1:
                return first is TupleType ? first : TorchType.Unknown;
            case "list" when positional.Count == 1:
                return ElementsOf(first) is { } exact
                    ? exact.Exact
                    && TypeRelations.UnifyAll(exact.Elements) is { } element and not SugaredType and not ModuleType
                        ? new ListType(element)
                        : TorchType.Unknown
                    : ElementOf(first) is { IsUnknown: false } item
                        ? new ListType(item)
                        : TorchType.Unknown;
            case "list" when positional.Count == 0 && keywords.Count == 0:
                return EmptyList(hint);
            case "list":
                return TorchType.Unknown;
            case "min" or "max":
                return Resolve($"prim::{name}", positional, keywords);
            case "abs":
                return Resolve("prim::abs", positional, keywords);
            case "len"
            or "sum"
            or "all"
            or "any"
            or "ord"
            or "chr"
            or "bin"
            or "hex"
            or "oct"
            or "pow"
            or "round"
            or "divmod"
            or "sorted"
            or "hash":
                return first is ClassType ? TorchType.Unknown : Resolve($"aten::{name}", positional, keywords);
            default:
                return TorchType.Unknown;
        }
    }

    /// <summary>What <c>dict(...)</c> makes of a dictionary, of pairs, or of keyword arguments.</summary>
    private static TorchType MadeDict(List<Argument> positional, List<Argument> keywords, TorchType? hint)
    {
        if (positional.Count == 0 && keywords.Count == 0)
            return EmptyDict(hint);
        var wanted = Wanted<DictType>(hint);
        var made =
            positional.Count > 0
                ? positional[0].Type is DictType same
                    ? same
                    : ElementOf(positional[0].Type) is TupleType { Elements: [var key, var value] }
                        ? new DictType(key, value)
                        : null
                : keywords.Count > 0 && TypeRelations.UnifyAll(keywords.Select(k => FirstClass(k.Type))) is { } values
                    ? new DictType(TorchType.Str, values)
                    : null;
        if (positional.Count > 0 && keywords.Count > 0 || made is null or { HasUnknown: true })
            return wanted ?? (TorchType?)made ?? TorchType.Unknown;
        return wanted is not null && made.Key.IsSubtypeOf(wanted.Key) && made.Value.IsSubtypeOf(wanted.Value)
            ? wanted
            : made;
    }

    private TorchType Resolve(string op, List<Argument> positional, List<Argument> keywords) =>
        Matcher.Resolve(Model.Tables.Operator(op), null, positional, keywords) ?? TorchType.Unknown;
}
