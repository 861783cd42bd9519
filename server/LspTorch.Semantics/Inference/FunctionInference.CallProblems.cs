using System.Collections.Immutable;
using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

internal sealed partial class FunctionInference
{
    /// <summary>A call of a function or method whose source is at hand: its parameters are the signature.</summary>
    private void CheckUserCall(
        CompiledUnit callee,
        Call call,
        List<Argument> positional,
        List<Argument> keywords,
        bool spread
    )
    {
        bool ignored = JitDecorators.IsIgnoredOrUnused(callee.Owner, callee.Function);
        if (ignored)
            WarnOfIgnored(callee, call);
        if (!spread && ignored)
            CheckIgnoredCall(callee, call);
        if (spread || ignored || IsOverloaded(callee))
            return;
        var function = callee.Function;
        // The compiler takes an operator for these, whatever their source says.
        if (Model.Tables.Function("torch.nn.init." + function.Name) is not null)
            return;
        if (function.Args.VarArg is not null || function.Args.KwArg is not null || function.IsAsync)
            return;
        foreach (var decorator in function.Decorators)
            if (
                callee.Owner.ResolveName(decorator is Call made ? made.Func : decorator)
                is not ("torch.jit.export" or "torch.jit.script" or "torch.jit.script_method")
            )
                return;
        var parameters = function.Args.PosOnly.Concat(function.Args.Args).ToArray();
        var formals = ImmutableArray.CreateBuilder<SchemaArgument>();
        foreach (var parameter in parameters.Skip(callee.Self is null ? 0 : 1).Concat(function.Args.KwOnly))
        {
            var type = ParameterType(callee.Owner, parameter);
            // Before it was given a type, a parameter that is None by default took the default's.
            if (parameter.Default is Constant { Kind: ConstantKind.None })
                type = type is UnknownType ? type : TorchType.Optional(type);
            formals.Add(
                new SchemaArgument(
                    parameter.Name,
                    type,
                    parameter.Default is null ? null : "",
                    function.Args.KwOnly.Contains(parameter),
                    null
                )
            );
        }
        var schema = new FunctionSchema(function.Name, formals.ToImmutable(), TorchType.Unknown, false);
        if (RefuseModule(call, schema, positional, keywords))
            return;
        if (Matcher.Resolve([schema], null, positional, keywords) is not null)
            WarnOfNumbers(schema, positional, keywords);
        else if (!ReportUnannotatedParameter(callee, call, schema, positional, keywords))
            CheckCall(call, function.Name, [schema], null, positional, keywords);
    }

    /// <summary>A module or None, whichever it is, is no value for a parameter that takes a Tensor or number.</summary>
    private bool RefuseModule(Call call, FunctionSchema schema, List<Argument> positional, List<Argument> keywords)
    {
        for (int i = 0; i < positional.Count + keywords.Count; i++)
        {
            var argument = i < positional.Count ? positional[i] : keywords[i - positional.Count];
            var formal = argument.Name is { } name
                ? schema.Arguments.FirstOrDefault(a => a.Name == name)
                : schema.Arguments.ElementAtOrDefault(i);
            if (
                argument.Type is not ModuleChoice
                || formal?.Type is not PrimitiveType { Kind: not (PrimitiveKind.Any or PrimitiveKind.None) }
            )
                continue;
            string shown = argument.Source is { } source ? Shown(source) : formal.Name;
            Report(new ModulePassed(call, shown, formal.Name, schema.Name, formal.Type));
            return true;
        }
        return false;
    }

    /// <summary>
    /// Not with drop=True, which leaves an exception in its place, as @torch.jit.unused does: that can be saved.
    /// </summary>
    private void WarnOfIgnored(CompiledUnit callee, Call call)
    {
        if (
            JitDecorators.Has(callee.Owner, callee.Function, "unused")
            || callee.Function.Decorators.Any(d => d is Call { Keywords.Count: > 0 } or Call { Args.Count: > 0 })
        )
            return;
        Report(new IgnoredCall(call, callee.Function.Name));
    }

    /// <summary>An ignored function keeps no defaults: every parameter is to be given.</summary>
    private void CheckIgnoredCall(CompiledUnit callee, Call call)
    {
        var function = callee.Function;
        if (
            function.Args.VarArg is not null
            || function.Args.KwArg is not null
            || function.Args.KwOnly.Count > 0
            || call.Keywords.Any(k => k.Name is null)
            || function.Decorators.Any(d =>
                callee.Owner.ResolveName(d is Call made ? made.Func : d)
                    is not ("torch.jit.ignore" or "torch.jit.unused")
            )
        )
            return;
        var parameters = function.Args.PosOnly.Concat(function.Args.Args).Skip(callee.Self is null ? 0 : 1).ToArray();
        for (int i = call.Args.Count; i < parameters.Length; i++)
            if (parameters[i].Default is not null && call.Keywords.All(k => k.Name != parameters[i].Name))
            {
                Report(new IgnoredDefault(call, function.Name, parameters[i].Name));
                return;
            }
    }

