using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// Statements that use an attribute which this instance has not, or which is None: put behind a test that the compiler
/// decides. Python raises there too.
/// </summary>
internal sealed record PresenceTested(string Path, string Function, string Attribute, bool IsNone)
    : LiveRepair(
        Path,
        IsNone ? "none-part" : "attribute-missing-on-instance",
        IsNone
            ? $"Use {Attribute} in {Function} only where it is not None"
            : $"Use {Attribute} in {Function} only on instances that have it"
    )
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (Refusal.Function(file, Function) is not { } function)
            return [];
        int dot = Attribute.LastIndexOf('.');
        var (owner, name) = (Attribute[..dot], Attribute[(dot + 1)..]);
        string test = IsNone ? $"{Attribute} is not None" : $"hasattr({owner}, \"{name}\")";
        var statements = new List<Stmt>();
        foreach (var use in Nodes<Attribute>.In(function))
        {
            if (use.Name != name || ValueWritten.Canonical(file.Text, use) != Attribute)
                continue;
            if (
                use.FirstAncestor<Stmt>() is not { } statement
                || !IsSimple(statement)
                || IsBehind(file, statement, test)
            )
                continue;
            if (!statements.Contains(statement))
                statements.Add(statement);
        }
        string raise = IsNone ? $"\traise TypeError(\"{Attribute} is None\")" : $"\traise AttributeError(\"{name}\")";
        return [.. statements.SelectMany(s => CodeLines.Wrapped(file, [s], [$"if {test}:"], ["else:", raise]))];
    }

    private static bool IsSimple(Stmt statement) => statement is Assign or AugAssign or AnnAssign or ExprStmt or Return;

    private static bool IsBehind(FileSnapshot file, Stmt statement, string test) =>
        statement.Ancestors().OfType<If>().Any(i => file.Text[i.Test.Span].Contains(test, StringComparison.Ordinal));

    /// <summary>The attribute <c>self.a.name</c> at a place, in the canonical form; null where there is none.</summary>
    public static string? At(FileSnapshot file, TextSpan place, string? name) =>
        Nodes<Attribute>
            .In(file.Tree.Root)
            .Where(a => a.Start <= place.Start && place.Start < a.End || a.Start == place.Start)
            .Where(a => name is null || a.Name == name)
            .Where(a => a.Context == ExprContext.Load && IsPath(a))
            .Select(a => ValueWritten.Canonical(file.Text, a))
            .LastOrDefault();

    private static bool IsPath(Expr e) => e is Name || e is Attribute a && IsPath(a.Value);
}
