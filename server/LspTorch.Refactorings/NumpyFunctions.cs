using LspTorch.Syntax;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>What torch has for a call of numpy's functions and of the methods of its arrays.</summary>
internal sealed class NumpyFunctions(ArgumentReader arguments, ArrayOperators operators, TorchMembers torch)
{
    private readonly ArrayCreation creation = new(arguments, torch);
    private readonly ElementwiseFunctions elementwise = new(arguments, operators, torch);
    private readonly ArrayMembers members = new(arguments, torch);

    /// <param name="name">Behind <c>numpy.</c></param>
    public ArrayValue? OfFunction(string name, Call call)
    {
        if (creation.Makes(name))
            return creation.Of(name, call);
        if (elementwise.Computes(name))
            return elementwise.Of(name, call);
        switch (name)
        {
            case "concatenate" or "stack" or "hstack" or "vstack":
                return Joined(name, call);
            case "allclose" or "array_equal":
                return
                    call is { Args: [var left, var right], Keywords.Count: 0 }
                    && arguments.Array(left) is { DType: { } leftType } l
                    && arguments.Array(right) is { DType: { } rightType } r
                    && leftType == rightType
                    ? ArrayValue.Number($"{torch.Of(name == "allclose" ? name : "equal")}({l.Text}, {r.Text})", "bool")
                    : null;
            case "dot":
                return call is { Args: [var before, var behind], Keywords.Count: 0 } ? Dot(before, behind) : null;
            case "outer":
                return Outer(call);
            case "linalg.norm":
                return
                    call is { Args: [var vector], Keywords.Count: 0 }
                    && arguments.Array(vector) is { IsFloating: true } v
                    ? ArrayValue.Array($"{torch.Of("norm")}({v.Text})", v.DType, true)
                    : null;
            case "float64" or "int64":
                string type = name == "int64" ? "int" : "float";
                return call is { Args: [var number], Keywords.Count: 0 } && arguments.Number(number) is { } plain
                    ? ArrayValue.Number($"{type}({plain.Text})", type)
                    : null;
        }
        // The rest begin with the array, as its methods do without it.
        return call.Args is [var of, ..] && arguments.Array(of) is { } owner
            ? members.Of(new MemberCall(name, owner, of, call, IsMethod: false, torch))
            : null;
    }

    /// <param name="owner">What the method is called on.</param>
    public ArrayValue? OfMethod(string name, ArrayValue owner, Call call)
    {
        var of = ((Attribute)call.Func).Value;
        switch (name)
        {
            case "astype":
                if (
                    NumpyArguments.Of(call, "dtype", "copy") is not { } given
                    || arguments.DType(given["dtype"], null) is not { } dtype
                )
                    return null;
                // numpy's copies; torch's hands on the same tensor where the dtype is right already.
                return owner.DType == dtype && !given.Has("copy")
                    ? owner.Copied()
                    : torch.Cast(owner with { DType = null }, dtype);
            case "copy":
                return call is { Args.Count: 0, Keywords.Count: 0 } ? owner.Copied() : null;
            case "flatten":
                return call is { Args.Count: 0, Keywords.Count: 0 }
                    ? ArrayValue.Array($"{owner.Atom}.flatten()", owner.DType)
                    : null;
            case "dot":
                return call is { Args: [var other], Keywords.Count: 0 } ? Dot(of, other) : null;
            case "reshape" when call is { Args.Count: > 1, Keywords.Count: 0 }:
                var sizes = call.Args.Select(arguments.Whole).ToArray();
                return sizes.All(s => s is not null)
                    ? ArrayValue.Array($"{owner.Atom}.reshape({string.Join(", ", sizes)})", owner.DType)
                    : null;
            case "transpose" when call is { Args.Count: > 1, Keywords.Count: 0 }:
                var axes = call.Args.Select(arguments.Axis).ToArray();
                return axes.All(a => a is not null)
                    ? ArrayValue.Array($"{owner.Atom}.permute({string.Join(", ", axes)})", owner.DType)
                    : null;
        }
        return members.Of(new MemberCall(name, owner, of, call, IsMethod: true, torch));
    }

    private ArrayValue? Dot(Expr left, Expr right) =>
        arguments.Rank(left) is 1 or 2 && arguments.Rank(right) is 1 or 2
            ? elementwise.OfOperator("matmul", left, right)
            : null;

    private ArrayValue? Outer(Call call) =>
        torch.IsAtLeast(1, 7)
        && call is { Args: [var column, var row], Keywords.Count: 0 }
        && arguments.Rank(column) == 1
        && arguments.Rank(row) == 1
        && arguments.Array(column) is { DType: { } type } c
        && arguments.Array(row) is { } r
        && r.DType == type
            ? ArrayValue.Array($"{torch.Of("outer")}({c.Text}, {r.Text})", type)
            : null;

    private ArrayValue? Joined(string name, Call call)
    {
        bool along = name is "concatenate" or "stack";
        if (
            (along ? NumpyArguments.Of(call, "arrays", "axis") : NumpyArguments.Of(call, "tup")) is not { } given
            || !along && !torch.IsAtLeast(1, 8)
        )
            return null;
        var parts = ArgumentReader.Elements(given["arrays"] ?? given["tup"]).Select(arguments.Array).ToArray();
        if (parts is not [{ DType: { } dtype }, ..] || parts.Any(p => p?.DType != dtype))
            return null;
        string? axis = given["axis"] is { } at ? arguments.Axis(at) : "";
        if (axis is null)
            return null;
        string function = name == "concatenate" ? "cat" : name;
        return ArrayValue.Array(
            $"{torch.Of(function)}([{string.Join(", ", parts.Select(p => p?.Text))}]{(axis == "" ? "" : ", " + axis)})",
            dtype
        );
    }
}
