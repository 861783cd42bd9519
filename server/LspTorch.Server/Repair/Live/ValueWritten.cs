using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// What a name of the module leads to by attributes and constant keys (<c>SCALE</c>, <c>hp.width</c>,
/// <c>MODES["mean"]</c>), written where compiled functions read it.
/// </summary>
/// <param name="Chain">In the form of <see cref="Canonical"/>.</param>
internal sealed record ValueWritten(string Path, string Chain, string Literal)
    : LiveRepair(
        Path,
        "python-value-in-script",
        $"Write the value of '{Chain}', {Literal}, where compiled code reads it"
    )
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        string root = Root(Chain);
        var found = file
            .Model.CompiledFunctions.Select(c => c.Function)
            .Distinct()
            .Where(f => !Binds(f, root))
            .SelectMany(f => f.Body)
            .SelectMany(Nodes<Expr>.In)
            .Where(e => IsRead(e) && Canonical(file.Text, e) == Chain);
        string[] literal = [Literal, .. Imports(file)];
        var edits = found.Select(n => new TextEdit(n.Span, literal[0])).Distinct().ToList();
        if (edits.Count > 0 && literal.Length > 1)
            edits.Add(TextEdit.Insert(Editing.Blocks.OffsetBehindImports(file), literal[1]));
        return [.. edits];
    }

    /// <summary>An expression as the judge names values: without white space, with single quotes.</summary>
    public static string Canonical(SourceText text, Expr expression)
    {
        string written = text[expression.Span];
        return written.Length > 200
            ? ""
            : string.Concat(written.Where(c => !char.IsWhiteSpace(c)).Select(c => c == '"' ? '\'' : c));
    }

    /// <summary>The chains around an offset that begin at a name there, the longest first.</summary>
    public static IEnumerable<string> At(FileSnapshot file, TextSpan place)
    {
        foreach (
            var name in Nodes<Name>
                .In(file.Tree.Root)
                .Where(n =>
                    n.Context == ExprContext.Load
                        && n.Start >= place.Start
                        && n.End <= Math.Max(place.End, place.Start + 1)
                    || n.Start == place.Start
                )
        )
        {
            var chain = new Stack<string>();
            for (Expr at = name; ; at = (Expr)(at.Parent ?? throw new InvalidOperationException()))
            {
                chain.Push(Canonical(file.Text, at));
                bool longer =
                    at.Parent is Attribute { Context: ExprContext.Load }
                    || at.Parent is Subscript { Context: ExprContext.Load, Index: Constant } s && s.Value == at;
                if (!longer)
                    break;
            }
            foreach (string one in chain)
                yield return one;
        }
    }

    private IEnumerable<string> Imports(FileSnapshot file) =>
        Literal.Contains("torch.", StringComparison.Ordinal)
        && !file.Tree.Root.Body.OfType<Import>().Any(i => i.Names.Any(n => n.Name == "torch" && n.AsName is null))
            ? ["import torch" + file.Text.DominantLineBreak]
            : [];

    private static bool IsRead(Expr expression) =>
        expression switch
        {
            Name n => n.Context == ExprContext.Load,
            Attribute a => a.Context == ExprContext.Load,
            Subscript s => s.Context == ExprContext.Load,
            _ => false,
        };

    private static string Root(string chain) =>
        chain[..(chain.IndexOfAny(['.', '[']) is var i and >= 0 ? i : chain.Length)];

    private static bool Binds(FunctionDef function, string name) =>
        function.Args.All().Any(a => a.Name == name)
        || Nodes<Name>.In(function).Any(n => n.Id == name && n.Context != ExprContext.Load);
}
