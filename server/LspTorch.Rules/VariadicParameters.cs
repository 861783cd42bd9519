using LspTorch.Findings;
using LspTorch.Refactorings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Rules;

/// <summary>
/// *args, **kwargs and keyword-only parameters with defaults: a compiled function has a fixed list of parameters.
/// </summary>
public sealed class VariadicParameters : Rule
{
    public override string Id => "variadic-parameters";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        foreach (var body in context.Compiled.Bodies)
        {
            var args = body.Def.Args;
            var spelled = args is { VarArg: null, KwArg: null }
                ? null
                : ExplicitArguments.Of(context.File, context.Compiled, body.Def);
            if (args.VarArg is { } rest)
                context.Report(
                    this,
                    body.Severity,
                    rest.NameSpan,
                    $"'*{rest.Name}' cannot be compiled: TorchScript functions take a fixed number of "
                        + "arguments. Name them, or pass one List.",
                    body,
                    spelled is null ? [] : [spelled]
                );
            if (args.KwArg is { } keywords)
                context.Report(
                    this,
                    body.Severity,
                    keywords.NameSpan,
                    $"'**{keywords.Name}' cannot be compiled: TorchScript functions take a fixed set of "
                        + "arguments. Name those that are used.",
                    body,
                    spelled is null ? [] : [spelled]
                );
            foreach (var parameter in args.KwOnly)
                if (parameter.Default is not null)
                    context.Report(
                        this,
                        body.Severity,
                        parameter.NameSpan,
                        $"'{parameter.Name}' is keyword-only with a default, which cannot be compiled: "
                            + "remove the '*' before it, or the default.",
                        body,
                        WithoutStar(context.File, args)
                    );
        }
    }

    /// <summary>
    /// The parameters behind a bare <c>*</c> may then be given by position too: every call that worked works as before.
    /// Not where a parameter without a default would
    /// stand behind one with.
    /// </summary>
    private static IEnumerable<Fix> WithoutStar(FileSnapshot file, Arguments args)
    {
        if (args.VarArg is not null || args.KwArg is not null)
            yield break;
        bool defaulted = args.Defaults.Count > 0;
        foreach (var parameter in args.KwOnly)
        {
            if (defaulted && parameter.Default is null)
                yield break;
            defaulted |= parameter.Default is not null;
        }
        var before = args.All().TakeWhile(p => !ReferenceEquals(p, args.KwOnly[0])).LastOrDefault();
        int from = before is null
            ? args.KwOnly[0].Start
            : Math.Max(before.End, before.Default?.ParenthesizedSpan.End ?? 0);
        int start = before is null
            ? file.Text.Text.LastIndexOf('*', args.KwOnly[0].Start)
            : file.Text.Text.IndexOf('*', from);
        if (start < 0 || start >= args.KwOnly[0].Start)
            yield break;
        string between = file.Text.Text[(start + 1)..args.KwOnly[0].Start];
        if (between.Trim() != ",")
            yield break;
        string names = string.Join(", ", args.KwOnly.Select(p => $"'{p.Name}'"));
        yield return new Fix(
            $"Remove the '*' before {names}",
            FixSafety.Suggested,
            [TextEdit.Delete(TextSpan.FromBounds(start, args.KwOnly[0].Start))]
        );
    }
}
