using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>Whether objects and modules have what an interface asks for, as far as source at hand says.</summary>
public static class InterfaceMatch
{
    /// <summary>Why it certainly does not fit; null where it does, or where that is not certain.</summary>
    public static InterfaceMismatch? Mismatch(TorchType type, ClassModel wanted)
    {
        bool inherits = type is not ClassType { Role: ClassRole.ScriptClass };
        if (
            type switch
            {
                ClassType { Role: ClassRole.ScriptClass or ClassRole.Interface, Definition: ClassModel object_ } =>
                    object_,
                ModuleType { Definition: ClassModel { IsModule: true } module } => module,
                _ => null,
            }
                is not { HasAllBases: true } holder
            || ReferenceEquals(holder, wanted)
            || holder.Kind == ClassKind.Plain
                && holder.Node.Decorators.Any(d => holder.Owner.ResolveName(d) != "torch.jit.script")
        )
            return null;
        foreach (var (name, asked) in wanted.Methods)
        {
            if (asked.Decorators.Count > 0)
                return null;
            var (owner, own) =
                inherits && holder.FindMethod(name) is { } found ? (found.Class.Owner, found.Function)
                : holder.Methods.TryGetValue(name, out var method) ? (holder.Owner, method)
                : (holder.Owner, null);
            if (own is null)
            {
                if (holder.Lineage().Any(c => c.TorchBase is not (null or "torch.nn.Module")))
                    return null;
                return new MethodMissing(holder.Name, name);
            }
            if (Difference(holder.Name, owner, own, wanted.Owner, asked) is { } difference)
                return difference;
        }
        return null;
    }

    private static InterfaceMismatch? Difference(
        string holder,
        SemanticModel owner,
        FunctionDef own,
        SemanticModel model,
        FunctionDef asked
    )
    {
        if (
            own.Decorators.Any(d => owner.ResolveName(d) is not ("torch.jit.export" or "torch.jit.script_method"))
            || own.Args.VarArg is not null
            || own.Args.KwArg is not null
            || own.Args.KwOnly.Count + asked.Args.KwOnly.Count > 0
        )
            return null;
        var has = own.Args.PosOnly.Concat(own.Args.Args).Skip(1).ToArray();
        var wants = asked.Args.PosOnly.Concat(asked.Args.Args).Skip(1).ToArray();
        if (has.Length != wants.Length)
            return new ParameterCountDiffers(holder, own.Name, has.Length, wants.Length);
        for (int i = 0; i < has.Length; i++)
        {
            if (has[i].Name != wants[i].Name)
                return new ParameterNameDiffers(holder, own.Name, has[i].Name, wants[i].Name);
            var (taken, given) = (TypeOf(owner, has[i]), TypeOf(model, wants[i]));
            if (!taken.HasUnknown && !given.HasUnknown && !given.IsSubtypeOf(taken))
                return new ParameterTypeDiffers(holder, own.Name, has[i].Name, taken, given);
        }
        if (
            owner.DeclaredReturnOf(own) is { HasUnknown: false } returned
            && model.DeclaredReturnOf(asked) is { HasUnknown: false } promised
            && !returned.IsSubtypeOf(promised)
        )
            return new ReturnTypeDiffers(holder, own.Name, returned, promised);
        return null;
    }

    private static TorchType TypeOf(SemanticModel model, Arg parameter) =>
        model.DeclaredTypeOf(parameter) ?? TorchType.Tensor;
}
