using System.Collections.Immutable;
using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>Types that variables have where a condition holds.</summary>
internal readonly record struct Refinements(ImmutableDictionary<string, TorchType> Types)
{
    public static readonly Refinements None = new(ImmutableDictionary<string, TorchType>.Empty);

    public static Refinements Of(string name, TorchType type) =>
        new(ImmutableDictionary<string, TorchType>.Empty.Add(name, type));

    /// <summary>Both hold.</summary>
    public Refinements And(Refinements other) => new(Types.SetItems(other.Types));

    /// <summary>One of them holds: what both say, unified.</summary>
    public Refinements Or(Refinements other)
    {
        var joined = ImmutableDictionary.CreateBuilder<string, TorchType>();
        foreach (var (name, type) in Types)
            if (other.Types.TryGetValue(name, out var alternative) && Either(type, alternative) is { } both)
                joined[name] = both;
        return new(joined.ToImmutable());
    }

    /// <summary>A module or None is decided for each instance, and no Optional.</summary>
    private static TorchType? Either(TorchType a, TorchType b) =>
        a == b ? a
        : a is ModuleType or ModuleContainerType or ModuleChoice
        || b is ModuleType or ModuleContainerType or ModuleChoice
            ? ModuleChoice.Of(a, b)
        : TypeRelations.Unify(a, b);
}

/// <summary>
/// A condition: decided at compile time (Static), perhaps so (MayBeStatic), and what it tells of variables.
/// </summary>
internal readonly record struct Condition(bool? Static, bool MayBeStatic, Refinements WhenTrue, Refinements WhenFalse)
{
    public static readonly Condition Dynamic = new(null, false, Refinements.None, Refinements.None);
    public static readonly Condition Undecided = new(null, true, Refinements.None, Refinements.None);

    public static Condition Decided(bool value) => new(value, false, Refinements.None, Refinements.None);

    /// <summary>The question of isinstance on which the condition hangs, where it is asked of a module.</summary>
    public ModuleTest? Test { get; init; }
}

/// <summary>
/// isinstance of a variable that holds a module. The compiler decides it, and assigns the variable anew in the block
/// whose condition it is; no block inside another may assign to a variable that holds a module.
/// </summary>
/// <param name="Holds">What it is decided to; null where the classes tell nothing.</param>
/// <param name="InBlock">The condition has a part besides that is asked at run time.</param>
internal readonly record struct ModuleTest(Call At, Name Variable, bool? Holds, bool InBlock)
{
    public ModuleTest Negated => this with { Holds = !Holds };
}

internal sealed partial class FunctionInference
{
    private Condition InferCondition(Expr test)
    {
        if (++nesting > MaxNesting)
        {
            nesting--;
            return Condition.Undecided;
        }
        try
        {
            switch (test)
            {
                case UnaryOp { Op: UnaryOperator.Not } negation:
                    var inner = InferCondition(negation.Operand);
                    Record(test, TorchType.Bool);
                    return new(!inner.Static, inner.MayBeStatic, inner.WhenFalse, inner.WhenTrue)
                    {
                        Test = inner.Test?.Negated,
                    };
                case BoolOp logic:
                    return ShortCircuit(logic);
                case Compare { Ops: [CompareOperator.Is or CompareOperator.IsNot] } compare:
                    return NoneTest(compare);
                case Call { Func: Name or Syntax.Attribute } call when TestCall(call) is { } tested:
                    Record(call, TorchType.Bool);
                    return tested;
                case Constant { Kind: ConstantKind.True or ConstantKind.False } constant:
                    Record(constant, TorchType.Bool);
                    return Condition.Decided(constant.Kind == ConstantKind.True);
            }
            var type = Infer(test);
            CheckCondition(test, type);
            if (test is Syntax.Attribute attribute && ConstantFlag(attribute) is { } flag)
                return flag;
            // A plain attribute is read when the code runs, whatever it holds.
            if (
                test is Syntax.Attribute { Value: var holder }
                && Infer(holder) is ModuleType { Definition: ClassModel { HasAllBases: true } known } read
                && !known.Lineage().Any(c => c.Constants.Contains(((Syntax.Attribute)test).Name))
                && known.FindAttribute(((Syntax.Attribute)test).Name) is not null
            )
                return read.IsUnknown ? Condition.Undecided : Condition.Dynamic;
            return
                type is SugaredType or UnknownType or ModuleType or ModuleContainerType
                && test is Name or Syntax.Attribute or Call
                ? Condition.Undecided
                : Condition.Dynamic;
        }
        finally
        {
            nesting--;
        }
    }

