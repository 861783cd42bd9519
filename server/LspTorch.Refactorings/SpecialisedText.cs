using System.Text;
using LspTorch.Editing;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// Writes a copy of a function in which some parameters are what they are known to be: they go from the signature,
/// their calls name the functions, and of
/// the branches that hang on them only those that run remain.
/// </summary>
internal sealed class SpecialisedText
{
    private readonly SourceText text;
    private readonly FunctionDef function;
    private readonly KnownParameters known;
    private readonly HashSet<int> inStrings;

    /// <summary>Edits within lines that stay.</summary>
    private readonly List<TextEdit> edits = [];
    private readonly HashSet<int> goneLines = [];

    /// <summary>How many characters of its indentation a line loses.</summary>
    private readonly Dictionary<int, int> lost = [];
    private readonly HashSet<int> passBefore = [];
    private bool failed;

    private SpecialisedText(SourceText text, FunctionDef function, KnownParameters known)
    {
        this.text = text;
        this.function = function;
        this.known = known;
        inStrings = Indentation.LinesInsideStrings(text, function.Body);
    }

    /// <summary>
    /// The lines of the copy, without a break at its end; null where a parameter is used in a way that cannot be
    /// written without it.
    /// </summary>
    public static string? Write(
        SourceText text,
        FunctionDef function,
        string name,
        IReadOnlyDictionary<string, string?> values
    )
    {
        var copy = new SpecialisedText(text, function, new KnownParameters(values));
        copy.edits.Add(new TextEdit(function.NameSpan, name));
        copy.Signature(values);
        copy.Suite(function.Body);
        return copy.failed ? null : copy.Assemble();
    }

    private void Signature(IReadOnlyDictionary<string, string?> values)
    {
        var parameters = function.Args.All().ToArray();
        var spans = parameters
            .Select(p => TextSpan.FromBounds(p.Start, p.Default is { } value ? value.ParenthesizedSpan.End : p.End))
            .ToArray();
        int open = text.Text.IndexOf('(', function.NameSpan.End);
        edits.AddRange(
            ListItems.Remove(
                text,
                TextSpan.FromBounds(open + 1, function.ParametersEnd - 1),
                spans,
                i => values.ContainsKey(parameters[i].Name)
            )
        );
    }

    private string Assemble()
    {
        int first = text.LineOf(function.Start),
            last = text.LineOf(function.End);
        var lines = new StringBuilder();
        string before = "";
        for (int line = first; line <= last; line++)
        {
            int start = text.LineStart(line),
                indent = text.IndentationOf(line).Length,
                less = Math.Min(lost.GetValueOrDefault(line), indent);
            if (passBefore.Contains(line))
                Add(text.Text[start..(start + indent - less)] + "pass");
            if (goneLines.Contains(line))
                continue;
            // An edit over several lines takes the rest of them along.
            int end = text.LineEnd(line);
            var here = edits
                .Where(e => e.Span.Start >= start && e.Span.Start <= end)
                .OrderBy(e => e.Span.Start)
                .ToArray();
            while (here.Length > 0 && here.Max(e => e.Span.End) > end)
            {
                line = text.LineOf(here.Max(e => e.Span.End));
                end = text.LineEnd(line);
                here = [.. edits.Where(e => e.Span.Start >= start && e.Span.Start <= end).OrderBy(e => e.Span.Start)];
            }
            string written = SourceText
                .From(text.Text[start..end])
                .WithEdits(here.Select(e => e with { Span = new TextSpan(e.Span.Start - start, e.Span.Length) }))
                .Text;
            if (less > 0)
                written = written.Remove(indent - less, less);
            // Of the blank lines around what went, those above stay.
            bool follows = line > first && goneLines.Contains(line - 1);
            if (
                follows
                && string.IsNullOrWhiteSpace(written)
                && (string.IsNullOrWhiteSpace(before) || before.TrimEnd().EndsWith(':'))
            )
            {
                goneLines.Add(line);
                continue;
            }
            Add(written);
        }
        return lines.ToString().TrimEnd();

        void Add(string line)
        {
            lines.Append(line).Append(text.DominantLineBreak);
            before = line;
        }
    }

    /// <summary>A block that must hold a statement.</summary>
    private void Suite(NodeList<Stmt> block)
    {
        if (block.Count == 0 || Block(block) > 0)
            return;
        failed |= !Indentation.StartsItsLine(text, block[0].Start);
        passBefore.Add(text.LineOf(block[0].Start));
    }

