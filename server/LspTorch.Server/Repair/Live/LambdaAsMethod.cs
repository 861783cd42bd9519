using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// <c>self.act = lambda x: f(x, slope)</c> as a method of that name; what it takes from __init__ is kept in attributes.
/// </summary>
internal sealed record LambdaAsMethod(string Path, string Class, string Name)
    : LiveRepair(Path, "unconvertible-attribute", $"Make the lambda self.{Name} a method of {Class}")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (
            ClassOf(file, Class) is not { Body: [.., var last] } type
            || Nodes<Attribute>.In(type).Where(a => a.Context == ExprContext.Store && IsOfSelf(a, Name)).ToList()
                is not [{ Parent: Assign { Targets.Count: 1, Value: Lambda lambda } assign }]
            || assign.FirstAncestor<FunctionDef>() is not { Name: "__init__" } init
            || assign.Parent != init
            || lambda.Args.All().Any(a => a.Default is not null)
            || type.Body.OfType<FunctionDef>().Any(f => f.Name == Name)
        )
            return [];
        var text = file.Text;
        var own = lambda.Args.All().Select(a => a.Name).ToHashSet();
        var local = init
            .Args.All()
            .Select(a => a.Name)
            .Concat(Nodes<Name>.In(init).Where(n => n.Context == ExprContext.Store).Select(n => n.Id))
            .Where(n => n != "self" && !own.Contains(n))
            .ToHashSet();
        var taken = Nodes<Name>.In(lambda.Body).Where(n => local.Contains(n.Id)).ToList();
        string end = text.DominantLineBreak;
        var kept = taken.Select(n => n.Id).Distinct().ToDictionary(n => n, n => UniqueNames.For(file, $"{Name}_{n}"));
        string body = SourceText
            .From(text[lambda.Body.Span])
            .WithEdits(
                taken.Select(n => new TextEdit(
                    new TextSpan(n.Start - lambda.Body.Start, n.Span.Length),
                    $"self.{kept[n.Id]}"
                ))
            )
            .Text;
        string indent = text.IndentationOf(text.LineOf(type.Body[0].Start)),
            unit = indent.Contains('\t') ? "\t" : "    ",
            inner = text.IndentationOf(text.LineOf(assign.Start));
        string parameters = string.Join(", ", lambda.Args.All().Select(a => a.Name).Prepend("self"));
        string code = $"{end}{indent}def {Name}({parameters}):{end}{indent}{unit}return {body}{end}";
        int line = text.LineOf(last.End);
        bool broken = text.LineEndWithBreak(line) > text.LineEnd(line);
        string instead = string.Join(end + inner, kept.Select(k => $"self.{k.Value} = {k.Key}"));
        if (instead.Length == 0)
            instead = "pass";
        return
        [
            init.Body.Count > 1 && kept.Count == 0
                ? TextEdit.Delete(
                    TextSpan.FromBounds(
                        text.LineStart(text.LineOf(assign.Start)),
                        text.LineEndWithBreak(text.LineOf(assign.End))
                    )
                )
                : new TextEdit(assign.Span, instead),
            TextEdit.Insert(text.LineEndWithBreak(line), (broken ? "" : end) + code),
        ];
    }
}
