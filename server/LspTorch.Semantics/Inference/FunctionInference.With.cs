using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>What stands in a 'with'.</summary>
internal sealed partial class FunctionInference
{
    /// <summary>What the name behind 'as' gets.</summary>
    private TorchType Enter(Expr context)
    {
        var value = Infer(context);
        if (ScriptClassOf(value) is { } type)
            return EnterObject(context, type);
        if (!value.HasUnknown && IsOperand(value) && value is not ClassType)
            Refuse(
                ProblemKind.NoMatchingOverload,
                context,
                $"'with' takes an object with '__enter__' and '__exit__', and {(value is TupleType { Elements.IsEmpty: true } ? "nothing" : TypeWords.Of(value))} is given."
            );
        return TorchType.Unknown;
    }

    private TorchType EnterObject(Expr context, ClassModel type)
    {
        string? problem = null;
        if (
            !type.Methods.TryGetValue("__enter__", out var enter) || !type.Methods.TryGetValue("__exit__", out var exit)
        )
            problem = $"'with' needs the methods '__enter__' and '__exit__' in '{type.Name}': write both.";
        else if (enter.Args.All().Count() != 1)
            problem = $"'__enter__' of '{type.Name}' takes nothing but self in TorchScript.";
        else if (exit.Args.All().Count() != 4)
            problem = $"'__exit__' of '{type.Name}' takes self and three arguments in TorchScript, each annotated Any.";
        else if (
            exit
                .Args.All()
                .Skip(1)
                .FirstOrDefault(p => ParameterType(type.Owner, p) is { HasUnknown: false } t && t != TorchType.Any) is
            { } other
        )
            problem =
                $"'{other.Name}' of '__exit__' must be annotated Any: TorchScript gives it None, never an exception.";
        else
            return ReturnOf(new CompiledUnit(enter, type, type.Owner));
        Refuse(ProblemKind.NoMatchingOverload, context, problem);
        return TorchType.Unknown;
    }
}
