using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>
/// A module is traced or frozen before eval(): dropout and batch normalisation stay as in training, or freeze refuses
/// it.
/// </summary>
public sealed class ModuleInTrainingMode : Rule
{
    private const int MaxDepth = 20;

    public override string Id => "module-in-training-mode";
    public override Severity DefaultSeverity => Severity.Warning;
    public override CheckMode Mode => CheckMode.Both;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        foreach (var (call, function) in CallsOfTorch.In(file, "torch.jit.trace", "torch.jit.freeze"))
        {
            if (
                call.Args is not [var argument, ..]
                || ModuleInstance.Of(file.Model, argument) is not { IsEval: false } module
            )
                continue;
            bool freeze = function == "torch.jit.freeze";
            if (freeze && !module.IsCompiled)
                continue;
            string? layer = freeze ? null : TrainingLayer(module.Class, []);
            if (!freeze && layer is null)
                continue;
            string message = freeze
                ? "torch.jit.freeze refuses a module in training mode, and nothing here calls eval() on "
                    + $"'{module.Class.Name}': call it before."
                : $"'{module.Class.Name}' is traced in training mode: {layer} is recorded as in training, and "
                    + "eval() on the result does not change it. Call eval() before.";
            context.Report(
                new Finding(
                    Id,
                    DefaultSeverity,
                    call.Span,
                    message,
                    file.Model.QualifiedNameAt(call),
                    FixOf(file, argument)
                )
            );
        }
    }

    private static Fix FixOf(FileSnapshot file, Expr argument) =>
        Fix.Changing(
            $"Call eval() on '{file.Text[argument.Span]}'",
            "the module is in eval mode from then on",
            [TextEdit.Insert(argument.ParenthesizedSpan.End, ".eval()")]
        );

    /// <summary>A part of the module that computes something else in training.</summary>
    private static string? TrainingLayer(ClassModel type, HashSet<ClassModel> seen)
    {
        if (seen.Count >= MaxDepth || !seen.Add(type))
            return null;
        foreach (var owner in type.Lineage())
        foreach (var (name, attribute) in owner.OwnAttributes)
            if (TrainingLayer(attribute.Type, name, seen) is { } found)
                return found;
        return null;
    }

    private static string? TrainingLayer(TorchType type, string name, HashSet<ClassModel> seen) =>
        type switch
        {
            ModuleType { Definition: ClassModel part } => TrainingLayer(part, seen),
            ModuleType { Name: var torch }
                when torch.Contains("Dropout", StringComparison.Ordinal)
                    || torch.Contains("BatchNorm", StringComparison.Ordinal) =>
                $"'{name}' ({torch[(torch.LastIndexOf('.') + 1)..]})",
            ModuleContainerType container => container
                .Elements.Select(e => TrainingLayer(e, name, seen))
                .FirstOrDefault(f => f is not null),
            _ => null,
        };
}
