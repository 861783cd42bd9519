using System.Collections.Immutable;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>
/// A module of one class or another (or None), by what its constructor was given: for each instance the compiler knows
/// which. At least two,
/// each once; what they agree on is known.
/// </summary>
internal sealed record ModuleChoice(ImmutableArray<TorchType> Options) : SugaredType
{
    private const int MaxOptions = 12;

    public override bool HasUnknown => true;
    public bool MayBeNone => Options.Contains(None);
    public IEnumerable<TorchType> Modules => Options.Where(o => o != None);

    public bool Equals(ModuleChoice? other) =>
        other is not null && Options.Length == other.Options.Length && Options.All(other.Options.Contains);

    public override int GetHashCode() => Options.Length;

    /// <summary>The value that is one of these; Unknown where one of them is no module (and not None).</summary>
    public static TorchType Of(params ReadOnlySpan<TorchType> types)
    {
        var options = ImmutableArray.CreateBuilder<TorchType>();
        foreach (var type in types)
        foreach (var option in type is ModuleChoice choice ? choice.Options : [type])
        {
            if (option is not (ModuleType or ModuleContainerType) && option != None)
                return Unknown;
            if (!options.Contains(option))
                options.Add(option);
        }
        return options.Count == 1 ? options[0]
            : options.Count is 0 or > MaxOptions ? Unknown
            : new ModuleChoice(options.ToImmutable());
    }

    public TorchType WithoutNone() => Of([.. Modules]);
}

/// <summary>A function or bound method whose source is at hand.</summary>
internal sealed record FunctionValue(CompiledUnit Unit) : SugaredType;

/// <summary>A builtin operator, bound when it is a method of a value.</summary>
internal sealed record OperatorValue(string Operator, TorchType? Self) : SugaredType;

/// <summary>Something that the tables describe by its signatures.</summary>
internal sealed record SignaturesValue(string Name, ImmutableArray<FunctionSchema> Schemas) : SugaredType;

internal sealed record DispatchValue(DispatchEntry Entry) : SugaredType;

/// <summary>A name of Python's builtins, or one of torch.jit's special forms.</summary>
internal sealed record SpecialFormValue(string Name) : SugaredType;

internal sealed record ClassValue(ClassModel Class) : SugaredType;

/// <summary>A Python module, or a member of one, of which only the name is known.</summary>
internal sealed record NamedValue(string DottedName) : SugaredType;

internal enum IterableKind
{
    Range,
    Enumerate,
    Zip,
    Reversed,
}

internal sealed record IterableValue(IterableKind Kind, ImmutableArray<TorchType> Children) : SugaredType;

/// <summary>What the builtin <c>slice</c> makes: its bounds are its arguments, null where none or None is given.</summary>
internal sealed record SliceValue(Expr? Lower, Expr? Upper, Expr? Step) : SugaredType;

/// <summary>
/// Values kept apart at compile time: a slice of a module list, the items of a module dictionary. Exact as in a
/// container.
/// </summary>
internal sealed record SugaredTuple(ImmutableArray<TorchType> Elements, bool Exact) : SugaredType;

/// <summary>
/// A module out of a slice of a container, which is a tuple of objects to the compiler: it has attributes and methods,
/// and cannot be called.
/// </summary>
internal sealed record ModuleObject(TorchType Module) : SugaredType;

/// <summary>The method of a module container: keys, values, items.</summary>
internal sealed record ContainerMethod(ModuleContainerType Container, string Name) : SugaredType;
