using LspTorch.Syntax;

namespace LspTorch.Refactorings;

/// <summary>numpy's functions that compute each element of what they give from the elements in its place.</summary>
internal sealed class ElementwiseFunctions(ArgumentReader arguments, ArrayOperators operators, TorchMembers torch)
{
    /// <summary>Elementwise functions with a floating result, by numpy's name.</summary>
    private static readonly Dictionary<string, string> Floating = new()
    {
        ["sqrt"] = "sqrt",
        ["exp"] = "exp",
        ["log"] = "log",
        ["log2"] = "log2",
        ["log10"] = "log10",
        ["log1p"] = "log1p",
        ["expm1"] = "expm1",
        ["sin"] = "sin",
        ["cos"] = "cos",
        ["tan"] = "tan",
        ["arcsin"] = "asin",
        ["arccos"] = "acos",
        ["arctan"] = "atan",
        ["sinh"] = "sinh",
        ["cosh"] = "cosh",
        ["tanh"] = "tanh",
        ["deg2rad"] = "deg2rad",
        ["rad2deg"] = "rad2deg",
    };

    /// <summary>Elementwise functions that keep a floating dtype (and, where marked, an integer one).</summary>
    private static readonly Dictionary<string, (string Torch, bool Integers)> Same = new()
    {
        ["abs"] = ("abs", true),
        ["absolute"] = ("abs", true),
        ["fabs"] = ("abs", false),
        ["negative"] = ("neg", true),
        ["square"] = ("square", true),
        ["sign"] = ("sign", true),
        ["floor"] = ("floor", false),
        ["ceil"] = ("ceil", false),
        ["trunc"] = ("trunc", false),
        ["rint"] = ("round", false),
        ["round"] = ("round", false),
        ["around"] = ("round", false),
        ["reciprocal"] = ("reciprocal", false),
    };

    private static readonly Dictionary<string, (BinaryOperator Op, string Sign)> Operators = new()
    {
        ["add"] = (BinaryOperator.Add, "+"),
        ["subtract"] = (BinaryOperator.Sub, "-"),
        ["multiply"] = (BinaryOperator.Mult, "*"),
        ["divide"] = (BinaryOperator.Div, "/"),
        ["true_divide"] = (BinaryOperator.Div, "/"),
        ["power"] = (BinaryOperator.Pow, "**"),
        ["mod"] = (BinaryOperator.Mod, "%"),
        ["remainder"] = (BinaryOperator.Mod, "%"),
        ["matmul"] = (BinaryOperator.MatMult, "@"),
        ["bitwise_and"] = (BinaryOperator.BitAnd, "&"),
        ["bitwise_or"] = (BinaryOperator.BitOr, "|"),
    };

    private static readonly Dictionary<string, string> Comparisons = new()
    {
        ["equal"] = "==",
        ["not_equal"] = "!=",
        ["less"] = "<",
        ["less_equal"] = "<=",
        ["greater"] = ">",
        ["greater_equal"] = ">=",
    };

    private static readonly HashSet<string> InMath =
    [
        "sqrt",
        "exp",
        "log",
        "log10",
        "log1p",
        "expm1",
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "sinh",
        "cosh",
        "tanh",
    ];

    private static readonly HashSet<string> Others =
    [
        "arctan2",
        "hypot",
        "isfinite",
        "isinf",
        "isnan",
        "logical_and",
        "logical_not",
        "logical_or",
        "logical_xor",
        "maximum",
        "minimum",
        "where",
    ];

    /// <param name="name">Behind <c>numpy.</c></param>
    public bool Computes(string name) =>
        Floating.ContainsKey(name)
        || Same.ContainsKey(name)
        || Operators.ContainsKey(name)
        || Comparisons.ContainsKey(name)
        || Others.Contains(name);

    /// <param name="name">Behind <c>numpy.</c></param>
    public ArrayValue? Of(string name, Call call)
    {
        if (call.Keywords.Count > 0)
            return name == "where" ? Where(call) : null;
        return call.Args.Count switch
        {
            1 => OfOne(name, call.Args[0]),
            2 => OfTwo(name, call.Args[0], call.Args[1]),
            3 when name == "where" => Where(call),
            _ => null,
        };
    }

    private ArrayValue? OfOne(string name, Expr argument)
    {
        switch (name)
        {
            case "logical_not":
                return arguments.Array(argument) is { IsBool: true } value
                    ? value with
                    {
                        Text = $"{torch.Of(name)}({value.Text})",
                        IsAtom = true,
                    }
                    : null;
            case "isnan" or "isinf" or "isfinite":
                return arguments.Array(argument) is { } tested
                    ? tested with
                    {
                        Text = $"{torch.Of(name)}({tested.Text})",
                        DType = "bool",
                        IsAtom = true,
                    }
                    : null;
        }
        if (Floating.TryGetValue(name, out string? floating))
            return OfFloating(floating, argument);
        return Same.TryGetValue(name, out var same) ? OfSame(same.Torch, same.Integers, argument) : null;
    }

    private ArrayValue? OfTwo(string name, Expr first, Expr second)
    {
        switch (name)
        {
            case "maximum" or "minimum":
                return Extreme(name, first, second);
            case "logical_and" or "logical_or" or "logical_xor":
                return arguments.Array(first) is { IsBool: true } a && arguments.Array(second) is { IsBool: true } b
                    ? ArrayValue.Array($"{torch.Of(name)}({a.Text}, {b.Text})", "bool", ArrayValue.AreScalars(a, b))
                    : null;
            case "arctan2" or "hypot":
                return
                    arguments.Array(first) is { IsFloating: true } rise
                    && arguments.Array(second) is { } run
                    && rise.DType == run.DType
                    ? ArrayValue.Array(
                        $"{torch.Of(name == "hypot" ? name : "atan2")}({rise.Text}, {run.Text})",
                        rise.DType,
                        ArrayValue.AreScalars(rise, run)
                    )
                    : null;
        }
        if (Operators.ContainsKey(name))
            return OfOperator(name, first, second);
        return
            Comparisons.TryGetValue(name, out string? sign)
            && arguments.Value(first) is { } left
            && arguments.Value(second) is { } right
            ? ArrayOperators.Comparison(left with { Text = left.Atom }, sign, right with { Text = right.Atom })
            : null;
    }

