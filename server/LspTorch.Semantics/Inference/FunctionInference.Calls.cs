using System.Collections.Immutable;
using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

internal sealed partial class FunctionInference
{
    private TorchType InferCall(Call call, TorchType? hint)
    {
        var callee = Infer(call.Func);
        CheckApply(call, callee);
        if (callee is SpecialFormValue special && SpecialForm(special.Name, call) is { } result)
            return result;
        if (callee is NamedValue { DottedName: var dotted } && NamedForm(dotted, call) is { } named)
            return named;
        var positional = new List<Argument>(call.Args.Count);
        bool spread = false,
            values =
                callee
                is OperatorValue
                    or SignaturesValue
                    or DispatchValue
                    or FunctionValue
                    or ModuleType
                    or ClassValue { Class.Kind: ClassKind.Plain or ClassKind.NamedTuple }
                    or ClassType
                    or NamedValue { DottedName: "warnings.warn" }
                    or SpecialFormValue
                    {
                        Name: "range"
                            or "len"
                            or "int"
                            or "float"
                            or "bool"
                            or "min"
                            or "max"
                            or "abs"
                            or "sum"
                            or "print"
                            or "map"
                            or "filter"
                            or "str"
                            or "sorted"
                            or "reversed"
                            or "set"
                            or "frozenset"
                    };
        values |= callee is NamedValue { DottedName: ['i', ..] library } && IsFunctionOfTensors(library);
        foreach (var argument in call.Args)
        {
            if (argument is Starred starred)
            {
                if (Infer(starred.Value) is TupleType tuple)
                    positional.AddRange(tuple.Elements.Select(e => new Argument(null, e)));
                else
                    spread = true;
            }
            else
                positional.Add(
                    new Argument(null, OfVariable(argument, values ? InferValue(argument) : Infer(argument)), argument)
                );
        }
        var keywords = new List<Argument>(call.Keywords.Count);
        foreach (var keyword in call.Keywords)
        {
            var type = OfVariable(keyword.Value, values ? InferValue(keyword.Value) : Infer(keyword.Value));
            if (keyword.Name is { } name)
                keywords.Add(new Argument(name, type, keyword.Value));
            else
                spread = true;
        }
        return Invoke(callee, call, positional, keywords, spread, hint);
    }

    /// <summary>Only the literal itself becomes any list: in a variable it is a List[Tensor].</summary>
    private static TorchType OfVariable(Expr argument, TorchType type) =>
        argument is Name && type is ListType { IsEmptyLiteral: true } empty ? new ListType(empty.Element) : type;

    /// <param name="spread">Some arguments are not known one by one: overloads cannot be told apart.</param>
    private TorchType Invoke(
        TorchType callee,
        Call call,
        List<Argument> positional,
        List<Argument> keywords,
        bool spread,
        TorchType? hint
    )
    {
        switch (callee)
        {
            case FunctionValue { Unit: var declared } when OverloadsOf(declared) is { } overloads:
                return CallOverloaded(declared, overloads, call, positional, keywords, spread);
            case FunctionValue function:
                CheckUserCall(function.Unit, call, positional, keywords, spread);
                return CallFunction(function.Unit, call);
            case OperatorValue { Self: { } self, Operator: "aten::tolist" } when self == TorchType.Tensor:
                if (hint is null)
                    Report(new TolistWithoutType(call));
                return hint ?? TorchType.Unknown;
            case OperatorValue { Self: null, Operator: var legacy } when IsLegacyConstructor(legacy):
                return CallLegacyConstructor(legacy["aten::".Length..], call, positional, keywords, spread);
            case OperatorValue op:
                return CallOperator(call, op, positional, keywords, spread);
            case SignaturesValue { Schemas: [{ Returns: ClassType { Role: ClassRole.NamedTuple } } fields] }
                when !spread:
                WarnOfNumbers(fields, positional, keywords);
                return Choose(call, [fields], null, positional, keywords, spread);
            case SignaturesValue signatures:
                return Choose(call, signatures.Schemas, null, positional, keywords, spread);
            case DispatchValue dispatch:
                return Dispatch(dispatch.Entry, call, positional, keywords, spread);
            case ModuleType module:
                return CallModule(module, call, positional, keywords, spread);
            case ModuleChoice choice:
                return InvokeEach(choice, call, positional, keywords, spread, hint);
            case ModuleContainerType { Kind: ModuleContainerKind.Sequential } sequential:
                return CallSequential(sequential, call, positional);
            case ClassValue { Class: var type }:
                CheckConstruct(type, call);
                CheckConstructor(type, call, positional, keywords, spread);
                return Construct(type, call);
            case ContainerMethod method:
                return CallContainer(method);
            case ModuleObject or SugaredTuple when callee is ModuleObject || call.Func is Subscript { Index: Slice }:
                Report(new SlicedModuleCalled(call, Shown(call.Func)));
                return TorchType.Unknown;
            case SpecialFormValue special:
                return InvokeSpecial(special.Name, call, positional, keywords, spread, hint);
            case NamedValue { DottedName: ['i', ..] library } when IsFunctionOfTensors(library):
                return CallFunctionOfTensors(library, call, positional, spread);
            case NamedValue named:
                CheckNamedCall(named.DottedName, call);
                return TorchType.Unknown;
            case ClassType { Definition: ClassModel definition }
                when MemberOf(definition, "__call__") is FunctionValue function:
                CheckUserCall(function.Unit, call, positional, keywords, spread);
                return CallFunction(function.Unit, call);
            case ClassType { Role: ClassRole.ScriptClass }
                when LacksSpecial(call, callee, "__call__", Shown(call.Func)):
                return TorchType.Unknown;
            default:
                CheckCallable(callee, call);
                return TorchType.Unknown;
        }
    }

