using System.Text.RegularExpressions;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Divergence;

/// <summary>Values as text: str, f-strings, <c>%</c> and format.</summary>
internal static partial class Texts
{
    public static IEnumerable<DivergenceMatch> Of(Place place, JoinedStr text)
    {
        foreach (var field in text.Values.OfType<FormattedValue>())
            if (
                field is { FormatSpec: null, Conversion: null }
                && RowOf(place, field.Value) is { } row
                && Shows(place, text)
            )
                yield return place.Match(row, field.Value);
    }

    /// <summary><c>str(x)</c>.</summary>
    public static IEnumerable<DivergenceMatch> OfStr(Place place, Call call)
    {
        if (Place.OnlyArgument(call) is { } value && RowOf(place, value) is { } row && Shows(place, call))
            yield return place.Match(row, value);
    }

    /// <summary><c>'...'.format(...)</c>.</summary>
    public static IEnumerable<DivergenceMatch> OfFormat(Place place, Call call, Syntax.Attribute method)
    {
        if (
            call.Keywords.Count > 0
            || place.ValueOf(method.Value) is not Constant { Kind: ConstantKind.Str, Value: string template }
        )
            yield break;
        int plain = PlainField().Count(template);
        if (plain > call.Args.Count && !call.Args.Any(a => a is Starred))
        {
            yield return place.Match("format-too-few", call, place.Text(method.Value));
            yield break;
        }
        if (
            template.Contains("{{", StringComparison.Ordinal)
            || template.Contains("}}", StringComparison.Ordinal)
            || Field().IsMatch(template)
        )
        {
            if (Shows(place, call))
                yield return place.Match(
                    "format-fields",
                    call,
                    place.Text(method.Value),
                    () => Numbered(place, call, method, template)
                );
            yield break;
        }
        foreach (var argument in call.Args)
            if (RowOf(place, argument) is { } row && Shows(place, call))
                yield return place.Match(row, argument);
    }

    /// <summary><c>'...' % ...</c>.</summary>
    public static IEnumerable<DivergenceMatch> OfPercent(Place place, BinOp formatting)
    {
        if (place.ValueOf(formatting.Left) is not Constant { Kind: ConstantKind.Str, Value: string template })
            yield break;
        var values = formatting.Right is TupleExpr several ? several.Elements.ToArray() : [formatting.Right];
        int next = 0;
        for (int i = template.IndexOf('%'); i >= 0 && i + 1 < template.Length; i = template.IndexOf('%', i + 2))
        {
            char specifier = template[i + 1];
            if (specifier == '%')
            {
                if (i + 2 >= template.Length)
                    break;
                continue;
            }
            var value = next < values.Length ? values[next] : null;
            next++;
            if (specifier is not ('s' or 'd' or 'i' or 'f' or 'F' or 'e' or 'E' or 'c'))
            {
                yield return place.Match("percent-specifier", formatting, $"%{specifier}");
                yield break;
            }
            if (value is null or Starred)
                yield break;
            if (
                specifier != 's'
                && specifier != 'c'
                && place.TypeOf(value) is var type
                && (type == TorchType.Tensor || type == TorchType.Bool)
            )
            {
                yield return place.Match(
                    "percent-number",
                    formatting,
                    place.Text(value),
                    () => AsNumber(place, value, specifier, type)
                );
                yield break;
            }
            if (specifier is 'f' or 'F' && place.IsFloat(value))
                yield return place
                    .Match("percent-f", value)
                    .When(
                        false,
                        seen => seen.Has(value, ValueFacts.BeyondSingle) ? "a float with more digits than that" : null
                    );
            if (specifier == 's' && RowOf(place, value) is { } row && Shows(place, formatting))
                yield return place.Match(row, value);
            if (i + 2 >= template.Length)
                break;
        }
    }

    /// <summary>
    /// The row that tells how the text of such a value differs; null where it does not, or where it is not certain.
    /// </summary>
    private static string? RowOf(Place place, Expr value) =>
        PythonKinds.Of(place, value) switch
        {
            PythonKind.Size when place.TypeOf(value) is ListType => "text-of-size",
            PythonKind.DType when place.IsInt(value) => "text-of-dtype",
            PythonKind.Tuple => null,
            _ => RowOf(place.TypeOf(value), outermost: true),
        };