    private ArrayValue? Where(Call call) =>
        NumpyArguments.Of(call, "condition", "x", "y") is { } given
        && given["condition"] is { } condition
        && given["x"] is { } x
        && given["y"] is { } y
            ? Where(condition, x, y)
            : null;

    private ArrayValue? Where(Expr test, Expr first, Expr second)
    {
        if (
            arguments.Array(test) is not { IsBool: true } condition
            || arguments.Value(first) is not { DType: not "shape" } a
            || arguments.Value(second) is not { DType: not "shape" } b
        )
            return null;
        string where = torch.Of("where");
        if (a.IsNumber && b.IsNumber)
        {
            string? dtype =
                a.DType == "bool" || b.DType == "bool"
                    ? a.DType == b.DType
                        ? "bool"
                        : null
                    : a.DType == "float" || b.DType == "float"
                        ? "float64"
                        : "int64";
            if (dtype is null)
                return null;
            string Constant(ArrayValue number) => $"{torch.Of("tensor")}({number.Text}, dtype={torch.Of(dtype)})";
            return ArrayValue.Array(
                $"{where}({condition.Text}, {Constant(a)}, {Constant(b)})",
                dtype,
                condition.IsScalar
            );
        }
        var array = a.IsNumber ? b : a;
        if (array.DType is not { } of || array.IsScalar != false)
            return null;
        if (a.IsNumber || b.IsNumber)
        {
            var number = a.IsNumber ? a : b;
            if (
                number.DType == "float" && !array.IsFloating
                || array.IsBool && number.DType != "bool"
                || array.DType is not ("float32" or "float64" or "int64" or "bool")
            )
                return null;
            string filled = $"{torch.Of("full_like")}({array.Text}, {number.Text})";
            return ArrayValue.Array(
                a.IsNumber
                    ? $"{where}({condition.Text}, {filled}, {b.Text})"
                    : $"{where}({condition.Text}, {a.Text}, {filled})",
                of
            );
        }
        return a.DType == b.DType ? ArrayValue.Array($"{where}({condition.Text}, {a.Text}, {b.Text})", of) : null;
    }

    private ArrayValue? Extreme(string name, Expr first, Expr second)
    {
        if (
            arguments.Value(first) is not { DType: not "shape" } a
            || arguments.Value(second) is not { DType: not "shape" } b
        )
            return null;
        if (a.IsNumber && b.IsNumber)
            return a.DType is { } type and not "bool" && b.DType == type
                ? ArrayValue.Number($"{name[..3]}({a.Text}, {b.Text})", type)
                : null;
        if (a.IsNumber || b.IsNumber)
        {
            var (array, bound) = a.IsNumber ? (b, first) : (a, second);
            var (low, high) = name == "maximum" ? (bound, null) : ((Expr?)null, bound);
            return arguments.Limits(array, low, high) is { } limits
                ? array with
                {
                    Text = $"{torch.Of("clamp")}({array.Text}, {limits})",
                    IsAtom = true,
                }
                : null;
        }
        return torch.IsAtLeast(1, 7) && a.DType is { } dtype && dtype == b.DType
            ? ArrayValue.Array($"{torch.Of(name)}({a.Text}, {b.Text})", dtype, ArrayValue.AreScalars(a, b))
            : null;
    }

    /// <param name="name">Of a function that is an operator, behind <c>numpy.</c></param>
    public ArrayValue? OfOperator(string name, Expr first, Expr second)
    {
        var (op, sign) = Operators[name];
        if (arguments.Value(first) is not { } a || arguments.Value(second) is not { } b)
            return null;
        return operators.Operate(
            op,
            sign,
            a with
            {
                Text = a.Atom,
                IsAtom = true,
            },
            b with
            {
                Text = b.Atom,
                IsAtom = true,
            }
        );
    }

    private ArrayValue? OfFloating(string function, Expr argument)
    {
        if (arguments.Value(argument) is not { DType: not (null or "shape") } value)
            return null;
        if (value.IsNumber)
            return InMath.Contains(function)
                ? ArrayValue.Number($"{torch.OfMath(function)}({value.Text})", "float")
                : null;
        if (!value.IsFloating)
        {
            // Of short integers numpy makes short floats.
            if (value.DType is not ("int64" or "int32"))
                return null;
            value = torch.Cast(value, "float64");
        }
        return value with { Text = $"{torch.Of(function)}({value.Text})", IsAtom = true };
    }

    private ArrayValue? OfSame(string function, bool integers, Expr argument)
    {
        if (arguments.Value(argument) is not { DType: { } dtype and not "shape" } value)
            return null;
        if (value.IsNumber)
            return function switch
            {
                "abs" when dtype != "bool" => ArrayValue.Number($"abs({value.Text})", dtype),
                "floor" or "ceil" when dtype == "float" => ArrayValue.Number(
                    $"float({torch.OfMath(function)}({value.Text}))",
                    "float"
                ),
                _ => null,
            };
        return value.IsFloating || integers && value.IsInteger
            ? value with
            {
                Text = $"{torch.Of(function)}({value.Text})",
                IsAtom = true,
            }
            : null;
    }
}
