using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>Why a variable has no value.</summary>
internal enum UndefinedReason
{
    /// <summary>The branches of At leave it with different types.</summary>
    TypesDiffer,

    /// <summary>It has no value where the condition of At is true.</summary>
    MissingWhenTrue,

    /// <summary>It has no value where the condition of At is false.</summary>
    MissingWhenFalse,

    /// <summary>A function or module that was given its name in a branch.</summary>
    FunctionOfBranch,
    AfterLoop,
    Deleted,
}

/// <summary>A variable that has no value here. At: the branch that left it so, as the compiler names it.</summary>
internal sealed record UndefinedValue(Node? At, UndefinedReason Reason) : SugaredType
{
    public TorchType WhenTrue { get; init; } = Unknown;
    public TorchType WhenFalse { get; init; } = Unknown;
}

internal sealed partial class FunctionInference
{
    /// <summary>
    /// Above zero while something is typed that may not be what the compiler sees: nothing is reported.
    /// </summary>
    private int speculationDepth;

    /// <summary>Of each kind there is one problem of a node.</summary>
    private void Report(TypeProblem problem)
    {
        if (speculationDepth > 0 || uncertain > 0)
            return;
        foreach (var earlier in analysis.Problems)
            if (ReferenceEquals(earlier.At, problem.At) && earlier.Kind == problem.Kind)
                return;
        analysis.Problems.Add(problem);
    }

    /// <summary>The release from which an Enum compiles (pytorch/pytorch #41390, #42085).</summary>
    private static readonly TorchVersion enums = new(1, 7);

    private void CheckEnum(Syntax.Attribute chain)
    {
        var member = chain;
        while (member.Value is Syntax.Attribute inner)
            member = inner;
        if (
            Model.File.Options.Torch < enums
            && member.Value is Name name
            && frame.Find(name.Id) is null
            && Model.Names.Resolve(name) is { Class: { } type, Owner: { } owner }
            && owner.ClassOf(type).Kind == ClassKind.Enum
        )
            Report(new EnumUnsupported(member, name.Id));
    }

    private string Shown(Expr expr)
    {
        string text = Model.File.Text[expr.Span];
        return text.Length <= 40 && !text.Contains('\n')
            ? text
            : text.Split('\n')[0][..Math.Min(30, text.Split('\n')[0].Length)] + "...";
    }

    /// <summary>Whether an operator takes the value as its self: how the compiler finds methods.</summary>
    private bool HasMethod(TorchType owner, string name)
    {
        foreach (string space in (ReadOnlySpan<string>)["aten::", "prim::"])
        {
            if (Model.Tables.HasUnreadableOverloads(space + name))
                return true;
            foreach (var schema in Model.Tables.Operator(space + name))
            foreach (var argument in schema.Arguments)
                if (argument.Name == "self" && SchemaMatcher.TakesSelf(argument.Type, owner))
                    return true;
        }
        return false;
    }

    private void CheckCall(
        Call call,
        string what,
        ReadOnlySpan<FunctionSchema> schemas,
        TorchType? self,
        List<Argument> positional,
        List<Argument> keywords
    )
    {
        // Tensor.type() and special methods have ways of their own in the compiler.
        if (
            call.Func is Syntax.Attribute { Name: var name }
            && (name == "type" || name.StartsWith("__", StringComparison.Ordinal))
        )
            return;
        foreach (var argument in positional)
            if (argument.Type is SugaredType and not UndefinedValue)
                return;
        foreach (var argument in keywords)
            if (argument.Type is SugaredType)
                return;
        ReportMismatch(call, what, schemas, self, positional, keywords);
    }

    /// <summary>Says why no signature takes the arguments; the compiler has already refused them.</summary>
    private void ReportMismatch(
        Expr at,
        string what,
        ReadOnlySpan<FunctionSchema> schemas,
        TorchType? self,
        List<Argument> positional,
        List<Argument> keywords
    )
    {
        if (schemas.Length == 0)
        {
            Report(NoSignature(at, what, positional, keywords));
            return;
        }
        var closest = schemas[0];
        foreach (var schema in schemas)
            if (
                Matcher.Progress(schema, self, positional, keywords)
                > Matcher.Progress(closest, self, positional, keywords)
            )
                closest = schema;
        Report(
            Matcher.Explain(closest, self, positional, keywords) switch
            {
                null => NoSignature(at, what, positional, keywords),
                ArgumentTypeMismatch mismatch => ArgumentProblem(at, what, mismatch, positional, keywords),
                var mismatch => new ArgumentsDiffer(at, what, mismatch) { FromTables = true },
            }
        );
    }

