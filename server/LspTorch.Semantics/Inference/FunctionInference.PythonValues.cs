using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

internal sealed partial class FunctionInference
{
    /// <summary>
    /// An expression where the compiler needs a value: a function or method that is not called is none.
    /// </summary>
    private TorchType InferValue(Expr expr, TorchType? hint = null)
    {
        var type = Infer(expr, hint);
        PythonObject? what = type switch
        {
            OperatorValue { Self: { } self, Operator: var op }
                when expr is Syntax.Attribute && IsMethodOnly(self, op["aten::".Length..]) => PythonObject.Method,
            OperatorValue { Self: null } or SignaturesValue or DispatchValue => PythonObject.Function,
            FunctionValue { Unit: var unit }
                when unit.Function.Decorators.All(d =>
                    unit.Owner.ResolveName(d is Call made ? made.Func : d)
                        is "builtins.staticmethod"
                            or "torch.jit.export"
                            or "torch.jit.ignore"
                            or "torch.jit.unused"
                            or "torch.jit.script"
                            or "torch.no_grad"
                ) => PythonObject.Function,
            SpecialFormValue { Name: "int" or "float" or "bool" or "str" or "list" or "complex" } =>
                PythonObject.BuiltinType,
            SpecialFormValue { Name: var name }
                when name.EndsWith("Error", StringComparison.Ordinal)
                    || name.EndsWith("Warning", StringComparison.Ordinal)
                    || name == "Exception" => PythonObject.ExceptionClass,
            NamedValue { DottedName: var dotted } when Model.Tables.Module(dotted) is not null => PythonObject.Class,
            NamedValue { DottedName: "torch.nn" or "torch.nn.functional" or "torch.jit" } => PythonObject.PythonModule,
            NamedValue { DottedName: var dotted } when expr is Name && !dotted.Contains('.') =>
                PythonObject.PythonModule,
            ClassValue { Class.Kind: ClassKind.Module } => PythonObject.Class,
            _ => null,
        };
        if (
            type == TorchType.None
            && expr is Call { Func: Name { Id: "print" } printed }
            && Model.ResolveName(printed) == "builtins.print"
        )
            Report(new PrintedValue(expr));
        if (type is SliceValue)
            Report(new SliceAsValue(expr));
        if (type is IterableValue { Kind: IterableKind.Range or IterableKind.Enumerate or IterableKind.Zip })
        {
            Report(new IterableAsValue(expr, Shown(expr)));
            return type;
        }
        if (what is not null)
            Report(new NotAValue(expr, Shown(expr), what.Value));
        return type;
    }

    /// <summary>
    /// A constant that is imported by its own name (<c>from math import pi</c>) is a Python value; as an attribute of
    /// its module the compiler knows it.
    /// </summary>
    private bool RefuseConstant(Name name, ResolvedSymbol symbol)
    {
        // math.inf and torch.inf are one object, which the compiler knows by itself.
        if (
            symbol.DottedName is not { } dotted
            || dotted is "math.inf" or "torch.inf"
            || Model.Tables.Function(dotted) is not ConstantEntry
                && dotted is not ("numpy.pi" or "numpy.e" or "numpy.inf" or "numpy.nan" or "numpy.euler_gamma")
        )
            return false;
        Report(new ImportedConstant(name, name.Id, dotted));
        return true;
    }

    /// <summary>
    /// The class of a module is nothing that can be looked into: <c>Base.forward(self, x)</c>. Of its own class a
    /// method sees the static methods.
    /// </summary>
    private bool RefuseOfModuleClass(Syntax.Attribute attribute)
    {
        if (attribute.Value is not (Name or Syntax.Attribute) || Model.Names.Resolve(attribute.Value) is not { } holder)
            return false;
        if (holder is { Class: { } type, Owner: { } owner })
        {
            if (
                !owner.ClassOf(type).IsModule
                || ReferenceEquals(type, unit.Self?.Node)
                || type.Decorators.Count > 0
                || type.Parent is not Module
            )
                return false;
        }
        else if (
            holder.Definition is not null
            || holder.DottedName is not { } dotted
            || Model.Tables.Module(dotted) is null
        )
            return false;
        Report(new ModuleClassMember(attribute, Shown(attribute.Value)));
        return true;
    }

