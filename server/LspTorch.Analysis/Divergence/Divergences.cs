using System.Collections.Immutable;
using System.Text;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Divergence;

/// <summary>Which rows of the table of divergences apply to a node of a compiled function.</summary>
public static class Divergences
{
    /// <summary>
    /// The rows that hold in the file's release for this expression, statement or parameter: by the static types, so
    /// that where a type is not known nothing is said.
    /// Rows with <see cref="DecidedBy.Values"/> are among them: such a place diverges for some values only, which a run
    /// can tell. Empty for what is not compiled.
    /// </summary>
    public static ImmutableArray<DivergenceMatch> Of(SemanticModel model, Node node)
    {
        if (
            !AppliesTo(node)
            || (node as FunctionDef ?? FunctionOf(node)) is not { } function
            || model.CompiledFunctionOf(function) is null
        )
            return [];
        if (node is not (Arg or FunctionDef) && model.CompileStateOf(node) == CompileState.Dead)
            return [];
        var release = model.File.Options.Torch;
        return [.. In(new Place(model, node, function)).Where(m => m.Row.HoldsIn(release))];
    }

    /// <summary>Whether any row speaks of such nodes: most of a file is names and literals.</summary>
    internal static bool AppliesTo(Node node) =>
        node switch
        {
            Syntax.Attribute attribute => !Ascii.IsValid(attribute.Name),
            Assign { Value: ListExpr or TupleExpr } => true,
            AugAssign
            or BoolOp
            or Subscript
            or JoinedStr
            or BinOp
            or UnaryOp { Op: UnaryOperator.USub }
            or Compare
            or For
            or Comprehension
            or Arg
            or AnnAssign
            or Call
            or FunctionDef => true,
            _ => false,
        };

    /// <summary>The function of whose code, or of whose parameters, the node is part.</summary>
    private static FunctionDef? FunctionOf(Node node)
    {
        foreach (var above in node.Ancestors())
        {
            if (above is FunctionDef function)
                return function;
            if (above is Lambda or ClassDef)
                return null;
        }
        return null;
    }

    private static IEnumerable<DivergenceMatch> In(Place place) =>
        place.Node switch
        {
            AugAssign statement => InPlaceOperators
                .Of(place, statement)
                .Concat(Numbers.OfPower(place, statement))
                .Concat(ByValues.OfAssignment(place, statement))
                .Concat(Containers.OfParameter(place, statement.Target))
                .Concat(Containers.OfTuple(place, statement, statement.Op, statement.Target, statement.Value)),
            BoolOp operation => Booleans.Of(place, operation),
            Subscript subscript => TensorIndices
                .Of(place, subscript)
                .Concat(SavedNames.Of(place, subscript))
                .Concat(subscript.Context == ExprContext.Load ? [] : Containers.OfParameter(place, subscript.Value))
                .Concat(TextByValues.OfSubscript(place, subscript)),
            Syntax.Attribute attribute => SavedNames.Of(place, attribute),
            FunctionDef function => SavedNames.Of(place, function),
            JoinedStr text => Texts.Of(place, text),
            BinOp operation => OfOperator(place, operation).Concat(ByValues.OfOperator(place, operation)),
            Compare compare => Comparisons
                .Of(place, compare)
                .Concat(RunTimeFailures.OfCompare(place, compare))
                .Concat(ByValues.OfCompare(place, compare)),
            For loop => Containers.Of(place, loop).Concat(TextByValues.OfLoop(place, loop.Iter)),
            Comprehension loop => TextByValues.OfLoop(place, loop.Iter),
            UnaryOp operation => ByValues.OfOverflow(place, operation),
            Arg parameter => Numbers
                .OfDefault(place, parameter)
                .Concat(ByValues.OfParameter(place, parameter))
                .Concat(SavedNames.Of(place, parameter)),
            Assign assign => ElementMutations.Of(place, assign),
            AnnAssign assign => RunTimeFailures.OfToList(place, assign),
            Call call => OfCall(place, call),
            _ => [],
        };

    private static IEnumerable<DivergenceMatch> OfOperator(Place place, BinOp operation) =>
        operation.Op switch
        {
            BinaryOperator.Pow => Numbers
                .OfPower(place, operation, operation.Left, operation.Right)
                .Concat(RunTimeFailures.OfOperator(place, operation)),
            BinaryOperator.Mod when place.TypeOf(operation.Left) == TorchType.Str => Texts.OfPercent(place, operation),
            BinaryOperator.Mult => Containers
                .OfTuple(place, operation, operation.Op, operation.Left, operation.Right)
                .Concat(RunTimeFailures.OfOperator(place, operation)),
            _ => TensorsAsNumbers.OfReflected(place, operation),
        };

    private static IEnumerable<DivergenceMatch> OfCall(Place place, Call call)
    {
        foreach (var match in RunTimeFailures.OfUnused(place, call))
            yield return match;
        var found =
            place.CalleeOf(call) is { } callee
                ? OfFunction(place, call, callee)
                    .Concat(ByValues.OfFunction(place, call, callee))
                    .Concat(TextByValues.OfFunction(place, call, callee))
            : call.Func is Syntax.Attribute method ? OfMethod(place, call, method)
            : [];
        foreach (var match in found)
            yield return match;
    }

    private static IEnumerable<DivergenceMatch> OfFunction(Place place, Call call, string callee) =>
        callee switch
        {
            "builtins.str" => Texts.OfStr(place, call),
            "builtins.isinstance" => Comparisons.OfTypeTest(place, call),
            "builtins.round" => Numbers.OfRound(place, call),
            "builtins.pow" when call is { Args: [var number, var exponent], Keywords.Count: 0 } => Numbers.OfPower(
                place,
                call,
                number,
                exponent
            ),
            "builtins.max" or "builtins.min" => Numbers
                .OfExtreme(place, call, callee == "builtins.max")
                .Concat(Numbers.OfBool(place, call, callee))
                .Concat(TensorsAsNumbers.Of(place, call, callee)),
            "torch.autocast" or "torch.amp.autocast" or "torch.amp.autocast_mode.autocast" =>
                RunTimeFailures.OfAutocast(place, call),
            _ => Strings
                .OfFunction(place, call, callee)
                .Concat(Numbers.OfBool(place, call, callee))
                .Concat(RunTimeFailures.OfTensorMade(place, call, callee))
                .Concat(TensorsAsNumbers.Of(place, call, callee)),
        };

    private static IEnumerable<DivergenceMatch> OfMethod(Place place, Call call, Syntax.Attribute method)
    {
        if (method.Name == "format" && place.TypeOf(method.Value) == TorchType.Str)
            return Texts.OfFormat(place, call, method);
        if (method.Name == "type" && call is { Args.Count: 0, Keywords.Count: 0 } && place.IsTensor(method.Value))
            return [place.Match("tensor-type", call)];
        return Strings
            .OfMethod(place, call, method)
            .Concat(Containers.OfMethod(place, call, method))
            .Concat(ByValues.OfMethod(place, call, method))
            .Concat(TextByValues.OfMethod(place, call, method));
    }
}
