using System.Collections.Immutable;
using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Refactorings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>
/// A parameter without annotation is a Tensor to the compiler. A compiled call that surely passes something else is
/// refused; a
/// run in which it always was something else says so too, but the compiler may still accept the text.
/// </summary>
public sealed class UnannotatedNonTensorParameter : Rule
{
    public override string Id => "unannotated-non-tensor-parameter";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        var definitions = file.Tree.Definitions.OfType<FunctionDef>().CountBy(f => (f.Parent, f.Name)).ToDictionary();
        var certain = new Lazy<HashSet<Call>>(() =>
            context.Compiled.Live<Call>().Where(c => c.Certain).Select(c => c.Node).ToHashSet()
        );
        foreach (var body in context.Compiled.Bodies)
        {
            if (!IsOnlyDefinition(file, body, definitions))
                continue;
            foreach (var (index, parameter) in Parameters(body).Index().Skip(IsBound(body) ? 1 : 0))
            {
                if (
                    parameter.Default is not null
                    || parameter.Annotation is not null
                    || file.Model.DeclaredTypeOf(parameter) is not null
                    || CalledParameter.FirstCall(context.Compiled, body, parameter) is not null
                )
                    continue;
                if (Passed(context, body, parameter, index) is var (type, calls))
                    ReportPassed(context, body, parameter, type, calls, certain);
                else if (Constructed(context, body, parameter, index) is { } likely)
                    ReportConstructed(context, body, parameter, likely);
                else if (
                    file.Observations.Find(PlaceKind.Parameter, parameter.NameSpan) is { Stale: false } observed
                    && observed.JoinedType is { } seen
                    && TorchType.TryParse(seen, out var was)
                    && was.IsWritable
                    && was != TorchType.Tensor
                    && was != TorchType.None
                )
                    ReportObserved(context, body, parameter, was, observed);
            }
        }
    }

    private void ReportPassed(
        RuleContext context,
        CompiledBody body,
        Arg parameter,
        TorchType type,
        Call[] calls,
        Lazy<HashSet<Call>> certain
    )
    {
        string passed =
            calls.Length == 1
                ? $"but {body.Def.Name} is called with '{type}'"
                : $"but all {calls.Length} calls pass '{type}'";
        context.Report(
            new Finding(
                Id,
                calls.Any(certain.Value.Contains) ? body.SeverityForCallers : Severity.Warning,
                parameter.NameSpan,
                $"TorchScript assumes '{parameter.Name}' is a Tensor, {passed}: annotate it "
                    + $"'{parameter.Name}: {type}'{Advice(context.File, parameter, type)}.",
                body.Function.QualifiedName,
                Annotated(context, body, parameter, type, "", Safety(context, body, parameter, type)),
                [.. calls.Take(3).Select(c => new RelatedPlace(c.Span, $"gives '{type}'")), .. body.WhyCompiled()]
            )
        );
    }

    private void ReportConstructed(RuleContext context, CompiledBody body, Arg parameter, TorchType type) =>
        context.Report(
            this,
            Severity.Warning,
            parameter.NameSpan,
            $"TorchScript assumes '{parameter.Name}' is a Tensor, but {body.Def.Name} is called with '{type}' where "
                + "its instance is made as its constructor and this file say: annotate it "
                + $"'{parameter.Name}: {type}'{Advice(context.File, parameter, type)}.",
            body,
            Annotated(context, body, parameter, type, "", FixSafety.Suggested)
        );

    private void ReportObserved(
        RuleContext context,
        CompiledBody body,
        Arg parameter,
        TorchType type,
        ObservedPlace observed
    )
    {
        context.Report(
            this,
            Severity.Warning,
            parameter.NameSpan,
            $"TorchScript assumes '{parameter.Name}' is a Tensor, but it was '{type}' in "
                + $"{observed.Counted} calls: annotate it '{parameter.Name}: "
                + $"{type}'{Advice(context.File, parameter, type)}.",
            body,
            Annotated(context, body, parameter, type, $" (observed {observed.Counted} times)", FixSafety.Suggested)
        );
    }

    private static Arg[] Parameters(CompiledBody body) => [.. body.Def.Args.PosOnly, .. body.Def.Args.Args];

    private static ImmutableArray<Fix> Annotated(
        RuleContext context,
        CompiledBody body,
        Arg parameter,
        TorchType type,
        string note,
        FixSafety safety
    )
    {
        var parameters = Parameters(body);
        return ParameterUses.Annotated(context.File, parameter, type, note, safety, Given) is { } fix ? [fix] : [];

        TorchType? Given(Arg other) =>
            Array.IndexOf(parameters, other) is var at
            && at >= (IsBound(body) ? 1 : 0)
            && Passed(context, body, other, at) is var (given, _)
                ? given
            : context.File.Observations.Find(PlaceKind.Parameter, other.NameSpan) is { Stale: false } noted
            && TorchType.TryParse(noted.JoinedType, out var was)
                ? was
            : null;
    }

    private static FixSafety Safety(RuleContext context, CompiledBody body, Arg parameter, TorchType type) =>
        ParameterUses.NeedTensor(context.File, parameter, type).Count > 0
            ? FixSafety.Safe
            : Annotations.SafetyOf(context.Compiled, body, parameter, type);

    private static string Advice(FileSnapshot file, Arg parameter, TorchType type) =>
        ParameterUses.NeedTensor(file, parameter, type).Count > 0
            ? $", and pass 'torch.tensor({parameter.Name})' on where a Tensor is wanted"
            : "";

    /// <summary>A method, whose first parameter no argument is given for.</summary>
    private static bool IsBound(CompiledBody body) =>
        body.Class is not null && body.Def.Decorators.All(d => d is not Name { Id: "staticmethod" });

    /// <summary>An overload or a decorator may say the types elsewhere.</summary>
    private static bool IsOnlyDefinition(
        FileSnapshot file,
        CompiledBody body,
        Dictionary<(Node?, string), int> definitions
    )
    {
        if (body.Def.FirstAncestor<FunctionDef>() is not null)
            return false; // refused as such
        return file.Model.TypeCommentOf(body.Def) is null
            && definitions.GetValueOrDefault((body.Class ?? (Node)file.Tree.Root, body.Def.Name)) <= 1
            && body.Def.Decorators.All(d =>
                file.Model.ResolveName(d) is "torch.jit.export" or "torch.jit.script" or "builtins.staticmethod"
            );
    }

    /// <summary>
    /// The one type that every compiled call of this file passes, and those calls; null where one is not certain, or is
    /// a Tensor.
    /// </summary>
    private static (TorchType Type, Call[] Calls)? Passed(
        RuleContext context,
        CompiledBody body,
        Arg parameter,
        int index
    ) => Passed(context, body, parameter, index, context.File.Model.TypeOf);

    /// <summary>The same by what the constructors are given, where at least one call is not certain without.</summary>
    private static TorchType? Constructed(RuleContext context, CompiledBody body, Arg parameter, int index)
    {
        var constructed = ConstructedTypes.Of(context.File);
        return
            Passed(context, body, parameter, index, TypeOf) is var (type, _)
            && (type == TorchType.Int || type == TorchType.Float || type == TorchType.Bool || type == TorchType.Str)
            ? type
            : null;

        TorchType TypeOf(Expr argument) =>
            context.File.Model.TypeOf(argument) is { IsUnknown: false } certain
                ? certain
                : constructed.TypeOf(argument) ?? TorchType.Unknown;
    }

    private static (TorchType Type, Call[] Calls)? Passed(
        RuleContext context,
        CompiledBody body,
        Arg parameter,
        int index,
        Func<Expr, TorchType> typeOf
    )
    {
        TorchType? passed = null;
        var calls = context.CallsTo(body.Def).Distinct().ToArray();
        foreach (var call in calls)
        {
            if (call.Args.Any(a => a is Starred) || call.Keywords.Any(k => k.Name is null))
                return null;
            int position = IsBound(body) ? index - 1 : index;
            var argument =
                position < call.Args.Count
                    ? call.Args[position]
                    : call.Keywords.FirstOrDefault(k => k.Name == parameter.Name)?.Value;
            if (argument is null)
                return null;
            var type = typeOf(argument);
            if (
                !type.IsWritable
                || type == TorchType.Tensor
                || type == TorchType.None
                || type == TorchType.Any
                || type is ListType { IsEmptyLiteral: true }
            )
                return null;
            if (passed is not null && passed != type)
                return null;
            passed = type;
        }
        return passed is null ? null : (passed, calls);
    }
}