    private static NoSignature NoSignature(Expr at, string what, List<Argument> positional, List<Argument> keywords) =>
        new(at, what, [.. positional.Concat(keywords).Select(a => (a.Name, (DetachedType)a.Type))])
        {
            FromTables = true,
        };

    private TypeProblem ArgumentProblem(
        Expr at,
        string what,
        ArgumentTypeMismatch mismatch,
        List<Argument> positional,
        List<Argument> keywords
    )
    {
        var (parameter, wanted, given, isRest) = mismatch;
        if (given is OptionalType && TypeRelations.WithoutNone(given) is { } some && some.IsSubtypeOf(wanted))
            return new OptionalArgument(at, what, parameter, wanted, given, isRest)
            {
                Position = mismatch.Position,
                FromTables = true,
            };
        return new ArgumentTypeDiffers(at, what, parameter, wanted, given, isRest)
        {
            Lacks = wanted is ClassType { Role: ClassRole.Interface, Definition: ClassModel asked }
                ? InterfaceMatch.Mismatch(given, asked)
                : null,
            Position = mismatch.Position,
            Assumed = given == TorchType.Tensor ? Assumed(positional, keywords) : null,
            FromTables = true,
        };
    }

    /// <summary>The name of a parameter without annotation among the arguments.</summary>
    private string? Assumed(List<Argument> positional, List<Argument> keywords)
    {
        foreach (var argument in positional.Concat(keywords))
            if (argument.Type == TorchType.Tensor && argument.Source is { } source && Assumed(source) is { } name)
                return name;
        return null;
    }

    /// <summary>The parameter without annotation that an expression is.</summary>
    private string? Assumed(Expr expr) =>
        expr is Name name
        && unit.Function.Args.Find(name.Id) is { } parameter
        && Model.DeclaredTypeOf(parameter) is null
            ? name.Id
            : null;

    private void CheckCondition(Expr test, TorchType type)
    {
        if (type is ModuleChoice)
        {
            Report(new ModuleOrNoneTested(test, Shown(test)));
            return;
        }
        if (type.HasUnknown)
            return;
        switch (type)
        {
            case ClassType when ScriptClassOf(type) is { } made && !made.Methods.ContainsKey("__bool__"):
                Report(new ObjectTested(test, Shown(test), made.Name));
                break;
            case PrimitiveType { Kind: PrimitiveKind.Device or PrimitiveKind.Complex or PrimitiveKind.Any }:
            case OptionalType or TupleType or ClassType { Role: ClassRole.NamedTuple or ClassRole.Enum }:
            case UnionType:
            case PrimitiveType { Kind: PrimitiveKind.None }:
                if (type == TorchType.None && test is Constant)
                    return;
                Report(new ValueTested(test, Shown(test), type));
                break;
            case ModuleType or ModuleContainerType:
                Report(new ModuleTested(test, Shown(test)));
                break;
        }
    }

    /// <summary>A store to a variable of an outer block must keep its type.</summary>
    private void CheckStore(Node target, string name, TorchType type, TorchType outer)
    {
        if (type.HasUnknown || outer.HasUnknown || type is SugaredType || outer is SugaredType)
            return;
        if (type is ModuleType or ModuleContainerType || outer is ModuleType or ModuleContainerType)
            return;
        if (type.IsSubtypeOf(outer))
            return;
        Report(new StoreInBlock(target, name, outer, type));
    }

    /// <summary>The value of a variable that is read: none where it is not defined on every way here.</summary>
    private TorchType Read(Name name, UndefinedValue value)
    {
        TypeProblem problem = (value.At, value.Reason) switch
        {
            ({ } branch, UndefinedReason.TypesDiffer) => new BranchTypesDiffer(
                branch,
                name.Id,
                value.WhenTrue,
                value.WhenFalse
            ),
            ({ } branch, _) => new UndefinedInBranch(branch, name.Id, value.Reason == UndefinedReason.MissingWhenTrue),
            (_, UndefinedReason.FunctionOfBranch) => new FunctionOfBranch(name, name.Id),
            (_, UndefinedReason.Deleted) => new DeletedVariable(name, name.Id),
            _ => new UndefinedAfterLoop(name, name.Id),
        };
        Report(value.At is null ? problem : problem with { Related = name });
        frame.Define(name.Id, TorchType.Unknown);
        return TorchType.Unknown;
    }