    /// <summary>
    /// The release from which the compiler surely drops the other branch of a constant flag (pytorch/pytorch #46703,
    /// #49728).
    /// </summary>
    private static readonly TorchVersion flagsAreStatic = new(1, 9);

    /// <summary>Attributes that are Final or in __constants__ decide a condition when they are bools.</summary>
    private Condition? ConstantFlag(Syntax.Attribute attribute) =>
        FlagOf(attribute) is { } flag
            ? Model.File.Options.Torch < flagsAreStatic
                ? Condition.Undecided
                : flag
            : null;

    private Condition? FlagOf(Syntax.Attribute attribute)
    {
        var owner = Infer(attribute.Value);
        if (owner is ModuleType { Definition: ClassModel definition })
        {
            var found = definition.FindAttribute(attribute.Name);
            // A constant of the class of torch that it derives from has the value that its constructor was given.
            if (
                definition
                    .Lineage()
                    .Any(c =>
                        Model.Tables.Module(c.TorchBase)?.Attributes.GetValueOrDefault(attribute.Name)
                            is { IsConstant: true }
                    )
            )
                return Condition.Undecided;
            if (found is not null && !definition.Lineage().Any(c => c.Constants.Contains(attribute.Name)))
                return null;
            if (found is null)
                return definition.Lineage().Any(c => c.Constants.Contains(attribute.Name)) ? Condition.Undecided : null;
            if (found.Type != TorchType.Bool && !found.Type.IsUnknown)
                return null;
            return found.ConstantValue is bool value ? Condition.Decided(value) : Condition.Undecided;
        }
        if (
            owner is ModuleType torch
            && Model.Tables.Module(torch.Name)?.Attributes.GetValueOrDefault(attribute.Name)
                is { IsConstant: true } constant
            && constant.Type == TorchType.Bool
        )
            return constant.Value is null ? Condition.Undecided : Condition.Decided(constant.Value == "True");
        return null;
    }

    private Condition ShortCircuit(BoolOp logic)
    {
        Condition result = default;
        bool isOr = logic.Op == BoolOperator.Or;
        var outer = frame;
        for (int i = 0; i < logic.Values.Count; i++)
        {
            if (i == 0)
            {
                result = InferCondition(logic.Values[0]);
                continue;
            }
            if (result.Test is { } first)
                Report(new ModuleTestedInBlock(first.At, first.Variable.Id));
            frame = new Frame(frame);
            Refine(isOr ? result.WhenFalse : result.WhenTrue);
            var next = InferCondition(logic.Values[i]);
            var test = TestOfBoth(result, next, isOr);
            result = isOr
                ? new(
                    result.Static == true || next.Static == true ? true
                        : result.Static is { } a && next.Static is { } b ? a || b
                        : null,
                    result.MayBeStatic || next.MayBeStatic,
                    result.WhenTrue.Or(next.WhenTrue),
                    result.WhenFalse.And(next.WhenFalse)
                )
                : new(
                    result.Static == false || next.Static == false ? false
                        : result.Static is { } c && next.Static is { } d ? c && d
                        : null,
                    result.MayBeStatic || next.MayBeStatic,
                    result.WhenTrue.And(next.WhenTrue),
                    result.WhenFalse.Or(next.WhenFalse)
                );
            result = result with { Test = test };
        }
        frame = outer;
        Record(logic, TorchType.Bool);
        return result;
    }

    /// <summary>
    /// What the question of the second operand becomes: a part that is decided leaves it as it is; beside one asked at
    /// run time it narrows the branch that both lead to.
    /// </summary>
    private static ModuleTest? TestOfBoth(Condition first, Condition second, bool isOr) =>
        second.Test is not { } test || first.MayBeStatic || first.Static == isOr ? null
        : first.Static is not null ? test
        : test.Holds == !isOr ? test with { InBlock = true }
        : null;

