using System.Collections.Immutable;

namespace LspTorch.Observations;

/// <summary>What an attribute of a live module held.</summary>
public enum HeldKind
{
    None,

    /// <summary>int, float, bool, str or complex.</summary>
    Value,
    Tensor,
    Module,
    Function,

    /// <summary>A method bound to the instance that holds it.</summary>
    Method,

    /// <summary>A method bound to something else.</summary>
    OtherMethod,
    Builtin,
    Class,
    Container,
    Enum,
    NamedTuple,

    /// <summary>A scalar of numpy.</summary>
    Numpy,

    /// <summary>An array of numpy.</summary>
    Array,
    Partial,
    DataClass,

    /// <summary>An object whose class has <c>__call__</c>.</summary>
    Callable,
    Object,
}

/// <summary>
/// One attribute. Type and Scriptable as in <see cref="ObservedType"/>; of a function, method or class its qualified
/// name. Parts: of a container
/// of modules, the classes of what it holds, in order.
/// </summary>
public sealed record HeldValue(string Name, HeldKind Kind, string Type, bool Scriptable)
{
    /// <summary>A parameter, buffer or submodule, not a plain attribute.</summary>
    public bool IsRegistered { get; init; }
    public ImmutableArray<string> Parts { get; init; } = [];
}

public enum HookKind
{
    Forward,
    ForwardPre,
    Backward,
    BackwardPre,
    Parametrization,
}

/// <summary>
/// A hook of an instance, or a parametrization. Part: the path of the submodule that it is on, empty for the instance
/// itself. Name: that of the function, or the class
/// of the object; of a parametrization, the parameter.
/// </summary>
public sealed record ObservedHook(string Part, HookKind Kind, HeldKind What, string Name);

/// <summary>
/// Instances of a class that hold the same: what torch.jit.script compiles once. Wrapper: the class of what they are
/// inside of, such as nn.DataParallel; else null.
/// </summary>
public sealed record InstanceVariant(
    int Count,
    ImmutableArray<HeldValue> Attributes,
    ImmutableArray<ObservedHook> Hooks,
    string? Wrapper
)
{
    public HeldValue? Find(string name)
    {
        foreach (var attribute in Attributes)
            if (attribute.Name == name)
                return attribute;
        return null;
    }
}

/// <summary>
/// What a run saw of the live modules of one class of the file. Name: qualified. Made: of the text that says how
/// instances are made
/// (<see cref="Semantics.ConstructionText"/>); where that is another now, nothing here holds any more.
/// </summary>
public sealed record ObservedClass(string Name, string Made, ImmutableArray<InstanceVariant> Variants);
