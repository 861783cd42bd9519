using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// Flags of an instance that branches of its compiled methods test by themselves: as __constants__ the compiler decides
/// by them, and leaves the dead branch alone.
/// </summary>
internal sealed record FlagsAsConstants(string Path, string Class)
    : LiveRepair(Path, "return-type-mismatch", $"Make the flags that {Class} tests constants of the compiled code")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (
            ClassOf(file, Class) is not { Body: [var first, ..] } type
            || Nodes<Name>.In(type).Any(n => n.Id == "__constants__")
        )
            return [];
        var compiled = file.Model.CompiledFunctions.Where(c => c.Class == type).Select(c => c.Function).Distinct();
        var tests = compiled.SelectMany(Nodes<If>.In).Select(i => i.Test).SelectMany(Flags);
        var set = Nodes<Attribute>
            .In(type)
            .Where(a => a.Context == ExprContext.Store && a.Value is Name { Id: "self" })
            .Select(a => a.Name)
            .ToHashSet();
        string[] flags = [.. tests.Where(set.Contains).Distinct().Order(StringComparer.Ordinal)];
        if (flags.Length == 0)
            return [];
        var text = file.Text;
        int line = text.LineOf(first.Start);
        // A docstring stays first.
        if (first is ExprStmt { Value: Constant } && type.Body.Count > 1)
            line = text.LineOf(first.End) + 1;
        string indent = text.IndentationOf(text.LineOf(first.Start)),
            end = text.DominantLineBreak;
        string names = string.Join(", ", flags.Select(f => $"\"{f}\""));
        return [TextEdit.Insert(text.LineStart(line), $"{indent}__constants__ = [{names}]{end}{end}")];
    }

    private static IEnumerable<string> Flags(Expr test) =>
        test switch
        {
            Attribute { Value: Name { Id: "self" } } flag => [flag.Name],
            UnaryOp { Op: UnaryOperator.Not } not => Flags(not.Operand),
            _ => [],
        };
}
