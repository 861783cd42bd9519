using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// A number taken from a tensor (<c>int(lengths.max())</c>), as torch.export can trace it: by <c>item()</c>. With a
/// size, the exported program requires that it is that size, as it was in all calls.
/// </summary>
/// <param name="Statement">The first line of the statement.</param>
/// <param name="Size">What the number is, as <c>x.size(1)</c>; null where nothing is said.</param>
internal sealed record LengthChecked(string Path, string Statement, string? Size)
    : LiveRepair(
        Path,
        "export-number",
        $"Take the number in '{Statement}' by item()" + (Size is null ? "" : $", which is {Size} when exporting")
    )
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        var text = file.Text;
        foreach (var statement in ExportStatement.Of(file, Statement))
        {
            if (
                Numbers(statement).FirstOrDefault() is not { } number
                || !Indentation.StartsItsLine(text, statement.Start)
                || CodeLines.IsElif(text, statement)
            )
                continue;
            // What a loop inside the expression takes has no value before the statement.
            if (
                Size is not null
                && number
                    .Ancestors()
                    .TakeWhile(a => a != statement)
                    .Any(a => a is ComprehensionExpr or DictComp or Lambda)
            )
                continue;
            string item = Item(file, number),
                indent = text.IndentationOf(text.LineOf(statement.Start)),
                end = text.DominantLineBreak;
            if (Size is null)
                return item == text[number.Span] ? [] : [new TextEdit(number.Span, item)];
            string exporting = TorchNames.Member(file, "compiler.is_exporting", out var import),
                unit = indent.Contains('\t', StringComparison.Ordinal) ? "\t" : "    ",
                name = UniqueNames.For(file, "length");
            // The check stands behind the number's own assignment, or the number gets one before the statement.
            if (statement is Assign { Targets: [Name target] } assign && assign.Value == number)
            {
                int behind = text.LineEndWithBreak(text.LineOf(statement.End));
                return WithImport(
                    [new TextEdit(number.Span, item), TextEdit.Insert(behind, Check(target.Id, indent))],
                    import
                );
            }
            return WithImport(
                [
                    TextEdit.Insert(
                        statement.Start,
                        $"{name} = {item}{end}{Check(name, indent).TrimEnd()}{end}{indent}"
                    ),
                    new TextEdit(number.Span, name),
                ],
                import
            );

            string Check(string checkedName, string at) =>
                $"{at}if {exporting}():{end}{at}{unit}"
                + $"{TorchNames.Member(file, "_check", out _)}({checkedName} == {Size}){end}";
        }
        return [];
    }

    private static ImmutableArray<TextEdit> WithImport(ImmutableArray<TextEdit> edits, TextEdit? import) =>
        import is { } needed ? [.. edits, needed] : edits;

    /// <summary>Numbers that the statement takes from tensors, whole ones as they are used: <c>int(x.max())</c>.</summary>
    public static IEnumerable<Expr> Numbers(Stmt statement) =>
        ExportStatement
            .Own<Call>(statement)
            .Where(c =>
                c is { Func: Name { Id: "int" or "float" }, Args: [var of], Keywords.Count: 0 }
                    && (
                        TensorValue.Is(of)
                        || of is Attribute or Subscript or Name or Call { Func: Attribute { Name: "item" } }
                    )
                || TensorValue.Is(c)
            );

    /// <summary>The tensor whose number it is, without its path through numpy and lists.</summary>
    private static string Item(FileSnapshot file, Expr number)
    {
        var value = number is Call { Func: Name { Id: "int" or "float" }, Args: [var of] } ? of : number;
        if (TensorValue.Tensor(value) is var (tensor, reduction))
            return $"{ExportStatement.Operand(file.Text[tensor.Span], tensor)}.{reduction}().item()";
        var plain = TensorValue.WithoutDetours(value);
        return $"{ExportStatement.Operand(file.Text[plain.Span], plain)}.item()";
    }

    /// <summary>Sizes of the other parameters of the function around a statement.</summary>
    public static IEnumerable<string> Sizes(Stmt statement)
    {
        if (statement.FirstAncestor<FunctionDef>() is not { } function)
            return [];
        var read = Nodes<Name>.In(statement).Select(n => n.Id).ToHashSet();
        var tensors = function
            .Args.All()
            .Select(a => a.Name)
            .Where(n => n is not ("self" or "cls") && !read.Contains(n) && !n.Contains("len", StringComparison.Ordinal))
            .ToList();
        return new[] { 1, -1, 0 }.SelectMany(d => tensors.Select(t => $"{t}.size({d})"));
    }
}
