using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Divergence;

/// <summary>Tensors where Python's functions and operators are for numbers and containers.</summary>
internal static class TensorsAsNumbers
{
    public static IEnumerable<DivergenceMatch> Of(Place place, Call call, string callee)
    {
        switch (callee)
        {
            case "builtins.any" or "builtins.all" when Place.OnlyArgument(call) is { } value && place.IsTensor(value):
                string method = callee["builtins.".Length..];
                if (ShowsNumber(place, call))
                    yield return place.Match(
                        "any-of-tensor",
                        call,
                        method,
                        () =>
                            !place.IsCertainlyTensor(value)
                                ? null
                                : Safe(
                                    $"Convert the tensor: 'bool({place.Operand(value)}.{method}())'",
                                    call,
                                    $"bool({place.Operand(value)}.{method}())"
                                )
                    );
                break;
            case "builtins.sum"
                when Place.OnlyArgument(call) is { } value && place.IsTensor(value) && !IsVector(place, value):
                yield return place.Match(
                    "sum-of-tensor",
                    call,
                    fix: () =>
                        !place.IsCertainlyTensor(value)
                            ? null
                            : Suggested(
                                $"Add along the first dimension: '{place.Operand(value)}.sum(0)'",
                                call,
                                $"{place.Operand(value)}.sum(0)"
                            )
                );
                break;
            case "builtins.max"
            or "builtins.min"
            or "builtins.sorted" when Place.OnlyArgument(call) is { } value && place.IsTensor(value):
                string name = callee["builtins.".Length..];
                yield return place.Match(
                    "extreme-of-tensor",
                    call,
                    name,
                    () =>
                        name == "sorted" || !place.IsCertainlyTensor(value)
                            ? null
                            : Suggested(
                                $"Convert the tensor: '{place.Operand(value)}.{name}()'",
                                call,
                                $"{place.Operand(value)}.{name}()"
                            )
                );
                break;
            case "builtins.max" or "builtins.min" when call is { Args.Count: > 1, Keywords.Count: 0 }:
                if (ExtremeOf(place, call, callee["builtins.".Length..]) is { } extreme)
                    yield return extreme;
                break;
            default:
                if (
                    callee.StartsWith("math.", StringComparison.Ordinal)
                    && call.Args.Any(place.IsTensor)
                    && place.IsTensor(call)
                    && ShowsNumber(place, call)
                )
                    yield return place.Match(
                        "math-of-tensor",
                        call,
                        callee,
                        () =>
                            new Fix(
                                "Convert the tensor: 'float(...)'",
                                FixSafety.Safe,
                                [.. call.Args.Where(place.IsTensor).SelectMany(t => Numbers.Wrapped(t, "float("))]
                            )
                    );
                break;
        }
    }

    /// <summary>The greatest or least of several arguments, of which some are Tensors and the rest numbers.</summary>
    private static DivergenceMatch? ExtremeOf(Place place, Call call, string name)
    {
        if (!call.Args.Any(place.IsTensor) || !call.Args.All(a => place.IsTensor(a) || place.IsNumber(a)))
            return null;
        if (call.Args.All(place.IsTensor))
            return place.Match(
                "extreme-of-tensors",
                call,
                name,
                () => call.Args.Count == 2 && call.Args.All(place.IsCertainlyTensor) ? Between(place, call, name) : null
            );
        // Of a tensor of ints as a size or an index it makes no difference.
        if (!call.Args.Any(place.IsFloat))
            return place
                .Match("extreme-of-int-and-tensor", call, name)
                .When(
                    ShowsNumber(place, call),
                    seen =>
                        call.Args.Any(a => place.IsTensor(a) && seen.HasFloatTensor(a)) ? "a tensor of floats" : null
                );
        return ShowsNumber(place, call) ? place.Match("extreme-of-float-and-tensor", call, name) : null;
    }

    /// <summary>
    /// A number on the left of an operator that the compiler has for a number and a Tensor only as one of two numbers.
    /// </summary>
    public static IEnumerable<DivergenceMatch> OfReflected(Place place, BinOp operation)
    {
        if (!place.IsTensor(operation.Right) || !place.IsNumber(operation.Left))
            yield break;
        if (operation.Op is BinaryOperator.FloorDiv or BinaryOperator.LShift or BinaryOperator.RShift)
            yield return place.Match(
                "reflected-operator",
                operation,
                fix: () => place.IsCertainlyTensor(operation.Right) ? AsTensors(place, operation) : null
            );
        else if (operation.Op is BinaryOperator.BitAnd or BinaryOperator.BitOr or BinaryOperator.BitXor)
            yield return place.Match(
                "reflected-operator",
                operation,
                fix: () =>
                    Place.IsPure(operation.Left)
                        ? Safe(
                            "Put the tensor first",
                            operation,
                            $"{place.Whole(operation.Right)}{Between(place, operation)}{place.Whole(operation.Left)}"
                        )
                        : null
            );
    }