    private TorchType InvokeSpecial(
        string name,
        Call call,
        List<Argument> positional,
        List<Argument> keywords,
        bool spread,
        TorchType? hint
    )
    {
        switch (name)
        {
            // Refused as such (reversed-module-list), and still the modules are known that the loop visits.
            case "reversed" when positional is [{ Type: ModuleContainerType container }]:
                return new IterableValue(IterableKind.Reversed, [container]);
            case "set"
            or "frozenset"
            or "bytes"
            or "bytearray"
            or "reversed"
            or "type"
            or "map"
            or "filter"
            or "memoryview":
                return CallFunctionOfTensors(name, call, positional, spread);
        }
        if (SpecialOf(name) is { } method && positional is [var only] && LacksSpecial(call, only.Type, method, name))
            return TorchType.Unknown;
        CheckBuiltin(name, call, positional, keywords, spread);
        return name == "dict"
            ? MadeDict(positional, keywords, hint)
            : CallBuiltin(name, call, positional, keywords, hint);
    }

    private TorchType InvokeEach(
        ModuleChoice choice,
        Call call,
        List<Argument> positional,
        List<Argument> keywords,
        bool spread,
        TorchType? hint
    ) => OfEach(choice, option => FirstClass(Invoke(option, call, positional, keywords, spread, hint)));

    private TorchType Choose(
        Call call,
        ImmutableArray<FunctionSchema> schemas,
        TorchType? self,
        List<Argument> positional,
        List<Argument> keywords,
        bool spread
    )
    {
        if (spread)
        {
            var results = schemas.Select(s => s.Returns).Distinct().Take(2).ToArray();
            return results.Length == 1 && results[0] == TorchType.Tensor ? results[0] : TorchType.Unknown;
        }
        if (Matcher.Resolve(schemas, self, positional, keywords) is { } result)
            return result;
        if (!Model.Tables.HasUnreadableOverloads(schemas[0].Name.Split('.')[0]))
            CheckCall(call, Shown(call.Func), schemas.AsSpan(), self, positional, keywords);
        return TorchType.Unknown;
    }

    private TorchType CallOperator(
        Call call,
        OperatorValue op,
        List<Argument> positional,
        List<Argument> keywords,
        bool spread
    )
    {
        var schemas = Model.Tables.Operator(op.Operator);
        // Casts are methods without an operator: x.long().
        if (
            schemas.IsEmpty
            && op.Self == TorchType.Tensor
            && positional.Count == 0
            && Model.Tables.Function("Tensor." + op.Operator["aten::".Length..])
                is FunctionEntry { Schemas: [var cast] }
        )
            return cast.Returns;
        if (
            op is { Operator: "aten::type" }
            && op.Self == TorchType.Tensor
            && positional.Count == 0
            && keywords.Count == 0
        )
            return TorchType.Tensor; // the Tensor itself
        if (op is { Operator: "aten::__getitem__" } && op.Self == TorchType.Tensor && !spread)
        {
            int given = positional.Count + keywords.Count;
            if (given != 1)
                Report(new GetitemCount(call, given));
            return TorchType.Unknown;
        }
        if (schemas.IsEmpty && op.Self is not null)
            schemas = Model.Tables.Operator("prim::" + op.Operator["aten::".Length..]);
        return Choose(call, schemas, op.Self, positional, keywords, spread);
    }

    private TorchType Dispatch(
        DispatchEntry entry,
        Call call,
        List<Argument> positional,
        List<Argument> keywords,
        bool spread
    )
    {
        if (spread)
            return TorchType.Unknown;
        bool? chosen = entry.Default;
        Expr? decided =
            call.Keywords.FirstOrDefault(k => k.Name == entry.Argument)?.Value
            ?? (call.Args.Count > entry.Position ? call.Args[entry.Position] : null);
        if (decided is not null)
            chosen = decided switch
            {
                Constant { Kind: ConstantKind.True } => true,
                Constant { Kind: ConstantKind.False } => false,
                _ => null,
            };
        TorchType Of(string name) =>
            Model.Tables.Function(name) is FunctionEntry f
                ? Choose(call, f.Schemas, null, positional, keywords, false)
                : TorchType.Unknown;
        if (chosen is { } one)
            return Of(one ? entry.IfTrue : entry.IfFalse);
        speculationDepth++;
        var (a, b) = (Of(entry.IfTrue), Of(entry.IfFalse));
        speculationDepth--;
        return a == b ? a : TorchType.Unknown;
    }

