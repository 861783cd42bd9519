using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>
/// What sort of thing typing has to say, nearly always that the compiler refuses it; each is reported by one rule.
/// </summary>
public enum ProblemKind
{
    UnknownAttribute,
    NoMatchingOverload,
    OptionalNotRefined,
    TypeChanged,
    NotDefined,
    ReturnType,
    ConditionNotBool,
    NotCallable,
    PythonValue,
    ModuleMade,
    UnsupportedFunction,
    NotIterable,
    BadIndex,
    AttributeAssignment,
    BadLiteral,
    AnnotatedValue,

    /// <summary>Nothing that is refused: a Tensor that is turned into a number without a word.</summary>
    ImplicitConversion,

    /// <summary>
    /// Nothing that is refused: a call of what @torch.jit.ignore leaves to Python, with which the module cannot be
    /// saved.
    /// </summary>
    IgnoredCall,

    /// <summary>Nothing that is refused: a length that does not hang on what the value holds.</summary>
    LengthOfUnion,
}

/// <summary>
/// Something that the compiler refuses, or does without a word, found while typing a function. At: the node whose first
/// line the compiler names. Related: another place that
/// explains it. FromTables: hangs on what the operator tables do not have, which other releases of torch may.
/// Wanted: the type that a value is converted to.
/// </summary>
public sealed record TypeProblem(
    ProblemKind Kind,
    Node At,
    string Message,
    Node? Related = null,
    string RelatedMessage = "",
    bool FromTables = false,
    TorchType? Wanted = null
)
{
    /// <summary>Found with the types of an overload's declaration, or of the declarations themselves.</summary>
    public bool OfOverloads { get; init; }
}
