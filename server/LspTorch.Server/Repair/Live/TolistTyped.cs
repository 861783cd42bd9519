using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// <c>x.tolist()</c>, whose type hangs on values: kept in a variable that is annotated with what the run saw.
/// </summary>
/// <param name="Statement">The first line of the statement.</param>
internal sealed record TolistTyped(string Path, string Function, string Statement)
    : LiveRepair(Path, "unsupported-function", $"Annotate what tolist() gives in '{Statement}'")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (Refusal.Function(file, Function) is not { } function)
            return [];
        var text = file.Text;
        var edits = new List<TextEdit>();
        foreach (var statement in Nodes<Stmt>.In(function).Where(s => OnlyEager.Short(file, s) == Statement))
        {
            if (
                Typed(file, statement) is not var (call, type)
                || AnnotationWriter.Write(file.Model, type) is not { } written
            )
                continue;
            if (statement is Assign { Targets: [Name target] } assign && assign.Value == call)
            {
                edits.AddRange(AnnotationWriter.Annotate(file.Model, target.End, ": ", written));
                continue;
            }
            if (!Indentation.StartsItsLine(text, statement.Start) || CodeLines.IsElif(text, statement))
                continue;
            string name = UniqueNames.For(file, "values"),
                indent = text.IndentationOf(text.LineOf(statement.Start));
            edits.Add(
                TextEdit.Insert(
                    statement.Start,
                    $"{name}: {written.Text} = {text[call.Span]}{text.DominantLineBreak}{indent}"
                )
            );
            edits.Add(new TextEdit(call.Span, name));
            edits.AddRange(AnnotationWriter.ImportEdits(file.Model, written.Imports));
        }
        return [.. edits];
    }

    /// <summary>The call in an assignment, or in the head of a loop, and its type by what the run saw.</summary>
    private static (Call Call, string Type)? Typed(FileSnapshot file, Stmt statement)
    {
        return statement switch
        {
            Assign { Targets: [Name target], Value: Call call } when IsTolist(call) => Of(call, target, "{0}"),
            For { Target: Name target, Iter: Call call } when IsTolist(call) => Of(call, target, "List[{0}]"),
            For { Target: TupleExpr { Elements: [_, Name target] }, Iter: Call { Func: Name { Id: "enumerate" } } loop }
                when loop.Args is [Call call] && IsTolist(call) => Of(call, target, "List[{0}]"),
            _ => null,
        };

        (Call, string)? Of(Call call, Name target, string form) =>
            file.Observations.Find(PlaceKind.Variable, target.Span)?.JoinedType is { } seen
                ? (call, form.Replace("{0}", seen, StringComparison.Ordinal))
                : null;
    }

    private static bool IsTolist(Call call) => call is { Func: Attribute { Name: "tolist" }, Args.Count: 0 };
}
