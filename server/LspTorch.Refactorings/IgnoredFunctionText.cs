using System.Collections.Immutable;
using System.Text;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Refactorings;

/// <summary>
/// Writes the ignored function and the call that replaces what moved. A method goes behind the method it came from, a
/// function before
/// the function it came from, since a decorator may compile that as soon as it is read.
/// </summary>
internal sealed class IgnoredFunctionText(FileSnapshot file, FunctionDef function, string? self)
{
    private readonly SourceText text = file.Text;
    private readonly string lineBreak = file.Text.DominantLineBreak;

    public required string Name { get; init; }
    public required ImmutableArray<(string Name, TorchType Type)> Parameters { get; init; }
    public required TorchType Result { get; init; }

    /// <summary>Why the lines of these statements cannot be cut out; null when they can.</summary>
    public static string? LinesProblem(FileSnapshot file, MovedPiece.Statements piece)
    {
        var text = file.Text;
        int start = MovedPiece.StartOf(piece.Block[piece.First]),
            end = piece.Block[piece.Last].End;
        int firstLine = text.LineOf(start),
            lastLine = text.LineOf(end);
        if (text.Text[text.LineStart(firstLine)..start].Trim(' ', '\t', '\f').Length > 0)
            return "it does not start its line";
        string rest = text.Text[end..text.LineEnd(lastLine)].TrimStart();
        if (rest.Length > 0 && rest[0] != '#')
            return "something else follows on its last line";
        if (
            piece.Block[0].Parent is If { } branch
            && piece.Block == branch.OrElse
            && text.Text.AsSpan(start).StartsWith("elif")
        )
            return "an 'elif' cannot stand alone";
        return null;
    }

    public ImmutableArray<TextEdit> ForExpression(Expr expression)
    {
        string value = text[expression.ParenthesizedSpan];
        bool lines = value.Contains('\n') || value.Contains('\r');
        if (lines && expression.ParenthesizedSpan == expression.Span)
            value = $"({value})";
        string unit = IndentUnit();
        string indent = FunctionIndent();
        var body = new StringBuilder().Append(indent).Append(unit).Append("return ").Append(value).Append(lineBreak);
        return Assemble(expression.ParenthesizedSpan, CallText(), body.ToString());
    }

    public ImmutableArray<TextEdit> ForStatements(
        MovedPiece.Statements piece,
        IReadOnlyList<string> outputs,
        bool returns
    )
    {
        var (first, last) = (piece.Block[piece.First], piece.Block[piece.Last]);
        int firstLine = text.LineOf(piece.Start),
            lastLine = text.LineOf(last.End);
        string indent = text.IndentationOf(text.LineOf(MovedPiece.StartOf(first)));
        string bodyIndent = FunctionIndent() + IndentUnit();
        var body = new StringBuilder();
        var inString = Indentation.LinesInsideStrings(text, piece.Selected);
        for (int line = firstLine; line <= lastLine; line++)
        {
            string content = text.Text[text.LineStart(line)..text.LineEnd(line)];
            if (!inString.Contains(line) && content.StartsWith(indent, StringComparison.Ordinal))
                content = bodyIndent + content[indent.Length..];
            if (string.IsNullOrWhiteSpace(content) && !inString.Contains(line))
                content = "";
            body.Append(content).Append(lineBreak);
        }
        if (outputs.Count > 0)
            body.Append(bodyIndent).Append("return ").AppendJoin(", ", outputs).Append(lineBreak);

        string call = CallText();
        if (returns)
            call = Result == TorchType.None ? $"{call}{lineBreak}{indent}return" : $"return {call}";
        else if (outputs.Count > 0)
            call = $"{string.Join(", ", outputs)} = {call}";
        return Assemble(
            TextSpan.FromBounds(text.LineStart(firstLine), text.LineEnd(lastLine)),
            indent + call,
            body.ToString()
        );
    }

    private string CallText() =>
        $"{(self is null ? "" : self + ".")}{Name}({string.Join(", ", Parameters.Select(p => p.Name))})";

    private ImmutableArray<TextEdit> Assemble(TextSpan moved, string replacement, string body)
    {
        var model = file.Model;
        var imports = new List<NeededImport>();
        string indent = FunctionIndent();
        var header = new StringBuilder();
        string decorator = TorchNames.Jit(file, "ignore", out var importTorch);
        header
            .Append(indent)
            .Append('@')
            .Append(decorator)
            .Append(lineBreak)
            .Append(indent)
            .Append("def ")
            .Append(Name)
            .Append('(');
        bool comments = HasFutureAnnotations();
        var parts = new List<string>();
        if (self is not null)
            parts.Add(self);
        foreach (var (name, type) in Parameters)
        {
            if (comments)
            {
                parts.Add(name);
                continue;
            }
            parts.Add($"{name}: {Written(type, imports)}");
        }
        header.AppendJoin(", ", parts).Append(')');
        if (!comments)
            header.Append(" -> ").Append(Written(Result, imports));
        header.Append(':').Append(lineBreak);
        // Postponed annotations are strings at run time, which the compiler cannot read of an ignored function; a type
        // comment it can.
        if (comments)
            header
                .Append(indent)
                .Append(IndentUnit())
                .Append("# type: (")
                .AppendJoin(", ", Parameters.Select(p => CommentType(p.Type)))
                .Append(") -> ")
                .Append(CommentType(Result))
                .Append(lineBreak);
        string written = header + body;

        var edits = ImmutableArray.CreateBuilder<TextEdit>();
        edits.Add(new TextEdit(moved, replacement));
        if (self is null)
        {
            int place = text.LineStart(text.LineOf(MovedPiece.StartOf(function)));
            string gap = function.Parent is Module ? lineBreak + lineBreak : lineBreak;
            edits.Add(TextEdit.Insert(place, written + gap));
        }
        else
        {
            int lastLine = text.LineOf(function.End);
            int place = text.LineEndWithBreak(lastLine);
            bool broken = place > 0 && text[place - 1] is '\n' or '\r';
            edits.Add(
                TextEdit.Insert(
                    place,
                    (broken ? "" : lineBreak) + lineBreak + (broken ? written : written.TrimEnd('\r', '\n'))
                )
            );
        }
        edits.AddRange(AnnotationWriter.ImportEdits(model, imports));
        if (importTorch is { } import)
            edits.Add(import);
        return Merge(edits);
    }

    /// <summary>Insertions at one place become one, in the order given.</summary>
    private static ImmutableArray<TextEdit> Merge(IEnumerable<TextEdit> edits)
    {
        var merged = new List<TextEdit>();
        foreach (var edit in edits)
        {
            int same = merged.FindIndex(m => m.Span == edit.Span && edit.Span.IsEmpty);
            if (same >= 0)
                merged[same] = new TextEdit(edit.Span, edit.NewText + merged[same].NewText);
            else
                merged.Add(edit);
        }
        return [.. merged];
    }

    private string Written(TorchType type, List<NeededImport> imports)
    {
        var written =
            AnnotationWriter.Write(file.Model, type)
            ?? throw new InvalidOperationException($"{type} cannot be written.");
        imports.AddRange(written.Imports);
        return written.Text;
    }

    private static string CommentType(TorchType type) =>
        type == TorchType.None ? "None"
        : type == TorchType.Device ? "torch.device"
        : type.ToString();

    private bool HasFutureAnnotations() =>
        file
            .Tree.Root.Body.OfType<ImportFrom>()
            .Any(i => i.Module == "__future__" && i.Names.Any(n => n.Name == "annotations"));

    private string FunctionIndent() => Indentation.OfFunction(text, function);

    private string IndentUnit() => Indentation.Unit(text, function);
}
