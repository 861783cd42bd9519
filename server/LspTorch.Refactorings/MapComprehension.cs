using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// <c>q, k = map(f, x.chunk(2))</c> as <c>q, k = [f(item) for item in x.chunk(2)]</c>, and <c>list(map(...))</c> the
/// same: the function is called with the same values in the same order. A map that is walked through later, piece by
/// piece, is left alone.
/// </summary>
internal static class MapComprehension
{
    /// <param name="node">The function that map is given.</param>
    public static Fix? Of(FileSnapshot file, Node node)
    {
        if (
            node is not Expr { Parent: Call { Func: Name, Args: [var function, var values], Keywords.Count: 0 } map }
            || !ReferenceEquals(function, node)
            || values is Starred
            || file.Model.ResolveName(map.Func) != "builtins.map"
            || Taken(file, map) is not { } replaced
            || map.FirstAncestor<FunctionDef>() is null
        )
            return null;
        var text = file.Text;
        string iterated = text[values.ParenthesizedSpan];
        if (iterated.AsSpan().ContainsAny('\n', '\r') || text[map.Span].Contains('#'))
            return null;
        string written;
        if (function is Lambda lambda)
        {
            if (
                lambda.Args.All().ToList() is not [{ Default: null, Name: var item }]
                || lambda.Args.PosOnly.Count + lambda.Args.Args.Count != 1
                || lambda.Body.Find<Expr>().Prepend(lambda.Body).Any(IsOwnScope)
            )
                return null;
            written = $"[{text[lambda.Body.ParenthesizedSpan]} for {item} in {iterated}]";
        }
        else if (function is Name or Attribute { Value: Name or Attribute { Value: Name } })
        {
            string called = text[function.Span];
            if (
                values is TupleExpr or ListExpr
                && replaced.Parent is Assign { Targets: [TupleExpr or ListExpr] }
                && Elements(values) is { Count: > 1 } elements
                && elements.All(e => e is not Starred)
            )
                written = string.Join(", ", elements.Select(e => $"{called}({text[e.Span]})"));
            else
            {
                string item = UniqueNames.For(file, "item");
                written = $"[{called}({item}) for {item} in {iterated}]";
            }
        }
        else
            return null;
        return new Fix("Write the map as a comprehension", FixSafety.Suggested, [new TextEdit(replaced.Span, written)]);
    }

    /// <summary>
    /// The expression that takes all values at once: the map where it is unpacked, <c>list(map(...))</c>, the tuple
    /// that torch.cat or torch.stack is given.
    /// </summary>
    private static Expr? Taken(FileSnapshot file, Call map) =>
        map.Parent switch
        {
            Assign { Targets: [TupleExpr or ListExpr] } assign
                when ReferenceEquals(assign.Value, map)
                    && Elements(assign.Targets[0]) is { } targets
                    && targets.All(t => t is not Starred) => map,
            Call { Func: Name, Args: [var one], Keywords.Count: 0 } outer
                when ReferenceEquals(one, map) && file.Model.ResolveName(outer.Func) == "builtins.list" => outer,
            Call { Func: Name, Args: [var one], Keywords.Count: 0, Parent: Call joined } outer
                when ReferenceEquals(one, map)
                    && file.Model.ResolveName(outer.Func) == "builtins.tuple"
                    && joined.Args.Count > 0
                    && ReferenceEquals(joined.Args[0], outer)
                    && file.Model.ResolveName(joined.Func) is "torch.cat" or "torch.stack" => outer,
            _ => null,
        };

    private static NodeList<Expr>? Elements(Expr expression) =>
        expression switch
        {
            TupleExpr tuple => tuple.Elements,
            ListExpr list => list.Elements,
            _ => (NodeList<Expr>?)null,
        };

    private static bool IsOwnScope(Expr node) =>
        node is Lambda or NamedExpr or Await or Yield or YieldFrom or ComprehensionExpr or DictComp;
}
