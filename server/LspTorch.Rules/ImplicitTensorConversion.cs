using System.Collections.Immutable;
using System.Diagnostics;
using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Problems;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>
/// A Tensor where an int, float or complex is wanted: TorchScript converts it silently, and eager does not.
/// </summary>
public sealed class ImplicitTensorConversion : ProblemRule<TensorConversion>
{
    public override string Id => "implicit-tensor-conversion";
    public override Severity DefaultSeverity => Severity.Warning;

    protected override string MessageOf(TensorConversion problem) =>
        problem switch
        {
            ConvertedStore(_, var name, var outside) => Converted(
                $"'{name}' is {outside} outside this branch or loop",
                problem
            ),
            ConvertedReturn(_, var declared) => Converted($"The function is annotated to return {declared}", problem),
            ConvertedArgument(_, var parameter, var function, var type) => Converted(
                $"'{parameter}' of '{function}' is {type}",
                problem
            ),
            _ => throw new UnreachableException(),
        };

    private static string Converted(string reason, TensorConversion problem) =>
        $"{reason}, so TorchScript silently turns this Tensor into {problem.Wanted}; eager keeps the Tensor. It fails "
        + "at run time if "
        + $"the Tensor has dimensions, requires grad{(problem.Wanted == TorchType.Int ? " or is not an integer" : "")}.";

    /// <summary>
    /// A parameter that is only taken for a Tensor, as its default shows, wants an annotation
    /// (<see cref="UnannotatedNonTensorDefault"/>), not a conversion.
    /// </summary>
    protected override bool Reports(RuleContext context, CompiledBody body, TensorConversion problem) =>
        problem.At is not Name { Context: ExprContext.Load } name
        || body.Def.Args.Find(name.Id) is not { Annotation: null, Default: { } value }
        || DefaultValues.TypeOf(context.File, value) is not { } type
        || type == TorchType.Tensor
        || type == TorchType.None;

    protected override ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, TensorConversion problem) =>
        (
            problem.At switch
            {
                Name { Context: ExprContext.Store } target => StartAsTensor(context, body, target),
                Expr value and not Starred => Convert(context.File, value, problem.Wanted),
                _ => null,
            }
        )
            is { } fix
            ? [fix]
            : [];

    /// <summary>
    /// Functions of math make a number of a Tensor anyway; elsewhere eager mode goes on with the Tensor.
    /// </summary>
    private static Fix Convert(FileSnapshot file, Expr value, TorchType? wanted)
    {
        string title = $"Convert it: '{wanted}(...)'";
        ImmutableArray<TextEdit> edits = [TextEdit.Insert(value.Start, $"{wanted}("), TextEdit.Insert(value.End, ")")];
        bool isNumberAnyway =
            value.Parent is Call call
            && !ReferenceEquals(call.Func, value)
            && file.Model.ResolveName(call.Func)?.StartsWith("math.", StringComparison.Ordinal) == true;
        return isNumberAnyway
            ? new Fix(title, FixSafety.Suggested, edits)
            : Fix.Changing(title, "eager mode goes on with a number too, without gradient", edits);
    }

    /// <summary>
    /// Where the variable starts as a number and everything else that is stored to it is a Tensor. 'acc += t' makes a
    /// new value of a number and changes a Tensor in
    /// place, so it is written out. Who sees the number itself sees another value than a Tensor.
    /// </summary>
    private static Fix? StartAsTensor(RuleContext context, CompiledBody body, Name target)
    {
        var file = context.File;
        var uses = new Uses(target.Id);
        foreach (var statement in body.Def.Body)
            uses.Visit(statement);
        if (
            uses.Stores
            is not [
                {
                    Parent: Assign
                    {
                        Targets: [Name],
                        Value: Constant { Kind: ConstantKind.Int or ConstantKind.Float } value
                    }
                },
                .. var later,
            ]
        )
            return null;
        var converted = file.Model.ProblemsOf(body.Def).OfType<TensorConversion>().Select(p => p.At).ToHashSet();
        if (!later.All(converted.Contains))
            return null;
        var updates = later.Select(s => s.Parent).ToArray();
        bool unseen = uses.Loads.All(load =>
            updates.Any(u => u is not null && u.Span.Contains(load.Span))
            || IsAddedToTensor(file, load)
            || updates.OfType<Stmt>().Any(u => u.End <= load.Start && AlwaysRuns(file, u, body.Def))
        );
        var edits = new List<TextEdit>();
        foreach (var update in updates.OfType<AugAssign>())
        {
            // Elsewhere kept, the tensor of an earlier turn would have changed too.
            if (
                uses.Loads.Any(l =>
                    !IsAddedToTensor(file, l) && !update.Span.Contains(l.Span) && IsInSameLoop(l, update)
                )
            )
                return null;
            edits.AddRange(SyntaxRepairs.WrittenOut(file, update, (Name)update.Target));
        }
        string made = TorchNames.Member(file, "tensor", out var import);
        string title = $"Start '{target.Id}' as a Tensor";
        ImmutableArray<TextEdit> all =
        [
            .. import is { } line ? [line] : ImmutableArray<TextEdit>.Empty,
            TextEdit.Insert(value.Start, made + "("),
            TextEdit.Insert(value.End, ")"),
            .. edits,
        ];
        return unseen
            ? new Fix(title, FixSafety.Suggested, all)
            : Fix.Changing(title, "where nothing is stored to it later, it is a Tensor, not a number", all);
    }

    /// <summary>
    /// An operand beside a Tensor: what comes of it is a Tensor, whether the other is one or a number.
    /// </summary>
    private static bool IsAddedToTensor(FileSnapshot file, Name load) =>
        load.Parent
            is BinOp { Op: BinaryOperator.Add or BinaryOperator.Sub or BinaryOperator.Mult or BinaryOperator.Div } sum
        && file.Model.TypeOf(ReferenceEquals(sum.Left, load) ? sum.Right : sum.Left) == TorchType.Tensor;

    /// <summary>Not in a branch, and in no loop that may have nothing to visit.</summary>
    private static bool AlwaysRuns(FileSnapshot file, Stmt statement, FunctionDef function)
    {
        for (Node? at = statement; at?.Parent is { } parent; at = parent)
        {
            if (ReferenceEquals(parent, function))
                return true;
            bool enters =
                parent is With
                || parent is For { OrElse.Count: 0 } loop
                    && at is Stmt inner
                    && loop.Body.Contains(inner)
                    && Visits(file, loop.Iter);
            if (!enters)
                return false;
        }
        return false;
    }

    private static bool Visits(FileSnapshot file, Expr iterated) =>
        iterated switch
        {
            ListExpr { Elements: var elements } => elements.Any(e => e is not Starred),
            TupleExpr { Elements: var elements } => elements.Any(e => e is not Starred),
            Call
            {
                Func: Name { Id: "range" },
                Args: [Constant { Kind: ConstantKind.Int, Value: long and > 0 }],
                Keywords.Count: 0
            } call => file.Model.ResolveName(call.Func) == "builtins.range",
            _ => false,
        };

    private static bool IsInSameLoop(Node a, Node b) =>
        b.Ancestors().Where(n => n is For or While).Any(loop => loop.Span.Contains(a.Span));

    private sealed class Uses(string name) : SyntaxWalker
    {
        public List<Name> Stores { get; } = [];
        public List<Name> Loads { get; } = [];

        public override void Visit(Node node)
        {
            if (node is Name use && use.Id == name)
                (use.Context == ExprContext.Store ? Stores : Loads).Add(use);
            base.Visit(node);
        }
    }
}