    /// <summary>
    /// True when the call fails because a parameter that the callee does not annotate is assumed to be a Tensor: that
    /// is what is to be fixed.
    /// </summary>
    private bool ReportUnannotatedParameter(
        CompiledUnit callee,
        Call call,
        FunctionSchema schema,
        List<Argument> positional,
        List<Argument> keywords
    )
    {
        for (int i = 0; i < positional.Count + keywords.Count; i++)
        {
            var argument = i < positional.Count ? positional[i] : keywords[i - positional.Count];
            var formal = argument.Name is { } name
                ? schema.Arguments.FirstOrDefault(a => a.Name == name)
                : schema.Arguments.ElementAtOrDefault(i);
            if (formal is null || argument.Type is SugaredType)
                return false;
            if (
                argument.Type.IsUnknown
                || Matcher.Convert(argument.Type, formal.Type, conversions: true).IsSubtypeOf(formal.Type)
            )
                continue;
            var parameter = callee.Function.Args.All().First(a => a.Name == formal.Name);
            if (formal.Type != TorchType.Tensor || callee.Owner.DeclaredTypeOf(parameter) is not null)
                return false;
            bool here = ReferenceEquals(callee.Owner, Model);
            Report(
                new UnannotatedParameter(call, formal.Name, schema.Name, argument.Type)
                {
                    Related = here ? parameter : null,
                    Wanted = argument.Type,
                }
            );
            return true;
        }
        return false;
    }

    private void WarnOfNumbers(FunctionSchema schema, List<Argument> positional, List<Argument> keywords)
    {
        for (int i = 0; i < positional.Count + keywords.Count; i++)
        {
            var argument = i < positional.Count ? positional[i] : keywords[i - positional.Count];
            var formal = argument.Name is { } name
                ? schema.Arguments.FirstOrDefault(a => a.Name == name)
                : schema.Arguments.ElementAtOrDefault(i);
            if (formal is null || argument.Source is not { } source)
                continue;
            var made = Matcher.Convert(argument.Type, formal.Type, conversions: true);
            foreach (var (at, number) in Conversions(source, argument.Type, made))
                Report(new ConvertedArgument(at, formal.Name, schema.Name, formal.Type) { Wanted = number });
        }
    }

    private void CheckConstruct(ClassModel type, Call call)
    {
        if (type.Kind == ClassKind.Module)
            Report(new UserModuleMade(call, type.Name));
        else if (JitDecorators.HasIgnore(type.Owner, type.Node))
            Report(new IgnoredClassMade(call, type.Name));
        else if (
            type.Kind == ClassKind.Plain
            && type.HasAllBases
            && type.Node.Decorators.Count == 0
            && !type.Methods.ContainsKey("__init__")
        )
            Report(new ClassWithoutInit(call, type.Name));
    }

    private void CheckCallable(TorchType callee, Call call)
    {
        if (
            callee.HasUnknown
            || callee is SugaredType or ModuleType or ModuleContainerType or FutureType
            || callee is ClassType { Role: not ClassRole.Interface }
            || callee is ClassType && !IsDeclaredVariable(call.Func)
            || callee == TorchType.Any
        )
            return;
        Report(
            callee is ClassType
                ? new InterfaceCalled(call, Shown(call.Func), callee)
                : new ValueCalled(call, Shown(call.Func), callee)
        );
    }

    /// <summary>
    /// A parameter or variable with an annotation: a module in it has lost its call, which one in an attribute has.
    /// </summary>
    private bool IsDeclaredVariable(Expr func) =>
        func is Name { Id: var id }
        && (
            unit.Function.Args.All().Any(p => p.Name == id)
            || unit.Function.Body.Has(node => node is AnnAssign { Target: Name target } && target.Id == id)
        )
        && !unit.Function.Body.Has(node =>
            node is Assign made && AssignedValues.Of(made).Any(s => s.Target is Name n && n.Id == id)
        );

