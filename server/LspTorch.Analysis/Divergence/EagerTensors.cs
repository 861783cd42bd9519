using LspTorch.Editing;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Divergence;

/// <summary>
/// What is a Tensor in eager mode too: to the compiler a parameter without annotation is one, and there it may be
/// anything. Fixes that call what only Tensors have ask here.
/// </summary>
internal sealed class EagerTensors
{
    private readonly Place place;
    private readonly HashSet<Node> asked = [];

    private EagerTensors(Place place) => this.place = place;

    public static bool IsOne(Place place, Expr expr) => new EagerTensors(place).Holds(expr);

    private bool Holds(Expr expr) =>
        expr switch
        {
            Name name => place.Flow.DefinitionsOf(name) is { Length: > 0 } definitions && definitions.All(HoldsStored),
            _ when !place.IsTensor(expr) => false,
            BinOp operation => Holds(operation.Left) || Holds(operation.Right),
            Compare compare => Holds(compare.Left) || compare.Comparators.Any(Holds),
            UnaryOp unary => Holds(unary.Operand),
            IfExp choice => Holds(choice.Body) && Holds(choice.OrElse),
            Subscript element => Holds(element.Value) || IsDeclared(element.Value),
            _ => TensorEvidence.IsTensor(place.File, expr),
        };

    /// <summary>Of a value that hangs on itself, as in a loop, what it began with decides.</summary>
    private bool HoldsStored(Node definition) =>
        !asked.Add(definition)
        || definition switch
        {
            Arg parameter => place.Model.DeclaredTypeOf(parameter) == TorchType.Tensor
                || place.File.Observations.Find(PlaceKind.Parameter, parameter.NameSpan)
                    is { Stale: false, JoinedType: "Tensor" },
            { Parent: For loop } when ReferenceEquals(loop.Target, definition) => Holds(loop.Iter)
                || IsDeclared(loop.Iter),
            { Parent: AugAssign { Target: Name before } } => Holds(before),
            _ => ReachingDefinitions.ValueOf(definition) is { } value && Holds(value),
        };

    /// <summary>A container that a parameter's annotation says holds Tensors.</summary>
    private bool IsDeclared(Expr container) =>
        container is Name name
        && place.Flow.OnlyDefinitionOf(name) is Arg parameter
        && place.Model.DeclaredTypeOf(parameter) is ListType or DictType or TupleType;
}
