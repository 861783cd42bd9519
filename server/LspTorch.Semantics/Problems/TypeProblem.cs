using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Problems;

/// <summary>Which rule reports a problem that typing found.</summary>
public enum ProblemKind
{
    Attribute,
    Signature,
    Optional,
    TypeChange,
    Undefined,
    Return,
    Condition,
    Call,
    PythonValue,
    ModuleMade,
    Function,
    Iteration,
    Index,
    AttributeStore,
    Literal,
    Annotation,
    TensorConversion,
    IgnoredCall,
    LengthOfUnion,
}

/// <summary>
/// What typing a function found, as data: the rule that owns its kind has the words. At: the node whose first line the
/// compiler names.
/// </summary>
public abstract record TypeProblem(ProblemKind Kind, Node At)
{
    /// <summary>Another place that explains it.</summary>
    public Node? Related { get; init; }

    /// <summary>
    /// The type that a fix writes, with the classes of the file as it is now (others are <see cref="DetachedType"/>s).
    /// </summary>
    public TorchType? Wanted { get; init; }

    /// <summary>Hangs on what the operator tables do not have, which other releases of torch may.</summary>
    public bool FromTables { get; init; }

    /// <summary>Found with the types of an overload's declaration, or of the declarations themselves.</summary>
    public bool OfOverloads { get; init; }
}

/// <summary>The compiler stops here.</summary>
public abstract record Refusal(ProblemKind Kind, Node At) : TypeProblem(Kind, At);

/// <summary>It compiles, and does something that is not written there.</summary>
public abstract record CompiledSilently(ProblemKind Kind, Node At) : TypeProblem(Kind, At);
