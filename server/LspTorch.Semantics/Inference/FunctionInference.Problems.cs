using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>
/// A variable that has no value here: of one branch only, of a loop that is over, or deleted. At: where that came
/// about, as the compiler names it.
/// </summary>
internal sealed record UndefinedValue(Node? At, string Why, ProblemKind Kind) : SugaredType;

internal sealed partial class FunctionInference
{
    /// <summary>
    /// Above zero while something is typed that may not be what the compiler sees: nothing is reported.
    /// </summary>
    private int doubts;

    private void Refuse(
        ProblemKind kind,
        Node at,
        string message,
        Node? related = null,
        string relatedMessage = "",
        bool fromTables = false,
        TorchType? wanted = null
    )
    {
        if (doubts > 0 || uncertain > 0)
            return;
        foreach (var earlier in analysis.Problems)
            if (ReferenceEquals(earlier.At, at) && (earlier.Kind == kind || earlier.Message == message))
                return;
        analysis.Problems.Add(new TypeProblem(kind, at, message, related, relatedMessage, fromTables, wanted));
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
            Refuse(
                ProblemKind.PythonValue,
                member,
                $"'{name.Id}' is an Enum, which TorchScript knows from torch 1.7 on: use ints or strings."
            );
    }

    private static string Advice(string name) =>
        name switch
        {
            "numpy" => ": numpy is out of its reach; move this to an @torch.jit.ignore function",
            "bool" => ": write '.to(torch.bool)'",
            "new" => ": write 'new_zeros' or 'torch.empty'",
            "new_tensor" => ": write 'torch.tensor'",
            "nelement" => ": write 'numel()'",
            "ndimension" => ": write 'dim()'",
            "data_ptr" or "register_hook" or "storage" => ": move this to an @torch.jit.ignore function",
            "bfloat16" => ": write '.to(torch.bfloat16)'",
            "unique" => ": write 'torch.unique'",
            _ => "",
        };

    private string RefineAdvice(Expr value) =>
        value is Syntax.Attribute
            ? "An attribute is never refined by a test: copy it to a local variable and test that."
            : $"Test it first, as in 'assert {Shown(value)} is not None'.";

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
        string given = string.Join(
            ", ",
            positional
                .Select(p => TypeWords.Bare(p.Type))
                .Concat(keywords.Select(k => $"{k.Name}={TypeWords.Bare(k.Type)}"))
        );
        string reason = $"its arguments are ({given})";
        var kind = ProblemKind.NoMatchingOverload;
        if (schemas.Length > 0)
        {
            var closest = schemas[0];
            foreach (var schema in schemas)
                if (
                    Matcher.Progress(schema, self, positional, keywords)
                    > Matcher.Progress(closest, self, positional, keywords)
                )
                    closest = schema;
            if (Matcher.Explain(closest, self, positional, keywords) is { } mismatch)
            {
                reason = mismatch.Text;
                if (
                    mismatch
                        is {
                            Actual: { } lacking,
                            Wanted: ClassType { Role: ClassRole.Interface, Definition: ClassModel asked }
                        }
                    && InterfaceMatch.WhyNot(lacking, asked) is { } why
                )
                    reason += $": {why}";
                if (
                    mismatch.Actual is { } actual and not ListType
                    && TypeRelations.WithoutNone(actual) is { } some
                    && actual is OptionalType
                    && mismatch.Wanted is { } wanted
                    && some.IsSubtypeOf(wanted)
                )
                {
                    kind = ProblemKind.OptionalNotRefined;
                    reason += ": test it first, as in 'assert ... is not None', on a local variable";
                }
                else if (
                    mismatch.Actual == TorchType.Int
                    && mismatch.Wanted is { } w
                    && (TypeRelations.WithoutNone(w) == TorchType.Float)
                )
                    reason += ": an int is no float to TorchScript, write it with a point ('2.0') or 'float(...)'";
                else if (mismatch.Actual == TorchType.Tensor && Assumed(positional, keywords) is { } assumed)
                    reason += $"; '{assumed}' is assumed to be a Tensor because it has no annotation";
            }
        }
        Refuse(kind, at, $"No signature of '{what}' takes this: {reason}.", fromTables: true);
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
        && unit.Function.Args.All().FirstOrDefault(a => a.Name == name.Id) is { } parameter
        && Model.DeclaredTypeOf(parameter) is null
            ? name.Id
            : null;

