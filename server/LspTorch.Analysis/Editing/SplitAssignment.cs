using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Editing;

/// <summary>
/// An assignment of several targets (<c>a, b = [], []</c>, <c>a = b = None</c>) written as one for each target, so that
/// one can be annotated. Python
/// evaluates all values before it stores the first: only what does not notice the difference is split.
/// </summary>
internal static class SplitAssignment
{
    /// <summary>
    /// The statement of the target in parts, with an annotation for that target; null where it cannot be split.
    /// </summary>
    public static TextEdit? Annotated(FileSnapshot file, Name target, string annotation)
    {
        if (
            AssignedValues.StatementOf(target) is not Assign assign
            || file.Text.LineOf(assign.Start) != file.Text.LineOf(assign.End)
        )
            return null;
        var parts =
            assign.Targets.Count > 1
                ? OfChain(file, assign, target, annotation)
                : OfTuple(file, assign, target, annotation);
        if (parts is null)
            return null;
        int line = file.Text.LineOf(assign.Start);
        // Beside other statements the parts stay on their line.
        bool alone = string.IsNullOrWhiteSpace(file.Text.Text[file.Text.LineStart(line)..assign.Start]);
        return new TextEdit(
            assign.Span,
            string.Join(alone ? file.Text.DominantLineBreak + file.Text.IndentationOf(line) : "; ", parts)
        );
    }

    /// <summary>
    /// <c>a = b = value</c>: a constant is written again, any other object goes from the first name to the others.
    /// </summary>
    private static List<string>? OfChain(FileSnapshot file, Assign assign, Name target, string annotation)
    {
        string value = file.Text[assign.Value.ParenthesizedSpan];
        bool isConstant = assign.Value is Constant;
        if (
            !isConstant && assign.Targets[0] is not Name
            || assign.Targets.Any(t => t is TupleExpr or ListExpr or Starred)
        )
            return null;
        // One object of two names is annotated where it is made.
        var annotated = isConstant ? target : assign.Targets[0];
        if (!assign.Targets.Any(t => ReferenceEquals(t, target)))
            return null;
        return
        [
            .. assign.Targets.Select(
                (t, i) =>
                    Part(
                        file,
                        t,
                        ReferenceEquals(t, annotated) || !isConstant && ReferenceEquals(t, target) ? annotation : null,
                        isConstant || i == 0 ? value : file.Text[assign.Targets[0].Span]
                    )
            ),
        ];
    }

    /// <summary><c>a, b = x, y</c> where no value hangs on a target before it.</summary>
    private static List<string>? OfTuple(FileSnapshot file, Assign assign, Name target, string annotation)
    {
        if (assign.Targets[0] is not (TupleExpr or ListExpr) || assign.Value is not (TupleExpr or ListExpr))
            return null;
        var stored = AssignedValues.Of(assign).ToArray();
        var written = new HashSet<string>(StringComparer.Ordinal);
        bool others = false,
            seen = IsSeenByOthers(assign);
        foreach (var (one, value) in stored)
        {
            if (value is null || !IsIndependent(value, written, others, seen))
                return null;
            if (one is Name name)
                written.Add(name.Id);
            else
                others = true;
        }
        return
        [
            .. stored.Select(s =>
                Part(
                    file,
                    s.Target,
                    ReferenceEquals(s.Target, target) ? annotation : null,
                    s.Value is { } value ? file.Text[value.ParenthesizedSpan] : ""
                )
            ),
        ];
    }

    private static string Part(FileSnapshot file, Expr target, string? annotation, string value) =>
        $"{file.Text[target.Span]}{(annotation is null ? "" : $": {annotation}")} = {value}";

    /// <summary>True of a value that is the same whether the targets before it are stored or not.</summary>
    private static bool IsIndependent(Expr value, HashSet<string> written, bool others, bool seenByOthers)
    {
        if (written.Count == 0 && !others)
            return true;
        var reads = new Reads();
        reads.Visit(value);
        return !reads.Names.Overlaps(written)
            && !(reads.RunsCode && (others || seenByOthers))
            && !(others && reads.Names.Count > 0);
    }

    /// <summary>Whether a variable may be looked at while a value is worked out, or after that has failed.</summary>
    private static bool IsSeenByOthers(Assign assign)
    {
        if (assign.FirstAncestor<FunctionDef>() is not { } function)
            return true;
        var scopes = new Scopes();
        foreach (var statement in function.Body)
            scopes.Visit(statement);
        return scopes.Found;
    }

    private sealed class Scopes : SyntaxWalker
    {
        public bool Found { get; private set; }

        public override void Visit(Node node)
        {
            Found |= node is FunctionDef or ClassDef or Lambda or Try or Global or Nonlocal or NamedExpr;
            if (!Found)
                base.Visit(node);
        }
    }

    private sealed class Reads : SyntaxWalker
    {
        public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

        /// <summary>Something is called, looked up or computed, which may raise or read what was stored.</summary>
        public bool RunsCode { get; private set; }

        public override void Visit(Node node)
        {
            if (node is Name name)
                Names.Add(name.Id);
            RunsCode |= node is not (Name or Constant or ListExpr or TupleExpr or DictExpr);
            base.Visit(node);
        }
    }
}
