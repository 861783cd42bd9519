using System.Collections.Immutable;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>An attribute that a method other than __init__ makes, there from the beginning.</summary>
/// <param name="Type">What the run saw in it.</param>
internal sealed record AttributeBegun(string Path, string Class, string Name, string Type)
    : LiveRepair(Path, "attribute-assignment", $"Initialize self.{Name} ({Type}) in __init__ of {Class}")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (
            ClassOf(file, Class) is not { } type
            || type.Body.OfType<FunctionDef>().FirstOrDefault(f => f.Name == "__init__") is not { } init
            || Nodes<Call>.In(type).Any(c => c.Func is Syntax.Name { Id: "hasattr" or "getattr" })
            || Nodes<Attribute>.In(init).Any(a => IsOfSelf(a, Name) && a.Context == ExprContext.Store)
            || AnnotationWriter.Write(file.Model, Type) is not { } written
        )
            return [];
        var text = file.Text;
        string start = Type switch
        {
            "Tensor" => "torch.empty(0)",
            "int" => "0",
            "float" => "0.0",
            "bool" => "False",
            "str" => "\"\"",
            _ when Type.StartsWith("Optional[", StringComparison.Ordinal) => "None",
            _ when Type.StartsWith("List[", StringComparison.Ordinal) => "[]",
            _ when Type.StartsWith("Dict[", StringComparison.Ordinal) => "{}",
            _ => "",
        };
        if (start.Length == 0)
            return [];
        var edits = new List<TextEdit>();
        if (Type is not ("Tensor" or "int" or "float" or "bool" or "str"))
        {
            // An annotation has its effect at class level alone.
            var first = type.Body[0];
            int line = text.LineOf(first.Start);
            if (Editing.Blocks.IsDocstring(first) && type.Body.Count > 1)
                line = text.LineOf(first.End) + 1;
            string indent = text.IndentationOf(text.LineOf(first.Start));
            edits.Add(TextEdit.Insert(text.LineStart(line), $"{indent}{Name}: {written.Text}{text.DominantLineBreak}"));
            edits.AddRange(AnnotationWriter.ImportEdits(file.Model, written.Imports));
        }
        var last = init.Body[^1];
        int end = text.LineOf(last.End);
        string code = $"{text.IndentationOf(text.LineOf(init.Body[0].Start))}self.{Name} = {start}";
        bool broken = text.LineEndWithBreak(end) > text.LineEnd(end);
        edits.Add(
            TextEdit.Insert(
                text.LineEndWithBreak(end),
                broken ? code + text.DominantLineBreak : text.DominantLineBreak + code
            )
        );
        return [.. edits];
    }

    /// <summary>The type that the run saw in an attribute, by its assignments; null where it saw none.</summary>
    public static string? Observed(FileSnapshot file, string type, string name) =>
        ClassOf(file, type) is { } found
            ? Nodes<Attribute>
                .In(found)
                .Where(a => a.Context == ExprContext.Store && IsOfSelf(a, name))
                .Select(a => file.Observations.Find(PlaceKind.Attribute, a.Span)?.JoinedType)
                .FirstOrDefault(t => t is not null)
            : null;
}
