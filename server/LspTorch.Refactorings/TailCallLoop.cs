using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// Makes a loop of a function that calls itself only where it returns: the arguments are assigned to the parameters,
/// and it begins anew. A base case that
/// stands first becomes the condition of the loop; else the loop has none, and is left by the returns in it.
/// </summary>
internal sealed class TailCallLoop
{
    private readonly FileSnapshot file;
    private readonly SourceText text;
    private readonly string lineBreak;
    private readonly FunctionDef function;
    private readonly IReadOnlyList<TailCall> tails;
    private readonly Stmt[] body;
    private readonly string outer;
    private readonly string unit;
    private readonly bool isMethod;
    private readonly ConditionText written;
    private readonly Dictionary<Arg, TorchType> observed = [];
    private readonly List<TextEdit> edits = [];

    /// <summary>The statement behind an <c>else:</c> that goes: it begins its line then.</summary>
    private Stmt? onElseLine;

    private TailCallLoop(FileSnapshot file, FunctionDef function, IReadOnlyList<TailCall> tails)
    {
        this.file = file;
        this.function = function;
        this.tails = tails;
        text = file.Text;
        lineBreak = text.DominantLineBreak;
        isMethod = function.Parent is ClassDef;
        body = [.. function.Body.Skip(Blocks.IsDocstring(function.Body[0]) ? 1 : 0)];
        outer = body.Length == 0 ? "" : text.IndentationOf(text.LineOf(body[0].Start));
        unit = Indentation.Unit(text, function);
        written = new ConditionText(file, function);
    }

    /// <summary>Null where the function cannot be a loop, or where that is not certain.</summary>
    public static Fix? For(FileSnapshot file, CallGraph calls, FunctionDef function)
    {
        if (!MayBeALoop(file, function))
            return null;
        string? self = function.Parent is ClassDef ? function.Args.All().First().Name : null;
        if (TailCall.Of(function, self) is not { } tails)
            return null;
        if (
            calls
                .CalleesOf(function)
                .Any(c => ReferenceEquals(c.Callee, function) && !tails.Any(t => ReferenceEquals(t.Call, c.At)))
        )
            return null;
        // Where no return stands without a call, the calls end with Python's limit, and a loop would not end.
        if (!function.Body.Has(n => n is Return && !tails.Any(t => t.Choice is null && t.Statements.Contains(n))))
            return null;
        var loop = new TailCallLoop(file, function, tails);
        if (!loop.Plan())
            return null;
        loop.AnnotateObserved();
        string types = loop.observed.Count > 0 ? ", with the types observed" : "";
        return new Fix($"Make '{function.Name}' a loop{types}", FixSafety.Suggested, [.. loop.edits]);
    }

    private static bool MayBeALoop(FileSnapshot file, FunctionDef function)
    {
        if (
            function.IsAsync
            || function.Args.VarArg is not null
            || function.Args.KwArg is not null
            || function.FirstAncestor<FunctionDef>() is not null
        )
            return false;
        if (function.Decorators.Any(d => file.Model.ResolveName(d) is not ("torch.jit.export" or "torch.jit.script")))
            return false;
        int end = file.Text.LineEnd(file.Text.LineOf(function.End));
        if (file.Tree.Errors.Any(e => e.Span.End >= function.Start && e.Span.Start <= end))
            return false;
        if (
            function.Body.Count == 0
            || file.Text.LineOf(function.Body[0].Start) == file.Text.LineOf(function.ColonOffset)
        )
            return false;
        if (function.Parent is ClassDef owner)
        {
            if (
                function.Args.All().FirstOrDefault() is not { } first
                || NameFlow.Writes(function.Body).Contains(first.Name)
            )
                return false;
            if (Overrides.Any(file, owner, function.Name))
                return false;
        }
        return !OtherScopes.AreIn(function.Body, generators: true);
    }

    private bool Plan()
    {
        if (
            body.Length == 0
            || !Indentation.StartsItsLine(text, MovedPiece.StartOf(body[0]))
            || !Indentation.EndsItsLine(text, function.End)
        )
            return false;
        if (
            body is [Return { Value: IfExp choice }]
            && !ConditionText.IsDecidedByType(choice.Test)
            && !written.HasComment(body[0].Span)
        )
            return ChoiceOnly(choice);
        if (
            body[0] is If first
            && !ConditionText.IsDecidedByType(first.Test)
            && !written.HasComment(first.Test.ParenthesizedSpan)
        )
        {
            NodeList<Stmt> rest = [.. body.Skip(1)];
            if (!Calls(first.Body) && first.Body is [.., Return])
            {
                if (first.OrElse.Count == 0 && MoveLimits.AlwaysReturns(rest))
                    return BaseCaseFirst(first, rest);
                if (rest.Count == 0 && MoveLimits.AlwaysReturns(first.OrElse))
                    return BaseCaseFirst(first, first.OrElse);
            }
            else if (MoveLimits.AlwaysReturns(first.Body) && Calls(first.Body) && !Calls(first.OrElse) && !Calls(rest))
                return CallsFirst(first);
        }
        return MoveLimits.AlwaysReturns(function.Body) && WithoutCondition();
    }

