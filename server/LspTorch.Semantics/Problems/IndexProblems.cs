using LspTorch.Syntax;

namespace LspTorch.Problems;

/// <summary>An index, slice or element that a value does not have.</summary>
public abstract record IndexProblem(Node At) : Refusal(ProblemKind.Index, At);

/// <summary>An augmented assignment to an element or slice of something that does not allow it.</summary>
public sealed record ElementAugmented(Node At, string Element, DetachedType Container, bool IsSlice) : IndexProblem(At);

/// <summary>Modules sliced by an attribute that is no constant. Value: the attribute's source.</summary>
public sealed record ModulesSlicedByAttribute(Node At, string Value, string Name) : IndexProblem(At);

/// <summary>A module out of a slice of modules, indexed.</summary>
public sealed record SlicedModuleIndexed(Node At, string Value) : IndexProblem(At);

/// <summary>Several indices for something that is no Tensor.</summary>
public sealed record SeveralIndices(Node At, string Value, DetachedType Type) : IndexProblem(At);

/// <summary>An index of a value that has no elements.</summary>
public sealed record ValueIndexed(Node At, DetachedType Type) : IndexProblem(At);

/// <summary><c>...</c> as index of something that is no Tensor.</summary>
public sealed record EllipsisIndex(Node At, string Value, DetachedType Type) : IndexProblem(At);

/// <summary>An index of a type that the container does not take.</summary>
public sealed record IndexTypeDiffers(Node At, DetachedType Container, DetachedType Index) : IndexProblem(At);

/// <summary>A tuple sliced by something that is no literal. Bound: its source.</summary>
public sealed record TupleSlicedByValue(Node At, string Bound) : IndexProblem(At);

/// <summary>An index that the tuple does not have.</summary>
public sealed record TupleIndexOutOfRange(Node At, int Length, int Index) : IndexProblem(At);

/// <summary>A variable as index of a tuple with elements of different types.</summary>
public sealed record TupleIndexedByVariable(Node At, DetachedType Type) : IndexProblem(At);

/// <summary>A Tensor or list as index after <c>...</c>.</summary>
public sealed record IndexBehindEllipsis(Node At) : IndexProblem(At);

/// <summary>An index that a Tensor does not take. Assumed: the parameter without annotation that is indexed.</summary>
public sealed record TensorIndexDiffers(Node At, DetachedType Index, string? Assumed) : IndexProblem(At);

/// <summary>A bound of a slice that is no int.</summary>
public sealed record SliceBoundDiffers(Node At, DetachedType Container, DetachedType Bound) : IndexProblem(At);

/// <summary>A store to a slice.</summary>
public sealed record StoreToSlice(Node At, DetachedType Container) : IndexProblem(At);

/// <summary>A store to an element of something whose elements cannot be set.</summary>
public sealed record StoreToElement(Node At, DetachedType Container) : IndexProblem(At);

/// <summary><c>del</c> of a slice.</summary>
public sealed record SliceDeleted(Node At, string Value) : IndexProblem(At);

/// <summary><c>del</c> of an element of something that keeps its elements.</summary>
public sealed record ElementDeleted(Node At, DetachedType Container) : IndexProblem(At);
