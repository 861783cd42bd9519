using LspTorch.Problems;
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
        if (
            Model.File.Options.Torch >= autocastsAreDecorated
            && context is Call made
            && Model.ResolveName(made.Func) is { } autocast
            && autocast.EndsWith(".autocast", StringComparison.Ordinal)
            && DeviceOf(autocast) is { } device
        )
            Report(new AutocastOfDevice(context, autocast, device));
        if (ScriptClassOf(value) is { } type)
            return EnterObject(context, type);
        if (!value.HasUnknown && IsOperand(value) && value is not ClassType)
            Report(new WithOfValue(context, value));
        return TorchType.Unknown;
    }

    /// <summary>
    /// The release in which they were seen to be refused, since they are deprecated by a decorator; 2.6 compiles them.
    /// </summary>
    private static readonly TorchVersion autocastsAreDecorated = new(2, 14);

    private static string? DeviceOf(string autocast) =>
        autocast.StartsWith("torch.cuda.amp.", StringComparison.Ordinal) ? "cuda"
        : autocast.StartsWith("torch.cpu.amp.", StringComparison.Ordinal) ? "cpu"
        : null;

    private TorchType EnterObject(Expr context, ClassModel type)
    {
        SignatureProblem problem;
        if (
            !type.Methods.TryGetValue("__enter__", out var enter) || !type.Methods.TryGetValue("__exit__", out var exit)
        )
            problem = new ContextMethodsMissing(context, type.Name);
        else if (enter.Args.All().Count() != 1)
            problem = new EnterWithParameters(context, type.Name);
        else if (exit.Args.All().Count() != 4)
            problem = new ExitParameterCount(context, type.Name);
        else if (
            exit
                .Args.All()
                .Skip(1)
                .FirstOrDefault(p => ParameterType(type.Owner, p) is { HasUnknown: false } t && t != TorchType.Any) is
            { } other
        )
            problem = new ExitParameterNotAny(context, other.Name);
        else
            return ReturnOf(new CompiledUnit(enter, type, type.Owner));
        Report(problem);
        return TorchType.Unknown;
    }
}
