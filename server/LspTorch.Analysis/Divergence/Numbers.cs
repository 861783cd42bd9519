using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Divergence;

/// <summary>
/// Ints of Python that are floats in TorchScript: powers, round, max and min of both, defaults of a float parameter.
/// </summary>
internal static class Numbers
{
    private const string IntTensor = "a tensor of ints";

    public static IEnumerable<DivergenceMatch> OfPower(Place place, Expr power, Expr number, Expr exponent)
    {
        if (
            !place.IsInt(number)
            || !place.IsInt(exponent)
            || place.ValueOf(exponent) is UnaryOp { Op: UnaryOperator.USub }
        )
            yield break;
        bool exact = place.ValueOf(exponent) is Constant { Kind: ConstantKind.Int };
        yield return place
            .Match("power-of-ints", power, fix: () => AsInt(power, exact && IsOnlyStore(place, power)))
            .When(Shows(place, power), seen => Shows(place, power, seen) ? IntTensor : null);
    }

    /// <summary><c>n **= 2</c>.</summary>
    public static IEnumerable<DivergenceMatch> OfPower(Place place, AugAssign statement)
    {
        if (
            statement is not { Op: BinaryOperator.Pow, Target: Name target }
            || !place.IsInt(statement.Value)
            || place.ValueOf(statement.Value) is UnaryOp { Op: UnaryOperator.USub }
        )
            yield break;
        if (place.TypeBefore(target) != TorchType.Int)
            yield break;
        yield return place
            .Match("power-of-ints", statement)
            .When(
                ValueFlow.ShowsStored(place, target, (value, user) => UseOf(place, value, user, null)),
                seen =>
                    ValueFlow.ShowsStored(place, target, (value, user) => UseOf(place, value, user, seen))
                        ? IntTensor
                        : null
            );
    }

    public static IEnumerable<DivergenceMatch> OfRound(Place place, Call call)
    {
        if (Place.OnlyArgument(call) is not { } value || !(place.IsFloat(value) || place.IsInt(value)))
            yield break;
        yield return place
            .Match("round-gives-float", call, fix: () => AsInt(call, IsOnlyStore(place, call)))
            .When(Shows(place, call), seen => Shows(place, call, seen) ? IntTensor : null);
    }

    /// <summary><c>max</c> and <c>min</c> of an int and a float: of literals the one that wins decides.</summary>
    public static IEnumerable<DivergenceMatch> OfExtreme(Place place, Call call, bool largest)
    {
        if (call is not { Args: [var a, var b], Keywords.Count: 0 })
            yield break;
        var (whole, real) = place.IsInt(a) ? (a, b) : (b, a);
        if (!place.IsInt(whole) || !place.IsFloat(real))
            yield break;
        double? w = NumberOf(place, whole),
            r = NumberOf(place, real);
        if (
            w is { } x && r is { } y
                ? x == y
                    ? !ReferenceEquals(whole, a)
                    : x > y != largest
                : w is not null
        )
            yield break;
        yield return place
            .Match("max-of-int-and-float", call)
            .When(Shows(place, call), seen => Shows(place, call, seen) ? IntTensor : null);
    }

    /// <summary>A bool for which <c>torch.full</c>, <c>max</c> and <c>min</c> have only a number.</summary>
    public static IEnumerable<DivergenceMatch> OfBool(Place place, Call call, string callee)
    {
        if (callee == "torch.full")
        {
            var value =
                call.Args is [_, var second] ? second
                : call.Args is [_] ? call.Keywords.FirstOrDefault(k => k.Name == "fill_value")?.Value
                : null;
            if (value is not null && IsBool(place, value) && call.Keywords.All(k => k.Name != "dtype"))
                yield return place.Match("default-bool-to-int", call, fix: () => AsBools(place, call));
        }
        else if (
            callee is "builtins.max" or "builtins.min"
            && call is { Args: [var a, var b], Keywords.Count: 0 }
            && IsBool(place, a)
            && IsBool(place, b)
            && ValueFlow.Shows(place, call, ConvertedArguments.OfText)
        )
        {
            string op = callee == "builtins.max" ? "or" : "and";
            yield return place.Match(
                "default-bool-to-int",
                call,
                fix: () =>
                    Place.IsPure(a) && Place.IsPure(b)
                        ? new Fix(
                            $"Choose with '{op}'",
                            FixSafety.Safe,
                            [new TextEdit(call.Span, $"({place.Operand(a)} {op} {place.Operand(b)})")]
                        )
                        : null
            );
        }
    }