    private bool Calls(NodeList<Stmt> block) =>
        block.Count > 0 && tails.Any(t => t.Call.Start >= block[0].Start && t.Call.End <= block[^1].End);

    /// <summary>
    /// <c>if C: return X</c> and the rest, which calls: <c>while not C:</c> with the rest, and <c>return X</c> behind
    /// it.
    /// </summary>
    private bool BaseCaseFirst(If first, NodeList<Stmt> rest)
    {
        bool inElse = rest == first.OrElse;
        int colon = ColonOf(first),
            headerLine = text.LineOf(colon),
            baseEnd = text.LineOf(first.Body[^1].End);
        edits.Add(
            new TextEdit(
                TextSpan.FromBounds(first.Start, first.Test.ParenthesizedSpan.End),
                "while " + written.Negated(first.Test)
            )
        );
        string moved;
        if (text.LineOf(first.Body[0].Start) == headerLine)
        {
            moved = outer + text.Text[first.Body[0].Start..text.LineEnd(baseEnd)];
            edits.Add(TextEdit.Delete(TextSpan.FromBounds(colon + 1, text.LineEnd(baseEnd))));
        }
        else
        {
            string from = text.IndentationOf(text.LineOf(first.Body[0].Start));
            int start = text.LineStart(headerLine + 1),
                end = text.LineEnd(baseEnd);
            var shift = Indentation.Shift(
                text,
                headerLine + 1,
                baseEnd,
                from,
                outer,
                Indentation.LinesInsideStrings(text, first.Body)
            );
            moved = SourceText
                .From(text.Text[start..end])
                .WithEdits(
                    shift.Select(e => new TextEdit(new TextSpan(e.Span.Start - start, e.Span.Length), e.NewText))
                )
                .Text;
            edits.Add(TextEdit.Delete(TextSpan.FromBounds(start, text.LineEndWithBreak(baseEnd))));
        }
        int line = DeleteBlankLines(baseEnd + 1);
        if (!inElse)
            Indent(line);
        else if (IsElif(first.OrElse))
        {
            edits.Add(new TextEdit(new TextSpan(first.OrElse[0].Start, 4), "if"));
            Indent(line);
        }
        else if (!DropElse(first, outer + unit))
            return false;
        edits.Add(TextEdit.Insert(text.LineEnd(text.LineOf(function.End)), lineBreak + moved));
        return AssignArguments(rest, deeper: !inElse || IsElif(first.OrElse));
    }

    /// <summary><c>if C:</c> with all the calls: <c>while C:</c>, and what stands behind stays.</summary>
    private bool CallsFirst(If first)
    {
        edits.Add(new TextEdit(new TextSpan(first.Start, 2), "while"));
        if (first.OrElse.Count > 0)
        {
            if (IsElif(first.OrElse))
                edits.Add(new TextEdit(new TextSpan(first.OrElse[0].Start, 4), "if"));
            else if (!DropElse(first, outer))
                return false;
        }
        return AssignArguments(first.Body, deeper: false);
    }

    /// <summary>
    /// <c>return X if C else f(…)</c> and nothing else: <c>while not C:</c> with the assignment, and <c>return X</c>
    /// behind it.
    /// </summary>
    private bool ChoiceOnly(IfExp choice)
    {
        var (result, callsIfTrue) = Parts(tails[0], choice);
        if (AssignmentOf(tails[0]) is not { Length: > 0 } assignment)
            return false;
        string test = callsIfTrue ? written.Single(choice.Test) : written.Negated(choice.Test);
        edits.Add(
            new TextEdit(
                body[0].Span,
                $"while {test}:{lineBreak}{outer}{unit}{assignment}{lineBreak}{outer}return {written.Written(result)}"
            )
        );
        return true;
    }

    private static (Expr Result, bool CallsIfTrue) Parts(TailCall tail, IfExp choice) =>
        ReferenceEquals(choice.Body, tail.Call) ? (choice.OrElse, true) : (choice.Body, false);

