using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Problems;

/// <summary>
/// A type as a problem keeps it: classes by name, without their definitions, so that a problem which outlives an edit
/// holds no earlier version of the file.
/// </summary>
public sealed record DetachedType
{
    private DetachedType(TorchType type) => Type = type;

    public TorchType Type { get; }

    public static implicit operator DetachedType(TorchType type) => new(Detach(type));

    public static DetachedType? Of(TorchType? type) => type is null ? null : new(Detach(type));

    public override string ToString() => Type.ToString();

    private static TorchType Detach(TorchType type) =>
        type switch
        {
            PrimitiveType or UnknownType or VariableType => type,
            ListType list => list with { Element = Detach(list.Element) },
            OptionalType optional => new OptionalType(Detach(optional.Element)),
            FutureType future => new FutureType(Detach(future.Element)),
            DictType dict => new DictType(Detach(dict.Key), Detach(dict.Value)),
            TupleType tuple => tuple with { Elements = [.. tuple.Elements.Select(Detach)] },
            UnionType union => new UnionType([.. union.Members.Select(Detach)]),
            ModuleContainerType container => container with { Elements = [.. container.Elements.Select(Detach)] },
            ModuleType module => module with { Definition = null },
            ClassType named => named with
            {
                Definition = null,
                Fields = [.. named.Fields.Select(f => (f.Name, Detach(f.Type)))],
            },
            _ => TorchType.Unknown,
        };
}