    private static bool IsBool(Place place, Expr expr) => place.TypeOf(expr) == TorchType.Bool;

    private static Fix AsBools(Place place, Call call)
    {
        string type = TorchNames.Member(place.File, "bool", out var import);
        Expr last = call.Keywords.LastOrDefault()?.Value ?? call.Args[^1];
        int end = place.File.Tree.Root.Parenthesized?.GetValueOrDefault(last) is { Length: > 0 } whole
            ? whole.End
            : last.End;
        return new Fix(
            $"Give the dtype: 'dtype={type}'",
            FixSafety.Safe,
            [.. import is { } line ? [line] : ImmutableArray<TextEdit>.Empty, TextEdit.Insert(end, $", dtype={type}")]
        );
    }

    /// <summary>An int as the default of a float parameter.</summary>
    public static IEnumerable<DivergenceMatch> OfDefault(Place place, Arg parameter)
    {
        if (
            parameter.Default is not Constant { Kind: ConstantKind.Int } value
            || place.Model.DeclaredTypeOf(parameter) != TorchType.Float
        )
            yield break;
        yield return place
            .Match("default-int-for-float", value, parameter.Name)
            .When(
                ShowsWhole(place, parameter),
                seen =>
                    seen.StoredBy(parameter).Any(t => t.Type == "int") && ShowsWhole(place, parameter, seen)
                        ? IntTensor
                        : null
            );
    }

    /// <summary>Whether what becomes of a parameter shows that it is an int in eager mode and a float here.</summary>
    internal static bool ShowsWhole(Place place, Arg parameter, SeenValues? seen = null) =>
        ValueFlow.Shows(place, parameter, (value, user) => UseOf(place, value, user, seen));

    private static double? NumberOf(Place place, Expr expr) =>
        place.ValueOf(expr) switch
        {
            Constant { Kind: ConstantKind.Int, Value: long value } => value,
            Constant { Kind: ConstantKind.Float, Value: double value } => value,
            UnaryOp { Op: UnaryOperator.USub, Operand: var operand } => -NumberOf(place, operand),
            _ => null,
        };

    private static Fix AsInt(Expr value, bool safe) =>
        new(
            "Make it an int: 'int(...)'",
            safe ? FixSafety.Safe : FixSafety.Suggested,
            [TextEdit.Insert(value.Start, "int("), TextEdit.Insert(value.End, ")")]
        );

    /// <summary>Not stored to a variable that elsewhere holds a float.</summary>
    private static bool IsOnlyStore(Place place, Expr value) =>
        value.Parent is not (Assign { Targets: [Name target] })
        || place.Flow.UsesOf(target).All(u => place.Flow.DefinitionsOf(u).Length == 1);

    private static bool Shows(Place place, Expr number, SeenValues? seen = null) =>
        ValueFlow.Shows(place, number, (value, user) => UseOf(place, value, user, seen));

    /// <summary>
    /// Where it matters whether a number is an int: what it is divided by, compared with or multiplied by is not such a
    /// place.
    /// </summary>
    private static Effect UseOf(Place place, Expr value, Node user, SeenValues? seen) =>
        user switch
        {
            _ when Booleans.IsTested(value, user) => Effect.Vanishes,
            BinOp { Op: not BinaryOperator.Div } operation => OfOperand(
                place,
                ReferenceEquals(operation.Left, value) ? operation.Right : operation.Left,
                seen
            ),
            AugAssign { Op: not BinaryOperator.Div } aug => OfOperand(
                place,
                ReferenceEquals(aug.Target, value) ? aug.Value : aug.Target,
                seen
            ),
            UnaryOp { Op: not UnaryOperator.Not } => Effect.GoesOn,
            FormattedValue => Effect.Shows,
            Call call => OfCall(place, call, value),
            _ => Effect.Vanishes,
        };

