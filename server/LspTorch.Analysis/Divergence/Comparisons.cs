using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Divergence;

/// <summary>Comparisons and type tests that come out otherwise.</summary>
internal static class Comparisons
{
    public static IEnumerable<DivergenceMatch> Of(Place place, Compare compare)
    {
        var left = compare.Left;
        for (int i = 0; i < compare.Ops.Count; left = compare.Comparators[i], i++)
        {
            var right = compare.Comparators[i];
            foreach (var match in OfPair(place, compare, left, compare.Ops[i], right))
                yield return match;
            if (i + 1 < compare.Ops.Count && FirstImpure(place, right) is { } call)
                yield return place.Match("chained-comparison", right, place.Text(call));
        }
    }

    private static IEnumerable<DivergenceMatch> OfPair(
        Place place,
        Compare compare,
        Expr left,
        CompareOperator op,
        Expr right
    )
    {
        if (op is CompareOperator.Is or CompareOperator.IsNot)
        {
            if (!IsEnum(place, left) || !IsEnum(place, right))
                yield break;
            yield return place.Match(
                "enum-identity",
                compare,
                fix: () =>
                    compare.Ops.Count > 1
                        ? null
                        : new Fix(
                            $"Compare with '{(op == CompareOperator.Is ? "==" : "!=")}'",
                            FixSafety.Safe,
                            [
                                new TextEdit(
                                    TextSpan.FromBounds(left.End, right.Start),
                                    Operator(place, left, right, op == CompareOperator.Is ? "==" : "!=")
                                ),
                            ]
                        )
            );
            yield break;
        }
        if (op is not (CompareOperator.Eq or CompareOperator.NotEq))
            yield break;
        var (a, b) = (place.TypeOf(left), place.TypeOf(right));
        if (a is ListType { Element: var element } && element == TorchType.Int && b is ListType)
        {
            var (x, y) = (PythonKinds.Of(place, left), PythonKinds.Of(place, right));
            if (
                x != y && x is PythonKind.Size or PythonKind.Tuple && y == PythonKind.List
                || x == PythonKind.List && y is PythonKind.Size or PythonKind.Tuple
            )
                yield return place.Match(
                    "size-equals-list",
                    compare,
                    fix: () => AsList(place, x == PythonKind.List ? right : left)
                );
        }
        else if (a == TorchType.Device && b == TorchType.Str || a == TorchType.Str && b == TorchType.Device)
            yield return place.Match(
                "device-equals-str",
                compare,
                fix: () => AsDevice(place, a == TorchType.Str ? left : right)
            );
    }

    /// <summary>The operator with the spaces and line breaks that stand around it.</summary>
    private static string Operator(Place place, Expr left, Expr right, string op)
    {
        string between = place.File.Text[TextSpan.FromBounds(left.End, right.Start)];
        int at = between.IndexOf("is", StringComparison.Ordinal);
        string behind = between[(at + 2)..];
        int not = behind.IndexOf("not", StringComparison.Ordinal);
        return between[..at] + op + (not >= 0 ? behind[(not + 3)..] : behind);
    }

    /// <summary>Also where the compiler asks for no type, as at <c>is</c>.</summary>
    private static bool IsEnum(Place place, Expr expr) =>
        expr switch
        {
            _ when place.TypeOf(expr) is ClassType { Role: ClassRole.Enum } => true,
            Syntax.Attribute member => place.Model.ResolveSymbol(member.Value) is { Class: { } type, Owner: { } owner }
                && owner.ClassOf(type).Kind == Semantics.ClassKind.Enum,
            Name name => place.Flow.DefinitionsOf(name) is { IsEmpty: false } definitions
                && definitions.All(d =>
                    d is Arg parameter
                        ? place.Model.DeclaredTypeOf(parameter) is ClassType { Role: ClassRole.Enum }
                        : d is Name stored && place.TypeOf(stored) is ClassType { Role: ClassRole.Enum }
                ),
            _ => false,
        };

    /// <summary>In eager mode a size is never equal to a list; what was meant is left to the reader.</summary>
    private static Fix AsList(Place place, Expr size) =>
        Fix.Changing(
            $"Compare lists: 'list({place.Text(size)})'",
            "eager mode then compares the elements",
            Numbers.Wrapped(size, "list(")
        );

    private static Fix AsDevice(Place place, Expr name)
    {
        string device = TorchNames.Member(place.File, "device", out var import);
        return Fix.Changing(
            $"Compare devices: '{device}(...)'",
            "eager mode then compares the devices",
            [.. import is { } line ? [line] : Array.Empty<TextEdit>(), .. Numbers.Wrapped(name, device + "(")]
        );
    }

    /// <summary><c>isinstance(x, T)</c> whose answer the compiler takes from the static type.</summary>
    public static IEnumerable<DivergenceMatch> OfTypeTest(Place place, Call call)
    {
        if (call is not { Args: [var value, var tested], Keywords.Count: 0 })
            yield break;
        var names = (tested is TupleExpr several ? several.Elements.ToArray() : [tested])
            .Select(place.Model.ResolveName)
            .ToArray();
        if (names.Any(n => n is null))
            yield break;
        bool Asks(string name) => names.Contains(name);
        var type = place.TypeOf(value);
        if (type == TorchType.Bool && Asks("builtins.int") && !Asks("builtins.bool"))
            yield return place.Match(
                "type-test-of-bool",
                call,
                fix: () =>
                    tested is TupleExpr
                        ? null
                        : new Fix(
                            "Also test for bool",
                            FixSafety.Safe,
                            [new TextEdit(tested.Span, $"({place.Text(tested)}, bool)")]
                        )
            );
        else if (
            type == TorchType.Tensor
            && (Asks("torch.nn.Parameter") || Asks("torch.nn.parameter.Parameter"))
            && !Asks("torch.Tensor")
            && IsPlainTensor(place, value)
        )
            yield return place.Match("type-test-of-parameter", call);
        else if (
            type is ListType
            && PythonKinds.Of(place, value) is PythonKind.Size or PythonKind.Tuple
            && (Asks("builtins.tuple") || Asks("torch.Size")) != Asks("builtins.list")
        )
            yield return place.Match(
                "type-test-of-size",
                call,
                fix: () =>
                    Asks("torch.Size") || tested is TupleExpr || !Asks("builtins.tuple")
                        ? null
                        : new Fix(
                            "Also test for list",
                            FixSafety.Safe,
                            [new TextEdit(tested.Span, $"({place.Text(tested)}, list)")]
                        )
            );
    }

    /// <summary>No attribute of a module, which may be a parameter.</summary>
    private static bool IsPlainTensor(Place place, Expr value) => place.ValueOf(value) is not Syntax.Attribute;

    /// <summary>
    /// The first call in an expression that surely changes something, or gives another value each time.
    /// </summary>
    private static Call? FirstImpure(Place place, Expr expr)
    {
        var finder = new Calls();
        finder.Visit(expr);
        return finder.Found.FirstOrDefault(c => SideEffects.Has(place.Model, c));
    }

    private sealed class Calls : SyntaxWalker
    {
        public List<Call> Found { get; } = [];

        public override void Visit(Node node)
        {
            if (node is Call call)
                Found.Add(call);
            base.Visit(node);
        }
    }
}
