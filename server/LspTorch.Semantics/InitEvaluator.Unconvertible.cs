using System.Collections.Immutable;
using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>A Python list while the constructor builds it: of modules or of values.</summary>
internal sealed record PythonListType(ImmutableArray<TorchType> Elements, bool Exact) : TorchType
{
    public bool Equals(PythonListType? other) =>
        other is not null && Exact == other.Exact && AllEqual(Elements, other.Elements);

    public override int GetHashCode() => HashOf(Elements);

    public override string ToString() => "list";
}

/// <summary>
/// A value that TorchScript cannot keep in an attribute. Types: of what a dictionary holds. Makes: the instances of a
/// class of modules.
/// </summary>
internal sealed record PythonOnlyType(UnconvertibleForm Form) : TorchType
{
    public TupleType? Types { get; init; }
    public TorchType? Makes { get; init; }
    public override bool HasUnknown => true;

    public override string ToString() => Form.ToString();
}

/// <summary>Values that TorchScript cannot keep in an attribute.</summary>
internal sealed partial class InitEvaluator
{
    private static readonly PythonOnlyType emptyDict = new(UnconvertibleForm.EmptyDictionary);

    /// <summary>Nothing is in it yet.</summary>
    public static bool IsEmpty(TorchType value) =>
        value is PythonListType { Exact: true, Elements.Length: 0 } || ReferenceEquals(value, emptyDict);

    /// <summary>
    /// What TorchScript cannot keep in an attribute; null where it can, or where that is not certain.
    /// </summary>
    public static Unconvertible? UnconvertibleOf(TorchType value)
    {
        switch (value)
        {
            case PythonOnlyType only:
                return new(only.Form) { Types = DetachedType.Of(only.Types) };
            case PythonListType { Exact: true, Elements.Length: 0 }:
                return new(UnconvertibleForm.EmptyList);
            case PythonListType list when list.Elements.Any(e => e is ModuleType):
                return new(UnconvertibleForm.ListOfModules);
            case PythonListType list when list.Elements.Any(e => e is PythonOnlyType && !IsEmpty(e)):
                return new(UnconvertibleForm.ListOfPythonObjects);
            case PythonListType { Exact: true } list when list.Elements.All(e => IsScalar(e) && e != TorchType.None):
                ImmutableArray<TorchType> types = [.. list.Elements.Distinct()];
                return types.Length > 1 ? new(UnconvertibleForm.MixedList) { Types = new TupleType(types) } : null;
            case TupleType tuple when tuple.Elements.Any(e => e is ModuleType):
                return new(UnconvertibleForm.TupleOfModules);
            case TupleType tuple when tuple.Elements.Any(e => e is PythonOnlyType && !IsEmpty(e)):
                return new(UnconvertibleForm.TupleOfPythonObjects);
            case DictType { Value: ModuleType }:
                return new(UnconvertibleForm.DictionaryOfModules);
            default:
                return null;
        }
    }

    private PythonOnlyType? PythonOnlyName(Expr expr)
    {
        if (model.Names.Resolve(expr) is not { } symbol)
            return null;
        if (symbol.Class is { } type)
            return
                symbol.Owner is { } owner
                && type.Decorators.Count == 0
                && owner.ClassOf(type) is { Kind: ClassKind.Module or ClassKind.Plain } known
                ? new(UnconvertibleForm.Class) { Makes = known.IsModule ? known.InstanceType : null }
                : null;
        if (symbol.Definition is not null || symbol.DottedName is not { } dotted)
            return null;
        if (model.Tables.Module(dotted) is { } module)
            return new(UnconvertibleForm.Class)
            {
                Makes = module.Name is "torch.nn.Sequential" or "torch.nn.ModuleList" or "torch.nn.ModuleDict"
                    ? null
                    : new ModuleType(module.Name),
            };
        if (
            dotted
            is "builtins.object"
                or "builtins.int"
                or "builtins.float"
                or "builtins.bool"
                or "builtins.str"
                or "builtins.list"
                or "builtins.dict"
                or "builtins.tuple"
        )
            return new(UnconvertibleForm.Class);
        return
            dotted.StartsWith("torch.distributions.", StringComparison.Ordinal)
            && char.IsAsciiLetterUpper(dotted[dotted.LastIndexOf('.') + 1])
            ? new(UnconvertibleForm.Class)
            : null;
    }

    private static PythonOnlyType? PythonOnlyCall(string dotted) =>
        dotted switch
        {
            "functools.partial" => new(UnconvertibleForm.Partial),
            "builtins.set" or "builtins.frozenset" => new(UnconvertibleForm.Set),
            "builtins.range" => new(UnconvertibleForm.Range),
            "builtins.slice" => new(UnconvertibleForm.Slice),
            "builtins.zip"
            or "builtins.map"
            or "builtins.filter"
            or "builtins.enumerate"
            or "builtins.reversed"
            or "builtins.iter" => new(UnconvertibleForm.Iterator),
            "builtins.bytes" or "builtins.bytearray" => new(UnconvertibleForm.Bytes),
            "builtins.open" => new(UnconvertibleForm.File),
            "collections.deque" => new(UnconvertibleForm.Deque),
            "torch.Generator" => new(UnconvertibleForm.Generator),
            "builtins.dict" => null,
            _ => IsArrayMaker(dotted) ? new(UnconvertibleForm.NumpyArray) : null,
        };

    /// <summary>Functions of numpy that give an array whatever they are given.</summary>
    public static bool IsArrayMaker(string dotted) =>
        dotted
            is "numpy.array"
                or "numpy.zeros"
                or "numpy.ones"
                or "numpy.arange"
                or "numpy.linspace"
                or "numpy.empty"
                or "numpy.full"
                or "numpy.eye"
                or "numpy.zeros_like"
                or "numpy.ones_like"
                or "numpy.hanning"
                or "numpy.hamming"
                or "numpy.blackman"
                or "numpy.kaiser"
                or "numpy.logspace"
                or "numpy.identity";
}
