using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Divergence;

/// <summary>What compiles, runs in eager mode, and always raises when the compiled code runs.</summary>
internal static class RunTimeFailures
{
    public static IEnumerable<DivergenceMatch> OfTensorMade(Place place, Call call, string callee)
    {
        if (callee is not ("torch.tensor" or "torch.as_tensor") || call.Args is not [var data, ..])
            yield break;
        if (
            place.UntouchedList(data) is { Elements.Count: 0 }
            && place.TypeOf(data) is ListType { Element: var none }
            && none == TorchType.Tensor
        )
        {
            yield return place.Match("tensor-of-empty-literal", call, fix: () => Empty(place, call));
            yield break;
        }
        var element = place.TypeOf(data);
        while (element is ListType list)
            element = list.Element;
        if (
            element is UnionType { Members: var members }
            && members.All(m => m == TorchType.Int || m == TorchType.Float || m == TorchType.Bool)
        )
            yield return place.Match("tensor-of-mixed-list", call, fix: () => AllFloats(place, data));
        // A list that begins empty is one of Tensors only for want of an annotation.
        else if (
            element == TorchType.Tensor
            && place.TypeOf(data) is ListType
            && place.ValueOf(data) is not ListExpr { Elements.Count: 0 }
        )
            yield return place.Match("tensor-of-tensors", call, fix: () => Stacked(place, call, data));
    }

    /// <summary>Its parameters are device_type, dtype, enabled, cache_enabled.</summary>
    public static IEnumerable<DivergenceMatch> OfAutocast(Place place, Call call)
    {
        if (call.Args.Any(a => a is Starred) || call.Keywords.Any(k => k.Name is null))
            yield break;
        var (device, dtype) = (Argument(0, "device_type"), Argument(1, "dtype"));
        if (dtype is null or Constant { Kind: ConstantKind.None })
            yield return place.Match(
                "autocast-without-dtype",
                call,
                fix: () =>
                    dtype is null && device is Constant { Value: string named } ? WithDtype(place, call, named) : null
            );

        Expr? Argument(int position, string keyword) =>
            CallArguments.Given(call, position, keyword) ?? CallArguments.Given(call, null, keyword);
    }

    /// <summary>With the dtype that the device has where a program sets no other.</summary>
    private static Fix? WithDtype(Place place, Call call, string device)
    {
        string? usual =
            device == "cuda" ? "float16"
            : device == "cpu" ? "bfloat16"
            : null;
        if (usual is null)
            return null;
        string dtype = $"dtype={TorchNames.Member(place.File, usual, out var import)}";
        int end = Math.Max(
            call.Args.LastOrDefault()?.ParenthesizedSpan.End ?? 0,
            call.Keywords.LastOrDefault()?.End ?? 0
        );
        return new Fix(
            $"Write '{dtype}'",
            FixSafety.Suggested,
            [.. import is { } line ? [line] : Array.Empty<TextEdit>(), TextEdit.Insert(end, ", " + dtype)]
        );
    }

    private static Fix? Empty(Place place, Call call)
    {
        if (call is not { Args.Count: 1, Keywords.Count: 0 })
            return null;
        string made = TorchNames.Member(place.File, "empty", out var import);
        return new Fix(
            $"Write '{made}(0)'",
            FixSafety.Safe,
            [.. import is { } line ? [line] : Array.Empty<TextEdit>(), new TextEdit(call.Span, $"{made}(0)")]
        );
    }

    /// <summary>A list of int and float literals: eager mode makes all of them floats.</summary>
    private static Fix? AllFloats(Place place, Expr data)
    {
        if (data is not ListExpr { Elements: var elements })
            return null;
        var whole = elements.Where(e => place.IsInt(e)).ToArray();
        if (!elements.All(e => e is Constant { Kind: ConstantKind.Int or ConstantKind.Float }) || whole.Length == 0)
            return null;
        return new Fix(
            "Make all of them floats",
            FixSafety.Safe,
            [
                .. whole
                    .Select(e => TextEdit.Insert(e.End, ".0"))
                    .Where(_ => whole.All(e => place.Text(e).All(char.IsAsciiDigit))),
            ]
        );
    }

    private static Fix? Stacked(Place place, Call call, Expr data)
    {
        if (
            call is not { Args.Count: 1, Keywords.Count: 0 }
            || data is not (Name or ListExpr { Elements: [not ListExpr, ..] })
            || data is ListExpr { Elements: var elements } && !elements.All(place.IsCertainlyTensor)
            || data is Name list && !HoldsTensors(place, list)
        )
            return null;
        string stack = TorchNames.Member(place.File, "stack", out var import);
        return new Fix(
            $"Call '{stack}'",
            FixSafety.Suggested,
            [.. import is { } line ? [line] : Array.Empty<TextEdit>(), new TextEdit(call.Func.Span, stack)]
        );
    }

