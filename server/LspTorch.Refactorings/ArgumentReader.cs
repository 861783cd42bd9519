using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// What an argument of a numpy function is in torch, by what the parameter takes; null where it is not that, or where
/// that is not known.
/// </summary>
internal sealed class ArgumentReader(FileSnapshot file, NumpyTranslator translator)
{
    private readonly SemanticModel model = file.Model;

    /// <summary>An array or one of numpy's scalars.</summary>
    public ArrayValue? Array(Expr expression) => Value(expression) is { IsNumber: false } value ? value : null;

    /// <summary>A number of Python's, made of numpy's scalar where it is one.</summary>
    public ArrayValue? Number(Expr expression) =>
        Value(expression) is { DType: not "shape" } value ? value.AsNumber() : null;

    /// <summary>An array, a number or sizes.</summary>
    public ArrayValue? Value(Expr expression) => translator.Translate(expression);

    /// <summary>The one number of dimensions that was seen.</summary>
    public int? Rank(Expr expression) => translator.Rank(expression);

    /// <summary>An int, as text.</summary>
    public string? Whole(Expr expression) => Number(expression) is { DType: "int" } number ? number.Text : null;

    /// <summary>An axis: a whole number that is not a variable's, which could be None.</summary>
    public string? Axis(Expr expression) =>
        expression is Constant or UnaryOp { Operand: Constant } or Name or Attribute ? Whole(expression) : null;

    /// <summary>Sizes: a tuple or list of ints, or the shape of something.</summary>
    public string? Shape(Expr expression)
    {
        if (expression is TupleExpr or ListExpr)
        {
            var sizes = Elements(expression).Select(Whole).ToArray();
            if (sizes.Length == 0 || sizes.Any(s => s is null))
                return null;
            return expression is ListExpr
                ? $"[{string.Join(", ", sizes)}]"
                : $"({string.Join(", ", sizes)}{(sizes.Length == 1 ? "," : "")})";
        }
        if (Value(expression) is { DType: "shape" } shape)
            return shape.Text;
        return
            !translator.NamesNumpy(expression)
            && model.TypeOf(expression) is ListType { Element: var element }
            && element == TorchType.Int
            ? translator.Source(expression)
            : null;
    }

    /// <summary>
    /// The dtype that an argument names; the usual one where there is none; null where it is not known.
    /// </summary>
    public string? DType(Expr? argument, string? usual) =>
        argument switch
        {
            null => usual,
            Constant { Kind: ConstantKind.Str, Value: string text } => DTypes.Find(text),
            Name { Id: "float" or "int" or "bool" } name when model.ResolveName(name) == "builtins." + name.Id =>
                DTypes.Find(name.Id),
            Name
            or Attribute
                when model.ResolveName(argument) is { } resolved
                    && resolved.StartsWith("numpy.", StringComparison.Ordinal) => DTypes.Find(
                resolved["numpy.".Length..]
            ),
            _ => null,
        };

    /// <summary>What <c>numpy.array</c> takes besides a display of numbers: an array, a Tensor or a list.</summary>
    /// <param name="isList">True where it is a list of numbers, whose text the value then has.</param>
    public ArrayValue? Content(Expr expression, out bool isList)
    {
        isList = false;
        if (
            model.TypeOf(expression) is ListType { Element: PrimitiveType element }
            && (element == TorchType.Int || element == TorchType.Float || element == TorchType.Bool)
        )
        {
            isList = true;
            string dtype =
                element == TorchType.Int ? "int64"
                : element == TorchType.Float ? "float64"
                : "bool";
            return ArrayValue.Array(translator.Source(expression), dtype);
        }
        bool tensor = !translator.NamesNumpy(expression) && TensorEvidence.IsTensor(file, expression);
        return tensor ? translator.OfTensor(expression) : Array(expression);
    }

    /// <summary>The limits between which an array is clamped, as torch's arguments.</summary>
    /// <param name="low">Null where there is none, as is Python's None.</param>
    /// <param name="high">Null where there is none, as is Python's None.</param>
    public string? Limits(ArrayValue array, Expr? low, Expr? high)
    {
        var limits = new List<(string Name, string Text)>();
        foreach (var (bound, name) in new[] { (low, "min"), (high, "max") })
        {
            if (bound is null or Constant { Kind: ConstantKind.None })
                continue;
            if (
                Number(bound) is not { } number
                || number.DType == "bool"
                || number.DType == "float" && !array.IsFloating
            )
                return null;
            limits.Add((name, number.Text));
        }
        if (array.DType is null or "bool" || array.IsScalar != false && array.DType is not ("float64" or "int64"))
            return null;
        return limits switch
        {
            [] => null,
            [var (name, only)] => $"{name}={only}",
            _ => string.Join(", ", limits.Select(l => l.Text)),
        };
    }

    /// <summary>The elements of a tuple or list display; none for other expressions.</summary>
    public static IReadOnlyList<Expr> Elements(Expr? display) =>
        display switch
        {
            ListExpr list => [.. list.Elements],
            TupleExpr tuple => [.. tuple.Elements],
            _ => [],
        };
}
