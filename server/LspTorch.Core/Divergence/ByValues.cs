using LspTorch.Core.Syntax;
using LspTorch.Core.TorchScript;

namespace LspTorch.Core.Divergence;

/// <summary>Places that go another way for some values only: rules that read the text are silent about them, and a run can tell.</summary>
internal static class ByValues
{
    public static IEnumerable<DivergenceMatch> OfOperator(Place place, BinOp operation)
    {
        bool ints = place.IsInt(operation.Left) && place.IsInt(operation.Right), floats = !ints && place.IsNumber(operation.Left) && place.IsNumber(operation.Right);
        switch (operation.Op)
        {
            case BinaryOperator.Add or BinaryOperator.Sub or BinaryOperator.Mult or BinaryOperator.LShift when ints: yield return place.Match("int-overflow"); break;
            case BinaryOperator.Pow when ints: yield return place.Match("power-of-large-ints"); break;
            case BinaryOperator.Pow when floats: yield return place.Match("root-of-negative"); break;
            case BinaryOperator.Div when ints || floats: yield return place.Match("division-by-zero"); break;
            case BinaryOperator.FloorDiv or BinaryOperator.Mod when floats: yield return place.Match("float-floor-division"); break;
        }
    }

    public static IEnumerable<DivergenceMatch> OfFunction(Place place, Call call, string callee)
    {
        var first = call.Args.Count > 0 ? place.TypeOf(call.Args[0]) : TorchType.Unknown;
        switch (callee)
        {
            case "math.factorial": yield return place.Match("int-overflow"); break;
            case "math.log" or "math.sqrt" or "math.log10" or "math.log1p" when first == TorchType.Float || first == TorchType.Int: yield return place.Match("division-by-zero"); break;
            case "builtins.max" or "builtins.min" when call.Args.Count == 2 && call.Args.All(place.IsFloat): yield return place.Match("max-of-nan"); break;
            case "builtins.sum" when first is ListType { Element: var element } && element == TorchType.Float: yield return place.Match("sum-of-floats"); break;
            case "torch.tensor" when first is ListType { Element: var element } && element == TorchType.Int && call.Keywords.All(k => k.Name != "dtype"): yield return place.Match("tensor-of-empty-list"); break;
        }
    }

    public static IEnumerable<DivergenceMatch> OfMethod(Place place, Call call, Syntax.Attribute method)
    {
        if (method.Name == "sort" && place.TypeOf(method.Value) is ListType { Element: var element } && element == TorchType.Float) yield return place.Match("nan-in-container");
    }

    public static IEnumerable<DivergenceMatch> OfCompare(Place place, Compare compare)
    {
        var left = compare.Left;
        foreach (var right in compare.Comparators)
        {
            if (place.IsInt(left) && place.IsFloat(right) || place.IsFloat(left) && place.IsInt(right)) yield return place.Match("int-equals-float");
            left = right;
        }
    }

    public static IEnumerable<DivergenceMatch> OfParameter(Place place, Arg parameter)
    {
        if (place.Model.DeclaredTypeOf(parameter) is PrimitiveType { Kind: PrimitiveKind.Int or PrimitiveKind.Float or PrimitiveKind.Bool }) yield return place.Match("argument-converted", shown: parameter.Name);
    }
}
