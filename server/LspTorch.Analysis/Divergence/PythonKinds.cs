using LspTorch.Syntax;

namespace LspTorch.Divergence;

/// <summary>What a value is in Python where TorchScript's type no longer tells.</summary>
internal enum PythonKind
{
    Unknown,
    Size,
    List,
    Tuple,
    DType,
}

internal static class PythonKinds
{
    private const int MaxDepth = 20;

    /// <summary>Of an expression of type List[int] or int; Unknown where it is not certain.</summary>
    public static PythonKind Of(Place place, Expr expr, int depth = 0) =>
        ++depth > MaxDepth
            ? PythonKind.Unknown
            : expr switch
            {
                Syntax.Attribute { Name: "shape" } shape when place.IsTensor(shape.Value) => PythonKind.Size,
                Syntax.Attribute { Name: "dtype" or "layout" } kind when place.IsTensor(kind.Value) => PythonKind.DType,
                Syntax.Attribute or Name when IsDType(place, expr) => PythonKind.DType,
                Call { Func: Syntax.Attribute { Name: "size" } size, Args.Count: 0, Keywords.Count: 0 }
                    when place.IsTensor(size.Value) => PythonKind.Size,
                Call { Func: Syntax.Attribute { Name: "stride" } stride, Args.Count: 0, Keywords.Count: 0 }
                    when place.IsTensor(stride.Value) => PythonKind.Tuple,
                Call call when place.CalleeOf(call) is "builtins.list" or "builtins.sorted" => PythonKind.List,
                ListExpr or ComprehensionExpr { Kind: ComprehensionKind.List } => PythonKind.List,
                Subscript { Index: Slice } part => Of(place, part.Value, depth),
                BinOp { Op: BinaryOperator.Add } sum
                    when Of(place, sum.Left, depth) == PythonKind.List
                        && Of(place, sum.Right, depth) == PythonKind.List => PythonKind.List,
                BinOp { Op: BinaryOperator.Mult } product when Of(place, product.Left, depth) == PythonKind.List =>
                    PythonKind.List,
                Name name => OfName(place, name, depth),
                _ => PythonKind.Unknown,
            };

    private static PythonKind OfName(Place place, Name name, int depth)
    {
        PythonKind? agreed = null;
        foreach (var definition in place.Flow.DefinitionsOf(name))
        {
            var kind =
                definition is Arg ? OfParameter(place)
                : Semantics.ReachingDefinitions.ValueOf(definition) is { } value ? Of(place, value, depth)
                : PythonKind.Unknown;
            if (agreed is { } earlier && earlier != kind)
                return PythonKind.Unknown;
            agreed = kind;
        }
        return agreed ?? PythonKind.Unknown;
    }

    /// <summary>
    /// What compiled code passes on may be anything; who calls from Python passes what the annotation says.
    /// </summary>
    private static PythonKind OfParameter(Place place) =>
        place.Model.CompiledFunctionOf(place.Function) is { Reason.Caller: null }
            ? PythonKind.List
            : PythonKind.Unknown;

    private static bool IsDType(Place place, Expr expr) =>
        place.Model.ResolveName(expr) is { } name
        && name.StartsWith("torch.", StringComparison.Ordinal)
        && name["torch.".Length..]
            is "float32"
                or "float"
                or "float64"
                or "double"
                or "float16"
                or "half"
                or "bfloat16"
                or "int8"
                or "uint8"
                or "int16"
                or "short"
                or "int32"
                or "int"
                or "int64"
                or "long"
                or "bool"
                or "complex64"
                or "complex128"
                or "strided";
}
