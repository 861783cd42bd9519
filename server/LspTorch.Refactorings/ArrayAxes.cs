using LspTorch.Syntax;

namespace LspTorch.Refactorings;

/// <summary>numpy's functions and methods that add, drop, exchange or reverse axes.</summary>
internal sealed class ArrayAxes(ArgumentReader arguments)
{
    public ArrayValue? Of(MemberCall call) =>
        call switch
        {
            { Name: "squeeze" } => call.With("axis") is { } given
            && (given["axis"] is { } at ? arguments.Axis(at) : "") is { } axis
                ? call.Kept("squeeze", axis) with
                {
                    IsScalar = null,
                }
                : null,
            { Name: "expand_dims" } => AxisOf(call) is { } axis ? call.Kept("unsqueeze", axis) : null,
            { Name: "transpose" } => Transposed(call),
            { Name: "swapaxes" } => Both(call, "axis1", "axis2") is { } both ? call.Kept("transpose", both) : null,
            { IsMethod: true } => null,
            { Name: "moveaxis" } when call.Torch.IsAtLeast(1, 7) => Both(call, "source", "destination") is { } both
                ? call.Kept("movedim", both)
                : null,
            { Name: "flip" } => AxisOf(call) is { } axis ? call.Kept("flip", $"[{axis}]") : null,
            { Name: "flipud" } => call.With() is not null ? call.Kept("flip", "[0]") : null,
            { Name: "fliplr" } => call.With() is not null ? call.Kept("flip", "[1]") : null,
            { Name: "roll" } => Rolled(call),
            _ => null,
        };

    private string? AxisOf(MemberCall call) =>
        call.With("axis") is { } given && given["axis"] is { } axis ? arguments.Axis(axis) : null;

    private string? Both(MemberCall call, string first, string second) =>
        call.With(first, second) is { } given
        && given[first] is { } one
        && given[second] is { } other
        && arguments.Axis(one) is { } a
        && arguments.Axis(other) is { } b
            ? $"{a}, {b}"
            : null;

    private ArrayValue? Transposed(MemberCall call)
    {
        if (call.With("axes") is not { } given)
            return null;
        var owner = call.Owner;
        return given["axes"] switch
        {
            TupleExpr or ListExpr => given["axes"] is { } axes && arguments.Shape(axes) is { } order
                ? ArrayValue.Array($"{owner.Atom}.permute({order})", owner.DType)
                : null,
            null when arguments.Rank(call.Array) == 2 => ArrayValue.Array($"{owner.Atom}.t()", owner.DType),
            _ => null,
        };
    }

    private ArrayValue? Rolled(MemberCall call) =>
        call.With("shift", "axis") is { } given
        && given["shift"] is { } shift
        && arguments.Whole(shift) is { } by
        && (given["axis"] is { } along ? arguments.Axis(along) : "") is { } axis
            ? call.Kept("roll", axis == "" ? by : $"{by}, {axis}")
            : null;
}