    private static string Between(Place place, BinOp operation) => $" {place.File.Text[operation.OpSpan].Trim()} ";

    private static Fix AsTensors(Place place, BinOp operation)
    {
        string made = TorchNames.Member(place.File, "full_like", out var import);
        string left = $"{made}({place.Text(operation.Right)}, {place.Text(operation.Left)})";
        return new Fix(
            "Make the number a tensor",
            FixSafety.Suggested,
            [.. import is { } line ? [line] : ImmutableArray<TextEdit>.Empty, new TextEdit(operation.Left.Span, left)]
        );
    }

    private static Fix Between(Place place, Call call, string name)
    {
        string function = TorchNames.Member(place.File, name, out var import);
        return new Fix(
            $"Call '{function}'",
            FixSafety.Suggested,
            [.. import is { } line ? [line] : ImmutableArray<TextEdit>.Empty, new TextEdit(call.Func.Span, function)]
        );
    }

    /// <summary>Surely of one dimension: what Python adds up is then a number too.</summary>
    private static bool IsVector(Place place, Expr tensor) =>
        place.ValueOf(tensor) switch
        {
            Call { Func: Syntax.Attribute { Name: "flatten" or "ravel" } method, Args.Count: 0, Keywords.Count: 0 }
                when place.IsTensor(method.Value) => true,
            Call
            {
                Func: Syntax.Attribute { Name: "view" or "reshape" } method,
                Args: [UnaryOp { Op: UnaryOperator.USub, Operand: Constant }]
            } when place.IsTensor(method.Value) => true,
            Call call => place.CalleeOf(call)
                is "torch.arange"
                    or "torch.linspace"
                    or "torch.logspace"
                    or "torch.randperm"
                    or "torch.hann_window"
                    or "torch.bincount"
                || place.CalleeOf(call) is "torch.tensor"
                    && call.Args is [ListExpr { Elements: var elements }, ..]
                    && elements.All(place.IsNumber)
                || place.CalleeOf(call) is "torch.zeros" or "torch.ones" or "torch.rand" or "torch.randn"
                    && call.Args is [var size]
                    && place.IsInt(size),
            BinOp operation => (IsVector(place, operation.Left) || place.IsNumber(operation.Left))
                && (IsVector(place, operation.Right) || place.IsNumber(operation.Right)),
            _ => false,
        };

    private static bool ShowsNumber(Place place, Expr number) =>
        ValueFlow.Shows(place, number, (value, user) => UseOf(place, value, user));

    /// <summary>
    /// Where it matters whether a value is a number or a tensor of one: a test, a comparison in one, or arithmetic with
    /// tensors is not such a place.
    /// </summary>
    internal static Effect UseOf(Place place, Expr value, Node user) =>
        user switch
        {
            _ when Booleans.IsTested(value, user) => Effect.Vanishes,
            Compare or UnaryOp => Effect.GoesOn,
            BinOp operation => place.IsNumber(ReferenceEquals(operation.Left, value) ? operation.Right : operation.Left)
                ? Effect.GoesOn
                : Effect.Vanishes,
            AugAssign aug => place.IsNumber(ReferenceEquals(aug.Target, value) ? aug.Value : aug.Target)
                ? Effect.GoesOn
                : Effect.Vanishes,
            FormattedValue => Effect.Shows,
            Call call => place.CalleeOf(call) switch
            {
                "builtins.str" => Effect.Shows,
                { } name when name.StartsWith("math.", StringComparison.Ordinal) => Effect.GoesOn,
                "builtins.abs" => Effect.GoesOn,
                _ => Effect.Vanishes,
            },
            _ => Effect.Vanishes,
        };

    private static Fix Safe(string title, Expr old, string text) =>
        new(title, FixSafety.Safe, [new TextEdit(old.Span, text)]);

    private static Fix Suggested(string title, Expr old, string text) =>
        new(title, FixSafety.Suggested, [new TextEdit(old.Span, text)]);
}