    /// <summary>
    /// A loop that only returns leave. To the compiler it has an end, where a function with a declared type must
    /// return: so it raises there.
    /// </summary>
    private bool WithoutCondition()
    {
        int line = text.LineOf(body.Length < function.Body.Count ? function.Body[0].End : function.ColonOffset) + 1;
        while (string.IsNullOrWhiteSpace(text.Text[text.LineStart(line)..text.LineEnd(line)]))
            line++;
        edits.Add(TextEdit.Insert(text.LineStart(line), $"{outer}while True:{lineBreak}"));
        Indent(line);
        if (file.Model.DeclaredReturnOf(function) is { } declared && declared != TorchType.None)
            edits.Add(
                TextEdit.Insert(
                    text.LineEnd(text.LineOf(function.End)),
                    $"{lineBreak}{outer}raise RuntimeError(\"unreachable\")"
                )
            );
        return AssignArguments([.. body], deeper: true);
    }

    private int ColonOf(If branch) => text.Text.IndexOf(':', branch.Test.ParenthesizedSpan.End);

    private bool IsElif(NodeList<Stmt> orElse) =>
        orElse is [If only] && text.Text.AsSpan(only.Start).StartsWith("elif");

    private int DeleteBlankLines(int line)
    {
        int first = line;
        while (line < text.LineCount && string.IsNullOrWhiteSpace(text.Text[text.LineStart(line)..text.LineEnd(line)]))
            line++;
        if (line > first)
            edits.Add(TextEdit.Delete(TextSpan.FromBounds(text.LineStart(first), text.LineStart(line))));
        return line;
    }

    /// <summary>Takes the line <c>else:</c> out; what stood in it gets this indentation.</summary>
    private bool DropElse(If first, string indent)
    {
        int line = text.LineOf(first.Body[^1].End) + 1,
            firstLine = text.LineOf(first.OrElse[0].Start);
        while (
            line < firstLine
            && !text
                .Text.AsSpan(text.LineStart(line), text.LineEnd(line) - text.LineStart(line))
                .TrimStart()
                .StartsWith("else")
        )
            line++;
        int colon = text.Text.IndexOf(':', text.LineStart(line));
        if (line == firstLine)
        {
            edits.Add(new TextEdit(TextSpan.FromBounds(text.LineStart(line), first.OrElse[0].Start), indent));
            onElseLine = first.OrElse[0];
            return first.OrElse.Count == 1;
        }
        string comment = text.Text[(colon + 1)..text.LineEnd(line)].Trim();
        edits.Add(
            comment.Length > 0
                ? new TextEdit(TextSpan.FromBounds(text.LineStart(line), text.LineEnd(line)), indent + comment)
                : TextEdit.Delete(TextSpan.FromBounds(text.LineStart(line), text.LineEndWithBreak(line)))
        );
        string from = text.IndentationOf(firstLine);
        if (from != indent)
            edits.AddRange(
                Indentation.Shift(
                    text,
                    line + 1,
                    text.LineOf(first.OrElse[^1].End),
                    from,
                    indent,
                    Indentation.LinesInsideStrings(text, first.OrElse)
                )
            );
        return true;
    }

    private void Indent(int firstLine) =>
        edits.AddRange(
            Indentation.Shift(
                text,
                firstLine,
                text.LineOf(function.End),
                outer,
                outer + unit,
                Indentation.LinesInsideStrings(text, function.Body)
            )
        );

    private bool AssignArguments(NodeList<Stmt> loop, bool deeper)
    {
        foreach (var tail in tails)
        {
            var (first, last) = (tail.Statements[0], tail.Statements[^1]);
            if (AssignmentOf(tail) is not { } assignment || !Indentation.EndsItsLine(text, last.End))
                return false;
            int line = text.LineOf(first.Start);
            string before = text.Text[text.LineStart(line)..first.Start].Trim();
            string indent = text.IndentationOf(line) + (deeper ? unit : ""),
                start = "";
            if (ReferenceEquals(first, onElseLine))
                indent = outer + unit;
            else if (before.EndsWith(':'))
                start = lineBreak + (indent += unit);
            else if (before.Length > 0)
                return false;
            bool ends = EndsPass(last, loop);
            if (tail.Choice is { } choice)
            {
                if (assignment.Length == 0 || written.HasComment(first.Span))
                    return false;
                var (result, callsIfTrue) = Parts(tail, choice);
                string test = callsIfTrue ? written.Negated(choice.Test) : written.Single(choice.Test);
                assignment =
                    $"if {test}:{lineBreak}{indent}{unit}return {written.Written(result)}{lineBreak}{indent}{assignment}";
            }
            string then =
                assignment.Length == 0 ? "continue"
                : ends ? assignment
                : $"{assignment}{lineBreak}{indent}continue";
            var replaced = first.Span;
            // 'if c: return f(x)' has a blank behind its colon.
            if (start.Length > 0)
                replaced = TextSpan.FromBounds(text.Text.AsSpan(0, first.Start).TrimEnd().Length, first.End);
            bool needless =
                assignment.Length == 0
                && ends
                && before.Length == 0
                && Blocks.Containing(first) is { } block
                && block.Count > tail.Statements.Count;
            if (needless)
                RemoveLines(first);
            else
                Replace(replaced, start + then);
            if (tail.Statements.Count == 1)
                continue;
            if (!Indentation.StartsItsLine(text, last.Start) || text.LineOf(last.Start) == line)
                return false;
            RemoveLines(last);
        }
        return true;
    }

