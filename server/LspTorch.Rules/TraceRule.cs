using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.Tracing;

namespace LspTorch.Rules;

/// <summary>A rule about what torch.jit.trace records: it looks at the functions that run under a trace.</summary>
public abstract class TraceRule : Rule
{
    private const int MaxShownLength = 40;

    public override Severity DefaultSeverity => Severity.Warning;
    public override CheckMode Mode => CheckMode.Trace;

    private protected abstract void Check(RuleContext context, TracedFunction function);

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        foreach (var function in TracedFunctions.Of(context.File, context.Compiled))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Check(context, function);
        }
    }

    private protected void Report(
        RuleContext context,
        TracedFunction function,
        TextSpan span,
        string message,
        params Fix[] fixes
    ) => Report(context, function, DefaultSeverity, span, message, fixes);

    private protected void Report(
        RuleContext context,
        TracedFunction function,
        Severity severity,
        TextSpan span,
        string message,
        params Fix[] fixes
    ) =>
        context.Report(
            new Finding(Id, severity, span, message, context.File.Model.QualifiedNameAt(function.Def), fixes)
        );

    /// <summary>An expression as it is written, on one line and not too long.</summary>
    private protected static string Shown(FileSnapshot file, Node node)
    {
        string text = string.Join(
            ' ',
            file.Text[node.Span].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        );
        return text.Length <= MaxShownLength ? text : text[..(MaxShownLength - 1)] + "…";
    }
}