    /// <summary>The condition decides what runs: where it narrows a module inside a block, it is refused.</summary>
    private void CheckModuleTest(Condition condition)
    {
        if (condition.Test is { } test && (test.InBlock || !frame.Variables.ContainsKey(test.Variable.Id)))
            Report(new ModuleTestedInBlock(test.At, test.Variable.Id));
    }

    private Condition NoneTest(Compare compare)
    {
        var left = InferValue(compare.Left);
        var right = InferValue(compare.Comparators[0]);
        Record(compare, TorchType.Bool);
        bool isTest = compare.Ops[0] == CompareOperator.Is;
        var tested = compare.Left;
        if (left == TorchType.None && compare.Left is Constant)
            (left, right, tested) = (right, left, compare.Comparators[0]);
        if (right == TorchType.None && left is ModuleChoice choice)
        {
            if (!choice.MayBeNone)
                return Condition.Decided(!isTest);
            // Decided for each instance: in each branch the attribute is what it then must be.
            string? place =
                tested is Name variable ? variable.Id
                : tested is Syntax.Attribute { Value: Name holder } member ? $"{holder.Id}.{member.Name}"
                : null;
            if (place is null)
                return Condition.Undecided;
            var (absent, given) = (Refinements.Of(place, TorchType.None), Refinements.Of(place, choice.WithoutNone()));
            return isTest ? new(null, true, absent, given) : new(null, true, given, absent);
        }
        bool? mayBeNone = left is ModuleType or ModuleContainerType or SugaredType
            ? left is SugaredType
                ? null
                : false
            : TypeRelations.MayBeNone(left);
        if (right == TorchType.None)
        {
            if (left == TorchType.None)
                return Condition.Decided(isTest);
            if (mayBeNone == false)
                return Condition.Decided(!isTest);
            if (mayBeNone is null)
            {
                // Refining an Unknown keeps it Unknown; whether the compiler decides this is not known.
                return Condition.Undecided;
            }
            if (tested is not Name name || left == TorchType.Any)
                return Condition.Dynamic;
            var present = TypeRelations.WithoutNone(left) is { } some
                ? Refinements.Of(name.Id, some)
                : Refinements.None;
            // The compiler tells only the branch where there is a value; in the other the variable stays optional.
            return isTest ? new(null, false, Refinements.None, present) : new(null, false, present, Refinements.None);
        }
        return left.IsUnknown || right.IsUnknown ? Condition.Undecided : Condition.Dynamic;
    }

    /// <summary>
    /// isinstance, hasattr and the questions about the compiler itself; null where the call is none of them.
    /// </summary>
    private Condition? TestCall(Call call)
    {
        string? name =
            call.Func is Name { Id: var id } && frame.Find(id) is not null ? null : Model.ResolveName(call.Func);
        switch (name)
        {
            case "torch.jit.is_scripting" or "torch._jit_internal.is_scripting":
                return StaticConditions.Evaluate(Model, call) is { } scripting
                    ? Condition.Decided(scripting)
                    : Condition.Dynamic;
            case "torch._C._get_tracing_state" or "torch.jit.is_tracing" or "torch._jit_internal.is_tracing":
                return Condition.Dynamic;
            case "builtins.hasattr" when call.Args.Count == 2:
                return HasAttribute(call);
            case "builtins.isinstance" or "torch.jit.isinstance" when call.Args.Count == 2:
                return IsInstance(call);
        }
        if (
            name is not null
            && name.AsSpan(name.LastIndexOf('.') + 1).StartsWith("has_torch_function")
            && name.Contains("overrides", StringComparison.Ordinal)
        )
        {
            foreach (var argument in call.Args)
                Infer(argument);
            return Condition.Decided(false);
        }
        return null;
    }

