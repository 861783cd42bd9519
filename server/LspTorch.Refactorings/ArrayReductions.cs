using LspTorch.Syntax;

namespace LspTorch.Refactorings;

/// <summary>numpy's functions and methods that make one element of many: sums, extremes, running sums.</summary>
internal sealed class ArrayReductions(ArgumentReader arguments, TorchMembers torch)
{
    public ArrayValue? Of(MemberCall call)
    {
        switch (call.Name)
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
                    call.With("axis", "dtype", "out", "keepdims", "ddof") is { } given
                    && !given.Has("dtype")
                    && !given.Has("out")
                    ? Reduced(call, given)
                    : null;
            case "cumsum" or "cumprod":
                return Running(call);
            case "count_nonzero" when torch.IsAtLeast(1, 7) && !call.IsMethod:
                return call.With() is not null ? ArrayValue.Array(call.Text(call.Name, ""), "int64", true) : null;
            default:
                return null;
        }
    }

    private ArrayValue? Running(MemberCall call)
    {
        var owner = call.Owner;
        if (call.With("axis") is not { } given || owner.DType is "uint8" or "float16")
            return null;
        string? along = given["axis"] is { } axis ? arguments.Axis(axis) : "0";
        if (along is null)
            return null;
        bool flat = !given.Has("axis") && arguments.Rank(call.Array) != 1;
        var summed = flat ? owner with { Text = $"{owner.Atom}.flatten()", IsAtom = true } : owner;
        return ArrayValue.Array(
            call.Text(summed, call.Name, along),
            owner.DType is null || owner.IsFloating ? owner.DType : "int64"
        );
    }

    private ArrayValue? Reduced(MemberCall call, NumpyArguments given)
    {
        var (name, owner) = (call.Name, call.Owner);
        bool whole = given["axis"] is null or Constant { Kind: ConstantKind.None };
        string? axis = given["axis"] switch
        {
            null or Constant { Kind: ConstantKind.None } => "",
            TupleExpr axes when name is "sum" or "mean" or "max" or "min" or "amax" or "amin" or "std" or "var" =>
                arguments.Shape(axes),
            var one => arguments.Axis(one),
        };
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
        if (function is "amax" or "amin" && !torch.IsAtLeast(1, 7))
            return null;
        if (Prepared(name, owner) is not var (value, dtype))
            return null;
        string[] written =
        [
            axis,
            spread ? $"unbiased={(given["ddof"] is Constant { Value: 1L } ? "True" : "False")}" : "",
            keeps ? "keepdim=True" : "",
        ];
        string text = call.Text(value, function, string.Join(", ", written.Where(a => a.Length > 0)));
        return ArrayValue.Array(text, dtype, whole ? true : null);
    }

    /// <summary>The array that torch's function must be given, and the dtype of what it makes.</summary>
    private (ArrayValue Value, string? DType)? Prepared(string name, ArrayValue owner)
    {
        switch (name)
        {
            case "sum" or "prod":
                if (owner.DType is "uint8" or "float16")
                    return null;
                return (owner, owner.DType is null || owner.IsFloating ? owner.DType : "int64");
            case "mean" or "std" or "var" when !owner.IsFloating:
                return (torch.Cast(owner, "float64"), "float64");
            case "argmax" or "argmin":
                return (owner.IsBool ? torch.Cast(owner, "int64") : owner, "int64");
            case "any" or "all":
                return (owner.IsBool ? owner : owner with { Text = $"({owner.Text} != 0)", IsAtom = true }, "bool");
            default:
                return (owner, owner.DType);
        }
    }
}
