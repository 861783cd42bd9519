using LspTorch.Syntax;

namespace LspTorch.Semantics;

/// <summary>Why a function is compiled: it is an entry, or a compiled function calls it.</summary>
public abstract record CompiledReason
{
    /// <summary>The compiled function of this file, or of one at hand, that calls it; null for an entry.</summary>
    public virtual CompiledFunction? Caller => null;

    /// <summary>The place in this file that calls it.</summary>
    public virtual Node? ReachedFrom => null;
}

/// <summary>Line: 1-based, of the call in this file; null where it is in another.</summary>
public sealed record CalledByCompiled(CompiledFunction From, Node? At, int? Line) : CompiledReason
{
    public override CompiledFunction Caller => From;
    public override Node? ReachedFrom => At;
}

/// <summary>A compiled function of another file calls it. Line: 1-based, in that file.</summary>
public sealed record CalledFromFile(string Function, string File, int Line) : CompiledReason;

/// <summary>Decorator: of torch.jit, without its module.</summary>
public sealed record MarkedMethod(string Class, string Method, string Decorator) : CompiledReason;

/// <summary>Decorator: of torch.jit, without its module.</summary>
public sealed record DecoratedFunction(string Function, string Decorator) : CompiledReason;

/// <summary>Settings or code name the function, method or class.</summary>
public sealed record PassedToScript(string Name) : CompiledReason;

/// <summary>An argument of torch.jit.script as it is written. Line: 1-based.</summary>
public sealed record ScriptCall(string Argument, int Line) : CompiledReason;

public sealed record ForwardOfModule(string Class) : CompiledReason;

/// <summary>The forward of torch's convolutions calls a method that the class has of its own.</summary>
public sealed record CalledByInheritedForward(string Class, string Method) : CompiledReason;

/// <summary>A property of a module, defined in a class of its lineage.</summary>
public sealed record PropertyOfModule(string Definer, string Property, string Class) : CompiledReason;

public sealed record MethodOfScriptClass(string Class) : CompiledReason;
