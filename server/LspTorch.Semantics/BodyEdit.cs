using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Semantics;

/// <summary>
/// Two versions of a file that differ only inside the body of one function: outside of it the trees are the same, node
/// for node, moved by the
/// length of the edit.
/// </summary>
internal sealed class BodyEdit
{
    private readonly SyntaxTree before,
        after;
    private readonly int longer;

    private BodyEdit(SyntaxTree before, SyntaxTree after, FunctionDef old, FunctionDef edited)
    {
        (this.before, this.after, Old, New) = (before, after, old, edited);
        longer = edited.NodeCount - old.NodeCount;
    }

    /// <summary>The function as it was, and as it is now: no function encloses it.</summary>
    public FunctionDef Old { get; }
    public FunctionDef New { get; }

    /// <summary>
    /// Null where the difference is of another kind, or reaches out of the function because what stands there is not
    /// Python.
    /// </summary>
    public static BodyEdit? Between(SyntaxTree before, SyntaxTree after)
    {
        ReadOnlySpan<char> was = before.Text.Text,
            now = after.Text.Text;
        int shared = was.CommonPrefixLength(now),
            behind = CommonSuffixLength(was[shared..], now[shared..]);
        int moved = now.Length - was.Length;
        for (int i = 0; i < before.Definitions.Count && before.Definitions[i].Start <= shared; i++)
        {
            if (before.Definitions[i] is not FunctionDef old || old.FirstAncestor<FunctionDef>() is not null)
                continue;
            if (old.Body.Count == 0 || shared < old.Body[0].Start || was.Length - behind > old.End)
                continue;
            // What stands before is the same text, so that the same definitions begin there.
            if (
                i >= after.Definitions.Count
                || after.Definitions[i] is not FunctionDef edited
                || edited.Body.Count == 0
            )
                return null;
            bool same =
                edited.Start == old.Start
                && edited.Ordinal == old.Ordinal
                && edited.Body[0].Start == old.Body[0].Start
                && edited.End == old.End + moved;
            // A type comment in the body is the signature.
            same =
                same
                && FunctionTypeComment
                    .TextsOf(before.Text, old)
                    .SequenceEqual(FunctionTypeComment.TextsOf(after.Text, edited));
            return same ? Checked(new BodyEdit(before, after, old, edited), i, moved) : null;
        }
        return null;
    }

    private static int CommonSuffixLength(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        // What is equal is compared in one go; the length is halved as long as something differs.
        int equal = 0,
            differs = Math.Min(a.Length, b.Length) + 1;
        while (equal + 1 < differs)
        {
            int middle = (equal + differs) / 2;
            if (a[^middle..^equal].SequenceEqual(b[^middle..^equal]))
                equal = middle;
            else
                differs = middle;
        }
        return equal;
    }

    /// <summary>
    /// Outside of the function all must be as it was: statements, definitions and errors, by place and by count.
    /// </summary>
    private static BodyEdit? Checked(BodyEdit edit, int index, int moved)
    {
        var (before, after, old) = (edit.before, edit.after, edit.Old);
        bool IsMoved(Node was, Node now) =>
            was.GetType() == now.GetType()
            && (
                was.Ordinal < old.Ordinal
                    ? (was.Start, was.Ordinal) == (now.Start, now.Ordinal)
                    : (was.Start + moved, was.End + moved, was.Ordinal + edit.longer)
                        == (now.Start, now.End, now.Ordinal)
            );

        if (before.Root.Body.Count != after.Root.Body.Count)
            return null;
        for (int i = 0; i < before.Root.Body.Count; i++)
        {
            var (was, now) = (before.Root.Body[i], after.Root.Body[i]);
            if (
                was.Start <= old.Start
                    ? was.Start != now.Start || was.Ordinal != now.Ordinal || was.GetType() != now.GetType()
                    : !IsMoved(was, now)
            )
                return null;
        }
        int inside = index + 1,
            insideNew = index + 1;
        while (inside < before.Definitions.Count && edit.IsInside(before.Definitions[inside]))
            inside++;
        while (insideNew < after.Definitions.Count && edit.IsInsideNew(after.Definitions[insideNew]))
            insideNew++;
        if (before.Definitions.Count - inside != after.Definitions.Count - insideNew)
            return null;
        for (; inside < before.Definitions.Count; inside++, insideNew++)
            if (!IsMoved(before.Definitions[inside], after.Definitions[insideNew]))
                return null;
        return edit.ErrorsOutside(before, old, 0).SequenceEqual(edit.ErrorsOutside(after, edit.New, moved))
            ? edit
            : null;
    }

