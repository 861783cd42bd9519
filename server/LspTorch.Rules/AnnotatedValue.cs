using System.Collections.Immutable;
using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>
/// A value that is stored to a variable whose annotation it does not have: TorchScript converts nothing there.
/// </summary>
public sealed class AnnotatedValue : ProblemRule
{
    public override string Id => "annotated-value";
    protected override ProblemKind Kind => ProblemKind.AnnotatedValue;

    protected override ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, TypeProblem problem)
    {
        if (problem is not { At: AnnAssign { Target: Name, Value: { } value } assign, Wanted: { } wanted })
            return [];
        var given = context.File.Model.TypeOf(value);
        var number = TypeRelations.WithoutNone(wanted);
        // What 'item' gives has the type that is meant; any other conversion would change what eager computes, and a
        // true annotation does not.
        if (given == TorchType.Number && (number == TorchType.Float || number == TorchType.Int))
            return
            [
                new Fix(
                    $"Convert it: '{number}(...)'",
                    FixSafety.Suggested,
                    [
                        TextEdit.Insert(value.ParenthesizedSpan.Start, $"{number}("),
                        TextEdit.Insert(value.ParenthesizedSpan.End, ")"),
                    ]
                ),
            ];
        if (
            !given.IsWritable
            || given.HasUnknown
            || AnnotationWriter.Write(context.File.Model, given) is not { } written
        )
            return [];
        return
        [
            new Fix(
                $"Annotate what it is: '{written.Text}'",
                FixSafety.Suggested,
                [
                    new TextEdit(assign.Annotation.ParenthesizedSpan, written.Text),
                    .. AnnotationWriter.ImportEdits(context.File.Model, written.Imports),
                ]
            ),
        ];
    }
}
