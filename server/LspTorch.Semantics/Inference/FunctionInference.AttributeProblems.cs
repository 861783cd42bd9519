using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

internal sealed partial class FunctionInference
{
    /// <summary>An attribute that a value certainly does not have.</summary>
    private void CheckAttribute(TorchType owner, Syntax.Attribute attribute)
    {
        string name = attribute.Name;
        if (owner.HasUnknown || name == "type")
            return;
        switch (owner)
        {
            case ModuleType module:
                CheckModuleAttribute(module, attribute, name);
                return;
            case ClassType when ScriptClassOf(owner) is { } type:
                CheckMember(type, attribute);
                return;
            case ClassType { Role: ClassRole.Interface, Definition: ClassModel { HasAllBases: true } asked }
                when !name.StartsWith("__", StringComparison.Ordinal)
                    && (!asked.Methods.TryGetValue(name, out var method) || IsStatic(method)):
                Report(new InterfaceLacksMethod(attribute, asked.Name, name));
                return;
            case OperatorValue { Self: not null } or FunctionValue { Unit.Self: not null }:
                Report(new AttributeOfMethod(attribute, Shown(attribute.Value), name));
                return;
            case PrimitiveType { Kind: PrimitiveKind.Tensor }:
                if (
                    name == "__getitem__"
                    || Model.Tables.Function("Tensor." + name) is not null
                    || HasMethod(owner, name)
                )
                    return;
                Report(new TensorLacksAttribute(attribute, name) { FromTables = true });
                break;
            case UnionType when !HasMethod(owner, name):
                Report(new UnionLacksAttribute(attribute, owner, name));
                break;
            case OptionalType optional when !HasMethod(owner, name):
                Report(
                    new OptionalAttribute(
                        attribute,
                        Shown(attribute.Value),
                        owner,
                        name,
                        attribute.Value is Syntax.Attribute
                    )
                );
                break;
            case PrimitiveType { Kind: PrimitiveKind.Device }
                when PropertyOf("device", name) is null && !HasMethod(owner, name):
            case PrimitiveType
            {
                Kind: PrimitiveKind.Int
                    or PrimitiveKind.Float
                    or PrimitiveKind.Bool
                    or PrimitiveKind.Str
                    or PrimitiveKind.None
                    or PrimitiveKind.Complex
                    or PrimitiveKind.Number
                    or PrimitiveKind.Any
            } when !HasMethod(owner, name):
            case ListType or DictType when !HasMethod(owner, name):
            case TupleType tuple when !HasMethod(owner, name) && !tuple.FieldNames.Contains(name):
                Report(new TypeLacksAttribute(attribute, owner, name, Shown(attribute.Value)) { FromTables = true });
                break;
            case ClassType { Role: ClassRole.NamedTuple, Definition: ClassModel definition } named
                when named.Fields.Length > 0 && named.Fields.All(f => f.Name != name) && definition.Bases.Count == 0:
                Report(
                    definition.FindMethod(name) is not null
                        ? new NamedTupleMethod(attribute, definition.Name, name)
                        : new NamedTupleLacksField(
                            attribute,
                            definition.Name,
                            name,
                            [.. named.Fields.Select(f => f.Name)]
                        )
                );
                break;
        }
    }

    private void CheckModuleAttribute(ModuleType module, Syntax.Attribute attribute, string name)
    {
        var type = module.Definition as ClassModel;
        bool isModule = type is { IsModule: true };
        if (type is not null && isModule && IsIgnoredAttribute(type, name))
            Report(new IgnoredAttribute(attribute, name));
        else if (RefuseModuleMember(attribute, type))
            return;
        else if (
            type is not null
            && isModule
            && type.FindAttribute(name) is { } stored
            && (stored.Unconvertible ?? (IsAsConstructed(type, stored) ? stored.UnconvertibleAtFirst : null))
                is { } held
        )
            Report(new UnconvertibleAttribute(attribute, name, held));
        else if (type is { IsModule: true, HasAllBases: true } && IsLeftInClass(type, name))
            Report(new ClassAttribute(attribute, name, type.Name));
        else if (name.StartsWith("__", StringComparison.Ordinal))
        {
            if (isModule && !name.EndsWith("__", StringComparison.Ordinal) && unit.Self is not null)
                Report(new MangledName(attribute, name));
        }
        else if (type is { IsModule: true, HasAllBases: true } && LacksAttribute(type, name))
            Report(new ModuleLacksAttribute(attribute, type.Name, name));
    }

    private static bool IsIgnoredAttribute(ClassModel type, string name) =>
        type.Lineage()
            .SelectMany(c => c.Node.Body)
            .SelectMany(AssignedValues.Of)
            .Any(s =>
                s is { Target: Name { Id: "__jit_ignored_attributes__" }, Value: ListExpr or TupleExpr }
                && (s.Value is ListExpr list ? list.Elements : ((TupleExpr)s.Value).Elements).Any(e =>
                    e is Constant { Value: string text } && text == name
                )
            );

