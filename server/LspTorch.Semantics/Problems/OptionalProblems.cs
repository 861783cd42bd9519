using LspTorch.Syntax;

namespace LspTorch.Problems;

/// <summary>A value that may be None, used where it must not be. IsAttribute: the value is an attribute, which no test refines.</summary>
public abstract record OptionalProblem(Node At) : Refusal(ProblemKind.Optional, At);

/// <summary>An attribute of such a value.</summary>
public sealed record OptionalAttribute(Node At, string Value, DetachedType Type, string Name, bool IsAttribute)
    : OptionalProblem(At);

/// <summary>An element of such a value.</summary>
public sealed record OptionalIndexed(Node At, string Value, DetachedType Type, bool IsAttribute) : OptionalProblem(At);

/// <summary>A store to an element of such a value.</summary>
public sealed record OptionalElementStored(Node At, string Value, DetachedType Type, bool IsAttribute)
    : OptionalProblem(At);

/// <summary>A loop over such a value.</summary>
public sealed record OptionalIterated(Node At, string Value, DetachedType Type) : OptionalProblem(At);

/// <summary>An operator, one of whose operands may be None.</summary>
public sealed record OptionalOperand(Node At, string Symbol, DetachedType Left, DetachedType? Right)
    : OptionalProblem(At);

/// <summary>Such a value, unpacked.</summary>
public sealed record OptionalUnpacked(Node At, DetachedType Type) : OptionalProblem(At);

/// <summary>Such a value, passed where the parameter takes no None.</summary>
public sealed record OptionalArgument(
    Node At,
    string Function,
    string Parameter,
    DetachedType Formal,
    DetachedType Given,
    bool IsRest
) : OptionalProblem(At)
{
    /// <summary>Which positional argument it is, counted from 0; null for one by keyword.</summary>
    public int? Position { get; init; }
}