    private void CheckNamedCall(string dotted, Call call)
    {
        if (Model.Tables.Module(dotted) is not null || dotted is "torch.nn.Parameter" or "torch.nn.parameter.Parameter")
        {
            Report(new TorchModuleMade(call, Shown(call.Func)));
            return;
        }
        if (Model.Tables.IsMissing(dotted) && !Model.AttributeUses.MayBeSet(dotted[(dotted.LastIndexOf('.') + 1)..]))
        {
            Report(new TorchLacksName(call, Model.File.Options.Torch, dotted) { FromTables = true });
            return;
        }
        // What else stands in torch._C may be an operator.
        if (dotted == "torch._C.set_grad_enabled")
        {
            Report(new MissingFunction(call, dotted));
            return;
        }
        var refusal = Model.Tables.Refusal(dotted);
        // Any exception class can be raised.
        if (refusal == Presence.Absent || call.Parent is Raise)
            return;
        bool ofTorch = dotted.StartsWith("torch.", StringComparison.Ordinal);
        if (Model.Tables.IsOfOtherReleases(dotted))
        {
            Report(new FunctionOfOtherReleases(call, Model.File.Options.Torch, dotted));
            return;
        }
        if (ofTorch || dotted.StartsWith("math.", StringComparison.Ordinal))
            Report(new MissingFunction(call, dotted) { FromTables = ofTorch && refusal == Presence.Possible });
        else
            Report(new PythonFunction(call, dotted));
    }

    /// <summary>Classes of Python that TorchScript calls as functions of Tensors which give one.</summary>
    private static bool IsFunctionOfTensors(string dotted) =>
        dotted
            is "io.BytesIO"
                or "io.StringIO"
                or "itertools.chain"
                or "itertools.product"
                or "itertools.cycle"
                or "itertools.count"
                or "itertools.repeat"
                or "itertools.islice"
                or "itertools.zip_longest"
                or "itertools.accumulate"
                or "itertools.combinations"
                or "itertools.permutations"
                or "itertools.groupby"
                or "itertools.starmap"
                or "itertools.takewhile"
                or "itertools.dropwhile"
                or "itertools.compress"
                or "itertools.filterfalse";

    private TorchType CallFunctionOfTensors(string name, Call call, List<Argument> positional, bool spread)
    {
        if (spread || call.Keywords.Count > 0)
            return TorchType.Unknown;
        foreach (var argument in positional)
        {
            if (argument.Type is SugaredType || argument.Type.HasUnknown)
                return TorchType.Unknown;
            if (argument.Type == TorchType.Tensor)
                continue;
            Report(new PythonClassCalled(call, name, argument.Type));
            return TorchType.Unknown;
        }
        return TorchType.Tensor;
    }

    private void CheckLiteralName(Call call)
    {
        if (call.Args[1] is not Constant { Kind: ConstantKind.Str })
            Report(new NameNotLiteral(call, Shown(call.Func)));
    }

    private void CheckChoice(IfExp choice, TorchType a, TorchType b)
    {
        if (
            a.HasUnknown
            || b.HasUnknown
            || a is ModuleType or ModuleContainerType
            || b is ModuleType or ModuleContainerType
        )
            return;
        Report(new ChoiceOfTypes(choice, a, b));
    }

    /// <summary>A variable with different types in the two branches: refused when it is read.</summary>
    private TorchType Differing(If branch, string name, TorchType a, TorchType b, TorchType? before)
    {
        if (
            a.HasUnknown
            || b.HasUnknown
            || a is ModuleType or ModuleContainerType
            || b is ModuleType or ModuleContainerType
        )
            return TorchType.Unknown;
        if (before is not null and not UndefinedValue)
        {
            // Only questions with isinstance make one variable two types: nothing needs to be stored to it.
            if (before == TorchType.Any)
                Report(new TestedTypesDiffer(branch, name, a, b));
            return TorchType.Unknown;
        }
        return new UndefinedValue(branch, UndefinedReason.TypesDiffer) { WhenTrue = a, WhenFalse = b };
    }

    /// <summary>A function with a return annotation must return on every path.</summary>
    private void CheckEnd(bool exits)
    {
        if (exits || declaredReturn is not { } declared || declared == TorchType.None || declared.IsUnknown)
            return;
        // An abstract method is there to be overridden: what is compiled is the subclass's.
        if (unit.Self is not null && unit.Function.Body.All(s => s is Pass or ExprStmt { Value: Constant }))
            return;
        if (IsDeclaration(Model, unit.Function))
            return;
        if (unit.Function.Body.Any(s => s is Try or Match) || analysis.HasUncertainMarks)
            return;
        Report(new ReturnMissing(unit.Function, unit.Function.Name, declared));
    }
}