    /// <summary>
    /// What every module has of nn.Module: of its methods the compiler takes those that give modules or do nothing.
    /// </summary>
    private bool RefuseModuleMember(Syntax.Attribute attribute, ClassModel? type)
    {
        string name = attribute.Name;
        if (
            name
                is "forward"
                    or "training"
                    or "children"
                    or "modules"
                    or "named_children"
                    or "named_modules"
                    or "named_buffers"
                    or "extra_repr"
                    or "get_extra_state"
                    or "set_extra_state"
                    // These have a rule of their own.
                    or "add_module"
                    or "register_module"
                    or "register_buffer"
                    or "register_parameter"
                    or "register_forward_hook"
                    or "register_forward_pre_hook"
                    or "_is_full_backward_hook"
            || !Model.Tables.IsModuleMember(name) && !IsInternalMember(name)
            || type is not null
                && (
                    !type.IsModule
                    || !type.HasAllBases
                    || type.FindMethod(name) is not null
                    || type.FindAttribute(name) is not null
                    || type.Lineage().Any(c => c.Owner.Names.ScopeOf(c.Node).Find(name).Count > 0)
                )
        )
            return false;
        Report(new ModuleMember(attribute, name));
        return true;
    }

    private static bool IsInternalMember(string name) =>
        name
            is "_parameters"
                or "_buffers"
                or "_modules"
                or "_non_persistent_buffers_set"
                or "_forward_hooks"
                or "_forward_pre_hooks"
                or "_backward_hooks"
                or "_state_dict_hooks"
                or "_load_state_dict_pre_hooks"
                or "_load_state_dict_post_hooks"
                or "_version"
                or "_apply"
                or "_call_impl"
                or "_get_name"
                or "_named_members"
                or "_slow_forward"
                or "_save_to_state_dict"
                or "_load_from_state_dict"
                or "__class__"
                or "__dict__"
                or "__doc__"
                or "__module__"
                or "__repr__"
                or "__dir__"
                or "__hash__";

    /// <summary>True when no code that is at hand gives instances this attribute.</summary>
    private bool LacksAttribute(ClassModel type, string name) =>
        !name.StartsWith('_')
        && !Model.Tables.IsModuleMember(name)
        && IsNeverSet(type, name)
        && type.FindAttribute(name) is null
        && !IsMadeByDerived(type, name)
        && type.Lineage()
            .All(a =>
                !a.Methods.ContainsKey(name)
                && a.Owner.Names.ScopeOf(a.Node).Find(name).Count == 0
                && a.TorchBase is null or "torch.nn.Module"
            );

    /// <summary>A class of this file that derives from it has the attribute: its instances may be meant.</summary>
    private bool IsMadeByDerived(ClassModel type, string name) =>
        Model
            .File.Tree.Definitions.OfType<ClassDef>()
            .Select(Model.ClassOf)
            .Any(c =>
                !ReferenceEquals(c, type)
                && c.Lineage().Contains(type)
                && (c.FindMethod(name) is not null || c.FindAttribute(name) is not null)
            );

    /// <summary>A plain value in the body of the class that no instance has for itself.</summary>
    private bool IsLeftInClass(ClassModel type, string name)
    {
        if (
            Model.Tables.IsModuleMember(name)
            || name.StartsWith("__", StringComparison.Ordinal)
            || !IsNeverSet(type, name)
        )
            return false;
        bool found = false;
        foreach (var ancestor in type.Lineage())
        {
            if (ancestor.Constants.Contains(name) || ancestor.Methods.ContainsKey(name))
                return false;
            if (
                ancestor.TorchBase is { } torch
                && ancestor.Owner.Tables.Module(torch)?.Attributes.ContainsKey(name) == true
            )
                return false;
            var bindings = ancestor.Owner.Names.ScopeOf(ancestor.Node).Find(name);
            if (bindings.Count == 0)
                continue;
            if (
                !PythonValues.ArePlain(ancestor.Owner, bindings)
                && !bindings.All(b => b.Value is Constant { Kind: ConstantKind.None })
            )
                return false;
            found = true;
        }
        return found;
    }

    /// <summary>
    /// True when nothing at hand stores an attribute of this name to instances, from inside or outside.
    /// </summary>
    private static bool IsNeverSet(ClassModel type, string name)
    {
        foreach (var ancestor in type.Lineage())
        {
            if (
                ancestor.OwnAttributes.TryGetValue(name, out var own) && !own.Assignments.IsDefaultOrEmpty
                || ancestor.Node.Decorators.Count > 0
                || ancestor.Node.Keywords.Count > 0
            )
                return false;
            var uses = ancestor.Owner.AttributeUses;
            if (uses.IsDynamic(ancestor.Node) || uses.MayBeSet(name))
                return false;
        }
        return true;
    }

