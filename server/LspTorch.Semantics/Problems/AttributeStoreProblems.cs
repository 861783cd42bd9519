using LspTorch.Syntax;

namespace LspTorch.Problems;

/// <summary>What has attributes for Python only.</summary>
public enum PythonOwner
{
    Function,
    Class,
    PythonModule,
}

/// <summary>A store to an attribute that the compiler does not make or change.</summary>
public abstract record AttributeStoreProblem(Node At) : Refusal(ProblemKind.AttributeStore, At);

/// <summary>A store to an attribute of something that only Python has.</summary>
public sealed record StoreToPythonObject(Node At, string Value, PythonOwner Owner) : AttributeStoreProblem(At);

/// <summary>A store to an attribute of a value that is known by its interface.</summary>
public sealed record StoreToInterface(Node At, string Interface, string Name) : AttributeStoreProblem(At);

/// <summary>A store to an attribute of a value that has none to set.</summary>
public sealed record StoreToValue(Node At, DetachedType Type) : AttributeStoreProblem(At);

/// <summary>A constant of one of torch's own modules.</summary>
public sealed record StoreToModuleConstant(Node At, string Name, string Module) : AttributeStoreProblem(At);

/// <summary>An attribute that is Final or in <c>__constants__</c>.</summary>
public sealed record StoreToConstant(Node At, string Name, string Class) : AttributeStoreProblem(At);

/// <summary>A store to <c>forward</c>.</summary>
public sealed record StoreToForward(Node At) : AttributeStoreProblem(At);

/// <summary>An attribute that the constructor does not set.</summary>
public sealed record StoreToMissing(Node At, string Name) : AttributeStoreProblem(At);

/// <summary>An attribute that the constructor gives what TorchScript cannot keep.</summary>
public sealed record StoreToUnconvertible(Node At, string Name, Unconvertible Held) : AttributeStoreProblem(At);

/// <summary>A value of another type than the attribute has.</summary>
public sealed record StoredTypeDiffers(Node At, string Name, DetachedType Kept, DetachedType Given)
    : AttributeStoreProblem(At);

/// <summary>A property without a setter.</summary>
public sealed record StoreToProperty(Node At, string Name, string Class) : AttributeStoreProblem(At);

/// <summary>An object that would hold one of its own class.</summary>
public sealed record SelfContainingClass(Node At, string Name, string Class) : AttributeStoreProblem(At);

/// <summary>An attribute of a TorchScript class that is first stored in a branch or loop.</summary>
public sealed record FirstStoredInBlock(Node At, string Name) : AttributeStoreProblem(At);

/// <summary>An attribute that <c>__init__</c> of the TorchScript class does not make.</summary>
public sealed record StoreToMissingOfObject(Node At, string Class, string Name) : AttributeStoreProblem(At);

/// <summary>A value of another type than <c>__init__</c> of the TorchScript class gave the attribute.</summary>
public sealed record ObjectAttributeDiffers(Node At, string Name, string Class, DetachedType Kept, DetachedType Given)
    : AttributeStoreProblem(At);