    private static Effect OfOperand(Place place, Expr other, SeenValues? seen) =>
        place.TypeOf(other) switch
        {
            PrimitiveType { Kind: PrimitiveKind.Int or PrimitiveKind.Bool } => Effect.GoesOn,
            PrimitiveType { Kind: PrimitiveKind.Tensor } => IsWhole(place, other) || seen?.HasIntTensor(other) == true
                ? Effect.Shows
                : Effect.Vanishes,
            _ => Effect.Vanishes,
        };

    private static Effect OfCall(Place place, Call call, Expr value)
    {
        bool typed = call.Keywords.Any(k => k.Name == "dtype");
        bool others = call.Args.All(a =>
            ReferenceEquals(a, value) || place.IsInt(a) || place.TypeOf(a) is ListType or TupleType
        );
        return place.CalleeOf(call) switch
        {
            "builtins.str" => Effect.Shows,
            "builtins.abs" or "builtins.max" or "builtins.min" or "builtins.round" or "builtins.pow" => others
                ? Effect.GoesOn
                : Effect.Vanishes,
            "torch.tensor"
            or "torch.as_tensor"
            or "torch.scalar_tensor"
            or "torch.full"
            or "torch.arange"
            or "torch.range" => !typed && others ? Effect.Shows : Effect.Vanishes,
            null when call.Func is Syntax.Attribute { Name: "format" } => Effect.Shows,
            _ => Effect.Vanishes,
        };
    }

    /// <summary>A tensor whose elements are surely ints.</summary>
    internal static bool IsWhole(Place place, Expr tensor) =>
        place.ValueOf(tensor) switch
        {
            Call
            {
                Func: Syntax.Attribute
                {
                    Name: "long" or "int" or "short" or "argmax" or "argmin" or "argsort" or "nonzero" or "numel"
                } method
            } when place.IsTensor(method.Value) => true,
            Call { Func: Syntax.Attribute { Name: "to" or "type" } method, Args: [var type, ..] }
                when place.IsTensor(method.Value) => IsWholeType(place, type),
            Call call when call.Keywords.FirstOrDefault(k => k.Name == "dtype")?.Value is { } type => IsWholeType(
                place,
                type
            ),
            Call { Args: var given } call => place.CalleeOf(call) switch
            {
                "torch.arange" or "torch.randint" or "torch.randperm" => place.CalleeOf(call) != "torch.arange"
                    || given.All(place.IsInt),
                "torch.tensor" => given is [var made, ..]
                    && (place.IsInt(made) || ElementOf(place.TypeOf(made)) == TorchType.Int),
                "torch.argmax" or "torch.argmin" or "torch.argsort" or "torch.nonzero" or "torch.bincount" => true,
                _ => false,
            },
            BinOp { Op: BinaryOperator.Add or BinaryOperator.Sub or BinaryOperator.Mult } operation => (
                place.IsInt(operation.Left) || IsWhole(place, operation.Left)
            ) && (place.IsInt(operation.Right) || IsWhole(place, operation.Right)),
            _ => false,
        };

    private static TorchType ElementOf(TorchType type)
    {
        while (type is ListType list)
            type = list.Element;
        return type;
    }

    private static bool IsWholeType(Place place, Expr type) =>
        place.Model.ResolveName(type)
            is "torch.int64"
                or "torch.long"
                or "torch.int32"
                or "torch.int"
                or "torch.int16"
                or "torch.short"
                or "torch.int8"
                or "torch.uint8";

    internal static ImmutableArray<TextEdit> Wrapped(Expr value, string open) =>
        [TextEdit.Insert(value.Start, open), TextEdit.Insert(value.End, ")")];
}
