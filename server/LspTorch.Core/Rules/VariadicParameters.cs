using LspTorch.Core.Syntax;

namespace LspTorch.Core.Rules;

/// <summary>*args, **kwargs and keyword-only parameters with defaults: a compiled function has a fixed list of parameters.</summary>
public sealed class VariadicParameters : Rule
{
    public override string Id => "variadic-parameters";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        foreach (var body in context.Compiled.Bodies)
        {
            var args = body.Def.Args;
            if (args.VarArg is { } rest)
                context.Report(this, body.Severity, rest.NameSpan,
                    $"'*{rest.Name}' cannot be compiled: TorchScript functions take a fixed number of arguments. Name them, or pass one List.", body);
            if (args.KwArg is { } keywords)
                context.Report(this, body.Severity, keywords.NameSpan,
                    $"'**{keywords.Name}' cannot be compiled: TorchScript functions take a fixed set of arguments. Name those that are used.", body);
            foreach (var parameter in args.KwOnly)
                if (parameter.Default is not null)
                    context.Report(this, body.Severity, parameter.NameSpan,
                        $"'{parameter.Name}' is keyword-only with a default, which cannot be compiled: leave out the '*' before it, or the default.", body);
        }
    }
}
