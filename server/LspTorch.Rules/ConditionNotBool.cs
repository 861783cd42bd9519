using System.Diagnostics;
using LspTorch.Problems;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>A condition on a value that TorchScript cannot turn into a bool.</summary>
public sealed class ConditionNotBool : RefusalRule<ConditionProblem>
{
    public override string Id => "condition-not-bool";

    protected override string MessageOf(ConditionProblem problem) =>
        problem switch
        {
            ModuleOrNoneTested(_, var value) =>
                $"'{value}' is a module or None, and neither can be a condition in TorchScript: write "
                    + $"'{value} is not None'.",
            ModuleTested(_, var value) =>
                $"'{value}' is a module, which cannot be a condition in TorchScript: write '{value} is not None'.",
            ObjectTested(_, var value, var type) =>
                $"'{value}' is an object of '{type}', which cannot be a condition without a method "
                    + "'__bool__': write one, or compare with None.",
            ValueTested(_, var value, { Type: OptionalType } type) =>
                $"'{value}' of type {type} cannot be a condition in TorchScript: write '{value} is not None'.",
            ValueTested(_, var value, var type) => $"'{value}' of type {type} cannot be a condition in TorchScript.",
            _ => throw new UnreachableException(),
        };
}