    /// <summary>Nothing can be looked up in a builtin type or in the class Tensor.</summary>
    private bool RefuseOfBuiltin(Syntax.Attribute attribute, string? dotted)
    {
        if (dotted is "os.environ" or "sys.argv" or "sys.path" or "sys.modules" or "sys.version_info")
        {
            Report(new ProcessState(attribute, dotted));
            return true;
        }
        if (
            dotted is null
            || !dotted.StartsWith("torch.Tensor.", StringComparison.Ordinal)
                && !(
                    dotted.StartsWith("builtins.", StringComparison.Ordinal)
                    && dotted[..dotted.LastIndexOf('.')]
                        is "builtins.dict"
                            or "builtins.str"
                            or "builtins.list"
                            or "builtins.tuple"
                            or "builtins.int"
                            or "builtins.float"
                            or "builtins.bool"
                )
        )
            return false;
        Report(new BuiltinClassMember(attribute, Shown(attribute.Value), attribute.Name));
        return true;
    }

    /// <summary>A function has no attributes to the compiler.</summary>
    private bool RefuseOfFunction(Syntax.Attribute attribute, FunctionDef function)
    {
        if (
            attribute.Value is not Name
            || function.Parent is not Module
            || function.Decorators.Count > 0
            || function.IsAsync
        )
            return false;
        Report(new FunctionMember(attribute, Shown(attribute.Value), attribute.Name));
        return true;
    }

    private bool IsMethodOnly(TorchType owner, string name)
    {
        if (!Model.Tables.Operator("prim::" + name).IsEmpty || Model.Tables.HasUnreadableOverloads("aten::" + name))
            return false;
        foreach (var schema in Model.Tables.Operator("aten::" + name))
        foreach (var argument in schema.Arguments)
            if (argument.Name == "self" && SchemaMatcher.TakesSelf(argument.Type, owner))
                return true;
        return false;
    }

    /// <summary>A function of the module says that it stores to its variable.</summary>
    private static bool IsSetElsewhere(SemanticModel owner, string name) =>
        owner.File.Tree.Root.Has(node => node is Global global && global.Names.Contains(name));

    /// <summary>
    /// Says that a name stands for a plain Python value of this or another module, or of a class; false where it is not
    /// certain.
    /// </summary>
    private bool RefusePythonValue(Expr expr)
    {
        Expr root = expr;
        var inner = expr;
        while (root is Syntax.Attribute step)
        {
            inner = root;
            root = step.Value;
        }
        if (root is not Name name)
            return false;
        if (Model.Names.FindVariable(name) is { } variable)
        {
            if (
                inner is Name
                && variable.Bindings.All(b => b.Value is Constant { Kind: ConstantKind.None })
                && !IsSetElsewhere(variable.Owner, name.Id)
            )
            {
                Report(new NoneOfModule(name, name.Id));
                return true;
            }
            if (
                !(
                    inner is Syntax.Attribute
                        ? PythonValues.HaveNoAttributes(variable.Owner, variable.Bindings)
                        : PythonValues.ArePlain(variable.Owner, variable.Bindings)
                )
            )
                return false;
            bool here = ReferenceEquals(variable.Owner, Model);
            if (inner is Syntax.Attribute)
                Report(new PythonVariableMember(inner, name.Id));
            else
                Report(new PythonVariable(name, name.Id) { Related = here ? variable.Bindings[0].Node : null });
            return true;
        }
        // A constant in the body of a class, by the class's name.
        if (
            inner is not Syntax.Attribute member
            || !ReferenceEquals(member.Value, root)
            || Model.Names.Resolve(root) is not { Class: { } type, Owner: { } owner }
        )
            return false;
        if (
            owner.ClassOf(type).Kind is not (ClassKind.Plain or ClassKind.Module)
            || type.Decorators.Count > 0
            || !PythonValues.ArePlain(owner, owner.Names.ScopeOf(type).Find(member.Name))
        )
            return false;
        Report(new ClassConstant(member, Shown(member)));
        return true;
    }
}
