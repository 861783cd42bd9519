using LspTorch.Compilation;
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
            : null;

    /// <summary>Sizes given one by one or as one list are the same to these functions.</summary>
    private static Fix? AsList(FileSnapshot file, Call call)
    {
        var model = file.Model;
        if (call.Args.Count == 0)
            return null;
        bool sizes =
            call.Func is Attribute method
                && SizeMethods.Contains(method.Name)
                && model.TypeOf(method.Value) == TorchType.Tensor
            || model.ResolveName(call.Func) is { } function && SizeFunctions.Contains(function);
        if (!sizes)
            return null;
        var safety = FixSafety.Safe;
        var parts = new List<string>();
        var plain = new List<string>();
        foreach (var argument in call.Args)
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
                    call.Args.Count == 1
                        ? file.Text[starred.Value.ParenthesizedSpan]
                        : $"list({file.Text[starred.Value.Span]})"
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
        if (plain.Count > 0)
            parts.Add($"[{string.Join(", ", plain)}]");
        string written = string.Join(" + ", parts);
        return new Fix(
            "Pass the sizes as one list",
            safety,
            [
                new TextEdit(
                    TextSpan.FromBounds(call.Args[0].ParenthesizedSpan.Start, call.Args[^1].ParenthesizedSpan.End),
                    written
                ),
            ]
        );
    }
}
