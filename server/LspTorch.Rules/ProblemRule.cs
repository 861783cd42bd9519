using System.Collections.Immutable;
using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Rules;

/// <summary>
/// A rule that reports what typing a function found: the places where the compiler stops. Where a rule with a closer
/// look reports an error on the same line,
/// its word is enough (<see cref="RuleRunner"/>).
/// </summary>
public abstract class ProblemRule : Rule
{
    public override Severity DefaultSeverity => Severity.Error;

    protected abstract ProblemKind Kind { get; }

    /// <summary>False where another finding says it better, elsewhere.</summary>
    protected virtual bool Reports(RuleContext context, CompiledBody body, TypeProblem problem) => true;

    protected virtual ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, TypeProblem problem) => [];

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var model = context.File.Model;
        foreach (var (body, problem) in context.Compiled.ProblemsOf(Kind))
        {
            if (!Reports(context, body, problem))
                continue;
            var severity = problem.FromTables && !model.Tables.IsExact ? Severity.Warning : DefaultSeverity;
            ImmutableArray<RelatedPlace> related = problem.Related is { } place
                ? [new RelatedPlace(place.Span, problem.RelatedMessage), .. body.WhyCompiled()]
                : body.WhyCompiled();
            context.Report(
                new Finding(
                    Id,
                    severity,
                    SpanOf(problem.At),
                    problem.Message,
                    body.Function.QualifiedName,
                    FixesOf(context, body, problem),
                    related
                )
            );
        }
    }

    /// <summary>Begins on the line that the compiler names.</summary>
    private static TextSpan SpanOf(Node at) =>
        at switch
        {
            FunctionDef { Decorators: [var first, ..] } function => TextSpan.FromBounds(
                first.Start,
                function.NameSpan.End
            ),
            FunctionDef function => function.NameSpan,
            If branch => TextSpan.FromBounds(branch.Start, branch.Test.End),
            _ => at.Span,
        };
}
