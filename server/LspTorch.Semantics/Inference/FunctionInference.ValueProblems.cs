using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

internal sealed partial class FunctionInference
{
    /// <summary>Unpacking: tuples of the right length, and lists, whose length is seen when the code runs.</summary>
    private void CheckUnpack(Expr target, NodeList<Expr> targets, TorchType value)
    {
        if (value is OperatorValue { Self: { } owner, Operator: var op } && IsMethodOnly(owner, op["aten::".Length..]))
        {
            Report(new MethodUnpacked(target, op["aten::".Length..]));
            return;
        }
        if (value is FunctionValue function)
        {
            Report(new FunctionUnpacked(target, function.Unit.Function.Name));
            return;
        }
        if (value is SugaredType or ModuleType or ModuleContainerType)
            return;
        if (targets.Any(t => t is Starred))
        {
            if (value is ListType || value == TorchType.Tensor)
                Report(new StarredUnpacking(target, value));
            return;
        }
        if (value is TupleType tuple)
        {
            if (tuple.Elements.Length != targets.Count)
                Report(new UnpackedCount(target, targets.Count, tuple.Elements.Length));
            return;
        }
        if (
            value.HasUnknown
            || value is not (PrimitiveType or OptionalType or DictType or UnionType)
            || value == TorchType.Any
        )
            return;
        if (value is OptionalType)
            Report(new OptionalUnpacked(target, value));
        else
            Report(new ValueUnpacked(target, value));
    }

    /// <summary>
    /// What first goes into an empty dictionary has a rule of its own, which names the annotation that is missing.
    /// </summary>
    private bool IsFirstEntry(Subscript target, TorchType value) =>
        target.Value is Name { Id: var id }
        && value != TorchType.None
        && value is not OptionalType
        && unit.Function.Body.Has(node =>
            node is Assign made
            && AssignedValues
                .Of(made)
                .Any(s =>
                    s
                        is {
                            Target: Name named,
                            Value: DictExpr { Values.Count: 0 }
                                or Call { Func: Name { Id: "dict" }, Args.Count: 0, Keywords.Count: 0 }
                        }
                    && named.Id == id
                )
        )
        && !unit.Function.Body.Has(node =>
            node is Assign made
            && made.Start < target.Start
            && AssignedValues.Of(made).Any(s => s.Target is Subscript { Value: Name filled } && filled.Id == id)
        );

    /// <summary>The apply of an autograd function, which only Python can run.</summary>
    private void CheckApply(Call call, TorchType callee)
    {
        // Often it has a name of its own: 'swish = Swish.apply', here or where it is imported from.
        var owning = Model;
        var named = call.Func;
        if (
            named is Name name
            && callee is NamedValue or UnknownType
            && Model.Names.FindVariable(name) is { Bindings: [{ Value: Syntax.Attribute given }] } variable
        )
            (owning, named) = (variable.Owner, given);
        // Or the constructor keeps it: 'self.swish = Swish.apply'.
        if (
            named is Syntax.Attribute { Value: Name { Id: var self } } kept
            && unit.Function.Args.All().FirstOrDefault()?.Name == self
            && callee is UnknownType
            && unit.Self?.FindAttribute(kept.Name)
                is { Assignments: [Assign { Value: Syntax.Attribute { Name: "apply" } held }] }
        )
            named = held;
        if (named is not Syntax.Attribute { Name: "apply", Value: Name or Syntax.Attribute } method)
            return;
        var refusal = Model.Tables.Refusal("torch.autograd.Function.apply");
        if (refusal == Presence.Absent)
            return;
        if (owning.Names.Resolve(method.Value) is not { Class: { } type, Owner: { } owner })
            return;
        if (
            type.Bases.Any(b => owner.ResolveName(b) is "torch.autograd.Function" or "torch.autograd.function.Function")
        )
            Report(
                new AutogradFunctionCalled(call, type.Name)
                {
                    FromTables = refusal == Presence.Possible && Model.Tables.Version > Lifetime.Read[0],
                }
            );
    }
}
