using System.Collections.Immutable;
using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>
/// Classes that are compiled themselves: script classes, enums, named tuples. They inherit no method, and have the
/// attributes that __init__ sets.
/// </summary>
internal sealed partial class FunctionInference
{
    /// <summary>The class of an object, where nothing but its own body says what it has.</summary>
    private static ClassModel? ScriptClassOf(TorchType type) =>
        type is ClassType { Role: ClassRole.ScriptClass, Definition: ClassModel definition }
        && IsScriptClass(definition)
            ? definition
            : null;

    private static bool IsScriptClass(ClassModel type) =>
        type is { Kind: ClassKind.Plain, HasAllBases: true }
        && type.Node.Keywords.Count == 0
        && type.Node.Decorators.All(d => type.Owner.ResolveName(d) == "torch.jit.script")
        && type.Owner.Names.ScopeOf(type.Node).Find("__slots__").Count == 0;

    private static FunctionDef? PropertyOf(ClassModel type, string name)
    {
        foreach (var ancestor in type.Lineage())
            if (ancestor.Methods.TryGetValue(name, out var method))
                return method.Decorators.Any(d => d is Name { Id: "property" }) ? method : null;
        return null;
    }

    private static bool IsStatic(FunctionDef method) => method.Decorators.Any(d => d is Name { Id: "staticmethod" });

    /// <summary>
    /// The statements of __init__ that store to this attribute of self; those of blocks inside are only counted where
    /// asked for.
    /// </summary>
    private static IEnumerable<Stmt> StoresOf(ClassModel type, string name, bool blocks)
    {
        if (
            !type.Methods.TryGetValue("__init__", out var constructor)
            || constructor.Args.All().FirstOrDefault() is not { } self
        )
            yield break;
        foreach (var statement in constructor.Body)
            if (
                statement is Syntax.Assign or AnnAssign { Value: not null } or AugAssign or With
                    ? StoreFinder.Finds(statement, self.Name, name)
                    : blocks && StoreFinder.Finds(statement, self.Name, name)
            )
                yield return statement;
    }

    private sealed class StoreFinder(string self, string name) : SyntaxWalker
    {
        private bool found;

        public static bool Finds(Stmt statement, string self, string name)
        {
            var finder = new StoreFinder(self, name);
            finder.Visit(statement);
            return finder.found;
        }

        public override void Visit(Node node)
        {
            found |=
                node is Syntax.Attribute { Context: ExprContext.Store, Value: Name owner } target
                && owner.Id == self
                && target.Name == name;
            if (!found)
                base.Visit(node);
        }
    }

    /// <summary>
    /// What an attribute of a script class is: the type of the first value that __init__ stores, whatever an annotation
    /// beside it says.
    /// </summary>
    private TorchType ScriptAttribute(ClassModel type, string name)
    {
        if (PropertyOf(type, name) is not null || type.Methods.ContainsKey(name))
            return MemberOf(type, name);
        var value = StoresOf(type, name, blocks: false).FirstOrDefault() switch
        {
            Syntax.Assign { Targets: [Syntax.Attribute], Value: var given } => given,
            AnnAssign { Target: Syntax.Attribute, Value: { } given } => given,
            _ => null,
        };
        if (value is null)
            return TorchType.Unknown;
        var constructor = type.Methods["__init__"];
        var found = ReferenceEquals(unit.Function, constructor)
            ? analysis
            : Analysis(new CompiledUnit(constructor, type, type.Owner));
        return found?.TypeOf(value) switch
        {
            ListType { IsEmptyLiteral: true } list => new ListType(list.Element),
            { } known and not (ModuleType or ModuleContainerType) => known,
            _ => TorchType.Unknown,
        };
    }

