using LspTorch.Syntax;

namespace LspTorch.Problems;

/// <summary>What is no value to the compiler.</summary>
public enum PythonObject
{
    Method,
    Function,
    BuiltinType,
    ExceptionClass,
    Class,
    PythonModule,
}

/// <summary>Something that is a value for Python and none for the compiler.</summary>
public abstract record PythonValueProblem(Node At) : Refusal(ProblemKind.PythonValue, At);

/// <summary>An Enum before the release that compiles them.</summary>
public sealed record EnumUnsupported(Node At, string Name) : PythonValueProblem(At);

/// <summary><c>__name__</c> and the like.</summary>
public sealed record PythonName(Node At, string Name) : PythonValueProblem(At);

/// <summary><c>hasattr</c> of a Python module.</summary>
public sealed record HasattrOfPythonModule(Node At, string Value) : PythonValueProblem(At);

/// <summary><c>hasattr</c> of a function.</summary>
public sealed record HasattrOfFunction(Node At, string Value) : PythonValueProblem(At);

/// <summary>What <c>print</c> returns.</summary>
public sealed record PrintedValue(Node At) : PythonValueProblem(At);

/// <summary>A slice outside of an index.</summary>
public sealed record SliceAsValue(Node At) : PythonValueProblem(At);

/// <summary>A range, enumerate or zip outside of a loop.</summary>
public sealed record IterableAsValue(Node At, string Value) : PythonValueProblem(At);

/// <summary>Something that can only be called or looked into.</summary>
public sealed record NotAValue(Node At, string Value, PythonObject Object) : PythonValueProblem(At);

/// <summary>A constant that is imported by its own name.</summary>
public sealed record ImportedConstant(Node At, string Name, string DottedName) : PythonValueProblem(At);

/// <summary>A member of a module class, looked up in the class.</summary>
public sealed record ModuleClassMember(Node At, string Class) : PythonValueProblem(At);

/// <summary>What the process keeps, as <c>os.environ</c>.</summary>
public sealed record ProcessState(Node At, string Name) : PythonValueProblem(At);

/// <summary>A method of a builtin class, looked up in the class.</summary>
public sealed record BuiltinClassMember(Node At, string Class, string Name) : PythonValueProblem(At);

/// <summary>An attribute of a function.</summary>
public sealed record FunctionMember(Node At, string Function, string Name) : PythonValueProblem(At);

/// <summary>A variable of the module that is None.</summary>
public sealed record NoneOfModule(Node At, string Name) : PythonValueProblem(At);

/// <summary>An attribute of a variable of the module.</summary>
public sealed record PythonVariableMember(Node At, string Name) : PythonValueProblem(At);

/// <summary>A variable of the module. Related: where it gets its value.</summary>
public sealed record PythonVariable(Node At, string Name) : PythonValueProblem(At);

/// <summary>A constant in the body of a class.</summary>
public sealed record ClassConstant(Node At, string Value) : PythonValueProblem(At);

/// <summary>Something raised that is no exception. IsNotImplemented: the constant NotImplemented.</summary>
public sealed record NotAnException(Node At, string Value, bool IsNotImplemented) : PythonValueProblem(At);

/// <summary>A method that is unpacked and not called.</summary>
public sealed record MethodUnpacked(Node At, string Name) : PythonValueProblem(At);

/// <summary>A function that is unpacked and not called.</summary>
public sealed record FunctionUnpacked(Node At, string Name) : PythonValueProblem(At);
