using System.Globalization;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// What the text proves of the lengths of module containers and of the integers that index them. A length is known as a
/// number, or by what the constructor
/// makes it from ("the parameter layers"): two containers made from the same are of one length. False means: not
/// proven.
/// </summary>
internal sealed class ContainerLengths(FileSnapshot file)
{
    /// <summary>Deeper expressions are not looked into.</summary>
    private const int MaxDepth = 6;

    /// <summary>True where <c>len(longer) >= len(shorter)</c>.</summary>
    public bool AtLeast(Expr longer, Expr shorter) =>
        file.Text[longer.Span] == file.Text[shorter.Span]
        || LengthOf(longer) is { } a && LengthOf(shorter) is { } b && NotMore(b, a);

    /// <summary>True where the bound of a range is just the number of modules.</summary>
    public bool IsLength(Expr bound, Expr container) =>
        IsLengthByText(bound, container) || NumberOf(bound) is { } number && number == LengthOf(container);

    /// <summary>True for <c>len(container)</c>, whatever the constructor makes.</summary>
    public bool IsLengthByText(Expr bound, Expr container) =>
        SequenceOf(bound) is { } sequence && file.Text[sequence.Span] == file.Text[container.Span];

    /// <summary>True where the value is surely at least 0.</summary>
    /// <param name="container">What the value indexes.</param>
    public bool IsNotNegative(Expr value, Expr container, int depth = 0)
    {
        if (depth > MaxDepth)
            return false;
        if (Literal(value) is { } number)
            return number >= 0;
        switch (value)
        {
            case Call when SequenceOf(value) is not null:
                return true;
            case Name name when LoopOf(name) is { } loop:
                if (StartOfEnumerate(loop) is { } first)
                    return first >= 0;
                return RangeOf(loop) is var (start, stop, step)
                    && (
                        step > 0
                            ? start is null || IsNotNegative(start, container, depth + 1)
                            : Literal(stop) >= -1 || IsNotNegative(stop, container, depth + 1)
                    );
            // i - 1, with i from 1 on.
            case BinOp { Op: BinaryOperator.Sub, Left: Name counter, Right: var less }
                when Literal(less) is { } down && LoopOf(counter) is { } counted:
                return StartOfEnumerate(counted) >= down
                    || RangeOf(counted) is { Step: > 0 } range && Literal(range.Start) >= down;
            // len(c) - 1 - i, with i below len(c).
            case BinOp
            {
                Op: BinaryOperator.Sub,
                Left: BinOp { Op: BinaryOperator.Sub, Right: var one } last,
                Right: var subtracted
            }:
                return Literal(one) == 1 && IsLength(last.Left, container) && IsBelow(subtracted, container, depth + 1);
            case BinOp { Op: BinaryOperator.Add or BinaryOperator.Mult } sum:
                return IsNotNegative(sum.Left, container, depth + 1) && IsNotNegative(sum.Right, container, depth + 1);
            case BinOp { Op: BinaryOperator.FloorDiv or BinaryOperator.Mod } part:
                return Literal(part.Right) > 0
                    && (part.Op == BinaryOperator.Mod || IsNotNegative(part.Left, container, depth + 1));
            default:
                return false;
        }
    }

    /// <summary>True where the value is surely less than the container's length.</summary>
    public bool IsBelow(Expr value, Expr container, int depth = 0)
    {
        if (depth > MaxDepth)
            return false;
        switch (value)
        {
            case Name name when LoopOf(name) is { } loop:
                if (StartOfEnumerate(loop) is { } first)
                    return first == 0 && AtLeast(container, ((Call)loop.Iter).Args[0]);
                return RangeOf(loop) is var (start, stop, step)
                    && (
                        step > 0
                            ? IsUpTo(stop, container, depth + 1)
                            : start is not null && IsBelow(start, container, depth + 1)
                    );
            case BinOp { Op: BinaryOperator.Sub, Left: Name counter } down
                when LoopOf(counter) is { } counted
                    && StartOfEnumerate(counted) is { } from
                    && Literal(down.Right) >= from:
                return AtLeast(container, ((Call)counted.Iter).Args[0]);
            case BinOp { Op: BinaryOperator.Sub } difference:
                return Literal(difference.Right) >= 1 && IsUpTo(difference.Left, container, depth + 1)
                    || IsBelow(difference.Left, container, depth + 1)
                        && IsNotNegative(difference.Right, container, depth + 1);
            default:
                return Literal(value) is { } number
                    && LengthOf(container) is { } length
                    && NotMore(Text(number + 1), length);
        }
    }

