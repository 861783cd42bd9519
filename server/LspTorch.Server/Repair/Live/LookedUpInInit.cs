using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// What a table of the module has for an attribute, <c>LIMITS[self.mode]</c>: looked up in __init__, which alone sets
/// the attribute, and kept in one of its own.
/// </summary>
internal sealed record LookedUpInInit(string Path, string Class, string Expression)
    : LiveRepair(Path, "python-value-in-script", $"Look up '{Expression}' in __init__ of {Class}")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (
            ClassOf(file, Class) is not { } type
            || type.Body.OfType<FunctionDef>().FirstOrDefault(f => f.Name == "__init__") is not { } init
        )
            return [];
        var reads = file
            .Model.CompiledFunctions.Where(c => c.Class == type && c.Function != init)
            .Select(c => c.Function)
            .Distinct()
            .SelectMany(f => f.Body)
            .SelectMany(Nodes<Subscript>.In)
            .Where(s => Is(s) && ValueWritten.Canonical(file.Text, s) == Expression)
            .Distinct()
            .ToList();
        if (reads is not [{ Value: Name table, Index: Attribute key }, ..] || !IsKept(type, init, key.Name))
            return [];
        var text = file.Text;
        string name = UniqueNames.For(file, $"{table.Id.ToLowerInvariant().TrimStart('_')}_of_{key.Name}");
        var last = init.Body[^1];
        int end = text.LineEndWithBreak(text.LineOf(last.End));
        string code = $"{text.IndentationOf(text.LineOf(init.Body[0].Start))}self.{name} = {text[reads[0].Span]}";
        bool broken = end > text.LineEnd(text.LineOf(last.End));
        return
        [
            TextEdit.Insert(end, broken ? code + text.DominantLineBreak : text.DominantLineBreak + code),
            .. reads.Select(r => new TextEdit(r.Span, $"self.{name}")),
        ];
    }

    private static bool Is(Subscript one) =>
        one is { Context: ExprContext.Load, Value: Name, Index: Attribute { Value: Name { Id: "self" } } };

    private static bool IsKept(ClassDef type, FunctionDef init, string name)
    {
        var stores = Nodes<Attribute>.In(type).Where(a => a.Context == ExprContext.Store && IsOfSelf(a, name)).ToList();
        return stores.Count > 0 && stores.All(s => init.Start <= s.Start && s.Start < init.End);
    }

    /// <summary>Such expressions in a function, of tables that the module has.</summary>
    public static IEnumerable<string> In(FileSnapshot file, FunctionDef function) =>
        function
            .Body.SelectMany(Nodes<Subscript>.In)
            .Where(s =>
                Is(s)
                && !Nodes<Name>.In(function).Any(n => n.Context == ExprContext.Store && n.Id == ((Name)s.Value).Id)
            )
            .Where(s => function.Args.Find(((Name)s.Value).Id) is null)
            .Select(s => ValueWritten.Canonical(file.Text, s))
            .Distinct();
}
