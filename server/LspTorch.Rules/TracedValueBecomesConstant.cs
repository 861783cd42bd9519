using LspTorch.Findings;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.Tracing;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>What leaves torch for Python while a trace is recorded is a constant of the trace.</summary>
public sealed class TracedValueBecomesConstant : TraceRule
{
    public override string Id => "traced-value-becomes-constant";

    private protected override void Check(RuleContext context, TracedFunction function)
    {
        foreach (var call in function.All<Call>())
        {
            if (IsBoundOfLoop(call) || IsTest(call))
                continue;
            if (Cause(context, function.Values, call) is not { } cause)
                continue;
            string shown = Shown(context.File, call);
            string message = cause.Value is null
                ? $"'{shown}' runs once, while the trace is recorded: the trace keeps its result as a constant. "
                    + "Use torch's functions, or pass the value in."
                : $"'{shown}' makes a Python value of {cause.What}: the trace keeps the value of the recorded run "
                    + "as a constant. "
                    + "Keep it a Tensor, or script this function (torch.jit.script_if_tracing).";
            Report(context, function, call.Span, message, [.. FixOf(context, function.Values, call)]);
        }
    }

    private readonly record struct Origin(string What, Expr? Value);

    private static Origin? Cause(RuleContext context, TracedValues values, Call call)
    {
        if (
            call.Func
                is Attribute { Name: "item" or "tolist" or "numpy" or "__int__" or "__float__" or "__bool__" } method
            && values.KindOf(method.Value) == TracedKind.Tensor
        )
            return new Origin("a Tensor", method.Value);
        if (call.Func is not (Name or Attribute) || context.File.Model.ResolveName(call.Func) is not { } name)
            return null;
        if (
            name.StartsWith("random.", StringComparison.Ordinal)
            || name.StartsWith("numpy.random.", StringComparison.Ordinal)
            || name is "time.time" or "time.perf_counter"
        )
            return new Origin("", null);
        bool converts =
            name
                is "builtins.int"
                    or "builtins.float"
                    or "builtins.bool"
                    or "builtins.complex"
                    or "builtins.round"
                    or "builtins.max"
                    or "builtins.min"
            || name.StartsWith("math.", StringComparison.Ordinal);
        if (name == "builtins.len" && call.Args is [var measured] && values.KindOf(measured) == TracedKind.Tensor)
            return new Origin("the size of an input", measured);
        if (converts)
            return OfArguments(values, call.Args);
        if (name is "torch.tensor" or "torch.as_tensor" && call.Args is [ListExpr or TupleExpr, ..])
            return OfArguments(
                values,
                call.Args[0] is ListExpr list ? list.Elements : ((TupleExpr)call.Args[0]).Elements
            );
        return null;
    }

    private static Origin? OfArguments(TracedValues values, NodeList<Expr> arguments)
    {
        foreach (var argument in arguments)
            switch (values.KindOf(argument))
            {
                case TracedKind.Tensor:
                    return new Origin("a Tensor", argument);
                case TracedKind.Size:
                    return new Origin("the size of an input", argument);
            }
        return null;
    }

    /// <summary>What decides how often a loop is repeated is reported at the loop.</summary>
    private static bool IsBoundOfLoop(Call call) =>
        call.Ancestors()
            .TakeWhile(a => a is not Stmt)
            .OfType<Call>()
            .Any(c => c.Func is Name { Id: "range" } && c.Parent is For or Comprehension or Call);

    /// <summary>What decides a branch is reported at the branch.</summary>
    private static bool IsTest(Call call)
    {
        Node child = call;
        for (var at = call.Parent; at is not null; child = at, at = at.Parent)
        {
            if (at is If branch)
                return ReferenceEquals(branch.Test, child);
            if (at is While loop)
                return ReferenceEquals(loop.Test, child);
            if (at is IfExp choice && ReferenceEquals(choice.Test, child))
                return true;
            if (at is Stmt)
                return false;
        }
        return false;
    }

    /// <summary>Sizes stay recorded where arithmetic is written that the tracer knows.</summary>
    private static IEnumerable<Fix> FixOf(RuleContext context, TracedValues values, Call call)
    {
        var file = context.File;
        if (call is not { Args: [var argument], Keywords.Count: 0 })
            yield break;
        string text = file.Text[argument.ParenthesizedSpan];
        switch (call.Func)
        {
            case Name { Id: "len" } when argument is Name or Attribute:
                yield return Replace(call, $"{text}.shape[0]");
                break;
            case Name { Id: "int" } when values.KindOf(argument) == TracedKind.Size && IsWhole(argument):
                yield return Replace(call, argument is BinOp ? $"({text})" : text);
                break;
            case Name { Id: "int" } when argument is BinOp { Op: BinaryOperator.Div } half && AreWhole(values, half):
                yield return Replace(
                    call,
                    $"({file.Text[half.Left.ParenthesizedSpan]} // {file.Text[half.Right.ParenthesizedSpan]})"
                );
                break;
            case Attribute { Name: "ceil" }
                when argument is BinOp { Op: BinaryOperator.Div, Right: Constant { Value: long step } } part
                    && AreWhole(values, part):
                yield return Replace(call, $"(({file.Text[part.Left.ParenthesizedSpan]} + {step - 1}) // {step})");
                break;
        }
    }

    private static Fix Replace(Call call, string text) =>
        new($"Write '{text}', which the trace records", FixSafety.Suggested, [new TextEdit(call.Span, text)]);

    /// <summary>A size divided by a positive whole number: both roundings agree.</summary>
    private static bool AreWhole(TracedValues values, BinOp division) =>
        values.KindOf(division.Left) == TracedKind.Size
        && IsWhole(division.Left)
        && division.Right is Constant { Kind: ConstantKind.Int, Value: long and > 0 };

    private static bool IsWhole(Expr size) =>
        size switch
        {
            BinOp { Op: BinaryOperator.Div or BinaryOperator.Pow } => false,
            BinOp operation => IsWhole(operation.Left) && IsWhole(operation.Right),
            Constant { Kind: var kind } => kind == ConstantKind.Int,
            Subscript or Call => true,
            _ => false,
        };
}
