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

/// <summary>A variable gets another type in a branch or loop, or two branches leave it with different ones.</summary>
public sealed class TypeChanged : RefusalRule<TypeChangeProblem>
{
    public override string Id => "type-changed";

    protected override string MessageOf(TypeChangeProblem problem) =>
        problem switch
        {
            ChoiceOfTypes(_, var whenTrue, var whenFalse) =>
                $"This is {whenTrue} or {whenFalse}, and TorchScript needs one type: make both the same, "
                    + "or write an if statement with an annotated variable.",
            TestedTypesDiffer(_, var name, var first, var second) =>
                $"After this 'if' TorchScript takes '{name}' for {TypeWords.Of(first)} or "
                    + $"{TypeWords.Of(second)}, which the branches tested with isinstance, and finds no type "
                    + "for both: annotate a Union instead of Any, or return from the branches.",
            BranchTypesDiffer(_, var name, var whenTrue, var whenFalse) =>
                $"'{name}' is {whenTrue} where this condition is true and {whenFalse} where it is false: "
                    + "make both the same, or annotate it before.",
            StoreInBlock(_, var name, var outside, var inside) =>
                $"'{name}' is {outside} outside this branch or loop and cannot become {inside} inside "
                    + $"it{Advice(name, outside.Type, inside.Type)}.",
            ElementTypeDiffers(_, var value, var container, var given) when IsFloatForInt(container.Type, given.Type) =>
                $"'{value}' is {container}, and {TypeWords.Of(given)} cannot be stored in it: write 'float(...)'.",
            ElementTypeDiffers(_, var value, var container, var given) =>
                $"'{value}' is {container}, and {TypeWords.Of(given)} cannot be stored in it: annotate it "
                    + "where it starts, or keep what is of another type elsewhere.",
            TensorElementDiffers(_, { Type: ListType or TupleType } given) =>
                $"A Tensor takes Tensors and numbers, and {TypeWords.Of(given)} is stored here: write "
                    + "'torch.tensor(...)' around it.",
            TensorElementDiffers(_, { Type: OptionalType } given) =>
                $"A Tensor takes Tensors and numbers, and {TypeWords.Of(given)} is stored here: test it "
                    + "for None first.",
            TensorElementDiffers(_, var given) =>
                $"A Tensor takes Tensors and numbers, and {TypeWords.Of(given)} is stored here.",
            FunctionReplacedInBlock(_, var name) =>
                $"'{name}' is a function or module outside this branch or loop, and cannot become another "
                    + "inside it: call it by its own name.",
            ModuleTestedInBlock(_, var name) =>
                $"TorchScript narrows the module '{name}' where isinstance is true, and can do so neither beside "
                    + "another condition nor in a branch or loop that is decided at run time: ask an attribute that "
                    + "every part has, set where the parts are made.",
            _ => throw new UnreachableException(),
        };

    protected override string RelatedMessageOf(TypeChangeProblem problem) =>
        problem is BranchTypesDiffer { Name: var name } ? $"'{name}' is used here" : "";

    private static string Advice(string name, TorchType outside, TorchType inside) =>
        outside == TorchType.None ? $": annotate it where it starts, '{name}: Optional[{inside}] = None'"
        : outside == TorchType.Int && inside == TorchType.Float ? ": start it as a float ('0.0')"
        : outside is ListType { IsEmptyLiteral: true }
            ? $": an empty list is a List[Tensor]; annotate it, '{name}: {inside} = []'"
        : ": use another name, or make both the same";

    private static bool IsFloatForInt(TorchType container, TorchType given) =>
        given == TorchType.Int
        && (container is DictType dict ? dict.Value : (container as ListType)?.Element) == TorchType.Float;

    protected override ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, TypeChangeProblem problem) =>
        problem switch
        {
            { At: If branch } when UnionForAny(context.File, body.Def, branch) is { } fix => [fix],
            _ => [],
        };

    /// <summary>
    /// A parameter of type Any of which each branch asks with isinstance what it is: a Union of those types, which the
    /// compiler joins again behind the branches.
    /// </summary>
    private static Fix? UnionForAny(FileSnapshot file, FunctionDef function, If first)
    {
        var types = new List<TorchType>();
        Arg? asked = null;
        for (If? branch = first; branch is not null; branch = branch.OrElse is [If next] ? next : null)
        {
            if (
                branch.Test is not Call { Args: [Name { Id: var name }, var wanted], Keywords.Count: 0 } test
                || file.Model.ResolveName(test.Func) is not ("builtins.isinstance" or "torch.jit.isinstance")
                || function.Args.Find(name) is not { } parameter
                || asked is not null && !ReferenceEquals(asked, parameter)
            )
                return null;
            asked = parameter;
            foreach (var one in wanted is TupleExpr several ? several.Elements.ToList() : [wanted])
            {
                var type = file.Model.TypeOfAnnotation(one);
                if (!type.IsWritable || type == TorchType.Any || type == TorchType.None)
                    return null;
                if (!types.Contains(type))
                    types.Add(type);
            }
        }
        if (
            asked is not { Annotation: { } annotation }
            || file.Model.DeclaredTypeOf(asked) != TorchType.Any
            || types.Count < 2
            || !TorchType.TryParse($"Union[{string.Join(", ", types)}]", out var union)
            || AnnotationWriter.Write(file.Model, union, asked.Start) is not { } written
        )
            return null;
        return new Fix(
            $"Annotate '{asked.Name}: {written.Text}'",
            FixSafety.Suggested,
            [
                new TextEdit(annotation.ParenthesizedSpan, written.Text),
                .. AnnotationWriter.ImportEdits(file.Model, written.Imports),
            ]
        );
    }
}
