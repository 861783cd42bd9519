using System.Collections.Immutable;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Compilation;

/// <summary>
/// The body of one compiled function. Annotations, defaults and decorators are not part of it: Python evaluates them,
/// not the compiler.
/// </summary>
public sealed class CompiledBody(CompiledFunction function, bool certain, int index, CompiledCode code)
{
    /// <summary>Its place among <see cref="CompiledCode.Bodies"/>.</summary>
    internal int Index { get; } = index;

    public CompiledFunction Function { get; } = function;

    /// <summary>False where the function is reached only from code that may never be compiled.</summary>
    public bool Certain { get; } = certain;

    /// <summary>
    /// For what is said of the function as a whole: error where the compiler surely looks at it, else a warning.
    /// </summary>
    public Severity Severity => Certain ? Severity.Error : Severity.Warning;

    /// <summary>
    /// For what only its compiled callers make wrong: a warning where the function is handed to the compiler for its
    /// own sake too, which it then accepts.
    /// </summary>
    public Severity SeverityForCallers => Function.Reason.Caller is null ? Severity.Warning : Severity;

    /// <summary>
    /// For what is said of a parameter: its name; else from where the definition begins, decorators included, whose
    /// line the compiler gives.
    /// </summary>
    public TextSpan SignatureSpan(FileSnapshot file, Arg parameter) =>
        Def.Decorators.Count > 0 ? TextSpan.FromBounds(Def.Decorators[0].Start, parameter.NameSpan.End)
        : file.Text.LineOf(Def.NameSpan.Start) == file.Text.LineOf(parameter.Start) ? parameter.NameSpan
        : TextSpan.FromBounds(Def.NameSpan.Start, parameter.NameSpan.End);

    public FunctionDef Def => Function.Function;
    public ClassDef? Class => Function.Class;

    /// <summary>
    /// True when the signature that the compiler uses is that of an overload declared beside it
    /// (torch._jit_internal._overload): what this def
    /// says of its parameters does not count.
    /// </summary>
    public bool HasOverloads(SemanticModel model) => hasOverloads ??= FindsOverloads(model);

    private bool? hasOverloads;

    private bool FindsOverloads(SemanticModel model)
    {
        if (Def.Parent is not { } scope)
            return false;
        foreach (var other in code.OverloadsIn(scope, model))
            if (other.Name == Def.Name && !ReferenceEquals(other, Def))
                return true;
        return false;
    }

    /// <summary>The place that makes this function compiled, where it is in this file; empty for an entry.</summary>
    public ImmutableArray<RelatedPlace> WhyCompiled() =>
        Function.Reason is { Caller: not null, ReachedFrom: { } place } reason
            ? [new RelatedPlace(place.Span, CompiledReasonWords.Of(reason))]
            : [];
}

/// <summary>
/// A node of a compiled function. Live: false in a branch that the compiler drops before it looks at types and names;
/// the syntax
/// of such a branch must still be TorchScript's. Certain: the compiler surely looks at it; false inside and behind a
/// condition that it may
/// decide on its own.
/// </summary>
public readonly record struct CompiledNode<T>(T Node, CompiledBody Body, bool Live, bool Certain)
    where T : Node
{
    /// <summary>Error where the compiler surely looks at this place, else a warning.</summary>
    public Severity Severity => Certain ? Severity.Error : Severity.Warning;
}
