using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Compilation;

/// <summary>
/// The type of what a target of an assignment gets, also where it is a part of a value that is unpacked.
/// </summary>
internal static class StoredTypes
{
    public static TorchType Of(SemanticModel model, Expr target) =>
        AssignedValues.ValueOf(target) is { } value
            ? model.TypeOf(value)
            : target.Parent switch
            {
                TupleExpr tuple => Part(Of(model, tuple), tuple.Elements, target),
                ListExpr list => Part(Of(model, list), list.Elements, target),
                Assign assign => model.TypeOf(assign.Value),
                _ => TorchType.Unknown,
            };

    private static TorchType Part(TorchType whole, NodeList<Expr> targets, Expr target)
    {
        int at = 0;
        while (!ReferenceEquals(targets[at], target))
            at++;
        if (targets.Any(t => t is Starred))
            return TorchType.Unknown;
        return whole switch
        {
            TupleType tuple when tuple.Elements.Length == targets.Count => tuple.Elements[at],
            ClassType { Role: ClassRole.NamedTuple } named when named.Fields.Length == targets.Count => named
                .Fields[at]
                .Type,
            ListType list => list.Element,
            _ => TorchType.Unknown,
        };
    }
}