    /// <summary>How many of the statements remain.</summary>
    private int Block(NodeList<Stmt> block)
    {
        int remain = 0;
        for (int i = 0; i < block.Count; i++)
        {
            if (block[i] is not If branch || Decide(branch.Test) is not { } value)
            {
                remain += Statement(block[i]);
                continue;
            }
            remain += Decided(branch, value, isElif: false);
            if (i + 1 == block.Count || !MoveLimits.AlwaysReturns(value ? branch.Body : branch.OrElse))
                continue;
            RemoveLines(text.LineOf(branch.End) + 1, text.LineOf(block[^1].End));
            break;
        }
        return remain;
    }

    private bool? Decide(Expr test) => known.IsMentioned(test) ? known.Evaluate(test) : null;

    private int Statement(Stmt statement)
    {
        switch (statement)
        {
            case If branch:
                Residue(branch.Test);
                Suite(branch.Body);
                if (ElifOf(branch) is { } next)
                    Elif(next);
                else
                    Suite(branch.OrElse);
                return 1;
            case Assert check when Decide(check.Test) is { } value:
                failed |= !value;
                return Remove(statement);
            case Assign { Targets: [Name target], Value: IfExp choice }
                when Decide(choice.Test) is { } value
                    && (value ? choice.Body : choice.OrElse) is Name same
                    && same.Id == target.Id:
                return Remove(statement);
            case For loop:
                Expression(loop.Iter);
                Suite(loop.Body);
                Suite(loop.OrElse);
                return 1;
            case While loop:
                failed |= Decide(loop.Test) is not null;
                Residue(loop.Test);
                Suite(loop.Body);
                Suite(loop.OrElse);
                return 1;
            case With with:
                foreach (var item in with.Items)
                    Expression(item);
                Suite(with.Body);
                return 1;
            case Try or Match:
                failed |= known.IsMentioned(statement);
                return 1;
            default:
                Expression(statement);
                return 1;
        }
    }

    private If? ElifOf(If branch) =>
        branch.OrElse is [If only] && text.Text.AsSpan(only.Start).StartsWith("elif") ? only : null;

    private void Elif(If branch)
    {
        if (Decide(branch.Test) is { } value)
            Decided(branch, value, isElif: true);
        else
            Statement(branch);
    }

    /// <summary>An if of which one branch remains: its statements stand where the if stood. How many remain.</summary>
    private int Decided(If branch, bool value, bool isElif)
    {
        int first = text.LineOf(branch.Start),
            last = text.LineOf(branch.End),
            bodyEnd = text.LineOf(branch.Body[^1].End);
        string indent = text.IndentationOf(first);
        if (value)
        {
            RemoveLines(bodyEnd + 1, last);
            if (isElif)
            {
                edits.Add(new TextEdit(TextSpan.FromBounds(branch.Start, branch.Test.ParenthesizedSpan.End), "else"));
                Suite(branch.Body);
                return 1;
            }
            Unwrap(branch.Start, branch.Body, indent);
            return Block(branch.Body);
        }
        if (branch.OrElse.Count == 0)
        {
            while (
                !isElif
                && first > 0
                && text.IndentationOf(first - 1) == indent
                && text.Text[text.LineStart(first - 1)..text.LineEnd(first - 1)].TrimStart() is ['#', ..]
            )
                first--;
            RemoveLines(first, last);
            return 0;
        }
        if (ElifOf(branch) is { } next)
        {
            RemoveLines(first, text.LineOf(next.Start) - 1);
            if (isElif)
                Elif(next);
            else if (Decide(next.Test) is { } then)
                return Decided(next, then, isElif: false);
            else
            {
                edits.Add(new TextEdit(new TextSpan(next.Start, 4), "if"));
                Statement(next);
            }
            return 1;
        }
        int elseLine = bodyEnd + 1;
        while (!text.Text.AsSpan(text.LineStart(elseLine)).TrimStart(" \t\f").StartsWith("else"))
            elseLine++;
        RemoveLines(first, elseLine - 1);
        if (isElif)
        {
            Suite(branch.OrElse);
            return 1;
        }
        Unwrap(text.LineStart(elseLine) + indent.Length, branch.OrElse, indent);
        return Block(branch.OrElse);
    }

    /// <summary>Takes the header of a block out, and gives the block the header's indentation.</summary>
    private void Unwrap(int header, NodeList<Stmt> block, string indent)
    {
        int headerLine = text.LineOf(header),
            firstLine = text.LineOf(block[0].Start);
        if (!Indentation.StartsItsLine(text, block[0].Start))
        {
            edits.Add(TextEdit.Delete(TextSpan.FromBounds(header, block[0].Start)));
            return;
        }
        int colonLine = firstLine;
        string from = text.IndentationOf(firstLine);
        // The lines of the header; comments below it stay with the block.
        while (
            colonLine > headerLine
            && text.Text[text.LineStart(colonLine - 1)..text.LineEnd(colonLine - 1)].Trim() is "" or ['#', ..]
        )
            colonLine--;
        RemoveLines(headerLine, colonLine - 1);
        for (int line = colonLine; line <= text.LineOf(block[^1].End); line++)
            if (!inStrings.Contains(line) && text.IndentationOf(line).StartsWith(from, StringComparison.Ordinal))
                lost[line] = lost.GetValueOrDefault(line) + from.Length - indent.Length;
    }

