using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// <c>n = n or E</c> of a parameter that is None by default: it is annotated as what E is, and None is asked for first.
/// </summary>
internal sealed record DefaultedByOr(string Path, string Function, string Name)
    : LiveRepair(Path, "condition-not-bool", $"Test '{Name} is not None' first in {Function}, and annotate it")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (
            Refusal.Function(file, Function) is not { } function
            || function.Args.All().FirstOrDefault(a => a.Name == Name)
                is not { Default: Constant { Kind: ConstantKind.None } } parameter
            || Nodes<Assign>.In(function).FirstOrDefault(IsDefault) is not { } assign
            || !Indentation.StartsItsLine(file.Text, assign.Start)
            || assign is not { Targets: [Syntax.Name target], Value: BoolOp { Values: [_, var other] } }
        )
            return [];
        var edits = new List<TextEdit>();
        if (
            parameter.Annotation is null
            && file.Model.TypeOf(other) is { IsUnknown: false } type
            && AnnotationWriter.Write(file.Model, $"Optional[{type}]") is { } written
        )
            edits.AddRange(AnnotationWriter.AnnotateParameter(file.Model, parameter, written));
        var text = file.Text;
        string indent = text.IndentationOf(text.LineOf(assign.Start)),
            unit = Indentation.Unit(text, function),
            fallback = text[other.ParenthesizedSpan],
            // A parameter keeps its type: what it becomes has another name.
            name = target.Id == Name ? UniqueNames.For(file, $"{Name}_given") : target.Id;
        string[] lines =
        [
            $"if {Name} is None:",
            $"{unit}{name} = {fallback}",
            $"elif {Name}:",
            $"{unit}{name} = {Name}",
            "else:",
            $"{unit}{name} = {fallback}",
        ];
        edits.Add(new TextEdit(assign.Span, string.Join(text.DominantLineBreak + indent, lines)));
        if (name != target.Id)
            edits.AddRange(
                Nodes<Syntax.Name>
                    .In(function)
                    .Where(n => n.Id == Name && n.Start > assign.End)
                    .Select(n => new TextEdit(n.Span, name))
            );
        return [.. edits];
    }

    private bool IsDefault(Assign assign) =>
        assign
            is {
                Targets: [Syntax.Name],
                Value: BoolOp { Op: BoolOperator.Or, Values: [Syntax.Name { Id: var first }, _] }
            }
        && first == Name;
}
