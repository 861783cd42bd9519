using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Problems;

/// <summary>A function or class of Python or torch that compiled code cannot call.</summary>
public abstract record FunctionProblem(Node At) : Refusal(ProblemKind.Function, At);

/// <summary>A method of nn.Module that is not for compiled code.</summary>
public sealed record ModuleMember(Node At, string Name) : FunctionProblem(At);

/// <summary>A builtin function of Python.</summary>
public sealed record MissingBuiltin(Node At, string Name) : FunctionProblem(At);

/// <summary><c>zip(*lists)</c>. Arguments: the source of what is unpacked.</summary>
public sealed record UnpackedZip(Node At, string Arguments) : FunctionProblem(At);

/// <summary><c>id</c> of something that is no object.</summary>
public sealed record IdOfValue(Node At, DetachedType Type) : FunctionProblem(At);

/// <summary>An object of a class that <c>@torch.jit.ignore</c> leaves to Python.</summary>
public sealed record IgnoredClassMade(Node At, string Class) : FunctionProblem(At);

/// <summary>An object of a class without <c>__init__</c>.</summary>
public sealed record ClassWithoutInit(Node At, string Class) : FunctionProblem(At);

/// <summary>A function that other releases of torch have.</summary>
public sealed record FunctionOfOtherReleases(Node At, TorchVersion Release, string Name) : FunctionProblem(At);

/// <summary>A function of torch or math that TorchScript does not have.</summary>
public sealed record MissingFunction(Node At, string Name) : FunctionProblem(At);

/// <summary>A function of Python's libraries.</summary>
public sealed record PythonFunction(Node At, string Name) : FunctionProblem(At);

/// <summary>A class of Python that TorchScript takes for a function of Tensors.</summary>
public sealed record PythonClassCalled(Node At, string Name, DetachedType Given) : FunctionProblem(At);

/// <summary>A name for getattr or hasattr that is no literal.</summary>
public sealed record NameNotLiteral(Node At, string Function) : FunctionProblem(At);

/// <summary><c>tolist</c> without the annotation that says what it gives.</summary>
public sealed record TolistWithoutType(Node At) : FunctionProblem(At);

/// <summary><c>hasattr</c> of something that is no module or object.</summary>
public sealed record HasattrOfValue(Node At, string Value, DetachedType Type) : FunctionProblem(At);

/// <summary>A function that is declared for several types and not implemented.</summary>
public sealed record OverloadWithoutImplementation(Node At, string Function) : FunctionProblem(At);

/// <summary>A default that declaration and implementation write differently.</summary>
public sealed record OverloadDefaultDiffers(Node At, string Parameter, string Declared, string Implemented)
    : FunctionProblem(At);

/// <summary>A parameter of the implementation without a type, which a declaration lacks.</summary>
public sealed record OverloadParameterUntyped(Node At, string Parameter, string Function) : FunctionProblem(At);

/// <summary>A function of torch.autograd.</summary>
public sealed record AutogradFunctionCalled(Node At, string Class) : FunctionProblem(At);

/// <summary><c>__setstate__</c> alone.</summary>
public sealed record SetstateWithoutGetstate(Node At, string Class) : FunctionProblem(At);

/// <summary>The autocast of one device, which is deprecated: <c>torch.cuda.amp.autocast</c>.</summary>
public sealed record AutocastOfDevice(Node At, string Name, string Device) : FunctionProblem(At);
