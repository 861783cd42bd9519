using LspTorch.Findings;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Divergence;

/// <summary><c>and</c> and <c>or</c>, which give one of their operands in Python and a bool in TorchScript.</summary>
internal static class Booleans
{
    public static IEnumerable<DivergenceMatch> Of(Place place, BoolOp operation)
    {
        if (operation.Parent is BoolOp || IsOnlyTested(operation))
            yield break;
        var operands = Leaves(operation).Select(place.TypeOf).ToArray();
        if (
            operands.Any(t => t.HasUnknown)
            || operands.All(t => t == TorchType.Bool)
            || operands.Any(t => t is not (PrimitiveType or ListType or DictType))
        )
            yield break;
        if (!ValueFlow.Shows(place, operation, UseOf))
            yield break;
        yield return place.Match("boolean-operator-value", fix: () => AsConditional(place, operation));
    }

    private static Effect UseOf(Expr value, Node user) =>
        user switch
        {
            _ when IsTested(value, user) => Effect.Vanishes,
            BoolOp => Effect.GoesOn,
            _ => Effect.Shows,
        };

    private static IEnumerable<Expr> Leaves(BoolOp operation) =>
        operation.Values.SelectMany(v => v is BoolOp inner ? Leaves(inner) : [v]);

    private static bool IsOnlyTested(Expr value) => value.Parent is { } user && IsTested(value, user);

    /// <summary>The place asks only whether the value is true.</summary>
    public static bool IsTested(Expr value, Node user) =>
        user switch
        {
            If branch => ReferenceEquals(branch.Test, value),
            While loop => ReferenceEquals(loop.Test, value),
            Assert assert => ReferenceEquals(assert.Test, value),
            IfExp choice => ReferenceEquals(choice.Test, value),
            Comprehension generator => !ReferenceEquals(generator.Iter, value),
            UnaryOp { Op: UnaryOperator.Not } => true,
            BoolOp outer => outer.Parent is { } above && IsTested(outer, above),
            Call { Func: Name { Id: "bool" } } => true,
            _ => false,
        };

    /// <summary>
    /// <c>n or 5</c> as <c>n if n != 0 else 5</c>: where all operands have one type, and those that are asked can be
    /// read twice.
    /// </summary>
    private static Fix? AsConditional(Place place, BoolOp operation)
    {
        if (operation.Values.Any(v => v is BoolOp) || operation.Values.Select(place.TypeOf).Distinct().Count() != 1)
            return null;
        var asked = operation.Values.Take(operation.Values.Count - 1).ToArray();
        if (!asked.All(Place.IsPure) || asked.Any(IsNoneByDefault))
            return null;
        string text = place.Whole(operation.Values[^1]);
        for (int i = asked.Length - 1; i >= 0; i--)
        {
            if (Truth(place, asked[i]) is not { } truth)
                return null;
            string operand = place.Whole(asked[i]);
            text =
                operation.Op == BoolOperator.Or
                    ? $"{operand} if {truth} else {(i < asked.Length - 1 ? $"({text})" : text)}"
                    : $"{(i < asked.Length - 1 ? $"({text})" : text)} if {truth} else {operand}";
        }
        bool alone =
            operation.Parent is Return or Assign or AnnAssign or AugAssign
            || place.File.Tree.Root.Parenthesized?.ContainsKey(operation) == true;
        return new Fix(
            "Choose the operand with a conditional expression",
            FixSafety.Safe,
            [new TextEdit(operation.Span, alone ? text : $"({text})")]
        );
    }

    /// <summary>A parameter whose default is None, whatever its annotation says: 'n != 0' is true of None.</summary>
    private static bool IsNoneByDefault(Expr value) =>
        value is Name name
        && name.FirstAncestor<FunctionDef>() is { } function
        && function.Args.All().Any(p => p.Name == name.Id && p.Default is Constant { Kind: ConstantKind.None });

    private static string? Truth(Place place, Expr value) =>
        place.TypeOf(value) switch
        {
            PrimitiveType { Kind: PrimitiveKind.Bool } => place.Text(value),
            PrimitiveType { Kind: PrimitiveKind.Int or PrimitiveKind.Float or PrimitiveKind.Complex } =>
                $"{place.Operand(value)} != 0",
            PrimitiveType { Kind: PrimitiveKind.Tensor } => $"bool({place.Text(value)})",
            PrimitiveType { Kind: PrimitiveKind.Str } or ListType or DictType => $"len({place.Text(value)}) > 0",
            _ => null,
        };
}
