using System.Collections.Immutable;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Problems;

/// <summary>An attribute, method or name that a value does not have for the compiler.</summary>
public abstract record AttributeProblem(Node At) : Refusal(ProblemKind.Attribute, At);

/// <summary>An attribute that the class lists in <c>__jit_ignored_attributes__</c>.</summary>
public sealed record IgnoredAttribute(Node At, string Name) : AttributeProblem(At);

/// <summary>An attribute whose value TorchScript cannot keep.</summary>
public sealed record UnconvertibleAttribute(Node At, string Name, Unconvertible Held) : AttributeProblem(At);

/// <summary>A plain attribute of a module's class that no instance sets.</summary>
public sealed record ClassAttribute(Node At, string Name, string Class) : AttributeProblem(At);

/// <summary>A name that begins with two underscores, which Python keeps under the name of its class.</summary>
public sealed record MangledName(Node At, string Name) : AttributeProblem(At);

/// <summary>Something that an interface does not declare.</summary>
public sealed record InterfaceLacksMethod(Node At, string Interface, string Name) : AttributeProblem(At);

/// <summary>A lookup in a method that is not called. Method: its source.</summary>
public sealed record AttributeOfMethod(Node At, string Method, string Name) : AttributeProblem(At);

/// <summary>Not an attribute of Tensors.</summary>
public sealed record TensorLacksAttribute(Node At, string Name) : AttributeProblem(At);

/// <summary>Not an attribute of every member of a Union.</summary>
public sealed record UnionLacksAttribute(Node At, DetachedType Type, string Name) : AttributeProblem(At);

/// <summary>Not an attribute of the type. Value: the source of what is None.</summary>
public sealed record TypeLacksAttribute(Node At, DetachedType Type, string Name, string Value) : AttributeProblem(At);

/// <summary>A method of a named tuple, of which TorchScript has the fields only.</summary>
public sealed record NamedTupleMethod(Node At, string Class, string Name) : AttributeProblem(At);

/// <summary>Not a field of the named tuple.</summary>
public sealed record NamedTupleLacksField(Node At, string Class, string Name, ImmutableArray<string> Fields)
    : AttributeProblem(At);

/// <summary>Nothing sets it in the module's constructor.</summary>
public sealed record ModuleLacksAttribute(Node At, string Class, string Name) : AttributeProblem(At);

/// <summary>A function that this release of torch does not have.</summary>
public sealed record TorchLacksName(Node At, TorchVersion Release, string Name) : AttributeProblem(At);

/// <summary>A static method, looked up in an object. Qualifier: the class as it is named in source.</summary>
public sealed record StaticMethodOfObject(Node At, string Name, string Class, string Qualifier) : AttributeProblem(At);

/// <summary>A method that a TorchScript class does not inherit.</summary>
public sealed record InheritedMethod(Node At, string Class, string Name, string Base) : AttributeProblem(At);

/// <summary>An attribute in the body of a TorchScript class.</summary>
public sealed record ScriptClassAttribute(Node At, string Class, string Name) : AttributeProblem(At);

/// <summary><c>__init__</c> of the TorchScript class does not set it.</summary>
public sealed record ObjectLacksAttribute(Node At, string Class, string Name) : AttributeProblem(At);

/// <summary>Not a member of the Enum.</summary>
public sealed record EnumLacksMember(Node At, string Class, string Name) : AttributeProblem(At);

/// <summary><c>getattr</c> with a default of something that is no module or object.</summary>
public sealed record GetattrWithDefault(Node At, string Value, DetachedType Type) : AttributeProblem(At);
