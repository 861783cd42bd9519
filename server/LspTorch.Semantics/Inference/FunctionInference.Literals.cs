using System.Collections.Immutable;
using System.Numerics;
using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

internal sealed partial class FunctionInference
{
    private void CheckLiteral(Constant constant)
    {
        if (constant is { Kind: ConstantKind.Int, Value: BigInteger })
            Report(new IntTooLarge(constant, Shown(constant)));
        else if (
            constant.Kind == ConstantKind.Ellipsis
            && constant.Parent is not (Subscript or TupleExpr { Parent: Subscript } or ExprStmt)
        )
            Report(new EllipsisAsValue(constant));
    }

    private static TorchType? Unwrap(TorchType? type) => type is OptionalType optional ? optional.Element : type;

    /// <summary>
    /// The list or dictionary that a display becomes where this type is wanted; of a Union, its only one.
    /// </summary>
    private static T? Wanted<T>(TorchType? hint)
        where T : TorchType =>
        Unwrap(hint) switch
        {
            T one => one,
            UnionType union when union.Members.OfType<T>().Take(2).ToArray() is [var only] => only,
            _ => null,
        };

    private TorchType InferTuple(TupleExpr tuple)
    {
        var elements = ImmutableArray.CreateBuilder<TorchType>(tuple.Elements.Count);
        foreach (var element in tuple.Elements)
        {
            if (element is Starred starred)
            {
                if (TypeRelations.TupleElements(Infer(starred.Value)) is not { } spread)
                    return TorchType.Unknown;
                elements.AddRange(spread);
                continue;
            }
            elements.Add(FirstClass(InferValue(element)));
        }
        return new TupleType(elements.ToImmutable());
    }

    /// <summary>`[]` and `list()`: what is wanted, else a list of Tensors.</summary>
    private static TorchType EmptyList(TorchType? hint) =>
        Wanted<ListType>(hint) ?? new ListType(TorchType.Tensor) { IsEmptyLiteral = hint is null };

    /// <summary>`{}` and `dict()`: what is wanted, else a dictionary of Tensors by texts.</summary>
    private static TorchType EmptyDict(TorchType? hint) =>
        Wanted<DictType>(hint) ?? new DictType(TorchType.Str, TorchType.Tensor);

    private TorchType InferList(ListExpr list, TorchType? hint)
    {
        if (list.Elements.Count == 0)
            return EmptyList(hint);
        var types = new List<TorchType>(list.Elements.Count);
        foreach (var element in list.Elements)
        {
            if (element is Starred starred)
            {
                var spread = Infer(starred.Value);
                if (TypeRelations.TupleElements(spread) is { } parts)
                    types.AddRange(parts);
                else
                    types.Add(spread is ListType part ? part.Element : TorchType.Unknown);
                continue;
            }
            types.Add(InferValue(element));
        }
        if (types.Any(t => t is SugaredType or ModuleType or ModuleContainerType))
            return TorchType.Unknown;
        // A list that is wanted is made where all elements fit; lists inside stay what they are.
        if (Wanted<ListType>(hint) is { HasUnknown: false } wanted && types.All(t => t.IsSubtypeOf(wanted.Element)))
            return wanted;
        return new ListType(TypeRelations.UnifyAll(types, defaultToUnion: true) ?? TorchType.Unknown);
    }

    private TorchType InferDict(DictExpr dict, TorchType? hint)
    {
        var wanted = Wanted<DictType>(hint);
        if (dict.Values.Count == 0)
            return EmptyDict(hint);
        TorchType? key = null,
            value = null;
        bool fits = wanted is { HasUnknown: false };
        for (int i = 0; i < dict.Values.Count; i++)
        {
            var k = dict.Keys[i] is { } written ? FirstClass(InferValue(written)) : TorchType.Unknown;
            var v = FirstClass(InferValue(dict.Values[i]));
            if (v is ModuleType or ModuleContainerType)
                v = TorchType.Unknown;
            CheckKey(dict, k, key);
            if (wanted is not null)
                fits &= k.IsSubtypeOf(wanted.Key) && v.IsSubtypeOf(wanted.Value);
            key = key is null ? k : TypeRelations.Unify(key, k) ?? TorchType.Unknown;
            value = value is null ? v : TypeRelations.Unify(value, v, defaultToUnion: true) ?? TorchType.Unknown;
        }
        return fits && wanted is not null ? wanted : new DictType(key ?? TorchType.Unknown, value ?? TorchType.Unknown);
    }

    /// <summary>Only these types are keys, and all keys of a dictionary have one.</summary>
    private void CheckKey(Expr dict, TorchType key, TorchType? earlier)
    {
        if (key.HasUnknown || key is SugaredType)
            return;
        if (!IsKey(key))
            Report(new KeyTypeRefused(dict, key));
        else if (earlier is { HasUnknown: false } && TypeRelations.Unify(earlier, key) is null)
            Report(new KeyTypesDiffer(dict, earlier, key));
    }