    /// <summary>
    /// The compiler takes a list that begins empty for one of Tensors; what goes in tells whether it is one.
    /// </summary>
    private static bool HoldsTensors(Place place, Name list)
    {
        var changes = place
            .Function.Find<Call>()
            .Where(c => c.Func is Syntax.Attribute { Value: Name owner } && owner.Id == list.Id)
            .ToList();
        return changes.All(c =>
                c is { Func: Syntax.Attribute { Name: "append" }, Args: [var element] }
                && place.IsCertainlyTensor(element)
            )
            && !place.Function.Find<AugAssign>().Any(a => a.Target is Name grown && grown.Id == list.Id)
            && place
                .Flow.DefinitionsOf(list)
                .All(d =>
                    d is Arg
                    || ReachingDefinitions.ValueOf(d) is ListExpr { Elements: var elements }
                        && (elements.Count > 0 || changes.Count > 0)
                        && elements.All(place.IsCertainlyTensor)
                );
    }

    public static IEnumerable<DivergenceMatch> OfOperator(Place place, BinOp operation)
    {
        var (left, right) = (place.TypeOf(operation.Left), place.TypeOf(operation.Right));
        var times =
            operation.Op != BinaryOperator.Mult ? null
            : left is ListType && right == TorchType.Int ? operation.Right
            : right is ListType && left == TorchType.Int ? operation.Left
            : null;
        if (times is not null)
            yield return place
                .Match("list-times-negative", operation, fix: () => AtLeastNone(place, times))
                .When(
                    Strings.IsNegative(place, times),
                    seen => seen.Has(times, ValueFacts.Negative) ? "a negative number" : null
                );
        if (operation.Op == BinaryOperator.Pow && left == TorchType.Complex && right == TorchType.Int)
            yield return place.Match(
                "complex-power",
                operation,
                fix: () =>
                    operation.Right is Constant { Kind: ConstantKind.Int } number
                        ? new Fix("Make the exponent a float", FixSafety.Suggested, [TextEdit.Insert(number.End, ".0")])
                        : null
            );
    }

    private static Fix? AtLeastNone(Place place, Expr times) =>
        Strings.IsNegative(place, times)
            ? null
            : new Fix(
                $"Do not repeat a negative number of times: 'max({place.Text(times)}, 0)'",
                FixSafety.Safe,
                [TextEdit.Insert(times.Start, "max("), TextEdit.Insert(times.End, ", 0)")]
            );

    public static IEnumerable<DivergenceMatch> OfCompare(Place place, Compare compare)
    {
        var left = compare.Left;
        for (int i = 0; i < compare.Ops.Count; left = compare.Comparators[i], i++)
        {
            var (a, b) = (place.TypeOf(left), place.TypeOf(compare.Comparators[i]));
            if (
                compare.Ops[i] is CompareOperator.Eq or CompareOperator.NotEq
                && (a == TorchType.Complex && b == TorchType.Int || a == TorchType.Int && b == TorchType.Complex)
            )
                yield return place.Match("complex-equals-int", compare);
        }
    }

    /// <summary>
    /// A call, on every way through its function, of a function whose body @torch.jit.unused replaces with an
    /// exception.
    /// </summary>
    public static IEnumerable<DivergenceMatch> OfUnused(Place place, Call call)
    {
        var function =
            call.Func is Syntax.Attribute { Value: Name { Id: "self" }, Name: var name }
            && place.Model.EnclosingClass(call)?.FindMethod(name) is { } method
                ? method.Function
                : place.Model.ResolveSymbol(call.Func)?.Function;
        if (
            function is not null
            && Semantics.JitDecorators.Has(place.Model, function, "unused")
            && IsAlwaysRun(place, call)
        )
            yield return place.Match("unused-call", call);
    }

    /// <summary>In no branch and no loop, and behind no statement that may end the function.</summary>
    private static bool IsAlwaysRun(Place place, Call call)
    {
        foreach (var above in call.Ancestors())
        {
            if (above is If or For or While or Try or IfExp or BoolOp or Assert or Comprehension)
                return false;
            if (above is FunctionDef)
                break;
        }
        return Blocks.StatementOf(call) is { } statement
            && place
                .Function.Body.TakeWhile(s => !ReferenceEquals(s, statement))
                .All(s => s is Assign or AnnAssign or AugAssign or ExprStmt or Pass);
    }

    /// <summary><c>out: List[float] = x.tolist()</c> of a tensor of ints, or the other way round.</summary>
    public static IEnumerable<DivergenceMatch> OfToList(Place place, AnnAssign assign)
    {
        if (
            assign.Value is not Call { Func: Syntax.Attribute { Name: "tolist" } method }
            || !place.IsTensor(method.Value)
        )
            yield break;
        var element = place.Model.TypeOfAnnotation(assign.Annotation);
        while (element is ListType list)
            element = list.Element;
        if (element == TorchType.Float && Numbers.IsWhole(place, method.Value))
            yield return place.Match(
                "tolist-of-other-type",
                assign.Value,
                fix: () =>
                    new Fix(
                        "Convert the tensor first: '.float()'",
                        FixSafety.ChangesBehaviour,
                        [TextEdit.Insert(method.Value.End, ".double()")]
                    )
            );
    }
}