    /// <summary>
    /// What is left of a condition without what is known; the rest is written as other expressions are.
    /// </summary>
    private void Residue(Expr test)
    {
        switch (test)
        {
            case UnaryOp { Op: UnaryOperator.Not } negation:
                Residue(negation.Operand);
                break;
            case BoolOp operation when known.IsMentioned(operation):
                Enclosed(
                    operation,
                    operation.Values.Where(v => Decide(v) is null).Take(2).ToArray() is [var alone] ? alone : operation
                );
                int kept = -1;
                for (int i = 0; i < operation.Values.Count; i++)
                {
                    var value = operation.Values[i];
                    if (Decide(value) is { } decided)
                    {
                        // What decides the whole behind a call that must still be made.
                        failed |= decided == (operation.Op == BoolOperator.Or);
                        if (kept >= 0)
                            edits.Add(
                                TextEdit.Delete(
                                    TextSpan.FromBounds(
                                        operation.Values[i - 1].ParenthesizedSpan.End,
                                        value.ParenthesizedSpan.End
                                    )
                                )
                            );
                        continue;
                    }
                    if (kept < 0 && i > 0)
                        edits.Add(
                            TextEdit.Delete(
                                TextSpan.FromBounds(
                                    operation.Values[0].ParenthesizedSpan.Start,
                                    value.ParenthesizedSpan.Start
                                )
                            )
                        );
                    kept = i;
                    Residue(value);
                }
                break;
            default:
                Expression(test);
                break;
        }
    }

    /// <summary>Parentheses around what becomes a single name or call go.</summary>
    private void Enclosed(Expr whole, Expr remains)
    {
        var (around, span) = (whole.ParenthesizedSpan, whole.Span);
        if (
            around == span
            || remains.ParenthesizedSpan != remains.Span
            || remains is not (Name or Call or Attribute or Subscript or Constant)
        )
            return;
        // 'return(x)' needs them.
        if (
            around.Start == 0
            || char.IsLetterOrDigit(text[around.Start - 1])
            || around.End < text.Length && char.IsLetterOrDigit(text[around.End])
        )
            return;
        edits.Add(TextEdit.Delete(TextSpan.FromBounds(around.Start, span.Start)));
        edits.Add(TextEdit.Delete(TextSpan.FromBounds(span.End, around.End)));
    }

    private void Expression(Node node) => new Uses(this).Visit(node);

    private sealed class Uses(SpecialisedText copy) : SyntaxWalker
    {
        public override void Visit(Node node)
        {
            switch (node)
            {
                case Call { Func: Name called } call when copy.known.Contains(called):
                    if (copy.known.ValueOf(called) is { } value)
                        copy.edits.Add(new TextEdit(called.Span, value));
                    else
                        copy.failed = true;
                    VisitArguments(call.Args, call.Keywords);
                    break;
                case IfExp choice when copy.Decide(choice.Test) is { } first:
                    var arm = first ? choice.Body : choice.OrElse;
                    copy.Enclosed(choice, arm);
                    if (arm.ParenthesizedSpan.Start > choice.Start)
                        copy.edits.Add(TextEdit.Delete(TextSpan.FromBounds(choice.Start, arm.ParenthesizedSpan.Start)));
                    if (arm.ParenthesizedSpan.End < choice.End)
                        copy.edits.Add(TextEdit.Delete(TextSpan.FromBounds(arm.ParenthesizedSpan.End, choice.End)));
                    Visit(arm);
                    break;
                case IfExp choice:
                    Visit(choice.Body);
                    copy.Residue(choice.Test);
                    Visit(choice.OrElse);
                    break;
                case Name name when copy.known.Contains(name):
                    // Handed on to another function, which is then the next to be asked.
                    if (name.Parent is Call or Keyword { Parent: Call })
                        copy.edits.Add(new TextEdit(name.Span, copy.known.ValueOf(name) ?? "None"));
                    else
                        copy.failed = true;
                    break;
                default:
                    base.Visit(node);
                    break;
            }
        }
    }

    private int Remove(Stmt statement)
    {
        failed |= !Indentation.StartsItsLine(text, statement.Start) || !Indentation.EndsItsLine(text, statement.End);
        RemoveLines(text.LineOf(statement.Start), text.LineOf(statement.End));
        return 0;
    }

    private void RemoveLines(int first, int last)
    {
        for (int line = first; line <= last; line++)
            goneLines.Add(line);
    }
}
