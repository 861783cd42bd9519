using System.Collections.Immutable;
using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>A variable gets another type in a branch or loop, or two branches leave it with different ones.</summary>
public sealed class TypeChanged : ProblemRule
{
    public override string Id => "type-changed";
    protected override ProblemKind Kind => ProblemKind.TypeChanged;

    protected override ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, TypeProblem problem) =>
        problem.At is If branch && UnionForAny(context.File, body.Def, branch) is { } fix ? [fix] : [];

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
                || function.Args.All().FirstOrDefault(p => p.Name == name) is not { } parameter
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