    private IEnumerable<(TextSpan, string)> ErrorsOutside(SyntaxTree tree, FunctionDef function, int moved)
    {
        foreach (var error in tree.Errors)
            if (error.Span.End < function.Start)
                yield return (error.Span, error.Message);
            else if (error.Span.Start > function.End)
                yield return (new TextSpan(error.Span.Start - moved, error.Span.Length), error.Message);
    }

    /// <summary>Whether a node, of whatever tree, stands in the edited function as it was.</summary>
    public bool Touches(Node node) => IsInside(node) && IsOfOldTree(node);

    /// <summary>The same of the function as it is now.</summary>
    public bool TouchesNew(Node node) => IsInsideNew(node) && IsIn(after, node);

    public bool IsInside(Node old) => old.Ordinal >= Old.Ordinal && old.Ordinal < Old.Ordinal + Old.NodeCount;

    private bool IsInsideNew(Node node) => node.Ordinal >= New.Ordinal && node.Ordinal < New.Ordinal + New.NodeCount;

    /// <summary>The definition that this one of the new version was; null inside the edited function.</summary>
    public T? OldOf<T>(T definition)
        where T : Stmt =>
        IsInsideNew(definition)
            ? null
            : Definition(before, definition.Ordinal < New.Ordinal ? definition.Ordinal : definition.Ordinal - longer)
                as T;

    /// <summary>
    /// The definition that this one of the old version has become; the edited function itself has become what it is
    /// now. Null inside it.
    /// </summary>
    public T? NewOf<T>(T definition)
        where T : Stmt =>
        ReferenceEquals(definition, Old) ? New as T
        : IsInside(definition) ? null
        : Definition(after, NewOrdinal(definition)) as T;

    /// <summary>What a node of a function that was not edited has become.</summary>
    public Node? NewOf(Node node, FunctionDef within)
    {
        if (IsInside(node))
            return null;
        var finder = new Finder(NewOrdinal(node));
        return finder.Below(within) is { } found && found.GetType() == node.GetType() ? found : null;
    }

    /// <summary>What a node of the old version that stands outside of the edited function has become.</summary>
    public Node? NewOf(Node node) =>
        IsInside(node) ? null
        : new Finder(NewOrdinal(node)).Below(after.Root) is { } found && found.GetType() == node.GetType() ? found
        : null;

    public bool IsOfOldTree(Node node) => IsIn(before, node);

    private static bool IsIn(SyntaxTree tree, Node node)
    {
        while (node.Parent is { } parent)
            node = parent;
        return ReferenceEquals(node, tree.Root);
    }

    private int NewOrdinal(Node old) => old.Ordinal < Old.Ordinal ? old.Ordinal : old.Ordinal + longer;

    private static Stmt? Definition(SyntaxTree tree, int ordinal)
    {
        int low = 0,
            high = tree.Definitions.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2,
                at = tree.Definitions[middle].Ordinal;
            if (at == ordinal)
                return tree.Definitions[middle];
            if (at < ordinal)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return null;
    }

    /// <summary>
    /// Goes down to the node of an ordinal: of a node's children the last that does not lie behind it.
    /// </summary>
    private sealed class Finder(int ordinal) : SyntaxWalker
    {
        private Node? nearest;

        public Node? Below(Node root)
        {
            for (var at = root; at.Ordinal != ordinal; at = nearest)
            {
                nearest = null;
                at.WalkChildren(this);
                if (nearest is null)
                    return null;
                if (nearest.Ordinal == ordinal)
                    return nearest;
            }
            return root;
        }

        public override void Visit(Node node)
        {
            if (node.Ordinal <= ordinal)
                nearest = node;
        }
    }
}