    private void CheckCondition(Expr test, TorchType type)
    {
        if (type is ModuleChoice)
        {
            Refuse(
                ProblemKind.ConditionNotBool,
                test,
                $"'{Shown(test)}' is a module or None, and neither is a condition in TorchScript: write "
                    + $"'{Shown(test)} is not None'."
            );
            return;
        }
        if (type.HasUnknown)
            return;
        switch (type)
        {
            case ClassType when ScriptClassOf(type) is { } made && !made.Methods.ContainsKey("__bool__"):
                Refuse(
                    ProblemKind.ConditionNotBool,
                    test,
                    $"'{Shown(test)}' is an object of '{made.Name}', which is no condition without a method "
                        + "'__bool__': write one, or compare with None."
                );
                break;
            case PrimitiveType { Kind: PrimitiveKind.Device or PrimitiveKind.Complex or PrimitiveKind.Any }:
            case OptionalType or TupleType or ClassType { Role: ClassRole.NamedTuple or ClassRole.Enum }:
            case UnionType:
            case PrimitiveType { Kind: PrimitiveKind.None }:
                if (type == TorchType.None && test is Constant)
                    return;
                Refuse(
                    ProblemKind.ConditionNotBool,
                    test,
                    $"'{Shown(test)}' of type {type} is no condition in TorchScript{(type is OptionalType ? $": write '{Shown(test)} is not None'" : "")}."
                );
                break;
            case ModuleType or ModuleContainerType:
                Refuse(
                    ProblemKind.ConditionNotBool,
                    test,
                    $"'{Shown(test)}' is a module, which is no condition in TorchScript: write '{Shown(test)} "
                        + "is not None'."
                );
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
        string advice =
            outer == TorchType.None ? $": annotate it where it starts, '{name}: Optional[{type}] = None'"
            : outer == TorchType.Int && type == TorchType.Float ? ": start it as a float ('0.0')"
            : outer is ListType { IsEmptyLiteral: true }
                ? $": an empty list is a List[Tensor]; annotate it, '{name}: {type} = []'"
            : ": use another name, or make both the same";
        Refuse(
            ProblemKind.TypeChanged,
            target,
            $"'{name}' is {outer} outside this branch or loop and cannot become {type} inside it{advice}."
        );
    }

    /// <summary>The value of a variable that is read: none where it is not defined on every way here.</summary>
    private TorchType Read(Name name, UndefinedValue value)
    {
        if (value.At is { } origin && value.Kind == ProblemKind.TypeChanged)
            Refuse(value.Kind, origin, value.Why, name, $"'{name.Id}' is used here");
        else if (value.At is { } branch)
            Refuse(ProblemKind.NotDefined, branch, value.Why, name, $"'{name.Id}' is used here");
        else
            Refuse(ProblemKind.NotDefined, name, value.Why);
        frame.Define(name.Id, TorchType.Unknown);
        return TorchType.Unknown;
    }

    private TorchType ReadGlobal(Name name)
    {
        if (name.Id is "__name__" or "__file__" or "__debug__")
        {
            Refuse(ProblemKind.PythonValue, name, $"'{name.Id}' is a Python value, which TorchScript cannot see.");
            return TorchType.Unknown;
        }
        if (PythonBuiltins.Contains(name.Id) || name.Id.StartsWith("__", StringComparison.Ordinal))
            return TorchType.Unknown;
        if (Model.Names.Lookup(name.Id, name) is not { } found)
        {
            if (!Model.Names.ModuleScope.HasStarImport && !BindsOtherwise(name.Id))
                Refuse(ProblemKind.NotDefined, name, $"'{name.Id}' is not defined.");
            return TorchType.Unknown;
        }
        if (ReferenceEquals(found.Scope.Node, unit.Function))
        {
            // Only assignments bind it: whatever else binds a name in a function is refused as such.
            if (found.Bindings.All(b => b.Kind == BindingKind.Variable) && !BindsOtherwise(name.Id))
                Refuse(ProblemKind.NotDefined, name, $"'{name.Id}' has no value yet here.");
            return TorchType.Unknown;
        }
        RefusePythonValue(name.Parent is Syntax.Attribute lookup ? lookup : name);
        return TorchType.Unknown;
    }

    private bool BindsOtherwise(string name) =>
        BodyHas(node =>
            node switch
            {
                Import or ImportFrom or Global or Nonlocal or NamedExpr or Try or Match => true,
                FunctionDef f => f.Name == name,
                ClassDef c => c.Name == name,
                _ => false,
            }
        );

    private bool BodyHas(Func<Node, bool> sought)
    {
        var seeker = new Seeker(sought);
        foreach (var statement in unit.Function.Body)
            seeker.Visit(statement);
        return seeker.Found;
    }

    private sealed class Seeker(Func<Node, bool> sought) : SyntaxWalker
    {
        public bool Found { get; private set; }

        public override void Visit(Node node)
        {
            Found = Found || sought(node);
            if (!Found)
                base.Visit(node);
        }
    }

    /// <summary>The implicit conversions of a Tensor (aten::IntImplicit and its like).</summary>
    private static bool IsMadeNumber(TorchType given, TorchType converted) =>
        given == TorchType.Tensor
        && (converted == TorchType.Int || converted == TorchType.Float || converted == TorchType.Complex);

    /// <summary>
    /// Whether the function ever reads the variable: of one that it does not, the compiler drops the conversion.
    /// </summary>
    private bool IsRead(string name) =>
        BodyHas(node => node is Name { Context: ExprContext.Load } read && read.Id == name);

    /// <summary>Of a tuple each element is converted.</summary>
    private void WarnOfNumbers(Node at, TorchType given, TorchType made, string reason)
    {
        if (IsMadeNumber(given, made))
            WarnOfNumber(at, made, reason);
        else if (
            given is TupleType { Elements: var elements }
            && made is TupleType { Elements: var converted }
            && elements.Length == converted.Length
        )
            for (int i = 0; i < elements.Length; i++)
                WarnOfNumbers(
                    at is TupleExpr literal && !literal.Elements.Any(e => e is Starred) ? literal.Elements[i] : at,
                    elements[i],
                    converted[i],
                    reason
                );
    }

    private void WarnOfNumber(Node at, TorchType made, string reason) =>
        Refuse(
            ProblemKind.ImplicitConversion,
            at,
            $"{reason}, so TorchScript silently turns this Tensor into {made}; eager keeps the Tensor. It fails at run time if the Tensor has dimensions, requires grad{(made == TorchType.Int ? " or is no integer" : "")}.",
            wanted: made
        );

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
                WarnOfNumbers(given, type, converted, $"The function is annotated to return {declared}");
            if (converted.IsSubtypeOf(declared))
                return;
            string advice =
                type == TorchType.Int && declared == TorchType.Float
                    ? ": an int is no float to TorchScript, write 'float(...)'"
                : type is OptionalType optional && optional.Element.IsSubtypeOf(declared)
                    ? ": test it for None first, or annotate Optional"
                : "";
            Refuse(
                ProblemKind.ReturnType,
                statement,
                $"The function is annotated to return {declared}, and this is {type}{advice}."
            );
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
        Refuse(
            ProblemKind.ReturnType,
            statement,
            $"An earlier return gives {mergedReturn}, and this one {type}: TorchScript functions return one "
                + "type. Make them the same, or annotate a Union."
        );
    }
}
