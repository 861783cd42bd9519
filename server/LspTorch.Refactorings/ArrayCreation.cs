using LspTorch.Syntax;

namespace LspTorch.Refactorings;

/// <summary>numpy's functions that make an array of numbers, sizes or what is no array.</summary>
internal sealed class ArrayCreation(ArgumentReader arguments, TorchMembers torch)
{
    private static readonly HashSet<string> Names =
    [
        "arange",
        "array",
        "asarray",
        "ascontiguousarray",
        "copy",
        "empty",
        "empty_like",
        "eye",
        "full",
        "full_like",
        "identity",
        "linspace",
        "ones",
        "ones_like",
        "zeros",
        "zeros_like",
    ];

    /// <param name="name">Behind <c>numpy.</c></param>
    public bool Makes(string name) => Names.Contains(name);

    /// <param name="name">Behind <c>numpy.</c></param>
    public ArrayValue? Of(string name, Call call)
    {
        switch (name)
        {
            case "arange":
                return Range(call);
            case "zeros" or "ones" or "empty":
                return NumpyArguments.Of(call, "shape", "dtype") is { } filled
                    ? Filled(name, filled["shape"], null, filled["dtype"])
                    : null;
            case "full":
                return
                    NumpyArguments.Of(call, "shape", "fill_value", "dtype") is { } full
                    && full["fill_value"] is { } fill
                    ? Filled("full", full["shape"], fill, full["dtype"])
                    : null;
            case "zeros_like" or "ones_like" or "empty_like" or "full_like":
                return FilledLike(name, call);
            case "linspace":
                return Spaced(call);
            case "eye" or "identity":
                return NumpyArguments.Of(call, "N") is { } eye && eye["N"] is { } size && arguments.Whole(size) is { } n
                    ? ArrayValue.Array($"{torch.Of("eye")}({n}, dtype={torch.Of("float64")})", "float64")
                    : null;
            case "array" or "asarray" or "ascontiguousarray":
                return OfContent(call, copies: name == "array");
            case "copy":
                return call is { Args: [var copied], Keywords.Count: 0 } ? arguments.Array(copied)?.Copied() : null;
            default:
                return null;
        }
    }

    private ArrayValue? Range(Call call)
    {
        if (NumpyArguments.Of(call, "start", "stop", "step", "dtype") is not { } given)
            return null;
        Expr[] bounds = [.. new[] { given["start"], given["stop"], given["step"] }.OfType<Expr>()];
        ArrayValue[] numbers = [.. bounds.Select(arguments.Number).OfType<ArrayValue>()];
        if (numbers.Length == 0 || numbers.Length < bounds.Length || given.Has("step") && !given.Has("stop"))
            return null;
        bool whole = numbers.All(n => n.DType == "int");
        if (
            arguments.DType(given["dtype"], whole ? "int64" : "float64") is not { } dtype
            || !whole && DTypes.IsInteger(dtype)
        )
            return null;
        string kind = whole && dtype == "int64" ? "" : $", dtype={torch.Of(dtype)}";
        return ArrayValue.Array($"{torch.Of("arange")}({string.Join(", ", numbers.Select(n => n.Text))}{kind})", dtype);
    }

    private ArrayValue? Spaced(Call call) =>
        NumpyArguments.Of(call, "start", "stop", "num", "dtype") is { } given
        && given["start"] is { } start
        && given["stop"] is { } stop
        && arguments.Number(start) is { } from
        && arguments.Number(stop) is { } to
        && arguments.DType(given["dtype"], "float64") is { } dtype
        && DTypes.IsFloating(dtype)
        && (given["num"] is { } number ? arguments.Whole(number) : "50") is { } count
            ? ArrayValue.Array(
                $"{torch.Of("linspace")}({from.Text}, {to.Text}, {count}, dtype={torch.Of(dtype)})",
                dtype
            )
            : null;

