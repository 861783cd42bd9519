using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Rules;

/// <summary>
/// torch.no_grad() as a decorator puts a function of torch in the place of the one that is written: the compiler reads
/// the written body, and looks its names up in torch's file.
/// </summary>
public sealed class NoGradDecorator : Rule
{
    /// <summary>The names of the file that torch.no_grad is in.</summary>
    private static readonly HashSet<string> namesOfTorch =
    [
        "torch",
        "functools",
        "inspect",
        "sys",
        "warnings",
        "cast",
        "Any",
    ];

    public override string Id => "no-grad-decorator";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        foreach (var body in context.Compiled.Bodies)
        {
            if (
                body.Def.Decorators.FirstOrDefault(d =>
                    d is Call made
                    && file.Model.ResolveName(made.Func)
                        is "torch.no_grad"
                            or "torch.enable_grad"
                            or "torch.inference_mode"
                            or "torch.set_grad_enabled"
                )
                is not Call decorator
            )
                continue;
            var names = new NameOfThisFile(file, body.Def, namesOfTorch.Contains);
            names.Visit(body.Def.Body);
            if (names.Found is not { } name)
                continue;
            string written = file.Text[decorator.Span];
            bool certain = body.Certain && file.Model.CompileStateOf(name) == CompileState.Compiled;
            context.Report(
                new Finding(
                    Id,
                    certain ? Severity.Error : Severity.Warning,
                    name.Span,
                    $"Under the decorator '{written}' the compiler looks names up in torch's own file, where "
                        + $"'{name.Id}' is not ('undefined value {name.Id}'): write 'with {written}:' in the function "
                        + "instead.",
                    body.Function.QualifiedName,
                    Within(file, body.Def, decorator) is { } fix ? [fix] : [],
                    body.WhyCompiled()
                )
            );
        }
    }

    /// <summary>The whole body inside of the same context; only torch.no_grad is known to compiled code.</summary>
    private static Fix? Within(FileSnapshot file, FunctionDef function, Call decorator)
    {
        if (
            file.Model.ResolveName(decorator.Func) != "torch.no_grad"
            || decorator.Args.Count > 0
            || function.Decorators.Count(d => d.Start > decorator.Start) > 0
                && function.Decorators.Any(d => d is not (Name or Syntax.Attribute or Call))
        )
            return null;
        var text = file.Text;
        var first = function.Body.FirstOrDefault(s => !Blocks.IsDocstring(s));
        if (
            first is null
            || !Indentation.StartsItsLine(text, MovedPiece.StartOf(first))
            || text.LineOf(decorator.Start) != text.LineOf(decorator.End)
            || text.LineOf(decorator.End) >= text.LineOf(function.NameSpan.Start)
        )
            return null;
        int line = text.LineOf(decorator.Start),
            from = text.LineOf(MovedPiece.StartOf(first)),
            to = text.LineOf(function.End);
        string indent = text.IndentationOf(from),
            unit = Indentation.Unit(text, function);
        var edits = new List<TextEdit>
        {
            new(TextSpan.FromBounds(text.LineStart(line), text.LineEndWithBreak(line)), ""),
        };
        edits.Add(
            TextEdit.Insert(text.LineStart(from), $"{indent}with {text[decorator.Span]}:{text.DominantLineBreak}")
        );
        edits.AddRange(
            Indentation.Shift(
                text,
                from,
                to,
                indent,
                indent + unit,
                Indentation.LinesInsideStrings(text, function.Body)
            )
        );
        return new Fix($"Write 'with {text[decorator.Span]}:' in '{function.Name}'", FixSafety.Suggested, [.. edits]);
    }
}
