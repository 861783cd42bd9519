using LspTorch.Semantics;
using LspTorch.Syntax;

namespace LspTorch.Editing;

/// <summary>Statement lists: which one a statement stands in, and where in a file new top-level code goes.</summary>
internal static class Blocks
{
    /// <summary>The statement lists directly inside a node, in source order.</summary>
    public static IEnumerable<NodeList<Stmt>> Of(Node node) =>
        node switch
        {
            Module m => [m.Body],
            FunctionDef f => [f.Body],
            ClassDef c => [c.Body],
            For f => [f.Body, f.OrElse],
            While w => [w.Body, w.OrElse],
            If i => [i.Body, i.OrElse],
            With w => [w.Body],
            MatchCase m => [m.Body],
            Try t => [t.Body, t.OrElse, t.FinalBody],
            ExceptHandler h => [h.Body],
            _ => [],
        };

    /// <summary>The list that holds this statement.</summary>
    public static NodeList<Stmt>? Containing(Stmt statement)
    {
        if (statement.Parent is null)
            return null;
        foreach (var block in Of(statement.Parent))
            if (IndexAt(block, statement.Start) is var index && index < block.Count && block[index] == statement)
                return block;
        return null;
    }

    /// <summary>
    /// Of the first statement that ends at or behind an offset (UTF-16); the length of the block where all end before.
    /// Found by halving: a block may be long.
    /// </summary>
    public static int IndexAt(NodeList<Stmt> block, int offset)
    {
        int low = 0,
            high = block.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (block[middle].End < offset)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>The statement of a function's body in whose lines a node stands, at any depth.</summary>
    public static Stmt? StatementOf(Node node) => node as Stmt ?? node.FirstAncestor<Stmt>();

    /// <summary>
    /// The start of the line behind the last import of the file's first run of imports; behind the docstring where
    /// there is none.
    /// </summary>
    public static int OffsetBehindImports(FileSnapshot file)
    {
        Stmt? last = null;
        foreach (var statement in file.Tree.Root.Body)
        {
            bool docstring = last is null && statement is ExprStmt { Value: Constant { Kind: ConstantKind.Str } };
            if (statement is not (Import or ImportFrom) && !docstring)
                break;
            last = statement;
        }
        if (last is null)
            return file.Tree.Root.Body.Count > 0
                ? file.Text.LineStart(file.Text.LineOf(file.Tree.Root.Body[0].Start))
                : 0;
        return file.Text.LineEndWithBreak(file.Text.LineOf(last.End));
    }

    public static bool IsDocstring(Stmt statement) =>
        statement is ExprStmt { Value: Constant { Kind: ConstantKind.Str } };
}