    private TorchType ReadGlobal(Name name)
    {
        if (name.Id is "__name__" or "__file__" or "__debug__")
        {
            Report(new PythonName(name, name.Id));
            return TorchType.Unknown;
        }
        if (PythonBuiltins.Contains(name.Id) || name.Id.StartsWith("__", StringComparison.Ordinal))
            return TorchType.Unknown;
        if (Model.Names.Lookup(name.Id, name) is not { } found)
        {
            if (!Model.Names.ModuleScope.HasStarImport && !BindsOtherwise(name.Id))
                Report(new UndefinedName(name, name.Id));
            return TorchType.Unknown;
        }
        if (ReferenceEquals(found.Scope.Node, unit.Function))
        {
            // Only assignments bind it: whatever else binds a name in a function is refused as such.
            if (found.Bindings.All(b => b.Kind == BindingKind.Variable) && !BindsOtherwise(name.Id))
                Report(new ReadBeforeStore(name, name.Id));
            return TorchType.Unknown;
        }
        RefusePythonValue(name.Parent is Syntax.Attribute lookup ? lookup : name);
        return TorchType.Unknown;
    }

    private bool BindsOtherwise(string name) =>
        unit.Function.Body.Has(node =>
            node switch
            {
                Import or ImportFrom or Global or Nonlocal or NamedExpr or Try or Match => true,
                FunctionDef f => f.Name == name,
                ClassDef c => c.Name == name,
                _ => false,
            }
        );

    /// <summary>The implicit conversions of a Tensor (aten::IntImplicit and its like).</summary>
    private static bool IsMadeNumber(TorchType given, TorchType converted) =>
        given == TorchType.Tensor
        && (converted == TorchType.Int || converted == TorchType.Float || converted == TorchType.Complex);

    /// <summary>
    /// Whether the function ever reads the variable: of one that it does not, the compiler drops the conversion.
    /// </summary>
    private bool IsRead(string name) =>
        unit.Function.Body.Has(node => node is Name { Context: ExprContext.Load } read && read.Id == name);

    /// <summary>The Tensors that become numbers: of a tuple each element is converted.</summary>
    private static IEnumerable<(Node At, TorchType Number)> Conversions(Node at, TorchType given, TorchType made)
    {
        if (given == made)
            return [];
        if (IsMadeNumber(given, made))
            return [(at, made)];
        if (
            given is not TupleType { Elements: var elements }
            || made is not TupleType { Elements: var converted }
            || elements.Length != converted.Length
        )
            return [];
        var parts = at is TupleExpr literal && !literal.Elements.Any(e => e is Starred) ? literal.Elements : default;
        return Enumerable
            .Range(0, elements.Length)
            .SelectMany(i => Conversions(parts.Count > 0 ? parts[i] : at, elements[i], converted[i]));
    }

    private TorchType? mergedReturn;
    private bool returnsDiffer,
        ofOwnModules;

    private void CheckReturn(Return statement, TorchType type)
    {
        if (
            uncertain > 0
            || ofOwnModules
            || type is SugaredType or ModuleType or ModuleContainerType
            || type.HasUnknown
        )
        {
            if (uncertain == 0)
                returnsDiffer = true;
            return;
        }
        if (declaredReturn is { } declared)
        {
            if (declared.HasUnknown)
                return;
            var converted = Matcher.Convert(type, declared, conversions: true);
            if (statement.Value is { } given)
                foreach (var (at, number) in Conversions(given, type, converted))
                    Report(new ConvertedReturn(at, declared) { Wanted = number });
            if (converted.IsSubtypeOf(declared))
                return;
            Report(new ReturnedTypeDiffers(statement, declared, type));
            return;
        }
        if (returnsDiffer)
            return;
        if (mergedReturn is null)
        {
            mergedReturn = type;
            return;
        }
        if (TypeRelations.Unify(mergedReturn, type) is { } both)
        {
            mergedReturn = both;
            return;
        }
        returnsDiffer = true;
        Report(new ReturnedTypesDiffer(statement, mergedReturn, type));
    }
}
