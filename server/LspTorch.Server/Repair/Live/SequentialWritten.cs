using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// A Sequential that is given something other than one Tensor, for which its forward is compiled: its layers are called
/// one after the other.
/// </summary>
/// <param name="Statement">The first line of the statement that calls it.</param>
internal sealed record SequentialWritten(string Path, string Name, string Statement)
    : LiveRepair(Path, "no-matching-overload", $"Call the layers of self.{Name} one after the other in '{Statement}'")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        var edits = new List<TextEdit>();
        foreach (var assign in Nodes<Assign>.In(file.Tree.Root).Where(s => OnlyEager.Short(file, s) == Statement))
        {
            if (CallOf(assign) is not { } call || !Indentation.StartsItsLine(file.Text, assign.Start))
                continue;
            var text = file.Text;
            string indent = text.IndentationOf(text.LineOf(assign.Start)),
                unit = indent.Contains('\t') ? "\t" : "    ",
                end = text.DominantLineBreak,
                value = UniqueNames.For(file, $"{Name}_value");
            edits.Add(
                new TextEdit(
                    assign.Span,
                    $"{value} = {text[call.Args[0].Span]}{end}{indent}for layer in self.{Name}:{end}"
                        + $"{indent}{unit}{value} = layer({value}){end}"
                        + $"{indent}{text[TextSpan.FromBounds(assign.Start, call.Start)]}{value}"
                )
            );
        }
        return [.. edits];
    }

    private Call? CallOf(Assign assign) =>
        assign.Value
            is Call
            {
                Func: Attribute { Value: Syntax.Name { Id: "self" } } of,
                Args: [not Starred],
                Keywords.Count: 0
            } call
        && of.Name == Name
            ? call
            : null;

    /// <summary>The attribute of self that a statement calls with one argument; null where it calls none.</summary>
    public static string? NameIn(Stmt statement) =>
        statement
            is Assign
            {
                Value: Call
                {
                    Func: Attribute { Value: Syntax.Name { Id: "self" } } of,
                    Args: [not Starred],
                    Keywords.Count: 0
                }
            }
            ? of.Name
            : null;
}
