using System.Collections.Immutable;
using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Rules;

/// <summary>
/// A rule that reports what typing a function found. Where a rule with a closer look reports an error on the same line,
/// its word is enough (<see cref="RuleRunner"/>).
/// </summary>
public abstract class ProblemRule : Rule { }

/// <summary>The rule that owns the problems of one kind: their words, related places and fixes.</summary>
public abstract class ProblemRule<TProblem> : ProblemRule
    where TProblem : TypeProblem
{
    protected abstract string MessageOf(TProblem problem);

    /// <summary>What is said at <see cref="TypeProblem.Related"/>.</summary>
    protected virtual string RelatedMessageOf(TProblem problem) => "";

    /// <summary>False where another finding says it better, elsewhere.</summary>
    protected virtual bool Reports(RuleContext context, CompiledBody body, TProblem problem) => true;

    protected virtual ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, TProblem problem) => [];

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        bool isExact = context.File.Model.Tables.IsExact;
        foreach (var (body, problem) in context.Compiled.ProblemsOf<TProblem>())
        {
            if (!Reports(context, body, problem))
                continue;
            ImmutableArray<RelatedPlace> related = problem.Related is { } place
                ? [new RelatedPlace(place.Span, RelatedMessageOf(problem)), .. body.WhyCompiled()]
                : body.WhyCompiled();
            context.Report(
                new Finding(
                    Id,
                    problem.FromTables && !isExact ? Severity.Warning : DefaultSeverity,
                    SpanOf(problem.At),
                    MessageOf(problem),
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

/// <summary>The compiler stops at what such a rule reports: an error, whatever it says.</summary>
public abstract class RefusalRule<TProblem> : ProblemRule<TProblem>
    where TProblem : Refusal
{
    public sealed override Severity DefaultSeverity => Severity.Error;
}
