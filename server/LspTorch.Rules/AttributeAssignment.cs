using LspTorch.Semantics;

namespace LspTorch.Rules;

/// <summary>Compiled code sets an attribute that the module does not have, or gives it another type.</summary>
public sealed class AttributeAssignment : ProblemRule
{
    public override string Id => "attribute-assignment";
    protected override ProblemKind Kind => ProblemKind.AttributeAssignment;
}
