using System.Collections.Immutable;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

internal sealed partial class FunctionInference
{
    /// <summary>
    /// A name that is no variable: a function, class or module of the file, a builtin, or something imported.
    /// </summary>
    private TorchType GlobalOf(Name name)
    {
        if (name.Id == "super")
            return new SpecialFormValue("super");
        if (Model.Names.Resolve(name) is not { } symbol)
            return ReadGlobal(name);
        if (MadeNamedTuple(name) is { } made)
            return made;
        if (symbol.Definition is null && (RefusePythonValue(name) || RefuseConstant(name, symbol)))
            return TorchType.Unknown;
        return FromSymbol(symbol);
    }

    /// <summary>
    /// <c>P = namedtuple("P", ["a", "b"])</c>, whose fields are Tensors, and <c>NamedTuple("P", [("a", int)])</c>.
    /// </summary>
    private SignaturesValue? MadeNamedTuple(Name name)
    {
        if (
            Model.Names.FindVariable(name)
            is not { Owner: var owner, Bindings: [{ Value: Call { Args: [_, var listed], Keywords.Count: 0 } call }] }
        )
            return null;
        bool typed = owner.ResolveName(call.Func) == "typing.NamedTuple";
        if (!typed && owner.ResolveName(call.Func) != "collections.namedtuple")
            return null;
        Expr[]? parts = listed switch
        {
            ListExpr list => [.. list.Elements],
            TupleExpr tuple => [.. tuple.Elements],
            _ => null,
        };
        var fields = ImmutableArray.CreateBuilder<(string Name, TorchType Type)>();
        if (parts is null && !typed && listed is Constant { Value: string all })
            foreach (string field in all.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
                fields.Add((field, TorchType.Tensor));
        foreach (var part in parts ?? [])
            switch (part)
            {
                case Constant { Value: string field } when !typed:
                    fields.Add((field, TorchType.Tensor));
                    break;
                case TupleExpr { Elements: [Constant { Value: string field }, var annotation] } when typed:
                    fields.Add((field, owner.Annotations.Read(annotation)));
                    break;
                default:
                    return null;
            }
        if (fields.Count == 0)
            return null;
        var type = new ClassType(name.Id, ClassRole.NamedTuple) { Fields = fields.ToImmutable() };
        var formals = fields.Select(f => new SchemaArgument(f.Name, f.Type, null, false, null)).ToImmutableArray();
        return new SignaturesValue(name.Id, [new FunctionSchema(name.Id, formals, type, false)]);
    }

    private TorchType FromSymbol(ResolvedSymbol symbol)
    {
        if (symbol.Owner is { } owner)
        {
            if (symbol.Function is { } function)
                return new FunctionValue(
                    new CompiledUnit(function, function.Parent is ClassDef type ? owner.ClassOf(type) : null, owner)
                );
            if (symbol.Class is { } definition)
                return new ClassValue(owner.ClassOf(definition));
        }
        if (symbol.DottedName is not { } dotted)
            return TorchType.Unknown;
        return FromDotted(dotted);
    }

    private TorchType FromDotted(string dotted)
    {
        if (dotted.StartsWith("builtins.", StringComparison.Ordinal))
            return new SpecialFormValue(dotted["builtins.".Length..]);
        return Model.Tables.Function(dotted) switch
        {
            OperatorEntry entry => new OperatorValue(entry.Operator, null),
            FunctionEntry entry => new SignaturesValue(dotted, entry.Schemas),
            DispatchEntry entry => new DispatchValue(entry),
            ConstantEntry entry => entry.Type,
            _ => new NamedValue(dotted),
        };
    }

    private TorchType InferAttribute(Syntax.Attribute attribute)
    {
        CheckEnum(attribute);
        // A chain that starts at an import is one name.
        if (RootOf(attribute) is Name root && frame.Find(root.Id) is null)
        {
            if (RefusePythonValue(attribute))
                return TorchType.Unknown;
            if (MemberOfEnum(attribute) is { } member)
                return member;
            if (
                Model.Names.Resolve(attribute.Value) is { Class: { } holding, Owner: { } holder }
                && RefuseMissingMember(holder.ClassOf(holding), attribute)
            )
                return TorchType.Unknown;
            if (Model.Names.Resolve(attribute) is { } symbol)
            {
                if (RefuseOfModuleClass(attribute) || RefuseOfBuiltin(attribute, symbol.DottedName))
                    return TorchType.Unknown;
                if (symbol.Definition is not null || symbol.DottedName is not null)
                    return FromSymbol(symbol);
            }
            else if (Model.Names.Resolve(root) is not { } whole)
                return ReferenceEquals(attribute.Value, root) ? ReadGlobal(root) : TorchType.Unknown;
            else if (whole.Function is { } function && RefuseOfFunction(attribute, function))
                return TorchType.Unknown;
        }
        if (attribute.Value is Name variable && frame.Find($"{variable.Id}.{attribute.Name}") is { } refined)
        {
            Infer(variable);
            return refined;
        }
        var owner = Infer(attribute.Value);
        if (attribute.Context == ExprContext.Load)
            CheckAttribute(owner, attribute);
        return AttributeOf(owner, attribute);
    }

    /// <summary>A member of an Enum class; what else is looked up in one is left open.</summary>
    private TorchType? MemberOfEnum(Syntax.Attribute attribute) =>
        attribute.Value is Name or Syntax.Attribute
        && Model.Names.Resolve(attribute.Value) is { Class: { } type, Owner: { } owner }
        && owner.ClassOf(type) is { Kind: ClassKind.Enum } made
        && type.Body.SelectMany(AssignedValues.Of).Any(s => s.Target is Name name && name.Id == attribute.Name)
            ? made.InstanceType
            : null;

    private static Expr RootOf(Syntax.Attribute attribute)
    {
        Expr at = attribute;
        while (at is Syntax.Attribute step)
            at = step.Value;
        return at;
    }

    private TorchType AttributeOf(TorchType owner, Syntax.Attribute attribute)
    {
        string name = attribute.Name;
        switch (owner)
        {
            case PrimitiveType { Kind: PrimitiveKind.Tensor }:
                return PropertyOf("Tensor", name) ?? new OperatorValue($"aten::{name}", owner);
            case PrimitiveType { Kind: PrimitiveKind.Device }:
                return PropertyOf("device", name) ?? TorchType.Unknown;
            case TupleType tuple when tuple.FieldNames.IndexOf(name) is var at and >= 0:
                return tuple.Elements[at];
            case PrimitiveType or ListType or DictType or FutureType:
                return new OperatorValue($"aten::{name}", owner);
            case ClassType { Role: ClassRole.NamedTuple } named:
                foreach (var field in named.Fields)
                    if (field.Name == name)
                        return field.Type;
                return TorchType.Unknown;
            case ClassType { Role: ClassRole.Enum } member:
                return name == "name" ? TorchType.Str
                    : name == "value" && member.Definition is ClassModel made ? ValueOf(made)
                    : TorchType.Unknown;
            case ClassType when ScriptClassOf(owner) is { } script:
                return ScriptAttribute(script, name);
            case ClassType { Definition: ClassModel definition }:
                return MemberOf(definition, name);
            case ModuleType { Definition: ClassModel definition }:
                return MemberOf(definition, name);
            case ModuleType module:
                if (
                    Model.Tables.Module(module.Name) is { IsDescribed: true } torch
                    && torch.Attributes.TryGetValue(name, out var known)
                )
                    return known.Type;
                return name == "training" ? TorchType.Bool
                    : name == "forward" && Model.Tables.Module(module.Name) is { Forward.IsEmpty: false } described
                        ? new SignaturesValue(name, described.Forward)
                    : TorchType.Unknown;
            case ModuleContainerType container:
                return name is "keys" or "values" or "items" ? new ContainerMethod(container, name)
                    : name == "training" ? TorchType.Bool
                    : TorchType.Unknown;
            case ModuleChoice choice:
                return AttributeOfEach(choice, attribute);
            case ModuleObject { Module: var module }:
                return
                    AttributeOf(module, attribute) is var held and (ModuleType or ModuleContainerType or ModuleChoice)
                    ? new ModuleObject(held)
                    : AttributeOf(module, attribute);
            case NamedValue module:
                return FromDotted($"{module.DottedName}.{name}");
            case ClassValue { Class: { Kind: ClassKind.Enum } type }:
                return type.Owner.Names.ScopeOf(type.Node).Find(name).Count > 0 ? type.InstanceType : TorchType.Unknown;
            case ClassValue { Class: var type }
                when type.FindMethod(name) is { } method
                    && method.Function.Decorators.Any(d => d is Name { Id: "staticmethod" }):
                return new FunctionValue(new CompiledUnit(method.Function, type, method.Class.Owner));
            default:
                return TorchType.Unknown;
        }
    }

    private TorchType AttributeOfEach(ModuleChoice choice, Syntax.Attribute attribute) =>
        OfEach(choice, option => AttributeOf(option, attribute));

    /// <summary>
    /// What the members of an Enum hold, where that is written as literals of one type; the compiler refuses others.
    /// </summary>
    private static TorchType ValueOf(ClassModel type)
    {
        var types = type
            .Node.Body.OfType<Assign>()
            .SelectMany(AssignedValues.Of)
            .Select(a => a.Value is Constant c ? InitEvaluator.TypeOf(c) : TorchType.Unknown)
            .Distinct()
            .Take(2)
            .ToArray();
        return types.Length == 1 ? types[0] : TorchType.Unknown;
    }

    /// <summary>What a Tensor or device has that is no operator; null where it is none of these.</summary>
    private TorchType? PropertyOf(string owner, string name) =>
        (Model.Tables.Function($"{owner}.{name}") as ConstantEntry)?.Type;

    private static bool IsProperty(CompiledUnit method) =>
        method.Function.Decorators.Any(d => method.Owner.ResolveName(d) == "builtins.property");

    /// <summary>An attribute or method of an instance: attributes first, as the compiler looks.</summary>
    private TorchType MemberOf(ClassModel type, string name)
    {
        if (type.FindAttribute(name) is { } attribute)
            return attribute.Type;
        if (type.FindMethod(name) is { } method)
        {
            var unitOfMethod = new CompiledUnit(method.Function, type, method.Class.Owner);
            if (method.Function.Decorators.Count == 0 || !IsProperty(unitOfMethod))
                return new FunctionValue(unitOfMethod);
            return ReturnOf(unitOfMethod);
        }
        foreach (var ancestor in type.Lineage())
            if (Model.Tables.Module(ancestor.TorchBase) is { } torch)
            {
                if (torch.Attributes.TryGetValue(name, out var inherited) && torch.IsDescribed)
                    return inherited.Type;
                if (name == "forward" && !torch.Forward.IsEmpty)
                    return new SignaturesValue(name, torch.Forward);
                if (torch.Name is "torch.nn.Sequential" or "torch.nn.ModuleList" or "torch.nn.ModuleDict")
                    return TorchType.Unknown;
            }
        return name == "training" && type.IsModule ? TorchType.Bool : TorchType.Unknown;
    }
}