    private TorchType CallFunction(CompiledUnit callee, Call call)
    {
        if (JitDecorators.IsIgnoredOrUnused(callee.Owner, callee.Function))
            return callee.Owner.DeclaredReturnOf(callee.Function)
                ?? (IsSimplyIgnored(callee) ? TorchType.Tensor : TorchType.Unknown);
        AddCall(callee, call);
        return ReturnOf(callee);
    }

    /// <summary>An ignored function without annotations takes and gives tensors.</summary>
    private static bool IsSimplyIgnored(CompiledUnit callee) =>
        callee.Owner.TypeCommentOf(callee.Function) is null
        && callee.Function.Args.All().All(a => a.Annotation is null);

    private TorchType ReturnOf(CompiledUnit callee)
    {
        if (callee.Owner.DeclaredReturnOf(callee.Function) is { } declared)
            return declared;
        // A decorator that is not torch's puts another function in its place.
        if (callee.Function.IsAsync || callee.Function.Decorators.Count > 0 && IsReplaced(callee))
            return TorchType.Unknown;
        if (IsOverloaded(callee))
            return TorchType.Unknown;
        return Analysis(callee)?.Returns ?? TorchType.Unknown;
    }

    private static bool IsReplaced(CompiledUnit callee) =>
        callee.Function.Decorators.Any(d =>
            callee.Owner.ResolveName(d is Call c ? c.Func : d) is var name
            && name is not ("builtins.staticmethod" or "builtins.property")
            && name?.StartsWith("torch.", StringComparison.Ordinal) != true
        );

    private static bool IsOverloaded(CompiledUnit callee) =>
        JitDecorators.Has(callee.Owner, callee.Function, "_overload", "_overload_method")
        || callee.Function.Parent is { } scope
            && callee.Owner.Names.ScopeOf(scope).Find(callee.Function.Name) is { Count: > 1 } bindings
            && (
                scope is not ClassDef
                || bindings.Any(b =>
                    b.Node is FunctionDef other && JitDecorators.Has(callee.Owner, other, "_overload_method")
                )
            );

    private TorchType CallModule(
        ModuleType module,
        Call call,
        List<Argument> positional,
        List<Argument> keywords,
        bool spread
    )
    {
        var forward =
            module.Definition is ClassModel definition ? MemberOf(definition, "forward")
            : Model.Tables.Module(module.Name) is { Forward.IsEmpty: false } torch
                ? new SignaturesValue(module.Name, torch.Forward)
            : TorchType.Unknown;
        return forward is SugaredType ? Invoke(forward, call, positional, keywords, spread, null) : TorchType.Unknown;
    }

    /// <summary>
    /// What holds whichever of its modules a value is; None is left out, of which nothing can be asked.
    /// </summary>
    private TorchType OfEach(ModuleChoice choice, Func<TorchType, TorchType> ask)
    {
        uncertain++;
        TorchType? agreed = null;
        foreach (var option in choice.Modules)
        {
            var answer = ask(option);
            agreed = agreed is null || agreed == answer ? answer : ModuleChoice.Of(agreed, answer);
        }
        uncertain--;
        return agreed ?? TorchType.Unknown;
    }

    private TorchType CallSequential(ModuleContainerType sequential, Call call, List<Argument> positional)
    {
        if (positional.Count > 1)
            Report(new SequentialCount(call, positional.Count));
        if (positional.Count != 1 || sequential.Elements.IsEmpty)
            return TorchType.Unknown;
        var value = positional[0].Type;
        if (sequential.Exact)
        {
            foreach (var element in sequential.Elements)
                value = Invoke(element, call, [new Argument(null, value)], [], false, null);
            return value;
        }
        // In any order and number: certain when each gives a Tensor for a Tensor.
        if (value != TorchType.Tensor)
            return TorchType.Unknown;
        speculationDepth++;
        bool tensors = sequential.Elements.All(e =>
            Invoke(e, call, [new Argument(null, value)], [], false, null) == TorchType.Tensor
        );
        speculationDepth--;
        return tensors ? value : TorchType.Unknown;
    }

    private TorchType Construct(ClassModel type, Call call)
    {
        switch (type.Kind)
        {
            case ClassKind.NamedTuple:
                return type.InstanceType;
            case ClassKind.Plain:
                foreach (var method in type.Methods.Values)
                    if (!JitDecorators.IsIgnoredOrUnused(type.Owner, method) && !IsStatic(method))
                        AddCall(new CompiledUnit(method, type, type.Owner), call);
                return type.InstanceType;
            default:
                return TorchType.Unknown;
        }
    }

    private static TorchType CallContainer(ContainerMethod method)
    {
        var elements = method.Container.Elements;
        var pairs = elements.Select(e => (TorchType)new SugaredTuple([TorchType.Str, e], true)).ToImmutableArray();
        return method.Name switch
        {
            "values" => new SugaredTuple(elements, method.Container.Exact),
            "items" => new SugaredTuple(elements.IsEmpty ? [] : pairs, method.Container.Exact),
            _ => new SugaredTuple([TorchType.Str], false),
        };
    }
}