    private ArrayValue? Filled(string name, Expr? shape, Expr? fill, Expr? dtype)
    {
        if (shape is null)
            return null;
        string? sizes = arguments.Whole(shape) is { } one
            ? name == "full"
                ? $"[{one}]"
                : one
            : arguments.Shape(shape);
        var value = fill is null ? null : arguments.Number(fill);
        if (sizes is null || fill is not null && value is null)
            return null;
        string usual = value?.DType switch
        {
            "int" => "int64",
            "bool" => "bool",
            _ => "float64",
        };
        if (arguments.DType(dtype, usual) is not { } made)
            return null;
        return ArrayValue.Array(
            $"{torch.Of(name)}({sizes}, {(value is null ? "" : value.Text + ", ")}dtype={torch.Of(made)})",
            made
        );
    }

    private ArrayValue? FilledLike(string name, Call call)
    {
        bool full = name == "full_like";
        if (
            (full ? NumpyArguments.Of(call, "a", "fill_value", "dtype") : NumpyArguments.Of(call, "a", "dtype"))
                is not { } given
            || given["a"] is not { } of
            || arguments.Array(of) is not { } like
        )
            return null;
        string? made = given["dtype"] is { } asked ? arguments.DType(asked, null) : like.DType;
        var value = given["fill_value"] is { } fill ? arguments.Number(fill) : null;
        if (full && (value is null || made is null || value.DType == "float" && !DTypes.IsFloating(made)))
            return null;
        string text = value is null ? "" : ", " + value.Text;
        if (given.Has("dtype"))
        {
            if (made is null)
                return null;
            text += $", dtype={torch.Of(made)}";
        }
        return ArrayValue.Array($"{torch.Of(name)}({like.Text}{text})", made, like.IsScalar);
    }

    private ArrayValue? OfContent(Call call, bool copies)
    {
        if (
            NumpyArguments.Of(call, "object", "dtype") is not { } given
            || given["object"] is not { } content
            || (given["dtype"] is { } asked ? arguments.DType(asked, null) : "") is not { } dtype
        )
            return null;
        if (content is ListExpr or TupleExpr)
            return OfDisplay(content, dtype);
        if (arguments.Content(content, out bool isList) is not { } value)
            return null;
        if (isList)
            return OfNumbers(value.Text, value.DType, dtype);
        if (dtype != "" && dtype != value.DType)
            return torch.Cast(value, dtype);
        return copies ? value.Copied() : value;
    }

    private ArrayValue? OfDisplay(Expr display, string dtype)
    {
        var types = new HashSet<string>();
        if (ListText(display, types) is not { } text || types.Count == 0)
            return null;
        // A list of ints and floats has no element type to the compiler.
        if (types.Contains("float") && types.Contains("int"))
        {
            if (ListText(display, types, asFloats: true) is not { } floats)
                return null;
            text = floats;
        }
        return OfNumbers(
            text,
            types.Contains("float") ? "float64"
                : types.Contains("int")
                    ? types.Contains("bool") ? null
                        : "int64"
                : "bool",
            dtype
        );
    }

    /// <param name="usual">The dtype that numpy gives such a list; null where it is not known.</param>
    /// <param name="dtype">The dtype that is asked for; "" where none is.</param>
    private ArrayValue? OfNumbers(string list, string? usual, string dtype)
    {
        string? made = dtype == "" ? usual : dtype;
        if (made is null)
            return null;
        string kind = made == "int64" && usual == "int64" ? "" : $", dtype={torch.Of(made)}";
        return ArrayValue.Array($"{torch.Of("tensor")}({list}{kind})", made);
    }

    private string? ListText(Expr display, HashSet<string> types, bool asFloats = false)
    {
        var parts = new List<string>();
        foreach (var element in ArgumentReader.Elements(display))
        {
            if (element is ListExpr or TupleExpr)
            {
                if (ListText(element, types, asFloats) is not { } inner)
                    return null;
                parts.Add(inner);
            }
            else if (arguments.Number(element) is { DType: { } type } number)
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
}
