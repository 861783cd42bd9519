using System.Collections.Immutable;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Problems;

/// <summary>Arguments or operands that no signature takes.</summary>
public abstract record SignatureProblem(Node At) : Refusal(ProblemKind.Signature, At);

/// <summary>
/// An argument of another type than its parameter. IsRest: the parameter is a list of all further arguments.
/// </summary>
public sealed record ArgumentTypeDiffers(
    Node At,
    string Function,
    string Parameter,
    DetachedType Formal,
    DetachedType Given,
    bool IsRest
) : SignatureProblem(At)
{
    /// <summary>What the argument lacks of an interface.</summary>
    public InterfaceMismatch? Lacks { get; init; }

    /// <summary>Which positional argument it is, counted from 0; null for one by keyword.</summary>
    public int? Position { get; init; }

    /// <summary>The argument is this parameter, a Tensor because it has no annotation.</summary>
    public string? Assumed { get; init; }
}

/// <summary>Arguments that are too many, missing or named wrongly.</summary>
public sealed record ArgumentsDiffer(Node At, string Function, SignatureMismatch Mismatch) : SignatureProblem(At);

/// <summary>
/// Arguments that no signature takes, and none of the signatures nearly does. Names: null where given by position.
/// </summary>
public sealed record NoSignature(Node At, string Function, ImmutableArray<(string? Name, DetachedType Type)> Given)
    : SignatureProblem(At);

/// <summary><c>slice</c> with keyword arguments.</summary>
public sealed record SliceKeywords(Node At) : SignatureProblem(At);

/// <summary><c>tuple</c> of a range, enumerate or zip. Value: its source.</summary>
public sealed record TupleOfIterable(Node At, string Value) : SignatureProblem(At);

/// <summary><c>tuple</c> of a value whose length is not known.</summary>
public sealed record TupleOfValue(Node At, DetachedType Type) : SignatureProblem(At);

/// <summary><c>range</c> of something that is no int.</summary>
public sealed record RangeOfValue(Node At, DetachedType Type) : SignatureProblem(At);

/// <summary>A builtin with too few or too many arguments.</summary>
public sealed record ArgumentCount(Node At, string Function, int Least, int Most, int Given) : SignatureProblem(At);

/// <summary>A module or None where a value is taken.</summary>
public sealed record ModulePassed(Node At, string Value, string Parameter, string Function, DetachedType Type)
    : SignatureProblem(At);

/// <summary>A default that an ignored function does not keep.</summary>
public sealed record IgnoredDefault(Node At, string Function, string Parameter) : SignatureProblem(At);

/// <summary>
/// An argument for a parameter that is a Tensor because it has no annotation. Related: the parameter.
/// </summary>
public sealed record UnannotatedParameter(Node At, string Parameter, string Function, DetachedType Given)
    : SignatureProblem(At);

/// <summary><c>__getitem__</c> of a Tensor with other than one index.</summary>
public sealed record GetitemCount(Node At, int Given) : SignatureProblem(At);

/// <summary>A Sequential with several arguments.</summary>
public sealed record SequentialCount(Node At, int Given) : SignatureProblem(At);

/// <summary><c>torch.no_grad</c> with arguments.</summary>
public sealed record NoGradArguments(Node At) : SignatureProblem(At);

/// <summary><c>torch.jit.wait</c> of something that is no Future.</summary>
public sealed record WaitOfValue(Node At, string Function, DetachedType Given) : SignatureProblem(At);

/// <summary><c>_unwrap_optional</c> of None.</summary>
public sealed record UnwrappedNone(Node At) : SignatureProblem(At);

/// <summary>A keyword of <c>torch.FloatTensor</c> and its like.</summary>
public sealed record LegacyConstructorKeyword(Node At, string Function) : SignatureProblem(At);

/// <summary>Arguments of <c>torch.FloatTensor</c> and its like that are no sizes.</summary>
public sealed record LegacyConstructorSizes(Node At, string Function) : SignatureProblem(At);

/// <summary>An object without the special method that an operator or builtin calls.</summary>
public sealed record SpecialMethodMissing(Node At, string Use, string Method, string Class) : SignatureProblem(At);

/// <summary>Operands that an operator does not take. Right: null where it has one operand.</summary>
public sealed record NoOperator(Node At, string Symbol, DetachedType Left, DetachedType? Right) : SignatureProblem(At);

/// <summary><c>with</c> of something that is no object.</summary>
public sealed record WithOfValue(Node At, DetachedType Type) : SignatureProblem(At);

/// <summary>An object in a <c>with</c> whose class lacks <c>__enter__</c> or <c>__exit__</c>.</summary>
public sealed record ContextMethodsMissing(Node At, string Class) : SignatureProblem(At);

/// <summary><c>__enter__</c> with parameters.</summary>
public sealed record EnterWithParameters(Node At, string Class) : SignatureProblem(At);

/// <summary><c>__exit__</c> without its three parameters.</summary>
public sealed record ExitParameterCount(Node At, string Class) : SignatureProblem(At);

/// <summary>A parameter of <c>__exit__</c> that is not Any.</summary>
public sealed record ExitParameterNotAny(Node At, string Parameter) : SignatureProblem(At);

/// <summary>A method without <c>self</c>.</summary>
public sealed record MethodWithoutSelf(Node At, string Method) : SignatureProblem(At);
