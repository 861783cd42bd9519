using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.Tracing;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>A trace holds a loop as often as it was repeated while it was recorded.</summary>
public sealed class TracedLoopIsUnrolled : TraceRule
{
    public override string Id => "traced-loop-is-unrolled";

    private protected override void Check(RuleContext context, TracedFunction function)
    {
        foreach (var loop in function.All<For>())
            if (Length(function.Values, loop.Iter) is { } cause)
                Report(context, function, TextSpan.FromBounds(loop.Start, loop.Iter.End), cause);
        foreach (var loop in function.All<Comprehension>())
            if (Length(function.Values, loop.Iter) is { } cause)
                Report(context, function, loop.Iter.Span, cause);
    }

    private void Report(RuleContext context, TracedFunction function, TextSpan span, Expr cause) =>
        Report(
            context,
            function,
            span,
            $"The trace unrolls this loop as often as it ran while recording; '{Shown(context.File, cause)}' "
                + "changes with the input. "
                + "Write it without a loop, or script this function (torch.jit.script_if_tracing)."
        );

    /// <summary>
    /// The part of an iterable on which the number of repetitions hangs, where that changes with the inputs.
    /// </summary>
    private static Expr? Length(TracedValues values, Expr iterable)
    {
        if (iterable is Call { Func: Name { Id: "range" }, Args: var bounds })
            return bounds.FirstOrDefault(b =>
                Contains(b, part => values.KindOf(part) is TracedKind.Tensor or TracedKind.Size)
            );
        if (
            iterable is Call
            {
                Func: Name { Id: "enumerate" or "zip" or "reversed" or "list" or "tuple" or "sorted" },
                Args: var inner
            }
        )
            return inner.Select(a => Length(values, a)).FirstOrDefault(a => a is not null);
        if (values.KindOf(iterable) == TracedKind.Tensor)
            return iterable;
        // As many pieces as the Tensor has rows, or pieces of a size.
        return
            iterable is Call { Func: Attribute { Name: "split" or "unbind" or "tensor_split" } }
            && values.KindOf(iterable) == TracedKind.Tensors
            ? iterable
            : null;
    }

    /// <summary>Numbers made of a size or a Tensor (int(...), len(...)) too.</summary>
    private static bool Contains(Expr bound, Func<Expr, bool> changes)
    {
        if (changes(bound))
            return true;
        return bound switch
        {
            BinOp operation => Contains(operation.Left, changes) || Contains(operation.Right, changes),
            UnaryOp unary => Contains(unary.Operand, changes),
            Call { Func: Name { Id: "int" or "len" or "min" or "max" or "round" or "abs" }, Args: var args } =>
                args.Any(a => Contains(a, changes)),
            Call { Func: Attribute { Name: "item", Value: var tensor } } => changes(tensor),
            _ => false,
        };
    }
}
