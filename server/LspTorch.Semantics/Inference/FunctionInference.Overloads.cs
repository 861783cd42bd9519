using System.Collections.Immutable;
using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>Functions and methods that are declared for several types by torch.jit's overload decorators.</summary>
internal sealed partial class FunctionInference
{
    private readonly record struct Overloads(ImmutableArray<FunctionDef> Declarations, FunctionDef? Implementation);

    /// <summary>The declarations of one function and its implementation behind them; null where it has none.</summary>
    private static Overloads? OverloadsOf(CompiledUnit unit)
    {
        if (
            unit.Function.Ancestors().FirstOrDefault(a => a is FunctionDef or ClassDef or Module) is not { } scope
            || unit.Owner.Names.ScopeOf(scope).Find(unit.Function.Name) is not { Count: > 0 } bindings
        )
            return null;
        var defs = bindings.Select(b => b.Node).OfType<FunctionDef>().OrderBy(f => f.Start).ToImmutableArray();
        var declarations = defs.Where(f => IsDeclaration(unit.Owner, f)).ToImmutableArray();
        if (declarations.IsEmpty || defs.Length != bindings.Count)
            return null;
        return new Overloads(declarations, IsDeclaration(unit.Owner, defs[^1]) ? null : defs[^1]);
    }

    private static bool IsDeclaration(SemanticModel owner, FunctionDef function) =>
        JitDecorators.Has(owner, function, "_overload", "_overload_method");

    /// <summary>A call of such a function: the first declaration that takes the arguments is compiled.</summary>
    private TorchType CallOverloaded(
        CompiledUnit callee,
        Overloads overloads,
        Call call,
        List<Argument> positional,
        List<Argument> keywords,
        bool spread
    )
    {
        if (overloads.Declarations.Any(d => overloads.Implementation is { } made && !Fits(d, made)))
            spread = true; // of another function of this name
        AddCall(callee with { Function = overloads.Implementation ?? callee.Function }, call);
        if (spread || overloads.Implementation is not { } implementation)
            return TorchType.Unknown;
        var schemas = ImmutableArray.CreateBuilder<FunctionSchema>();
        foreach (var declaration in overloads.Declarations)
        {
            if (
                declaration.Args.VarArg is not null
                || declaration.Args.KwArg is not null
                || declaration.Args.KwOnly.Count > 0
            )
                return TorchType.Unknown;
            var formals = declaration
                .Args.PosOnly.Concat(declaration.Args.Args)
                .Skip(callee.Self is null ? 0 : 1)
                .Select(p => new SchemaArgument(
                    p.Name,
                    ParameterType(callee.Owner, p),
                    p.Default is null && DefaultOf(implementation, p.Name) is null ? null : "",
                    false,
                    null
                ))
                .Concat(
                    implementation
                        .Args.PosOnly.Concat(implementation.Args.Args)
                        .Skip(callee.Self is null ? 0 : 1)
                        .Where(p => p.Default is not null && declaration.Args.All().All(d => d.Name != p.Name))
                        .Select(p => new SchemaArgument(p.Name, ParameterType(callee.Owner, p), "", false, null))
                )
                .ToImmutableArray();
            if (formals.Any(f => f.Type.HasUnknown))
                return TorchType.Unknown;
            schemas.Add(
                new FunctionSchema(
                    declaration.Name,
                    formals,
                    callee.Owner.DeclaredReturnOf(declaration) ?? TorchType.Unknown,
                    false
                )
            );
        }
        if (Matcher.Resolve(schemas.ToImmutable(), null, positional, keywords) is { } result)
            return result;
        CheckCall(call, implementation.Name, schemas.ToArray(), null, positional, keywords);
        return TorchType.Unknown;
    }

    private static Expr? DefaultOf(FunctionDef function, string parameter) => function.Args.Find(parameter)?.Default;

    /// <summary>What the compiler asks of declarations and implementation; it names the last declaration.</summary>
    private void CheckOverloads()
    {
        if (declaration is not null || OverloadsOf(unit) is not { } overloads)
            return;
        int before = analysis.Problems.Count;
        CheckDeclarations(overloads);
        for (int i = before; i < analysis.Problems.Count; i++)
            analysis.Problems[i] = analysis.Problems[i] with { OfOverloads = true };
        if (ReferenceEquals(unit.Function, overloads.Implementation))
            foreach (var declared in overloads.Declarations.Where(d => Fits(d, unit.Function)))
                CheckAs(declared);
    }

    /// <summary>
    /// Whether the implementation can be meant: it has the parameters that are declared, and defaults for others.
    /// </summary>
    private static bool Fits(FunctionDef declared, FunctionDef implementation)
    {
        var names = declared.Args.All().Select(a => a.Name).ToHashSet();
        return implementation.Args.All().All(a => names.Remove(a.Name) || a.Default is not null) && names.Count == 0;
    }

    /// <summary>The implementation is compiled once for each declaration, with its types.</summary>
    private void CheckAs(FunctionDef declared)
    {
        var inference = new FunctionInference(unit, context) { declaration = declared };
        inference.Run(((Arg, TorchType)?)null);
        foreach (var problem in inference.analysis.Problems)
            if (!analysis.Problems.Any(p => ReferenceEquals(p.At, problem.At) && p.OfOverloads))
                analysis.Problems.Add(problem with { OfOverloads = true });
        foreach (var used in inference.analysis.Uses)
            analysis.Uses.Add(used);
    }

    private void CheckDeclarations(Overloads overloads)
    {
        var last = overloads.Declarations[^1];
        if (overloads.Implementation is not { } implementation)
        {
            if (ReferenceEquals(unit.Function, last))
                Report(new OverloadWithoutImplementation(last, last.Name));
            return;
        }
        if (!ReferenceEquals(unit.Function, implementation))
            return;
        foreach (var declaration in overloads.Declarations.Where(d => Fits(d, implementation)))
        {
            var declared = declaration.Args.All().ToArray();
            foreach (var parameter in declared)
                if (
                    parameter.Default is { } value
                    && DefaultOf(implementation, parameter.Name) is { } other
                    && value is Constant
                    && other is Constant
                    && Model.File.Text[value.Span] != Model.File.Text[other.Span]
                )
                    Report(new OverloadDefaultDiffers(declaration, parameter.Name, Shown(value), Shown(other)));
            foreach (var parameter in implementation.Args.All().Skip(unit.Self is null ? 0 : 1))
                if (declared.All(p => p.Name != parameter.Name) && Model.DeclaredTypeOf(parameter) is null)
                    Report(new OverloadParameterUntyped(implementation, parameter.Name, implementation.Name));
        }
    }
}