    private bool IsUpTo(Expr value, Expr container, int depth)
    {
        if (depth > MaxDepth)
            return false;
        if (
            IsLength(value, container)
            || NumberOf(value) is { } number && LengthOf(container) is { } length && NotMore(number, length)
        )
            return true;
        return value switch
        {
            Call when SequenceOf(value) is { } sequence => AtLeast(container, sequence),
            Call { Func: Name { Id: "min" } f, Keywords.Count: 0 } least => file.Model.ResolveName(f) == "builtins.min"
                && least.Args.Count > 1
                && least.Args.Any(a => IsUpTo(a, container, depth + 1)),
            BinOp { Op: BinaryOperator.Sub } difference => Literal(difference.Right) >= 0
                && IsUpTo(difference.Left, container, depth + 1),
            BinOp { Op: BinaryOperator.FloorDiv } part => Literal(part.Right) >= 1
                && IsUpTo(part.Left, container, depth + 1),
            _ => false,
        };
    }

    /// <summary>The loop that alone gives this name its values here.</summary>
    private static For? LoopOf(Name name)
    {
        foreach (var ancestor in name.Ancestors())
        {
            if (ancestor is FunctionDef or Lambda or ClassDef)
                return null;
            if (
                ancestor is ComprehensionExpr or DictComp
                && ancestor.Find<Comprehension>().Any(c => NameFlow.TargetNames(c.Target).Any(t => t.Id == name.Id))
            )
                return null;
            if (ancestor is not For loop || !loop.Body.Any(s => s.Span.Contains(name.Start)))
                continue;
            bool counts =
                loop.Target is Name target && target.Id == name.Id
                || loop.Target is TupleExpr { Elements: [Name counter, _] } && counter.Id == name.Id;
            if (NameFlow.Writes(loop.Body).Contains(name.Id))
                return null;
            if (counts)
                return loop;
        }
        return null;
    }

    /// <summary>Start (null: 0), stop and step of <c>range(...)</c>.</summary>
    public (Expr? Start, Expr Stop, long Step)? RangeOf(For loop)
    {
        if (
            loop.Target is not Name
            || loop.Iter is not Call { Func: Name f, Keywords.Count: 0 } call
            || file.Model.ResolveName(f) != "builtins.range"
        )
            return null;
        if (call.Args.Any(a => a is Starred))
            return null;
        return call.Args.Count switch
        {
            1 => (null, call.Args[0], 1),
            2 => (call.Args[0], call.Args[1], 1),
            3 when Literal(call.Args[2]) is { } step and not 0 => (call.Args[0], call.Args[1], step),
            _ => null,
        };
    }

    /// <summary>The first number of <c>for i, x in enumerate(...)</c>.</summary>
    private long? StartOfEnumerate(For loop)
    {
        if (
            loop.Target is not TupleExpr { Elements: [Name, _] }
            || loop.Iter is not Call { Func: Name f, Args.Count: > 0 } call
        )
            return null;
        if (file.Model.ResolveName(f) != "builtins.enumerate" || call.Args.Count + call.Keywords.Count > 2)
            return null;
        return call.Args.Count > 1 ? Literal(call.Args[1])
            : call.Keywords.Count > 0 ? Literal(call.Keywords[0].Value)
            : 0;
    }

    private Expr? SequenceOf(Expr value) =>
        value is Call { Func: Name { Id: "len" } f, Args: [var sequence], Keywords.Count: 0 }
        && file.Model.ResolveName(f) == "builtins.len"
            ? sequence
            : null;

    public static long? Literal(Expr? value) =>
        value switch
        {
            Constant { Kind: ConstantKind.Int, Value: long number } => number,
            UnaryOp { Op: UnaryOperator.USub, Operand: Constant { Kind: ConstantKind.Int, Value: long number } } =>
                -number,
            _ => null,
        };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Numbers are compared; what the constructor makes a length from is equal or not.</summary>
    private static bool NotMore(string less, string more) =>
        less == more
        || long.TryParse(less, CultureInfo.InvariantCulture, out long a)
            && long.TryParse(more, CultureInfo.InvariantCulture, out long b)
            && a <= b;

    private string? LengthOf(Expr container)
    {
        if (file.Model.TypeOf(container) is ModuleContainerType { Exact: true } exact)
            return Text(exact.Elements.Length);
        return container is Attribute { Value: Name { Id: "self" } } attribute && ConstructorOf(container) is { } made
            ? made.ContainerLength(attribute.Name)
            : null;
    }

    private string? NumberOf(Expr value) =>
        Literal(value) is { } number ? Text(number)
        : SequenceOf(value) is { } sequence ? LengthOf(sequence)
        : value is Attribute { Value: Name { Id: "self" } } attribute && ConstructorOf(value) is { } made
            ? made.Number(attribute, 0)
        : null;

    private ConstructedLengths? ConstructorOf(Node node) =>
        node.FirstAncestor<ClassDef>() is { } owner
        && owner.Body.OfType<FunctionDef>().Where(f => f.Name == "__init__").ToList() is [var init]
            ? new ConstructedLengths(file, owner, init)
            : null;
}
