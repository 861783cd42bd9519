using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Refactorings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// A star unpacks at compile time, so it needs a tuple, whose length is in its type; a list has any length.
/// </summary>
public sealed class StarredListArgument : Rule
{
    /// <summary>Methods of a tensor whose only positional parameter is a list of ints.</summary>
    private static readonly HashSet<string> SizeMethods =
    [
        "view",
        "reshape",
        "expand",
        "repeat",
        "permute",
        "tile",
        "new_zeros",
        "new_ones",
        "new_empty",
    ];

    private static readonly HashSet<string> SizeFunctions =
    [
        "torch.zeros",
        "torch.ones",
        "torch.empty",
        "torch.rand",
        "torch.randn",
    ];

    public override string Id => "starred-list-argument";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var model = context.File.Model;
        foreach (var node in context.Compiled.Live<Starred>())
        {
            var starred = node.Node;
            if (starred.Context != ExprContext.Load || starred.Parent is not (Call or ListExpr or TupleExpr))
                continue;
            var type = model.TypeOf(starred.Value);
            string shown = context.File.Text[starred.Span];
            if (type is PrimitiveType or OptionalType && type != TorchType.Any)
                context.Report(
                    this,
                    node.Severity,
                    starred.Span,
                    $"'{shown}' unpacks {TypeWords.Of(type)}, and TorchScript unpacks tuples only: pass it as "
                        + "it is, or name its parts.",
                    node.Body
                );
            if (type is not ListType list)
                continue;
            context.Report(
                this,
                node.Severity,
                starred.Span,
                $"'{shown}' unpacks {TypeWords.Of(list)}, whose length the compiler does not know: pass the "
                    + "list itself, or name its elements.",
                node.Body,
                Fixed(context, node.Body, starred) is { } fix ? [fix] : []
            );
        }
    }

    private static Fix? Fixed(RuleContext context, CompiledBody body, Starred starred) =>
        starred.Parent is Call call
            ? AsList(context.File, call)
                ?? TupleOfList.Spread(
                    context.File,
                    starred,
                    [.. context.Calls.CalleesOf(body.Def).Where(c => ReferenceEquals(c.At, call)).Select(c => c.Callee)]
                )
        : starred.Parent is TupleExpr or ListExpr
            ? AsOneList(context.File, (Expr)starred.Parent) ?? AssignedApart(context.File, starred)
        : null;

    private static NodeList<Expr> ElementsOf(Expr sequence) =>
        sequence is TupleExpr tuple ? tuple.Elements : ((ListExpr)sequence).Elements;

    /// <summary>Sizes that are given as a tuple: <c>torch.zeros((*x.shape, 1))</c>.</summary>
    private static Fix? AsOneList(FileSnapshot file, Expr sequence) =>
        sequence.Parent is Call call && call.Args is [var first, ..] && first == sequence && TakesSizes(file, call)
            ? Written(file, ElementsOf(sequence), sequence.ParenthesizedSpan, alone: false)
            : null;

    /// <summary><c>b, c, t, s = (*x.size(), n)</c> as one assignment for the sizes and one for each other value.</summary>
    private static Fix? AssignedApart(FileSnapshot file, Starred starred)
    {
        if (
            starred.Parent is not Expr { Parent: Assign { TypeComment: null } assign } sequence
            || assign.Value != sequence
            || assign.Targets is not [TupleExpr { Elements: var targets }]
            || targets.Any(t => t is not Name)
            || !Indentation.StartsItsLine(file.Text, assign.Start)
            || file.Text[assign.Span].Contains('\n', StringComparison.Ordinal)
        )
            return null;
        var values = ElementsOf(sequence);
        int taken = targets.Count - (values.Count - 1);
        if (taken < 1 || values.Count(v => v is Starred) != 1)
            return null;
        var lines = new List<string>();
        var stored = new HashSet<string>();
        int at = 0;
        foreach (var value in values)
        {
            int count = value is Starred ? taken : 1;
            if (value.Find<Name>().Any(n => stored.Contains(n.Id)))
                return null;
            var names = targets.Skip(at).Take(count).Cast<Name>().Select(n => n.Id).ToList();
            string left = string.Join(", ", names) + (value is Starred && count == 1 ? "," : "");
            lines.Add($"{left} = {file.Text[value is Starred all ? all.Value.Span : value.ParenthesizedSpan]}");
            stored.UnionWith(names);
            at += count;
        }
        string indent = file.Text.IndentationOf(file.Text.LineOf(assign.Start));
        return new Fix(
            "Assign the sizes and the rest apart",
            FixSafety.Suggested,
            [new TextEdit(assign.Span, string.Join(file.Text.DominantLineBreak + indent, lines))]
        );
    }

    private static bool TakesSizes(FileSnapshot file, Call call) =>
        call.Func is Attribute method
            && SizeMethods.Contains(method.Name)
            && file.Model.TypeOf(method.Value) == TorchType.Tensor
        || file.Model.ResolveName(call.Func) is { } function && SizeFunctions.Contains(function);

    /// <summary>Sizes given one by one or as one list are the same to these functions.</summary>
    private static Fix? AsList(FileSnapshot file, Call call) =>
        call.Args.Count > 0 && TakesSizes(file, call)
            ? Written(
                file,
                call.Args,
                TextSpan.FromBounds(call.Args[0].ParenthesizedSpan.Start, call.Args[^1].ParenthesizedSpan.End),
                alone: call.Args.Count == 1
            )
            : null;

    /// <param name="alone">True where what is unpacked can be passed as it is.</param>
    private static Fix? Written(FileSnapshot file, NodeList<Expr> values, TextSpan span, bool alone)
    {
        var model = file.Model;
        var safety = FixSafety.Safe;
        var parts = new List<string>();
        var plain = new List<string>();
        foreach (var argument in values)
        {
            if (argument is Starred starred)
            {
                if (model.TypeOf(starred.Value) != TorchType.List(TorchType.Int))
                    return null;
                if (plain.Count > 0)
                    parts.Add($"[{string.Join(", ", plain)}]");
                plain.Clear();
                // A torch.Size is a tuple to Python, and adds to no list.
                parts.Add(
                    alone ? file.Text[starred.Value.ParenthesizedSpan] : $"list({file.Text[starred.Value.Span]})"
                );
            }
            else
            {
                // Beside unpacked sizes only sizes can stand.
                if (model.TypeOf(argument) is var type && type != TorchType.Int && !type.IsUnknown)
                    return null;
                if (type.IsUnknown)
                    safety = FixSafety.Suggested;
                plain.Add(file.Text[argument.ParenthesizedSpan]);
            }
        }
        // Without any size torch takes no unpacked list, and takes an empty one.
        if (values.All(v => v is Starred))
            safety = FixSafety.Suggested;
        if (plain.Count > 0)
            parts.Add($"[{string.Join(", ", plain)}]");
        string written = string.Join(" + ", parts);
        return new Fix("Pass the sizes as one list", safety, [new TextEdit(span, written)]);
    }
}
