using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.Tracing;

namespace LspTorch.Rules;

/// <summary>A trace keeps the branch that ran while it was recorded.</summary>
public sealed class TracedBranchIsFixed : TraceRule
{
    public override string Id => "traced-branch-is-fixed";

    private protected override void Check(RuleContext context, TracedFunction function)
    {
        foreach (var node in function.Nodes)
        {
            var (test, span) = node switch
            {
                If branch when !OnlyRaises(branch) => (branch.Test, TextSpan.FromBounds(branch.Start, branch.Test.End)),
                While loop => (loop.Test, TextSpan.FromBounds(loop.Start, loop.Test.End)),
                IfExp choice => (choice.Test, choice.Test.Span),
                _ => ((Expr?)null, default(TextSpan)),
            };
            if (test is not null && Decides(function.Values, test) is { } cause)
                Report(context, function, span, node, cause);
        }
        foreach (var loop in function.All<Comprehension>())
        foreach (var test in loop.Ifs)
            if (Decides(function.Values, test) is { } cause)
                Report(context, function, test.Span, loop, cause);
    }

    private void Report(RuleContext context, TracedFunction function, TextSpan span, Node decision, Expr cause)
    {
        bool size = function.Values.KindOf(cause) == TracedKind.Size;
        string shown = Shown(context.File, cause);
        string what = size
            ? $"'{shown}' depends on the size of an input"
            : $"'{shown}' depends on the values of a Tensor";
        string happens =
            decision is While
                ? "the trace repeats the loop as often as in the recorded run"
                : "the trace keeps the branch of the recorded run, whatever a later input says";
        string advice = size
            ? "trace with every size that occurs, or script this function"
            : "write it with torch.where, or script this function (torch.jit.script_if_tracing)";
        Report(context, function, span, $"{what}: {happens}. To keep the decision, {advice}.");
    }

    /// <summary>The operand whose truth value Python takes, where that depends on the inputs.</summary>
    private static Expr? Decides(TracedValues values, Expr test) =>
        test switch
        {
            BoolOp operation => operation.Values.Select(v => Decides(values, v)).FirstOrDefault(v => v is not null),
            UnaryOp { Op: UnaryOperator.Not } not => Decides(values, not.Operand),
            NamedExpr named => Decides(values, named.Value),
            _ => values.KindOf(test) is TracedKind.Tensor or TracedKind.Size ? test : null,
        };

    /// <summary>A check of the arguments: the trace leaves it out, and computes the same.</summary>
    private static bool OnlyRaises(If branch) => branch.OrElse.Count == 0 && branch.Body.All(s => s is Raise);
}
