using System.Collections.Immutable;
using System.Text;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Refactorings;

/// <summary>
/// A list or dictionary comprehension, with any number of <c>for</c> and <c>if</c>, as loops that fill a new list or
/// dictionary: the same values in the same
/// order. Only where the comprehension is the whole value of an assignment or a return, which evaluates nothing else.
/// </summary>
internal static class ComprehensionLoop
{
    /// <param name="node">A clause of the comprehension.</param>
    public static Fix? Of(FileSnapshot file, Node node)
    {
        if (node is not Comprehension { Parent: Expr comprehension } || comprehension.Parent is not Stmt statement)
            return null;
        if (comprehension is not (DictComp or ComprehensionExpr { Kind: ComprehensionKind.List }))
            return null;
        var (target, opening) = statement switch
        {
            Assign { Targets: [Name name], TypeComment: null } assign
                when ReferenceEquals(assign.Value, comprehension) => (name.Id, $"{name.Id} = "),
            Return returned when ReferenceEquals(returned.Value, comprehension) => (
                UniqueNames.For(file, "result"),
                "return "
            ),
            _ => ((string?)null, ""),
        };
        if (target is null || statement.FirstAncestor<FunctionDef>() is not { } function)
            return null;
        if (statement.FirstAncestor<Try>() is not null)
            return null; // what an exception leaves half filled could be seen
        if (
            !Indentation.StartsItsLine(file.Text, statement.Start) || !Indentation.EndsItsLine(file.Text, statement.End)
        )
            return null;
        if (file.Text[statement.Span].Contains('#'))
            return null; // a comment inside would be lost
        var clauses = comprehension is DictComp dict ? dict.Generators : ((ComprehensionExpr)comprehension).Generators;
        var names = clauses
            .SelectMany(c => NameFlow.TargetNames(c.Target))
            .Select(n => n.Id)
            .ToHashSet(StringComparer.Ordinal);
        var used = FunctionNames.Of(function);
        // Python keeps the variables of a comprehension to itself; those of a loop are the function's.
        bool outsideToo = names.Any(n => used.Places(n).Any(p => !comprehension.Span.Contains(p.Start)));
        if (outsideToo || HasOtherScope(comprehension) || clauses.Any(c => c.IsAsync))
            return null;
        bool readsTarget = used.Places(target).Any(p => p is Name && comprehension.Span.Contains(p.Start));
        string filled =
            readsTarget || statement is Return
                ? UniqueNames.For(file, statement is Return ? "result" : $"new_{target}")
                : target;
        return Write(
            file,
            statement,
            comprehension,
            clauses,
            filled,
            filled == target && statement is not Return ? null : opening + filled
        );
    }

    private static Fix? Write(
        FileSnapshot file,
        Stmt statement,
        Expr comprehension,
        NodeList<Comprehension> clauses,
        string filled,
        string? last
    )
    {
        var text = file.Text;
        string indent = text.IndentationOf(text.LineOf(statement.Start)),
            unit = indent.EndsWith('\t') ? "\t" : "    ",
            end = text.DominantLineBreak;
        var imports = ImmutableArray<TextEdit>.Empty;
        bool list = comprehension is ComprehensionExpr;
        string annotation = "";
        if (
            ContainerType(file, comprehension) is { } type
            && type != TorchType.List(TorchType.Tensor)
            && AnnotationWriter.Write(file.Model, type) is { } written
        )
            (annotation, imports) = ($": {written.Text}", AnnotationWriter.ImportEdits(file.Model, written.Imports));
        var lines = new StringBuilder($"{filled}{annotation} = {(list ? "[]" : "{}")}");
        string inner = indent;
        foreach (var clause in clauses)
        {
            lines.Append($"{end}{inner}for {OneLine(file, clause.Target)} in {OneLine(file, clause.Iter)}:");
            inner += unit;
            foreach (var condition in clause.Ifs)
            {
                lines.Append($"{end}{inner}if {OneLine(file, condition)}:");
                inner += unit;
            }
        }
        lines.Append(
            comprehension is DictComp dict
                ? $"{end}{inner}{filled}[{OneLine(file, dict.Key)}] = {OneLine(file, dict.Value)}"
                : $"{end}{inner}{filled}.append({OneLine(file, ((ComprehensionExpr)comprehension).Element)})"
        );
        if (last is not null)
            lines.Append(end).Append(indent).Append(last);
        return new Fix(
            list
                ? "Write the comprehension as a loop that appends"
                : "Write the comprehension as a loop that fills a dictionary",
            FixSafety.Suggested,
            [new TextEdit(statement.Span, lines.ToString()), .. imports]
        );
    }

    private static TorchType? ContainerType(FileSnapshot file, Expr comprehension)
    {
        if (comprehension is DictComp dict)
            return
                file.Model.TypeOf(dict.Key) is { HasUnknown: false } key
                && file.Model.TypeOf(dict.Value) is { HasUnknown: false } value
                ? new DictType(key, value)
                : null;
        return file.Model.TypeOf(((ComprehensionExpr)comprehension).Element) is { HasUnknown: false } element
            ? TorchType.List(element)
            : null;
    }

    /// <summary>An expression as it is written; one of several lines in parentheses.</summary>
    private static string OneLine(FileSnapshot file, Expr expression)
    {
        string written = file.Text[expression.ParenthesizedSpan];
        return written.AsSpan().ContainsAny('\r', '\n') && written is not (['(', ..] or ['[', ..] or ['{', ..])
            ? $"({written})"
            : written;
    }

    /// <summary>A scope or an assignment inside, which would see the function's variables instead.</summary>
    private static bool HasOtherScope(Expr comprehension) =>
        comprehension
            .Find<Expr>()
            .Any(n => n is Lambda or NamedExpr or Await or Yield or YieldFrom or ComprehensionExpr or DictComp);
}
