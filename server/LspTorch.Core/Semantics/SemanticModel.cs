using LspTorch.Core.Syntax;
using LspTorch.Core.TorchScript;

namespace LspTorch.Core.Semantics;

/// <summary>Why a function is compiled: the entry itself, or the place in a compiled function that reaches it.</summary>
public sealed record CompiledReason(string Text, CompiledFunction? Caller, Node? ReachedFrom);

/// <summary>A def that torch.jit.script compiles, with its class when it is a method.</summary>
public sealed record CompiledFunction(FunctionDef Function, ClassDef? Class, string QualifiedName, CompiledReason Reason);

/// <summary>
/// The static facts of one file: what names mean, which functions torch.jit.script compiles, and the TorchScript type of each
/// expression where it is certain. Never looks at observations.
/// </summary>
public sealed class SemanticModel(FileSnapshot file)
{
    public FileSnapshot File { get; } = file;

    /// <summary>Every function that is compiled, in source order.</summary>
    public IReadOnlyList<CompiledFunction> CompiledFunctions { get; } = [];

    /// <summary>The compiled function whose body holds this node (innermost def), or null where the node is not compiled.</summary>
    public CompiledFunction? CompiledFunctionAt(Node node) => null;

    /// <summary>The inferred type of an expression (load or store); Unknown where it is not certain.</summary>
    public TorchType TypeOf(Expr expr) => TorchType.Unknown;

    /// <summary>The parameter's type from its annotation or type comment; null where it has none, Unknown where it is not TorchScript.</summary>
    public TorchType? DeclaredTypeOf(Arg parameter) => null;

    /// <summary>
    /// The absolute dotted name that a Name or Attribute chain stands for through this file's imports and definitions:
    /// "numpy.zeros" for np.zeros, "torch.nn.ModuleList" for nn.ModuleList; null where it is a local, a parameter or not certain.
    /// </summary>
    public string? ResolveName(Expr expr) => null;

    /// <summary>"Decoder.forward": classes and functions around (and including) the node, joined by dots; null at module level.</summary>
    public string? QualifiedNameAt(Node node) => null;
}
