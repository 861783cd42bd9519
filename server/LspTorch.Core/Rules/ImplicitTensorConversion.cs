using System.Collections.Immutable;
using LspTorch.Core.Syntax;
using LspTorch.Core.Text;
using LspTorch.Core.TorchScript;
using LspTorch.Core.TorchScript.Inference;

namespace LspTorch.Core.Rules;

/// <summary>A Tensor where an int, float or complex is wanted: TorchScript converts it silently, and eager does not.</summary>
public sealed class ImplicitTensorConversion : ProblemRule
{
    public override string Id => "implicit-tensor-conversion";
    public override Severity DefaultSeverity => Severity.Warning;
    protected override ProblemKind Kind => ProblemKind.ImplicitConversion;

    /// <summary>A parameter that is only taken for a Tensor, as its default shows, wants an annotation (<see cref="UnannotatedNonTensorDefault"/>), not a conversion.</summary>
    protected override bool Reports(RuleContext context, CompiledBody body, TypeProblem problem) =>
        problem.At is not Name { Context: ExprContext.Load } name || body.Def.Args.All().FirstOrDefault(p => p.Name == name.Id) is not { Annotation: null, Default: { } value }
        || DefaultValues.TypeOf(context.File, value) is not { } type || type == TorchType.Tensor || type == TorchType.None;

    protected override ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, TypeProblem problem) =>
        (problem.At switch
        {
            Name { Context: ExprContext.Store } target => StartAsTensor(context, body, target),
            Expr value and not Starred => Convert(context.File, value, problem.Wanted),
            _ => null,
        }) is { } fix ? [fix] : [];

    /// <summary>Functions of math make a number of a Tensor anyway; elsewhere eager mode goes on with the Tensor.</summary>
    private static Fix Convert(FileSnapshot file, Expr value, TorchType? wanted)
    {
        string title = $"Convert it: '{wanted}(...)'";
        ImmutableArray<TextEdit> edits = [TextEdit.Insert(value.Start, $"{wanted}("), TextEdit.Insert(value.End, ")")];
        bool isNumberAnyway = value.Parent is Call call && !ReferenceEquals(call.Func, value) && file.Model.ResolveName(call.Func)?.StartsWith("math.", StringComparison.Ordinal) == true;
        return isNumberAnyway ? new Fix(title, FixSafety.Suggested, edits) : Fix.Changing(title, "eager mode goes on with a number too, without gradient", edits);
    }

    /// <summary>Where the variable starts as a number and everything else that is stored to it is a Tensor.</summary>
    private static Fix? StartAsTensor(RuleContext context, CompiledBody body, Name target)
    {
        var stores = new Stores(target.Id);
        foreach (var statement in body.Def.Body) stores.Visit(statement);
        if (stores.Found is not [{ Parent: Assign { Targets: [Name], Value: Constant { Kind: ConstantKind.Int or ConstantKind.Float } value } }, .. var later]) return null;
        var converted = context.File.Model.ProblemsOf(body.Def).Where(p => p.Kind == ProblemKind.ImplicitConversion).Select(p => p.At).ToHashSet();
        if (!later.All(converted.Contains)) return null;
        string made = TorchNames.Member(context.File, "tensor", out var import);
        return Fix.Changing($"Start '{target.Id}' as a Tensor", "it is one where nothing is added, too, and '+=' changes it in place",
            [.. import is { } line ? [line] : ImmutableArray<TextEdit>.Empty, TextEdit.Insert(value.Start, made + "("), TextEdit.Insert(value.End, ")")]);
    }

    private sealed class Stores(string name) : SyntaxWalker
    {
        public List<Name> Found { get; } = [];

        public override void Visit(Node node)
        {
            if (node is Name { Context: ExprContext.Store } store && store.Id == name) Found.Add(store);
            base.Visit(node);
        }
    }
}