    private static bool IsKey(TorchType type) =>
        type
            is PrimitiveType
            {
                Kind: PrimitiveKind.Int
                    or PrimitiveKind.Float
                    or PrimitiveKind.Bool
                    or PrimitiveKind.Complex
                    or PrimitiveKind.Str
                    or PrimitiveKind.Tensor
                    or PrimitiveKind.Device
                    or PrimitiveKind.Any
            };

    private TorchType InferComprehension(ComprehensionExpr comprehension, TorchType? hint)
    {
        if (comprehension.Kind == ComprehensionKind.Set || comprehension.Generators.Count != 1)
            return TorchType.Unknown;
        TorchType? element = null;
        Comprehend(
            comprehension.Generators[0],
            () =>
            {
                var type = FirstClass(InferValue(comprehension.Element));
                if (type is ModuleType or ModuleContainerType)
                    type = TorchType.Unknown;
                element = element is null ? type : TypeRelations.Unify(element, type) ?? TorchType.Unknown;
            }
        );
        if (
            Wanted<ListType>(hint) is { HasUnknown: false } wanted
            && (element is null || element.IsSubtypeOf(wanted.Element))
        )
            return wanted;
        return new ListType(element ?? TorchType.Unknown);
    }

    private TorchType InferDictComprehension(DictComp comprehension, TorchType? hint)
    {
        if (comprehension.Generators.Count != 1)
            return TorchType.Unknown;
        TorchType key = TorchType.Unknown,
            value = TorchType.Unknown;
        Comprehend(
            comprehension.Generators[0],
            () =>
            {
                key = FirstClass(Infer(comprehension.Key));
                value = FirstClass(Infer(comprehension.Value));
                CheckKey(comprehension, key, null);
            }
        );
        if (
            Wanted<DictType>(hint) is { HasUnknown: false } wanted
            && key.IsSubtypeOf(wanted.Key)
            && value.IsSubtypeOf(wanted.Value)
        )
            return wanted;
        return new DictType(key, value);
    }

    /// <summary>
    /// A value that is stored to a variable with an annotation, which converts nothing: it has that type or one below
    /// it.
    /// </summary>
    private void CheckAnnotated(Node at, string name, TorchType annotated, Expr value, TorchType type)
    {
        if (
            annotated.HasUnknown
            || type.HasUnknown
            || type is SugaredType or ModuleType or ModuleContainerType
            || annotated is ClassType { Role: ClassRole.Interface } && RefuseForInterface(at, name, annotated, type)
            || annotated is ModuleType or ClassType { Role: ClassRole.Interface or ClassRole.ScriptClass }
        )
            return;
        if (type is ClassType { Role: ClassRole.ScriptClass or ClassRole.Interface } || type.IsSubtypeOf(annotated))
            return;
        Report(
            new AnnotatedTypeDiffers(
                at,
                name,
                annotated,
                type,
                value is ListExpr or DictExpr or ComprehensionExpr or DictComp
            )
            {
                Wanted = annotated,
            }
        );
    }

    /// <summary>A value that lacks what the interface asks for; true where that was said.</summary>
    private bool RefuseForInterface(Node at, string name, TorchType annotated, TorchType type)
    {
        if (
            annotated is not ClassType { Role: ClassRole.Interface, Definition: ClassModel wanted }
            || InterfaceMatch.Mismatch(type, wanted) is not { } lacks
        )
            return false;
        Report(new AnnotatedInterfaceDiffers(at, name, wanted.Name, lacks) { Wanted = annotated });
        return true;
    }

    /// <summary>
    /// An element of a container of modules that is taken by a variable, as an interface: every element must fit it.
    /// </summary>
    private void CheckElementsFit(AnnAssign assign, TorchType annotated, Expr value)
    {
        if (
            annotated is not ClassType { Role: ClassRole.Interface, Definition: ClassModel wanted }
            || value is not Subscript { Value: var container } picked
            || IntegerOf(picked.Index) is not null
            || picked.Index is Constant
            || Infer(container) is not ModuleContainerType { Elements: var elements }
        )
            return;
        foreach (var element in elements)
        {
            var lacks = InterfaceMatch.Mismatch(element, wanted);
            if (
                element is ModuleType { Definition: null, Name: var named }
                && wanted.Methods.TryGetValue("forward", out var asked)
                && Model.Tables.Module(named) is { Forward: [var schema] }
            )
            {
                ImmutableArray<string> wants =
                [
                    .. asked.Args.PosOnly.Concat(asked.Args.Args).Skip(1).Select(a => a.Name),
                ];
                ImmutableArray<string> has = [.. schema.Arguments.Select(a => a.Name)];
                if (!has.SequenceEqual(wants))
                    lacks = new ParameterNamesDiffer(named, "forward", has, wants);
            }
            if (lacks is null)
                continue;
            Report(new ElementLacksInterface(assign, Shown(container), wanted.Name, lacks));
            return;
        }
    }
}