    /// <summary>Takes a statement out with its lines; a comment behind it gets the line for itself.</summary>
    private void RemoveLines(Stmt statement)
    {
        int end = text.LineEnd(text.LineOf(statement.End));
        string comment = text.Text[statement.End..end].TrimStart();
        if (comment.Length > 0)
            Replace(TextSpan.FromBounds(statement.Start, end - comment.Length), "");
        else
            Replace(TextSpan.FromBounds(text.LineEnd(text.LineOf(statement.Start) - 1), end), "");
    }

    /// <summary>Adds an edit in place of those that only move the lines inside it.</summary>
    private void Replace(TextSpan span, string by)
    {
        edits.RemoveAll(e => e.Span.Start > span.Start && e.Span.Start < span.End);
        edits.Add(new TextEdit(span, by));
    }

    /// <summary>True where nothing of the loop's body follows.</summary>
    private static bool EndsPass(Stmt statement, NodeList<Stmt> loop)
    {
        while (!ReferenceEquals(loop[^1], statement))
        {
            if (
                statement.Parent is not If parent
                || Blocks.Containing(statement) is not { } block
                || !ReferenceEquals(block[^1], statement)
            )
                return false;
            statement = parent;
        }
        return true;
    }

    /// <summary>
    /// The parameters that get a new value, all at once as in a call; null where it cannot be written, or the compiler
    /// would refuse it.
    /// </summary>
    private string? AssignmentOf(TailCall tail)
    {
        if (CallArguments.Bind(function, tail.Call, isMethod) is not { } bound)
            return null;
        var values = new List<(string Name, string Value)>();
        bool declared = function.Args.All().Skip(isMethod ? 1 : 0).All(p => file.Model.DeclaredTypeOf(p) is not null);
        foreach (var (parameter, given) in bound)
        {
            if (given is Name same && same.Id == parameter.Name)
                continue;
            if ((given ?? parameter.Default) is not { } value || given is null && !IsLiteral(value))
                return null;
            // To the compiler a parameter that was compared with None is no longer an Optional.
            if (value is Constant { Kind: ConstantKind.None } && IsComparedWithNone(parameter.Name))
                return null;
            if (
                declared
                && given is not null
                && file.Model.DeclaredTypeOf(parameter) is { } wanted
                && !file.Model.TypeOf(given).IsSubtypeOf(wanted)
            )
                return null;
            values.Add((parameter.Name, written.Written(value)));
        }
        var statement = tail.Statements[0];
        if (
            file.Tree.Comments.Any(c =>
                statement.Span.Contains(c.Span) && !bound.Any(b => b.Value?.ParenthesizedSpan.Contains(c.Span) == true)
            )
        )
            return null;
        return values.Count == 0
            ? ""
            : $"{string.Join(", ", values.Select(v => v.Name))} = {string.Join(", ", values.Select(v => v.Value))}";
    }

    private bool IsComparedWithNone(string name) =>
        function.Body.Has(n =>
            n is Compare { Ops: [CompareOperator.Is or CompareOperator.IsNot], Left: Name left } && left.Id == name
        );

    private static bool IsLiteral(Expr value) =>
        value is Constant { Kind: not ConstantKind.Ellipsis }
        || value
            is UnaryOp { Op: UnaryOperator.USub, Operand: Constant { Kind: ConstantKind.Int or ConstantKind.Float } };

    /// <summary>
    /// Parameters without an annotation are tensors to the compiler: those that were seen to be something else get
    /// their types.
    /// </summary>
    private void AnnotateObserved()
    {
        if (function.TypeComment is not null)
            return;
        var imports = new List<NeededImport>();
        foreach (var parameter in function.Args.All().Skip(isMethod ? 1 : 0))
        {
            if (parameter.Annotation is not null || file.Model.DeclaredTypeOf(parameter) is not null)
                continue;
            if (
                RunTimeTypes.Of(file, PlaceKind.Parameter, parameter.NameSpan) is not { } seen
                || seen == TorchType.Tensor
            )
                continue;
            if (AnnotationWriter.Write(file.Model, seen) is not { } written)
                continue;
            observed[parameter] = seen;
            imports.AddRange(written.Imports);
            edits.AddRange(Annotations.ParameterEdits(file, parameter, written));
        }
        edits.AddRange(AnnotationWriter.ImportEdits(file.Model, imports));
    }
}
