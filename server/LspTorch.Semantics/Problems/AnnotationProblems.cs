using LspTorch.Syntax;

namespace LspTorch.Problems;

/// <summary>A value that is given to a variable whose annotation it does not have.</summary>
public abstract record AnnotationProblem(Node At) : Refusal(ProblemKind.Annotation, At);

/// <summary>A value of another type. IsDisplay: it is written as a list, dictionary or comprehension.</summary>
public sealed record AnnotatedTypeDiffers(
    Node At,
    string Name,
    DetachedType Annotated,
    DetachedType Given,
    bool IsDisplay
) : AnnotationProblem(At);

/// <summary>A value that lacks what an interface asks for.</summary>
public sealed record AnnotatedInterfaceDiffers(Node At, string Name, string Interface, InterfaceMismatch Lacks)
    : AnnotationProblem(At);

/// <summary>An element of a container of modules, one of which lacks what an interface asks for.</summary>
public sealed record ElementLacksInterface(Node At, string Container, string Interface, InterfaceMismatch Lacks)
    : AnnotationProblem(At);

/// <summary>A variable of outside that is annotated in a branch or loop.</summary>
public sealed record AnnotatedAgain(Node At, string Name) : AnnotationProblem(At);

/// <summary>A value that <c>torch.jit.annotate</c> does not convert.</summary>
public sealed record AnnotateCallDiffers(Node At, DetachedType Annotated, DetachedType Given) : AnnotationProblem(At);
