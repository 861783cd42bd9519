using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Refactorings;
using LspTorch.Syntax;

namespace LspTorch.Rules;

/// <summary>
/// A parameter that is called. TorchScript assumes it to be a Tensor, and has no type for a function.
/// </summary>
public sealed class ParameterCalled : Rule
{
    public override string Id => "parameter-called";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        foreach (var body in context.Compiled.Bodies)
        {
            List<(Arg Parameter, CompiledNode<Call> Call)>? called = null;
            foreach (var parameter in ParametersOf(body))
                if (CalledParameter.FirstCall(context.Compiled, body, parameter) is { } call)
                    (called ??= []).Add((parameter, call));
            if (called is null)
                continue;
            Fix[] fixes = [.. Fixes(context, body)];
            foreach (var (parameter, call) in called)
                context.Report(
                    this,
                    call.Severity,
                    call.Node.Span,
                    $"'{parameter.Name}' is called, but TorchScript assumes it is a Tensor and has no type for "
                        + "functions: keep a module (or None) in an attribute, "
                        + $"or move the call of '{body.Def.Name}' to an @torch.jit.ignore method.",
                    body,
                    fixes
                );
        }
    }

    private static IEnumerable<Arg> ParametersOf(CompiledBody body)
    {
        var all = body.Def.Args.PosOnly.Concat(body.Def.Args.Args).Concat(body.Def.Args.KwOnly);
        return body.Class is null ? all : all.Skip(1);
    }

    /// <summary>
    /// A copy for each function that is passed is TorchScript all through. Else the only compiled call of the function
    /// moves to Python; one that more places
    /// call needs a decision.
    /// </summary>
    private static IEnumerable<Fix> Fixes(RuleContext context, CompiledBody body)
    {
        if (SpecialisedFunction.For(context.File, context.Compiled, body) is { } copies)
            yield return copies;
        if (context.CallsTo(body.Def).Take(2).ToArray() is not [var only])
            yield break;
        if (MoveToIgnored.ForSelection(context.File, only.Span) is { DisabledReason: null } plan)
            yield return new Fix(plan.Title, FixSafety.Suggested, plan.Edits);
    }
}