    /// <summary>An attribute or method that objects of a script class do not have.</summary>
    private void CheckMember(ClassModel type, Syntax.Attribute attribute)
    {
        string name = attribute.Name;
        if (
            name.StartsWith("__", StringComparison.Ordinal)
            || PropertyOf(type, name) is not null
            || StoresOf(type, name, blocks: true).Any()
        )
            return;
        if (type.Methods.TryGetValue(name, out var method))
        {
            if (IsStatic(method))
                Report(new StaticMethodOfObject(attribute, name, type.Name, type.Node.Name));
            return;
        }
        Report(
            type.FindMethod(name) is { } inherited
                ? new InheritedMethod(attribute, type.Name, name, inherited.Class.Name)
            : type.Owner.Names.ScopeOf(type.Node).Find(name).Count > 0
                ? new ScriptClassAttribute(attribute, type.Name, name)
            : new ObjectLacksAttribute(attribute, type.Name, name)
        );
    }

    private static bool Holds(TorchType value, ClassModel type) =>
        value switch
        {
            ClassType { Definition: ClassModel definition } => ReferenceEquals(definition, type),
            OptionalType optional => Holds(optional.Element, type),
            ListType list => Holds(list.Element, type),
            DictType dict => Holds(dict.Value, type),
            TupleType tuple => tuple.Elements.Any(e => Holds(e, type)),
            _ => false,
        };

    /// <summary>
    /// A store to an attribute of an object: __init__ makes it, outside of every branch and loop, and it keeps the type
    /// that it gets there.
    /// </summary>
    private void CheckMemberStore(ClassModel type, Syntax.Attribute target, TorchType value)
    {
        string name = target.Name;
        if (PropertyOf(type, name) is { } property)
        {
            if (
                !type.Node.Body.Any(s =>
                    s is FunctionDef f
                    && f.Name == name
                    && f.Decorators.Any(d => d is Syntax.Attribute { Name: "setter" })
                ) && type.Methods.Values.Contains(property)
            )
                Report(new StoreToProperty(target, name, type.Name));
            return;
        }
        bool making =
            unit.Function.Name == "__init__"
            && ReferenceEquals(unit.Self, type)
            && target.Value is Name self
            && unit.Function.Args.All().FirstOrDefault()?.Name == self.Id;
        if (making && Holds(value, type))
        {
            Report(new SelfContainingClass(target, name, type.Name));
            return;
        }
        var first = StoresOf(type, name, blocks: false).FirstOrDefault();
        if (making && (first is null || first.Start > target.Start))
        {
            if (frame.Parent is not null)
                Report(new FirstStoredInBlock(target, name));
            return;
        }
        if (first is null)
        {
            if (!StoresOf(type, name, blocks: true).Any())
                Report(new StoreToMissingOfObject(target, type.Name, name));
            return;
        }
        if (making && first.Span.Contains(target.Span))
            return;
        var known = ScriptAttribute(type, name);
        if (known.HasUnknown || value.HasUnknown || value is SugaredType or ModuleType or ModuleContainerType)
            return;
        if (Matcher.Convert(value, known, conversions: true).IsSubtypeOf(known))
            return;
        Report(new ObjectAttributeDiffers(target, name, type.Name, known, value));
    }

    /// <summary>
    /// Says that an object lacks the special method that an operator or builtin calls; false where it has it, or is no
    /// object of a script class.
    /// </summary>
    private bool LacksSpecial(Node at, TorchType operand, string method, string use)
    {
        if (ScriptClassOf(operand) is not { } type || type.Methods.ContainsKey(method))
            return false;
        Report(new SpecialMethodMissing(at, use, method, type.Name));
        return true;
    }

    private static string SpecialOf(BinaryOperator op) =>
        op switch
        {
            BinaryOperator.Add => "__add__",
            BinaryOperator.Sub => "__sub__",
            BinaryOperator.Mult => "__mul__",
            BinaryOperator.MatMult => "__matmul__",
            BinaryOperator.Div => "__truediv__",
            BinaryOperator.Mod => "__mod__",
            BinaryOperator.Pow => "__pow__",
            BinaryOperator.LShift => "__lshift__",
            BinaryOperator.RShift => "__rshift__",
            BinaryOperator.BitOr => "__or__",
            BinaryOperator.BitXor => "__xor__",
            BinaryOperator.BitAnd => "__and__",
            _ => "__floordiv__",
        };

