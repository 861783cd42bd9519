using LspTorch.Editing;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>numpy's functions and the methods of its arrays, each with what torch has for it.</summary>
internal sealed partial class NumpyTranslator
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

    /// <summary>The arguments of a call by the names of numpy's parameters.</summary>
    private sealed class Given(Dictionary<string, Expr> byName)
    {
        public Expr? this[string name] => byName.GetValueOrDefault(name);

        public bool Has(string name) => byName.ContainsKey(name);

        /// <summary>Null where an argument is none of these.</summary>
        public static Given? Of(Call call, params string[] parameters)
        {
            if (call.Args.Count > parameters.Length)
                return null;
            var found = new Dictionary<string, Expr>();
            for (int i = 0; i < call.Args.Count; i++)
                found[parameters[i]] = call.Args[i];
            foreach (var keyword in call.Keywords)
                if (keyword.Name is not { } name || !parameters.Contains(name) || !found.TryAdd(name, keyword.Value))
                    return null;
            return new Given(found);
        }
    }

    /// <param name="name">Behind <c>numpy.</c></param>
    private ArrayValue? OfFunction(string name, Call call)
    {
        switch (name)
        {
            case "arange":
                return OfRange(call);
            case "zeros" or "ones" or "empty":
                return Given.Of(call, "shape", "dtype") is { } filled
                    ? Filled(name, filled["shape"], null, filled["dtype"])
                    : null;
            case "full":
                return Given.Of(call, "shape", "fill_value", "dtype") is { } full && full["fill_value"] is { } fill
                    ? Filled("full", full["shape"], fill, full["dtype"])
                    : null;
            case "zeros_like" or "ones_like" or "empty_like" or "full_like":
                return FilledLike(name, call);
            case "linspace":
                return
                    Given.Of(call, "start", "stop", "num", "dtype") is { } line
                    && line["start"] is { } begin
                    && line["stop"] is { } end
                    && Number(begin) is { } from
                    && Number(end) is { } to
                    && DTypeOf(line["dtype"], "float64") is { } spaced
                    && DTypes.IsFloating(spaced)
                    && (line["num"] is { } given ? Whole(given) : "50") is { } count
                    ? ArrayValue.Array(
                        $"{Torch("linspace")}({from.Text}, {to.Text}, {count}, dtype={DType(spaced)})",
                        spaced
                    )
                    : null;
            case "eye" or "identity":
                return Given.Of(call, "N") is { } eye && eye["N"] is { } size && Whole(size) is { } n
                    ? ArrayValue.Array($"{Torch("eye")}({n}, dtype={DType("float64")})", "float64")
                    : null;
            case "array" or "asarray" or "ascontiguousarray":
                return OfArray(call, copies: name == "array");
            case "copy":
                return call is { Args: [var copied], Keywords.Count: 0 } ? Copied(copied) : null;
            case "where":
                return
                    Given.Of(call, "condition", "x", "y") is { } where
                    && where["condition"] is { } test
                    && where["x"] is { } x
                    && where["y"] is { } y
                    ? Where(test, x, y)
                    : null;
            case "concatenate" or "stack" or "hstack" or "vstack":
                return Joined(name, call);
            case "maximum" or "minimum":
                return call is { Args: [var first, var second], Keywords.Count: 0 }
                    ? Extreme(name, first, second)
                    : null;
            case "logical_and" or "logical_or" or "logical_xor":
                return
                    call is { Args: [var one, var other], Keywords.Count: 0 }
                    && Array(one) is { IsBool: true } a
                    && Array(other) is { IsBool: true } b
                    ? ArrayValue.Array($"{Torch(name)}({a.Text}, {b.Text})", "bool", Both(a, b))
                    : null;
            case "logical_not":
                return call is { Args: [var negated], Keywords.Count: 0 } && Array(negated) is { IsBool: true } value
                    ? value with
                    {
                        Text = $"{Torch(name)}({value.Text})",
                        IsAtom = true,
                    }
                    : null;
            case "isnan" or "isinf" or "isfinite":
                return call is { Args: [var asked], Keywords.Count: 0 } && Array(asked) is { } tested
                    ? tested with
                    {
                        Text = $"{Torch(name)}({tested.Text})",
                        DType = "bool",
                        IsAtom = true,
                    }
                    : null;
            case "allclose" or "array_equal":
                return
                    call is { Args: [var left, var right], Keywords.Count: 0 }
                    && Array(left) is { DType: { } leftType } l
                    && Array(right) is { DType: { } rightType } r
                    && leftType == rightType
                    ? ArrayValue.Number($"{Torch(name == "allclose" ? name : "equal")}({l.Text}, {r.Text})", "bool")
                    : null;
            case "arctan2" or "hypot":
                return
                    call is { Args: [var up, var along], Keywords.Count: 0 }
                    && Array(up) is { IsFloating: true } rise
                    && Array(along) is { } run
                    && rise.DType == run.DType
                    ? ArrayValue.Array(
                        $"{Torch(name == "hypot" ? name : "atan2")}({rise.Text}, {run.Text})",
                        rise.DType,
                        Both(rise, run)
                    )
                    : null;
            case "dot"
                when call is { Args: [var before, var behind], Keywords.Count: 0 }
                    && Rank(before) is 1 or 2
                    && Rank(behind) is 1 or 2:
                return OfOperator("matmul", before, behind);
            case "outer" when IsAtLeast(1, 7):
                return
                    call is { Args: [var column, var row], Keywords.Count: 0 }
                    && Rank(column) == 1
                    && Rank(row) == 1
                    && Array(column) is { DType: { } type } c
                    && Array(row) is { } w
                    && w.DType == type
                    ? ArrayValue.Array($"{Torch("outer")}({c.Text}, {w.Text})", type)
                    : null;
            case "linalg.norm":
                return call is { Args: [var vector], Keywords.Count: 0 } && Array(vector) is { IsFloating: true } v
                    ? ArrayValue.Array($"{Torch("norm")}({v.Text})", v.DType, true)
                    : null;
            case "float64" or "int64":
                return call is { Args: [var number], Keywords.Count: 0 } && Number(number) is { } plain
                    ? ArrayValue.Number(
                        $"{(name == "int64" ? "int" : "float")}({plain.Text})",
                        name == "int64" ? "int" : "float"
                    )
                    : null;
        }
        if (Floating.TryGetValue(name, out string? floating))
            return call is { Args: [var argument], Keywords.Count: 0 } ? Elementwise(floating, argument) : null;
        if (Same.TryGetValue(name, out var same))
            return call is { Args: [var argument], Keywords.Count: 0 }
                ? Elementwise(same.Torch, same.Integers, argument)
                : null;
        if (Operators.ContainsKey(name))
            return call is { Args: [var left, var right], Keywords.Count: 0 } ? OfOperator(name, left, right) : null;
        if (Comparisons.TryGetValue(name, out string? sign))
            return
                call is { Args: [var left, var right], Keywords.Count: 0 }
                && Translate(left) is { } a
                && Translate(right) is { } b
                ? Comparison(a with { Text = a.Atom }, sign, b with { Text = b.Atom })
                : null;
        // The rest begin with the array, as its methods do without it.
        if (call.Args is not [var of, ..])
            return null;
        return Array(of) is { } owner ? OfMember(name, owner, of, call, 1, null) : null;
    }

    private ArrayValue? OfMethod(string name, ArrayValue owner, Call call)
    {
        var of = ((Attribute)call.Func).Value;
        switch (name)
        {
            case "astype":
                if (Given.Of(call, "dtype", "copy") is not { } given || DTypeOf(given["dtype"], null) is not { } dtype)
                    return null;
                // numpy's copies; torch's hands on the same tensor where the dtype is right already.
                return owner.DType == dtype && !given.Has("copy")
                    ? owner with
                    {
                        Text = $"{owner.Atom}.clone()",
                        IsAtom = true,
                    }
                    : Cast(owner with { DType = null }, dtype);
            case "copy":
                return call is { Args.Count: 0, Keywords.Count: 0 }
                    ? owner with
                    {
                        Text = $"{owner.Atom}.clone()",
                        IsAtom = true,
                    }
                    : null;
            case "flatten":
                return call is { Args.Count: 0, Keywords.Count: 0 }
                    ? ArrayValue.Array($"{owner.Atom}.flatten()", owner.DType)
                    : null;
            case "dot":
                return call is { Args: [var other], Keywords.Count: 0 } && Rank(of) is 1 or 2 && Rank(other) is 1 or 2
                    ? OfOperator("matmul", of, other)
                    : null;
            case "reshape" when call is { Args.Count: > 1, Keywords.Count: 0 }:
                var sizes = call.Args.Select(Whole).ToArray();
                return sizes.All(s => s is not null)
                    ? ArrayValue.Array($"{owner.Atom}.reshape({string.Join(", ", sizes)})", owner.DType)
                    : null;
            case "transpose" when call is { Args.Count: > 1, Keywords.Count: 0 }:
                return call.Args.All(a => Axis(a) is not null)
                    ? ArrayValue.Array(
                        $"{owner.Atom}.permute({string.Join(", ", call.Args.Select(Axis))})",
                        owner.DType
                    )
                    : null;
        }
        return OfMember(name, owner, of, call, 0, owner.Atom);
    }

    /// <summary>What is a function of numpy, whose first argument is the array, and a method of arrays.</summary>
    /// <param name="skip">How many arguments stand for the array.</param>
    /// <param name="method">What the method is called on, null for the function.</param>
    private ArrayValue? OfMember(string name, ArrayValue owner, Expr of, Call call, int skip, string? method)
    {
        Given? With(params string[] parameters) => Given.Of(call, skip == 0 ? parameters : ["a", .. parameters]);
        string Made(string function, string arguments) =>
            method is null
                ? $"{Torch(function)}({owner.Text}{(arguments.Length > 0 ? ", " : "")}{arguments})"
                : $"{method}.{function}({arguments})";
        ArrayValue Kept(string function, string arguments = "") =>
            ArrayValue.Array(Made(function, arguments), owner.DType);

        switch (name)
        {
            case "sum"
            or "mean"
            or "prod"
            or "max"
            or "min"
            or "amax"
            or "amin"
            or "std"
            or "var"
            or "any"
            or "all"
            or "argmax"
            or "argmin":
                return
                    With("axis", "dtype", "out", "keepdims", "ddof") is { } reduced
                    && !reduced.Has("dtype")
                    && !reduced.Has("out")
                    ? Reduced(name, owner, method, reduced)
                    : null;
            case "cumsum" or "cumprod":
                if (With("axis") is not { } running || owner.DType is "uint8" or "float16")
                    return null;
                string? along = running["axis"] is { } axis ? Axis(axis) : "0";
                if (along is null)
                    return null;
                bool flat = !running.Has("axis") && Rank(of) != 1;
                string sum = flat ? $"{owner.Atom}.flatten()" : owner.Text;
                string text = method is null
                    ? $"{Torch(name)}({sum}, {along})"
                    : $"{(flat ? sum : owner.Atom)}.{name}({along})";
                return ArrayValue.Array(text, owner.DType is null || owner.IsFloating ? owner.DType : "int64");
            case "clip":
                return With("a_min", "a_max") is { } clipped
                    ? Clipped(owner, clipped["a_min"], clipped["a_max"], method)
                    : null;
            case "reshape":
                return
                    With("shape") is { } shaped
                    && shaped["shape"] is { } shape
                    && (Whole(shape) ?? Shape(shape)) is { } sizes
                    ? ArrayValue.Array($"{owner.Atom}.reshape({sizes})", owner.DType)
                    : null;
            case "ravel":
                return With() is not null ? ArrayValue.Array($"{owner.Atom}.reshape(-1)", owner.DType) : null;
            case "squeeze":
                return With("axis") is { } squeezed && (squeezed["axis"] is { } at ? Axis(at) : "") is { } dimension
                    ? Kept("squeeze", dimension) with
                    {
                        IsScalar = null,
                    }
                    : null;
            case "expand_dims":
                return With("axis") is { } expanded && expanded["axis"] is { } place && Axis(place) is { } position
                    ? Kept("unsqueeze", position)
                    : null;
            case "transpose":
                if (With("axes") is not { } turned)
                    return null;
                if (turned["axes"] is TupleExpr or ListExpr)
                    return Shape(turned["axes"]!) is { } order
                        ? ArrayValue.Array($"{owner.Atom}.permute({order})", owner.DType)
                        : null;
                return turned["axes"] is null && Rank(of) == 2
                    ? ArrayValue.Array($"{owner.Atom}.t()", owner.DType)
                    : null;
            case "swapaxes":
                return
                    With("axis1", "axis2") is { } swapped
                    && swapped["axis1"] is { } first
                    && swapped["axis2"] is { } second
                    && Axis(first) is { } one
                    && Axis(second) is { } other
                    ? Kept("transpose", $"{one}, {other}")
                    : null;
            case "moveaxis" when IsAtLeast(1, 7) && method is null:
                return
                    With("source", "destination") is { } moved
                    && moved["source"] is { } source
                    && moved["destination"] is { } target
                    && Axis(source) is { } from
                    && Axis(target) is { } to
                    ? Kept("movedim", $"{from}, {to}")
                    : null;
            case "flip" when method is null:
                return With("axis") is { } flipped && flipped["axis"] is { } over && Axis(over) is { } mirrored
                    ? Kept("flip", $"[{mirrored}]")
                    : null;
            case "flipud" when method is null:
                return With() is not null ? Kept("flip", "[0]") : null;
            case "fliplr" when method is null:
                return With() is not null ? Kept("flip", "[1]") : null;
            case "roll" when method is null:
                return
                    With("shift", "axis") is { } rolled
                    && rolled["shift"] is { } shift
                    && Whole(shift) is { } by
                    && (rolled["axis"] is { } way ? Axis(way) : "") is { } direction
                    ? Kept("roll", direction == "" ? by : $"{by}, {direction}")
                    : null;
            case "tile" when IsAtLeast(1, 8) && method is null:
                return
                    With("reps") is { } tiled
                    && tiled["reps"] is { } reps
                    && (Whole(reps) is { } times ? $"[{times}]" : Shape(reps)) is { } repeated
                    ? Kept("tile", repeated)
                    : null;
            case "repeat":
                if (
                    With("repeats", "axis") is not { } many
                    || many["repeats"] is not { } repeats
                    || (many["axis"] is { } lane ? Axis(lane) : "") is not { } dim
                )
                    return null;
                string? number =
                    Whole(repeats)
                    ?? (
                        Translate(repeats) is { IsNumber: false, DType: "int64", IsScalar: false } each
                            ? each.Text
                            : null
                    );
                return number is null
                    ? null
                    : ArrayValue.Array(
                        $"{Torch("repeat_interleave")}({owner.Text}, {number}{(dim == "" ? "" : ", " + dim)})",
                        owner.DType
                    );
            case "pad" when method is null:
                return With("pad_width", "mode", "constant_values") is { } padded ? Padded(owner, of, padded) : null;
            case "diff" when IsAtLeast(1, 8) && method is null && owner.DType is not (null or "bool"):
                return
                    With("n", "axis") is { } differences
                    && !differences.Has("n")
                    && (differences["axis"] is { } line ? Axis(line) : "") is { } step
                    ? Kept("diff", step == "" ? "" : $"dim={step}")
                    : null;
            case "sort" when method is null:
                return With("axis") is { } sorted && (sorted["axis"] is { } key ? Axis(key) : "") is { } rank
                    ? Kept("sort", rank) with
                    {
                        Text = Made("sort", rank) + "[0]",
                    }
                    : null;
            case "unique" when method is null:
                return With() is not null ? Kept("unique") : null;
            case "bincount" when method is null && owner.DType == "int64":
                return
                    With("minlength") is { } counted
                    && (
                        counted.Has("minlength") && call.Keywords.Count == 0 ? null
                        : counted["minlength"] is { } least ? Whole(least)
                        : ""
                    )
                        is { } minimum
                    ? Kept("bincount", minimum == "" ? "" : $"minlength={minimum}")
                    : null;
            case "count_nonzero" when IsAtLeast(1, 7) && method is null:
                return With() is not null ? ArrayValue.Array(Made(name, ""), "int64", true) : null;
            case "diag" or "tril" or "triu" when method is null:
                return With("k") is { } drawn && (drawn["k"] is { } diagonal ? Whole(diagonal) : "") is { } k
                    ? Kept(name, k)
                    : null;
            case "round" when owner.IsFloating:
                return With() is not null ? owner with { Text = Made("round", ""), IsAtom = true } : null;
            default:
                return null;
        }
    }

    private ArrayValue? Reduced(string name, ArrayValue owner, string? method, Given given)
    {
        bool whole = given["axis"] is null or Constant { Kind: ConstantKind.None };
        string? axis =
            whole ? ""
            : name is "sum" or "mean" or "max" or "min" or "amax" or "amin" or "std" or "var"
            && given["axis"] is TupleExpr axes
                ? Shape(axes)
            : Axis(given["axis"]!);
        if (
            axis is null
            || given["keepdims"] is not (null or Constant { Kind: ConstantKind.True or ConstantKind.False })
            || owner.DType is null && name is "mean" or "std" or "var" or "argmax" or "argmin"
        )
            return null;
        bool keeps = given["keepdims"] is Constant { Kind: ConstantKind.True };
        if (whole && keeps)
            return null;
        bool spread = name is "std" or "var";
        if (given.Has("ddof") && (!spread || given["ddof"] is not Constant { Kind: ConstantKind.Int, Value: 0L or 1L }))
            return null;
        string function = whole || name is not ("max" or "min" or "amax" or "amin") ? name : "a" + name[^3..];
        if (whole && name is "amax" or "amin")
            function = name[1..];
        if (function is "amax" or "amin" && !IsAtLeast(1, 7))
            return null;

        var value = owner;
        string? dtype = owner.DType;
        switch (name)
        {
            case "sum" or "prod":
                if (dtype is "uint8" or "float16")
                    return null;
                dtype = dtype is null || owner.IsFloating ? dtype : "int64";
                break;
            case "mean" when !owner.IsFloating:
                (value, dtype) = (Cast(owner, "float64"), "float64");
                break;
            case "std" or "var" when !owner.IsFloating:
                (value, dtype) = (Cast(owner, "float64"), "float64");
                break;
            case "argmax" or "argmin":
                (value, dtype) = (owner.IsBool ? Cast(owner, "int64") : owner, "int64");
                break;
            case "any" or "all":
                (value, dtype) = (
                    owner.IsBool ? owner : owner with { Text = $"({owner.Text} != 0)", IsAtom = true },
                    "bool"
                );
                break;
        }
        string arguments = string.Join(
            ", ",
            new[]
            {
                axis,
                spread ? $"unbiased={(given["ddof"] is Constant { Value: 1L } ? "True" : "False")}" : "",
                keeps ? "keepdim=True" : "",
            }.Where(a => a.Length > 0)
        );
        string text = method is null
            ? $"{Torch(function)}({value.Text}{(arguments.Length > 0 ? ", " : "")}{arguments})"
            : $"{value.Atom}.{function}({arguments})";
        return ArrayValue.Array(text, dtype, whole ? true : null);
    }

    private ArrayValue? OfRange(Call call)
    {
        if (Given.Of(call, "start", "stop", "step", "dtype") is not { } given)
            return null;
        var numbers = new[] { given["start"], given["stop"], given["step"] }.OfType<Expr>().Select(Number).ToArray();
        if (numbers.Length == 0 || numbers.Any(n => n is null) || given.Has("step") && !given.Has("stop"))
            return null;
        bool whole = numbers.All(n => n!.DType == "int");
        if (DTypeOf(given["dtype"], whole ? "int64" : "float64") is not { } dtype || !whole && DTypes.IsInteger(dtype))
            return null;
        string kind = whole && dtype == "int64" ? "" : $", dtype={DType(dtype)}";
        return ArrayValue.Array($"{Torch("arange")}({string.Join(", ", numbers.Select(n => n!.Text))}{kind})", dtype);
    }

    private ArrayValue? Filled(string name, Expr? shape, Expr? fill, Expr? dtype)
    {
        if (shape is null)
            return null;
        string? sizes = Whole(shape) is { } one
            ? name == "full"
                ? $"[{one}]"
                : one
            : Shape(shape);
        var value = fill is null ? null : Number(fill);
        if (sizes is null || fill is not null && value is null)
            return null;
        string usual = value?.DType switch
        {
            "int" => "int64",
            "bool" => "bool",
            _ => "float64",
        };
        if (DTypeOf(dtype, usual) is not { } made)
            return null;
        return ArrayValue.Array(
            $"{Torch(name)}({sizes}, {(value is null ? "" : value.Text + ", ")}dtype={DType(made)})",
            made
        );
    }

    private ArrayValue? FilledLike(string name, Call call)
    {
        bool full = name == "full_like";
        if (
            (full ? Given.Of(call, "a", "fill_value", "dtype") : Given.Of(call, "a", "dtype")) is not { } given
            || given["a"] is not { } of
            || Array(of) is not { } like
        )
            return null;
        string? made = given["dtype"] is { } asked ? DTypeOf(asked, null) : like.DType;
        if (given.Has("dtype") && made is null)
            return null;
        var value = given["fill_value"] is { } fill ? Number(fill) : null;
        if (full && (value is null || made is null || value.DType == "float" && !DTypes.IsFloating(made)))
            return null;
        string arguments =
            (value is null ? "" : ", " + value.Text) + (given.Has("dtype") ? $", dtype={DType(made!)}" : "");
        return ArrayValue.Array($"{Torch(name)}({like.Text}{arguments})", made, like.IsScalar);
    }

    private ArrayValue? OfArray(Call call, bool copies)
    {
        if (
            Given.Of(call, "object", "dtype") is not { } given
            || given["object"] is not { } content
            || (given["dtype"] is { } asked ? DTypeOf(asked, null) : "") is not { } dtype
        )
            return null;
        if (content is not (ListExpr or TupleExpr))
        {
            var type = model.TypeOf(content);
            if (
                type is ListType { Element: PrimitiveType element }
                && (element == TorchType.Int || element == TorchType.Float || element == TorchType.Bool)
            )
                return OfNumbers(
                    Source(content),
                    element == TorchType.Int ? "int64"
                        : element == TorchType.Float ? "float64"
                        : "bool"
                );
            bool tensor = !NamesNumpy(content) && TensorEvidence.IsTensor(file, content);
            if ((tensor ? OfTensor(content) : Array(content)) is not { } value)
                return null;
            if (dtype != "" && dtype != value.DType)
                return Cast(value, dtype);
            return copies ? value with { Text = $"{value.Atom}.clone()", IsAtom = true } : value;
        }
        var types = new HashSet<string>();
        if (ListText(content, types) is not { } text || types.Count == 0)
            return null;
        // A list of ints and floats has no element type to the compiler.
        bool mixed = types.Contains("float") && types.Contains("int");
        if (mixed && ListText(content, types, asFloats: true) is var floats)
            text = floats;
        if (text is null)
            return null;
        return OfNumbers(
            text,
            types.Contains("float") ? "float64"
                : types.Contains("int")
                    ? types.Contains("bool") ? null
                        : "int64"
                : "bool"
        );

        ArrayValue? OfNumbers(string list, string? usual)
        {
            string? made = dtype == "" ? usual : dtype;
            return made is null
                ? null
                : ArrayValue.Array(
                    $"{Torch("tensor")}({list}{(made == "int64" && usual == "int64" ? "" : $", dtype={DType(made)}")})",
                    made
                );
        }
    }

    private string? ListText(Expr content, HashSet<string> types, bool asFloats = false)
    {
        var elements = content switch
        {
            ListExpr list => list.Elements,
            TupleExpr tuple => tuple.Elements,
            _ => default,
        };
        if (content is not (ListExpr or TupleExpr))
            return null;
        var parts = new List<string>();
        foreach (var element in elements)
        {
            if (element is ListExpr or TupleExpr)
            {
                if (ListText(element, types, asFloats) is not { } inner)
                    return null;
                parts.Add(inner);
            }
            else if (Number(element) is { DType: { } type } number)
            {
                types.Add(type);
                parts.Add(
                    !asFloats || type == "float" ? number.Text
                    : long.TryParse(number.Text, out _) ? number.Text + ".0"
                    : $"float({number.Text})"
                );
            }
            else
                return null;
        }
        return $"[{string.Join(", ", parts)}]";
    }

    private ArrayValue? Copied(Expr of) =>
        Array(of) is { } value ? value with { Text = $"{value.Atom}.clone()", IsAtom = true } : null;

    private ArrayValue? Where(Expr test, Expr first, Expr second)
    {
        if (
            Array(test) is not { IsBool: true } condition
            || Translate(first) is not { DType: not "shape" } a
            || Translate(second) is not { DType: not "shape" } b
        )
            return null;
        string where = Torch("where");
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
            string Constant(ArrayValue number) => $"{Torch("tensor")}({number.Text}, dtype={DType(dtype)})";
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
            string filled = $"{Torch("full_like")}({array.Text}, {number.Text})";
            return ArrayValue.Array(
                a.IsNumber
                    ? $"{where}({condition.Text}, {filled}, {b.Text})"
                    : $"{where}({condition.Text}, {a.Text}, {filled})",
                of
            );
        }
        return a.DType == b.DType ? ArrayValue.Array($"{where}({condition.Text}, {a.Text}, {b.Text})", of) : null;
    }

    private ArrayValue? Joined(string name, Call call)
    {
        bool along = name is "concatenate" or "stack";
        if (
            (along ? Given.Of(call, "arrays", "axis") : Given.Of(call, "tup")) is not { } given
            || !along && !IsAtLeast(1, 8)
        )
            return null;
        var elements = (given["arrays"] ?? given["tup"]) switch
        {
            ListExpr list => list.Elements,
            TupleExpr tuple => tuple.Elements,
            _ => default,
        };
        var parts = elements.Select(Array).ToArray();
        if (parts.Length == 0 || parts.Any(p => p is not { DType: not null } || p.DType != parts[0]!.DType))
            return null;
        string? axis = given["axis"] is { } at ? Axis(at) : "";
        if (axis is null)
            return null;
        string function = name == "concatenate" ? "cat" : name;
        return ArrayValue.Array(
            $"{Torch(function)}([{string.Join(", ", parts.Select(p => p!.Text))}]{(axis == "" ? "" : ", " + axis)})",
            parts[0]!.DType
        );
    }

    private ArrayValue? Extreme(string name, Expr first, Expr second)
    {
        if (Translate(first) is not { DType: not "shape" } a || Translate(second) is not { DType: not "shape" } b)
            return null;
        if (a.IsNumber && b.IsNumber)
            return a.DType == b.DType && a.DType != "bool"
                ? ArrayValue.Number($"{name[..3]}({a.Text}, {b.Text})", a.DType!)
                : null;
        if (a.IsNumber || b.IsNumber)
            return Clipped(
                a.IsNumber ? b : a,
                name == "maximum"
                    ? a.IsNumber
                        ? first
                        : second
                    : null,
                name == "minimum"
                    ? a.IsNumber
                        ? first
                        : second
                    : null,
                null
            );
        return IsAtLeast(1, 7) && a.DType is { } dtype && dtype == b.DType
            ? ArrayValue.Array($"{Torch(name)}({a.Text}, {b.Text})", dtype, Both(a, b))
            : null;
    }

    private ArrayValue? Clipped(ArrayValue owner, Expr? low, Expr? high, string? method)
    {
        var bounds = new List<string>();
        foreach (var (bound, name) in new[] { (low, "min"), (high, "max") })
        {
            if (bound is null or Constant { Kind: ConstantKind.None })
                continue;
            if (
                Number(bound) is not { } number
                || number.DType == "bool"
                || number.DType == "float" && !owner.IsFloating
            )
                return null;
            bounds.Add($"{name}={number.Text}");
        }
        if (
            bounds.Count == 0
            || owner.DType is null or "bool"
            || owner.IsScalar != false && owner.DType is not ("float64" or "int64")
        )
            return null;
        string arguments = bounds.Count == 2 ? string.Join(", ", bounds.Select(b => b[4..])) : bounds[0];
        return owner with
        {
            Text = method is null ? $"{Torch("clamp")}({owner.Text}, {arguments})" : $"{method}.clamp({arguments})",
            IsAtom = true,
        };
    }

    /// <summary>numpy counts the axes from the first, torch's function from the last.</summary>
    private ArrayValue? Padded(ArrayValue owner, Expr of, Given given)
    {
        if (
            given["mode"] is not (null or Constant { Value: "constant" })
            || given["pad_width"] is not (TupleExpr or ListExpr)
            || owner.IsScalar != false
        )
            return null;
        var outer = Elements(given["pad_width"]!);
        var pairs =
            outer.All(e => e is TupleExpr or ListExpr) ? outer.Select(Elements).ToArray()
            : Rank(of) == 1 ? [outer]
            : [];
        if (pairs.Length == 0 || pairs.Any(p => p.Length != 2))
            return null;
        var widths = pairs.Reverse().SelectMany(p => p).Select(Whole).ToArray();
        if (widths.Any(w => w is null))
            return null;
        int untouched = widths.Reverse().TakeWhile(w => w == "0").Count() / 2 * 2;
        string value = "";
        if (given["constant_values"] is { } constant)
        {
            if (
                Number(constant) is not { } number
                || number.DType == "bool"
                || number.DType == "float" && !owner.IsFloating
                || owner.DType is null or "bool"
            )
                return null;
            value =
                number.DType == "float" ? number.Text
                : constant is Constant ? number.Text + ".0"
                : $"float({number.Text})";
            value = $", value={value}";
        }
        return ArrayValue.Array(
            $"{Torch("nn.functional.pad")}({owner.Text}, [{string.Join(", ", widths[..^untouched])}]{value})",
            owner.DType
        );

        static Expr[] Elements(Expr list) => [.. list is TupleExpr tuple ? tuple.Elements : ((ListExpr)list).Elements];
    }

    private ArrayValue? OfOperator(string name, Expr first, Expr second)
    {
        var (op, sign) = Operators[name];
        if (Translate(first) is not { } a || Translate(second) is not { } b)
            return null;
        return Operate(op, sign, a with { Text = a.Atom, IsAtom = true }, b with { Text = b.Atom, IsAtom = true });
    }

    private ArrayValue? Elementwise(string function, Expr argument)
    {
        if (Translate(argument) is not { DType: not (null or "shape") } value)
            return null;
        if (value.IsNumber)
            return InMath.Contains(function)
                ? ArrayValue.Number($"{MathMember(function)}({value.Text})", "float")
                : null;
        if (!value.IsFloating)
        {
            // Of short integers numpy makes short floats.
            if (value.DType is not ("int64" or "int32"))
                return null;
            value = Cast(value, "float64");
        }
        return value with { Text = $"{Torch(function)}({value.Text})", IsAtom = true };
    }

    private ArrayValue? Elementwise(string function, bool integers, Expr argument)
    {
        if (Translate(argument) is not { DType: not (null or "shape") } value)
            return null;
        if (value.IsNumber)
            return function switch
            {
                "abs" when value.DType != "bool" => ArrayValue.Number($"abs({value.Text})", value.DType!),
                "floor" or "ceil" when value.DType == "float" => ArrayValue.Number(
                    $"float({MathMember(function)}({value.Text}))",
                    "float"
                ),
                _ => null,
            };
        return value.IsFloating || integers && value.IsInteger
            ? value with
            {
                Text = $"{Torch(function)}({value.Text})",
                IsAtom = true,
            }
            : null;
    }

    private string MathMember(string name)
    {
        foreach (var statement in file.Tree.Root.Body.OfType<Import>())
        foreach (var alias in statement.Names)
            if (alias.Name == "math")
                return $"{alias.AsName ?? "math"}.{name}";
        Imports.Add(TextEdit.Insert(Blocks.OffsetBehindImports(file), "import math" + file.Text.DominantLineBreak));
        return "math." + name;
    }

    private ArrayValue? Array(Expr expression) => Translate(expression) is { IsNumber: false } value ? value : null;

    private ArrayValue? Number(Expr expression) =>
        Translate(expression) is { DType: not "shape" } value ? AsNumber(value) : null;

    /// <summary>An int, as text.</summary>
    private string? Whole(Expr expression) => Number(expression) is { DType: "int" } number ? number.Text : null;

    /// <summary>An axis: a whole number that is not a variable's, which could be None.</summary>
    private string? Axis(Expr expression) =>
        expression is Constant or UnaryOp { Operand: Constant } or Name or Attribute ? Whole(expression) : null;

    /// <summary>Sizes: a tuple or list of ints, or the shape of something.</summary>
    private string? Shape(Expr expression)
    {
        if (expression is TupleExpr or ListExpr)
        {
            var elements = expression is TupleExpr tuple ? tuple.Elements : ((ListExpr)expression).Elements;
            var sizes = elements.Select(Whole).ToArray();
            if (sizes.Length == 0 || sizes.Any(s => s is null))
                return null;
            return expression is ListExpr
                ? $"[{string.Join(", ", sizes)}]"
                : $"({string.Join(", ", sizes)}{(sizes.Length == 1 ? "," : "")})";
        }
        if (Translate(expression) is { DType: "shape" } shape)
            return shape.Text;
        return
            !NamesNumpy(expression)
            && model.TypeOf(expression) is ListType { Element: var element }
            && element == TorchType.Int
            ? Source(expression)
            : null;
    }

    /// <summary>
    /// The dtype that an argument names; the usual one where there is none; null where it is not known.
    /// </summary>
    private string? DTypeOf(Expr? argument, string? usual) =>
        argument switch
        {
            null => usual,
            Constant { Kind: ConstantKind.Str, Value: string text } => DTypes.Find(text),
            Name { Id: "float" or "int" or "bool" } name when IsBuiltin(name) => DTypes.Find(name.Id),
            Name
            or Attribute
                when model.ResolveName(argument) is { } resolved
                    && resolved.StartsWith("numpy.", StringComparison.Ordinal) => DTypes.Find(
                resolved["numpy.".Length..]
            ),
            _ => null,
        };

    private bool IsAtLeast(int major, int minor) => file.Options.Torch >= new TorchVersion(major, minor);

    private static bool? Both(ArrayValue a, ArrayValue b) =>
        a.IsScalar == true && b.IsScalar == true ? true
        : a.IsScalar == false || b.IsScalar == false ? false
        : null;
}
