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
        string? what = type switch
        {
            OperatorValue { Self: { } self, Operator: var op }
                when expr is Syntax.Attribute && IsMethodOnly(self, op["aten::".Length..]) => "a method",
            OperatorValue { Self: null } or SignaturesValue or DispatchValue => "a function",
            FunctionValue { Unit: var unit }
                when unit.Function.Decorators.All(d =>
                    unit.Owner.ResolveName(d is Call made ? made.Func : d)
                        is "builtins.staticmethod"
                            or "torch.jit.export"
                            or "torch.jit.ignore"
                            or "torch.jit.unused"
                            or "torch.jit.script"
                            or "torch.no_grad"
                ) => "a function",
            SpecialFormValue { Name: "int" or "float" or "bool" or "str" or "list" or "complex" } => "a Python type",
            SpecialFormValue { Name: var name }
                when name.EndsWith("Error", StringComparison.Ordinal)
                    || name.EndsWith("Warning", StringComparison.Ordinal)
                    || name == "Exception" => "an exception class",
            NamedValue { DottedName: var dotted } when Model.Tables.Module(dotted) is not null => "a class",
            NamedValue { DottedName: "torch.nn" or "torch.nn.functional" or "torch.jit" } => "a Python module",
            NamedValue { DottedName: var dotted } when expr is Name && !dotted.Contains('.') => "a Python module",
            ClassValue { Class.Kind: ClassKind.Module } => "a class",
            IterableValue { Kind: IterableKind.Range or IterableKind.Enumerate or IterableKind.Zip } =>
                "only there to be looped over",
            _ => null,
        };
        if (
            type == TorchType.None
            && expr is Call { Func: Name { Id: "print" } printed }
            && Model.ResolveName(printed) == "builtins.print"
        )
            Refuse(
                ProblemKind.PythonValue,
                expr,
                "'print(...)' gives no value in TorchScript: call it as a statement of its own."
            );
        if (type is SliceValue)
            Refuse(
                ProblemKind.PythonValue,
                expr,
                "A slice is no value in TorchScript: write it where it is used, as in 'x[a:b]'."
            );
        if (type is IterableValue && what is not null)
        {
            Refuse(
                ProblemKind.PythonValue,
                expr,
                $"'{Shown(expr)}' is {what} in TorchScript: make a list of it, 'list({Shown(expr)})'."
            );
            return type;
        }
        if (what is not null)
            Refuse(
                ProblemKind.PythonValue,
                expr,
                what == "a Python module"
                    ? $"'{Shown(expr)}' is a Python module, and TorchScript can only look into it."
                    : $"'{Shown(expr)}' is {what}, and TorchScript can only call it{(what == "a method" ? ": are '()' missing?" : what == "an exception class" ? ", or raise it." : what == "a Python type" ? ": a dtype is written 'torch.float' and the like." : ".")}"
            );
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
        Refuse(
            ProblemKind.PythonValue,
            name,
            $"'{name.Id}' is imported by its own name, and so a Python value that TorchScript cannot see: write "
                + $"'{dotted}'."
        );
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
        Refuse(
            ProblemKind.PythonValue,
            attribute,
            $"'{Shown(attribute.Value)}' is a class of modules, and TorchScript cannot look into one: call "
                + "methods through self, and make functions of static ones."
        );
        return true;
    }

    /// <summary>Nothing can be looked up in a builtin type or in the class Tensor.</summary>
    private bool RefuseOfBuiltin(Syntax.Attribute attribute, string? dotted)
    {
        if (dotted is "os.environ" or "sys.argv" or "sys.path" or "sys.modules" or "sys.version_info")
        {
            Refuse(
                ProblemKind.PythonValue,
                attribute,
                $"'{dotted}' is a Python value, which TorchScript cannot see: read it outside, and keep the "
                    + "answer in an attribute."
            );
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
        Refuse(
            ProblemKind.PythonValue,
            attribute,
            $"'{Shown(attribute.Value)}' is a class, and TorchScript cannot look into it: call "
                + $"'{attribute.Name}' on a value."
        );
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
        Refuse(
            ProblemKind.PythonValue,
            attribute,
            $"'{Shown(attribute.Value)}' is a function, and TorchScript cannot look up '{attribute.Name}' in it."
        );
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
    private static bool IsSetElsewhere(SemanticModel owner, string name)
    {
        var seeker = new Seeker(node => node is Global global && global.Names.Contains(name));
        seeker.Visit(owner.File.Tree.Root);
        return seeker.Found;
    }

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
                Refuse(
                    ProblemKind.PythonValue,
                    name,
                    $"'{name.Id}' is None in the module, and TorchScript sees no such variable: write None, or "
                        + "pass it as an argument."
                );
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
                Refuse(
                    ProblemKind.PythonValue,
                    inner,
                    $"'{name.Id}' is a Python value of the module, which TorchScript cannot look into."
                );
            else
                Refuse(
                    ProblemKind.PythonValue,
                    name,
                    $"'{name.Id}' is a Python value of the module, which TorchScript cannot see: write it in "
                        + "the function, pass it as an argument, or keep it in an attribute.",
                    here ? variable.Bindings[0].Node : null,
                    here ? $"'{name.Id}' gets its value here" : ""
                );
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
        Refuse(
            ProblemKind.PythonValue,
            member,
            $"'{Shown(member)}' is a Python value, which TorchScript cannot see: write it in the function, pass "
                + "it as an argument, or keep it in an attribute."
        );
        return true;
    }
}