    private Condition HasAttribute(Call call)
    {
        var owner = Infer(call.Args[0]);
        CheckLiteralName(call);
        if (owner is PrimitiveType or OptionalType or ListType or DictType or TupleType && owner != TorchType.Any)
            Report(new HasattrOfValue(call, Shown(call.Args[0]), owner));
        else if (owner is NamedValue { DottedName: "torch" or "torch.nn" or "torch.nn.functional" })
            Report(new HasattrOfPythonModule(call, Shown(call.Args[0])));
        else if (owner is FunctionValue && call.Args[0] is Name)
            Report(new HasattrOfFunction(call, Shown(call.Args[0])));
        if (call.Args[1] is not Constant { Value: string attribute })
            return Condition.Undecided;
        if (owner is ModuleType { Definition: ClassModel definition })
        {
            if (definition.FindMethod(attribute) is not null || definition.FindAttribute(attribute) is { Always: true })
                return Condition.Decided(true);
            return Condition.Undecided;
        }
        return Condition.Undecided;
    }

    private Condition IsInstance(Call call)
    {
        var tested = Infer(call.Args[0]);
        var wanted = ReadTypes(call.Args[1]);
        if (tested is ModuleType or ModuleContainerType && call.Args[0] is Name { Id: not "self" } part)
            return Condition.Undecided with { Test = new(call, part, IsOneOf(tested, call.Args[1]), false) };
        if (
            tested is SugaredType or UnknownType or ModuleType or ModuleContainerType
            || wanted.Any(w => w.IsUnknown)
            || wanted.Count == 0
        )
            return Condition.Undecided;
        ImmutableArray<TorchType> members = tested switch
        {
            UnionType union => union.Members,
            OptionalType { Element: var element } => [element, TorchType.None],
            _ when tested == TorchType.Any => [],
            _ => [tested],
        };
        if (members.IsEmpty)
            return wanted.Count == 1 && call.Args[0] is Name any && wanted[0] is not VariableType
                ? new(null, false, Refinements.Of(any.Id, wanted[0]), Refinements.None)
                : Condition.Dynamic;
        if (members.Any(m => m.HasUnknown))
            return Condition.Undecided;
        var inside = members.Where(m => wanted.Any(w => Matches(m, w))).ToImmutableArray();
        if (inside.Length == members.Length)
            return Condition.Decided(true);
        if (inside.IsEmpty)
            return members.Any(m => wanted.Any(w => w.IsSubtypeOf(m))) ? Condition.Dynamic : Condition.Decided(false);
        if (call.Args[0] is not Name name)
            return Condition.Dynamic;
        return new(
            null,
            false,
            Refinements.Of(name.Id, TypeRelations.MakeUnion(inside)),
            Refinements.Of(name.Id, TypeRelations.MakeUnion([.. members.Except(inside)]))
        );
    }

    /// <summary>
    /// Whether a module is of one of the classes; null where that is not known. A class that it derives from is another
    /// type to the compiler.
    /// </summary>
    private bool? IsOneOf(TorchType module, Expr classes)
    {
        if (classes is TupleExpr several)
            return several.Elements.Any(e => IsOneOf(module, e) == true) ? true : null;
        if (module is not ModuleType type)
            return null;
        bool isSame = type.Definition is ClassModel definition
            ? ReferenceEquals(Model.Names.Resolve(classes)?.Class, definition.Node)
            : Model.ResolveName(classes) == type.Name;
        return isSame ? true : null;
    }

    /// <summary>A bare <c>list</c> or <c>tuple</c> is read as a variable named so: any type of that form.</summary>
    private static bool Matches(TorchType type, TorchType wanted) =>
        wanted switch
        {
            VariableType { Name: "list" } => type is ListType,
            VariableType { Name: "tuple" } => type is TupleType or ClassType { Role: ClassRole.NamedTuple },
            VariableType { Name: "dict" } => type is DictType,
            _ => type.IsSubtypeOf(wanted),
        };

    private List<TorchType> ReadTypes(Expr expr)
    {
        var found = new List<TorchType>();
        if (expr is TupleExpr tuple)
        {
            foreach (var element in tuple.Elements)
                found.AddRange(ReadTypes(element));
            return found;
        }
        found.Add(
            Model.ResolveName(expr) switch
            {
                "builtins.list" => new VariableType("list"),
                "builtins.tuple" => new VariableType("tuple"),
                "builtins.dict" => new VariableType("dict"),
                _ => Model.Annotations.Read(expr),
            }
        );
        return found;
    }
}