    private static string? SpecialOf(CompareOperator op) =>
        op switch
        {
            CompareOperator.Lt => "__lt__",
            CompareOperator.LtE => "__le__",
            CompareOperator.Gt => "__gt__",
            CompareOperator.GtE => "__ge__",
            CompareOperator.Eq => "__eq__",
            CompareOperator.NotEq => "__ne__",
            _ => null,
        };

    private static string? SpecialOf(string builtin) =>
        builtin switch
        {
            "len" or "str" or "int" or "float" or "complex" or "hash" or "repr" or "abs" => $"__{builtin}__",
            _ => null,
        };

    /// <summary>
    /// The call that makes an object: the parameters of its __init__, or the fields of a named tuple, are the
    /// signature.
    /// </summary>
    private void CheckConstructor(
        ClassModel type,
        Call call,
        List<Argument> positional,
        List<Argument> keywords,
        bool spread
    )
    {
        if (type.Kind == ClassKind.NamedTuple)
        {
            CheckFields(type, call, positional, keywords, spread);
            return;
        }
        if (!IsScriptClass(type) || !type.Methods.TryGetValue("__init__", out var constructor))
            return;
        CheckUserCall(new CompiledUnit(constructor, type, type.Owner), call, positional, keywords, spread);
    }

    private void CheckFields(
        ClassModel type,
        Call call,
        List<Argument> positional,
        List<Argument> keywords,
        bool spread
    )
    {
        if (
            spread
            || type.InstanceType is not ClassType { Fields: { Length: > 0 } fields }
            || type.Node.Bases.Count != 1
        )
            return;
        var defaults = type
            .Node.Body.OfType<AnnAssign>()
            .Where(a => a is { Target: Name, Value: not null })
            .Select(a => ((Name)a.Target).Id)
            .ToHashSet();
        var schema = new FunctionSchema(
            type.Node.Name,
            [
                .. fields.Select(f => new SchemaArgument(
                    f.Name,
                    f.Type,
                    defaults.Contains(f.Name) ? "" : null,
                    false,
                    null
                )),
            ],
            TorchType.Unknown,
            false
        );
        if (Matcher.Resolve([schema], null, positional, keywords) is null)
            CheckCall(call, type.Node.Name, [schema], null, positional, keywords);
        else
            WarnOfNumbers(schema, positional, keywords);
    }

    /// <summary>A member that an Enum does not have.</summary>
    private bool RefuseMissingMember(ClassModel type, Syntax.Attribute attribute)
    {
        if (
            type.Kind != ClassKind.Enum
            || type.Bases.Count > 0
            || attribute.Name.StartsWith('_')
            || type.Owner.Names.ScopeOf(type.Node).Find(attribute.Name).Count > 0
        )
            return false;
        Report(new EnumLacksMember(attribute, type.Name, attribute.Name));
        return true;
    }

    /// <summary>
    /// "del name": the compiler forgets the variable in every block around at once, and asks the outermost whether it
    /// was there.
    /// </summary>
    private void Delete(Expr target)
    {
        if (
            target is Subscript { Value: var holder } element
            && Infer(target) is var _
            && Infer(holder) is var owner
            && ScriptClassOf(owner) is not null
        )
        {
            LacksSpecial(element, owner, "__delitem__", "del");
            return;
        }
        if (target is not Name name)
        {
            if (target is Subscript part)
                CheckDelete(part);
            else
                Infer(target);
            return;
        }
        if (frame.Find(name.Id) is null or UndefinedValue)
        {
            Infer(name);
            return;
        }
        bool outermost = false;
        for (var at = frame; at is not null; at = at.Parent)
        {
            if (at.Variables.ContainsKey(name.Id))
                at.Define(
                    name.Id,
                    uncertain > 0 ? TorchType.Unknown : new UndefinedValue(null, UndefinedReason.Deleted)
                );
            outermost = at.Parent is null && at.Variables.ContainsKey(name.Id);
        }
        if (!outermost && speculationDepth == 0)
            Report(new DeletedInBlock(name, name.Id));
    }
}
