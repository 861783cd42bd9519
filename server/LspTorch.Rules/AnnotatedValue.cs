using System.Collections.Immutable;
using System.Diagnostics;
using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Problems;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>
/// A value that is stored to a variable whose annotation it does not have: TorchScript converts nothing there.
/// </summary>
public sealed class AnnotatedValue : RefusalRule<AnnotationProblem>
{
    public override string Id => "annotated-value";

    protected override string MessageOf(AnnotationProblem problem) =>
        problem switch
        {
            AnnotatedTypeDiffers(_, var name, var annotated, var given, var isDisplay) =>
                $"'{name}' is annotated {annotated}, but got {TypeWords.Of(given)}{Advice(annotated.Type, given.Type, isDisplay)}.",
            AnnotatedInterfaceDiffers(_, var name, var wanted, var lacks) =>
                $"'{name}' is annotated with the interface '{wanted}', and {InterfaceWords.Of(lacks)}.",
            ElementLacksInterface(_, var container, var wanted, var lacks) =>
                $"Every module of '{container}' must implement the interface '{wanted}', and "
                    + $"{InterfaceWords.Of(lacks)}.",
            AnnotatedAgain(_, var name) =>
                $"'{name}' has a value already outside this branch or loop, and can be annotated only where it starts.",
            AnnotateCallDiffers(_, var annotated, var given) =>
                $"'torch.jit.annotate' names the type {annotated}, but got {TypeWords.Of(given)}: convert it first.",
            _ => throw new UnreachableException(),
        };

    private static string Advice(TorchType annotated, TorchType given, bool isDisplay) =>
        given == TorchType.Int && TypeRelations.WithoutNone(annotated) == TorchType.Float
            ? ": write 'float(...)', or the number with a decimal point"
        : given == TorchType.Number && TypeRelations.IsNumber(annotated) ? $": write '{annotated}(...)'"
        : given == TorchType.Tensor && TypeRelations.IsNumber(annotated) ? $": write '{annotated}(...)'"
        : given is OptionalType optional && optional.Element.IsSubtypeOf(annotated)
            ? ": test it for None first, or annotate Optional"
        : (given, annotated) is (ListType, ListType) or (DictType, DictType) ? Invariance(annotated, given, isDisplay)
        : ": annotate what it is, or convert it";

    private static string Invariance(TorchType annotated, TorchType given, bool isDisplay) =>
        isDisplay
            ? given is ListType { Element: ListType or DictType }
                ? ": lists inside keep their own type; make each with its annotation first"
                : ": write elements of that type"
            : $": TorchScript does not convert {given} to {annotated}, even where its elements would fit; make a new "
                + "one, as in '[x for x in ...]'";

    protected override ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, AnnotationProblem problem)
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
