using LspTorch.Syntax;

namespace LspTorch.Refactorings;

/// <summary>What are functions of numpy, whose first argument is the array, and mostly methods of arrays too.</summary>
internal sealed class ArrayMembers(ArgumentReader arguments, TorchMembers torch)
{
    private readonly ArrayReductions reductions = new(arguments, torch);
    private readonly ArrayAxes axes = new(arguments);

    public ArrayValue? Of(MemberCall call) => reductions.Of(call) ?? axes.Of(call) ?? OfElements(call);

    /// <summary>Functions that choose, repeat or bound elements.</summary>
    private ArrayValue? OfElements(MemberCall call) =>
        call switch
        {
            { Name: "clip" } => Clipped(call),
            { Name: "reshape" } => Reshaped(call),
            { Name: "ravel" } => call.With() is not null
                ? ArrayValue.Array($"{call.Owner.Atom}.reshape(-1)", call.Owner.DType)
                : null,
            { Name: "round", Owner.IsFloating: true } => call.With() is not null
                ? call.Owner with
                {
                    Text = call.Text("round", ""),
                    IsAtom = true,
                }
                : null,
            { Name: "repeat" } => Repeated(call),
            { IsMethod: true } => null,
            { Name: "tile" } when torch.IsAtLeast(1, 8) => Tiled(call),
            { Name: "pad" } => Padded(call),
            { Name: "diff", Owner.DType: not (null or "bool") } when torch.IsAtLeast(1, 8) => Differences(call),
            { Name: "sort" } => Sorted(call),
            { Name: "unique" } => call.With() is not null ? call.Kept("unique") : null,
            { Name: "bincount", Owner.DType: "int64" } => Counted(call),
            { Name: "diag" or "tril" or "triu" } => call.With("k") is { } given
            && (given["k"] is { } diagonal ? arguments.Whole(diagonal) : "") is { } k
                ? call.Kept(call.Name, k)
                : null,
            _ => null,
        };

    private ArrayValue? Clipped(MemberCall call) =>
        call.With("a_min", "a_max") is { } given
        && arguments.Limits(call.Owner, given["a_min"], given["a_max"]) is { } limits
            ? call.Owner with
            {
                Text = call.Text("clamp", limits),
                IsAtom = true,
            }
            : null;

    private ArrayValue? Reshaped(MemberCall call) =>
        call.With("shape") is { } given
        && given["shape"] is { } shape
        && (arguments.Whole(shape) ?? arguments.Shape(shape)) is { } sizes
            ? ArrayValue.Array($"{call.Owner.Atom}.reshape({sizes})", call.Owner.DType)
            : null;

    private ArrayValue? Repeated(MemberCall call)
    {
        if (
            call.With("repeats", "axis") is not { } given
            || given["repeats"] is not { } repeats
            || (given["axis"] is { } along ? arguments.Axis(along) : "") is not { } axis
        )
            return null;
        string? number =
            arguments.Whole(repeats)
            ?? (arguments.Array(repeats) is { DType: "int64", IsScalar: false } each ? each.Text : null);
        if (number is null)
            return null;
        string behind = axis == "" ? "" : ", " + axis;
        return ArrayValue.Array(
            $"{torch.Of("repeat_interleave")}({call.Owner.Text}, {number}{behind})",
            call.Owner.DType
        );
    }

    private ArrayValue? Tiled(MemberCall call) =>
        call.With("reps") is { } given
        && given["reps"] is { } reps
        && (arguments.Whole(reps) is { } times ? $"[{times}]" : arguments.Shape(reps)) is { } repeated
            ? call.Kept("tile", repeated)
            : null;

    private ArrayValue? Differences(MemberCall call) =>
        call.With("n", "axis") is { } given
        && !given.Has("n")
        && (given["axis"] is { } along ? arguments.Axis(along) : "") is { } axis
            ? call.Kept("diff", axis == "" ? "" : $"dim={axis}")
            : null;

    private ArrayValue? Sorted(MemberCall call) =>
        call.With("axis") is { } given && (given["axis"] is { } along ? arguments.Axis(along) : "") is { } axis
            ? call.Kept("sort", axis) with
            {
                Text = call.Text("sort", axis) + "[0]",
            }
            : null;

    private ArrayValue? Counted(MemberCall call)
    {
        if (call.With("minlength") is not { } given || given.Has("minlength") && call.Call.Keywords.Count == 0)
            return null;
        if (given["minlength"] is not { } least)
            return call.Kept("bincount");
        return arguments.Whole(least) is { } minimum ? call.Kept("bincount", $"minlength={minimum}") : null;
    }

    /// <summary>numpy counts the axes from the first, torch's function from the last.</summary>
    private ArrayValue? Padded(MemberCall call)
    {
        var owner = call.Owner;
        if (
            call.With("pad_width", "mode", "constant_values") is not { } given
            || given["mode"] is not (null or Constant { Value: "constant" })
            || given["pad_width"] is not (TupleExpr or ListExpr)
            || owner.IsScalar != false
        )
            return null;
        var outer = ArgumentReader.Elements(given["pad_width"]);
        var pairs =
            outer.All(e => e is TupleExpr or ListExpr) ? outer.Select(ArgumentReader.Elements).ToArray()
            : arguments.Rank(call.Array) == 1 ? [outer]
            : [];
        if (pairs.Length == 0 || pairs.Any(p => p.Count != 2))
            return null;
        var widths = pairs.Reverse().SelectMany(p => p).Select(arguments.Whole).ToArray();
        if (widths.Any(w => w is null))
            return null;
        int untouched = widths.Reverse().TakeWhile(w => w == "0").Count() / 2 * 2;
        string value = "";
        if (given["constant_values"] is { } constant)
        {
            if (
                arguments.Number(constant) is not { } number
                || number.DType == "bool"
                || number.DType == "float" && !owner.IsFloating
                || owner.DType is null or "bool"
            )
                return null;
            string written =
                number.DType == "float" ? number.Text
                : constant is Constant ? number.Text + ".0"
                : $"float({number.Text})";
            value = $", value={written}";
        }
        return ArrayValue.Array(
            $"{torch.Of("nn.functional.pad")}({owner.Text}, [{string.Join(", ", widths[..^untouched])}]{value})",
            owner.DType
        );
    }
}