    /// <summary>A store to an attribute of a module: it must be there, and keeps its type.</summary>
    private void CheckAttributeStore(Syntax.Attribute target, TorchType owner, TorchType value)
    {
        if (ScriptClassOf(owner) is { } type)
        {
            CheckMemberStore(type, target, value);
            return;
        }
        if (owner is NamedValue or FunctionValue or ClassValue { Class.Kind: ClassKind.Module or ClassKind.Plain })
        {
            Report(
                new StoreToPythonObject(
                    target,
                    Shown(target.Value),
                    owner is FunctionValue ? PythonOwner.Function
                        : owner is ClassValue ? PythonOwner.Class
                        : PythonOwner.PythonModule
                )
            );
            return;
        }
        if (owner is ClassType { Role: ClassRole.Interface } asked)
        {
            Report(new StoreToInterface(target, asked.Name, target.Name));
            return;
        }
        if (owner is PrimitiveType or ListType or DictType or TupleType && !owner.HasUnknown && owner != TorchType.Any)
        {
            Report(new StoreToValue(target, owner));
            return;
        }
        if (
            owner is ModuleType { Definition: ClassModel { IsModule: true, HasAllBases: true } definition }
            && unit.Function.Name != "__init__"
        )
            CheckModuleStore(definition, target, value);
        else if (
            owner is ModuleType { Definition: null, Name: var named }
            && Model.Tables.Module(named) is { IsDescribed: true } torch
            && torch.Attributes.TryGetValue(target.Name, out var member)
        )
        {
            if (member.IsConstant)
                Report(new StoreToModuleConstant(target, target.Name, named));
            else
                CheckStoredType(target, member.Type, value);
        }
    }

    private void CheckModuleStore(ClassModel definition, Syntax.Attribute target, TorchType value)
    {
        string name = target.Name;
        if (name == "forward")
        {
            Report(new StoreToForward(target));
            return;
        }
        if (definition.FindMethod(name) is not null)
            return; // a property
        var known = definition.FindAttribute(name);
        if (name == "training" && known is not { IsSetInConstructor: true })
        {
            CheckStoredType(target, TorchType.Bool, value);
            return;
        }
        if (
            known is null
            || known is { IsDeclared: false, Always: false, Type.IsUnknown: true } && IsSetOnlyHere(definition, name)
        )
        {
            if (known is not null || LacksAttribute(definition, name))
                Report(new StoreToMissing(target, name));
            return;
        }
        if (known.IsConstant && known.Type is PrimitiveType { Kind: not PrimitiveKind.Tensor })
        {
            Report(new StoreToConstant(target, name, definition.Name));
            return;
        }
        bool asConstructed = IsAsConstructed(definition, known);
        if ((asConstructed ? known.UnconvertibleAtFirst : known.Unconvertible) is { } held)
        {
            Report(new StoreToUnconvertible(target, name, held));
            return;
        }
        if (known.IsDeclared || asConstructed || IsKeptByOthers(known))
            CheckStoredType(target, asConstructed && !known.IsDeclared ? known.AtFirst : known.Type, value);
    }

    private bool IsKeptByOthers(AttributeModel known) =>
        known.Always
        && (
            known.Assignments.Length == 1
            || known.Assignments.All(a =>
                a.FirstAncestor<FunctionDef>() is not { } f || ReferenceEquals(f, unit.Function) || f.Name == "__init__"
            )
        );

    /// <summary>
    /// What the constructor made of it is what the compiler finds: besides it, only this code stores to it, and nobody
    /// at hand calls that.
    /// </summary>
    private bool IsAsConstructed(ClassModel type, AttributeModel known) =>
        known is { IsDeclared: false, Always: true, IsSetInConstructor: true }
        && known.Assignments.All(a =>
            a.FirstAncestor<FunctionDef>() is { } f && (f.Name == "__init__" || ReferenceEquals(f, unit.Function))
        )
        && !Model.AttributeUses.IsCalled(unit.Function.Name)
        && type.Lineage().All(c => !c.Owner.AttributeUses.IsDynamic(c.Node));

    /// <summary>An attribute keeps its type, and nothing is converted on the way to it.</summary>
    private void CheckStoredType(Syntax.Attribute target, TorchType kept, TorchType value)
    {
        if (
            kept.HasUnknown
            || value.HasUnknown
            || value is SugaredType or ModuleType or ModuleContainerType
            // None in place of a value has a rule of its own, which names the annotation.
            || kept == TorchType.None
            || value.IsSubtypeOf(kept)
        )
            return;
        Report(new StoredTypeDiffers(target, target.Name, kept, value));
    }

    /// <summary>True when only compiled code sets it: the constructor and what it calls do not.</summary>
    private bool IsSetOnlyHere(ClassModel type, string name)
    {
        if (Model.AttributeUses.IsCalled(unit.Function.Name))
            return false;
        foreach (var ancestor in type.Lineage())
        {
            if (
                ancestor.Node.Decorators.Count > 0
                || ancestor.ClassAnnotations.ContainsKey(name)
                || ancestor.TorchBase is { } torch && torch != "torch.nn.Module"
            )
                return false;
            var uses = ancestor.Owner.AttributeUses;
            if (uses.IsDynamic(ancestor.Node) || uses.IsNamed(name) || uses.IsCalled(unit.Function.Name))
                return false;
            if (
                ancestor.OwnAttributes.TryGetValue(name, out var attribute)
                && attribute.Assignments.Any(a => !ReferenceEquals(a.FirstAncestor<FunctionDef>(), unit.Function))
            )
                return false;
        }
        return true;
    }
}