    private static string? RowOf(TorchType type, bool outermost) =>
        type switch
        {
            PrimitiveType { Kind: PrimitiveKind.Float or PrimitiveKind.Complex } => "text-of-float",
            PrimitiveType { Kind: PrimitiveKind.Tensor } => "text-of-tensor",
            PrimitiveType { Kind: PrimitiveKind.Str } => outermost ? null : "text-of-strings",
            ClassType { Role: ClassRole.Enum } => "text-of-enum",
            ClassType { Role: ClassRole.NamedTuple } => "text-of-named-tuple",
            ListType list => RowOf(list.Element, false),
            DictType dict => RowOf(dict.Key, false) ?? RowOf(dict.Value, false),
            TupleType tuple when !tuple.HasUnknown => tuple
                .Elements.Select(e => RowOf(e, false))
                .FirstOrDefault(r => r is not null),
            _ => null,
        };

    private static bool Shows(Place place, Expr text) =>
        ValueFlow.Shows(place, text, (value, user) => UseOf(place, value, user));

    private static Effect UseOf(Place place, Expr value, Node user) =>
        user switch
        {
            _ when Booleans.IsTested(value, user) => Effect.Vanishes,
            Compare or Assign => Effect.Shows,
            BinOp or FormattedValue or JoinedStr or Subscript or Syntax.Attribute => user is Subscript subscript
            && ReferenceEquals(subscript.Index, value)
                ? Effect.Shows
                : Effect.GoesOn,
            AugAssign => Effect.GoesOn,
            Call call when ReferenceEquals(call.Func, value) => Effect.GoesOn,
            Call { Func: Syntax.Attribute { Name: "format" or "join" } } => Effect.GoesOn,
            Call { Func: Syntax.Attribute { Name: "append" } } => Effect.Shows,
            Call call => place.CalleeOf(call) switch
            {
                "builtins.str" => Effect.GoesOn,
                "builtins.len" => Effect.Shows,
                _ => Effect.Vanishes,
            },
            _ => Effect.Vanishes,
        };

    /// <summary><c>'{1}-{0}'.format(a, b)</c> as <c>'{}-{}'.format(b, a)</c>.</summary>
    private static Fix? Numbered(Place place, Call call, Syntax.Attribute method, string template)
    {
        if (
            method.Value is not Constant
            || template.Contains("{{", StringComparison.Ordinal)
            || template.Contains("}}", StringComparison.Ordinal)
        )
            return null;
        if (PlainField().IsMatch(template) || call.Args.Any(a => a is Starred || !Place.IsPure(a)))
            return null;
        var order = new List<string>();
        foreach (System.Text.RegularExpressions.Match field in Field().Matches(template))
        {
            if (!int.TryParse(field.Value[1..^1], out int at) || at < 0 || at >= call.Args.Count)
                return null;
            order.Add(place.Text(call.Args[at]));
        }
        if (call.Args.Any(a => RowOf(place, a) is not null))
            return null;
        string literal = NumberedField().Replace(place.Text(method.Value), "{}");
        return new Fix(
            "Give the arguments in the order of the fields",
            FixSafety.Safe,
            [new TextEdit(call.Span, $"{literal}.format({string.Join(", ", order)})")]
        );
    }

    private static Fix? AsNumber(Place place, Expr value, char specifier, TorchType type)
    {
        string number = specifier is 'd' or 'i' ? "int" : "float";
        if (type == TorchType.Tensor && number == "int")
            return new Fix("Take the number: 'int(...)'", FixSafety.Suggested, Wrapped(value, number));
        return new Fix($"Take the number: '{number}(...)'", FixSafety.Safe, Wrapped(value, number));

        static System.Collections.Immutable.ImmutableArray<TextEdit> Wrapped(Expr value, string function) =>
            [TextEdit.Insert(value.Start, function + "("), TextEdit.Insert(value.End, ")")];
    }

    [GeneratedRegex(@"\{\}")]
    private static partial Regex PlainField();

    [GeneratedRegex(@"\{[^{}]+\}")]
    private static partial Regex Field();

    [GeneratedRegex(@"\{\d+\}")]
    private static partial Regex NumberedField();
}
