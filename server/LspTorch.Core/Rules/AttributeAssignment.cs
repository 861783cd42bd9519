using LspTorch.Core.TorchScript.Inference;

namespace LspTorch.Core.Rules;

/// <summary>Compiled code sets an attribute that the module does not have, or gives it another type.</summary>
public sealed class AttributeAssignment : ProblemRule
{
    public override string Id => "attribute-assignment";
    protected override ProblemKind Kind => ProblemKind.AttributeAssignment;
}
