using System.Collections.Immutable;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

internal sealed partial class InitEvaluator
{
    private TorchType EvaluateCall(Call call, int nesting)
    {
        var symbol = model.Names.Resolve(call.Func);
        if (call.Args.Count > 0 && GivesItsArgument(symbol?.DottedName))
            return Evaluate(call.Args[0], nesting);
        if (symbol?.Class is { } type && symbol.Owner is { } classOwner)
            return classOwner.ClassOf(type) is { IsModule: true } known ? known.InstanceType : TorchType.Unknown;
        if (
            symbol?.Function is { } function
            && symbol.Owner is { } functionOwner
            && !function.IsAsync
            && depth < InitCalls.MaxDepth
            && function.Decorators.Count == 0
        )
            return calls.Call(functionOwner, null, function, depth + 1).Returned;
        if (symbol?.DottedName is { } dotted)
            return EvaluateKnown(dotted, call, nesting);
        if (call.Func is Name { Id: var held } && locals.TryGetValue(held, out var value))
            return value is PythonOnlyType { Makes: { } made } ? made : TorchType.Unknown;
        if (call.Func is not Syntax.Attribute method)
            return TorchType.Unknown;
        if (method.Value is Name { Id: var owner } && owner == selfName && selfName.Length > 0)
            return self?.FindMethod(method.Name) is { } found && found.Function.Decorators.Count == 0
                ? CallMethod(found.Class.Owner, found.Function)
                : TorchType.Unknown;
        var receiver = Evaluate(method.Value, nesting);
        return receiver == TorchType.Tensor
            && method.Name
                is "float"
                    or "long"
                    or "to"
                    or "clone"
                    or "detach"
                    or "unsqueeze"
                    or "view"
                    or "reshape"
                    or "transpose"
                    or "contiguous"
                    or "cuda"
                    or "cpu"
                    or "double"
                    or "half"
                    or "expand"
                    or "repeat"
                    or "flatten"
                    or "t"
                    or "permute"
                ? receiver
            : receiver is ModuleType or ModuleContainerType or ModuleChoice
            && method.Name
                is "to"
                    or "cuda"
                    or "cpu"
                    or "eval"
                    or "train"
                    or "half"
                    or "float"
                    or "double"
                    or "apply"
                    or "requires_grad_"
                ? receiver
            : TorchType.Unknown;
    }

    /// <summary>
    /// A function that returns its argument or a copy, by the name under which the packages export it or by the one
    /// under which they define it.
    /// </summary>
    private static bool GivesItsArgument(string? dotted) =>
        dotted
            is "copy.copy"
                or "copy.deepcopy"
                or "torch.nn.utils.weight_norm"
                or "torch.nn.utils.weight_norm.weight_norm"
                or "torch.nn.utils.spectral_norm"
                or "torch.nn.utils.spectral_norm.spectral_norm"
                or "torch.nn.utils.parametrizations.weight_norm"
                or "torch.nn.utils.parametrizations.spectral_norm";

    /// <summary>What a method of self returns; what it stores is recorded as if it stood here.</summary>
    private TorchType CallMethod(SemanticModel owner, FunctionDef function)
    {
        if (depth >= InitCalls.MaxDepth)
            return TorchType.Unknown;
        var (type, stores) = calls.Call(owner, self, function, depth + 1);
        foreach (var store in stores)
            record?.Invoke(store with { Conditional = store.Conditional || conditions > 0 });
        return type;
    }

    private TorchType EvaluateKnown(string dotted, Call call, int nesting)
    {
        switch (dotted)
        {
            case "torch.nn.ModuleList":
                return Container(ModuleContainerKind.ModuleList, call, nesting);
            case "torch.nn.Sequential":
                return Container(ModuleContainerKind.Sequential, call, nesting);
            case "torch.nn.ModuleDict":
                return call is { Args: [DictExpr entries], Keywords.Count: 0 } && entries.Keys.All(k => k is not null)
                    ? new ModuleContainerType(
                        ModuleContainerKind.ModuleDict,
                        [.. EvaluateEach(entries.Values, nesting)],
                        true
                    )
                    : new ModuleContainerType(ModuleContainerKind.ModuleDict, [], false);
            // To the compiler of a module what is annotated so is the value alone.
            case "torch.jit.annotate" when call.Args.Count == 2 && self is not { Kind: ClassKind.Plain }:
                return Evaluate(call.Args[1], nesting);
            case "torch.nn.Parameter" or "torch.nn.parameter.Parameter":
                return TorchType.Tensor;
            case "builtins.int" or "builtins.len" or "builtins.ord":
                return TorchType.Int;
            case "builtins.float"
            or "math.sqrt"
            or "math.log"
            or "math.exp"
            or "math.pow"
            or "math.cos"
            or "math.sin"
            or "math.tan"
            or "math.log2"
            or "math.log10"
            or "math.fabs"
            or "math.atan"
            or "math.tanh"
            or "time.time"
            or "random.random"
            or "random.uniform":
                return TorchType.Float;
            case "math.ceil" or "math.floor" or "math.gcd" or "math.factorial" or "random.randint":
                return TorchType.Int;
            case "builtins.bool" or "builtins.isinstance" or "builtins.hasattr" or "builtins.callable":
                return TorchType.Bool;
            case "builtins.str":
                return TorchType.Str;
            case "builtins.list" when call.Args.Count == 1 && Evaluate(call.Args[0], nesting) is PythonListType list:
                return list;
            case "builtins.max" or "builtins.min" when call.Args.Count > 1 && call.Keywords.Count == 0:
                return Same(EvaluateEach(call.Args, nesting));
        }
        if (model.Tables.Module(dotted) is { } module)
            return new ModuleType(module.Name);
        if (PythonOnlyCall(dotted) is { } only)
            return only;
        return model.Tables.Function(dotted) switch
        {
            OperatorEntry op
                when dotted.StartsWith("torch.", StringComparison.Ordinal)
                    && model.Tables.Operator(op.Operator) is { Length: > 0 } overloads
                    && overloads.All(o => o.Returns == TorchType.Tensor) => TorchType.Tensor,
            _ => TorchType.Unknown,
        };
    }

    private TorchType Container(ModuleContainerKind kind, Call call, int nesting)
    {
        if (call.Keywords.Count > 0)
            return new ModuleContainerType(kind, [], false);
        if (call.Args.Count == 0)
            return new ModuleContainerType(kind, [], true);
        if (kind == ModuleContainerKind.Sequential && !call.Args.Any(a => a is Starred))
        {
            var elements = EvaluateEach(call.Args, nesting).ToImmutableArray();
            if (elements is [PythonListType or UnknownType or DictType] && call.Args[0] is Call)
                return elements[0].IsUnknown && IsModuleCall(call.Args[0])
                    ? new ModuleContainerType(kind, elements, true)
                    : OrderedDictContainer(kind, (Call)call.Args[0], nesting);
            return new ModuleContainerType(kind, elements, true);
        }
        if (call.Args.Count != 1)
            return new ModuleContainerType(kind, [], false);
        var items = Evaluate(call.Args[0] is Starred starred ? starred.Value : call.Args[0], nesting);
        return items is PythonListType list ? new ModuleContainerType(kind, list.Elements, list.Exact)
            : items is ModuleContainerType container ? container with { Kind = kind }
            : new ModuleContainerType(kind, [], false);
    }

    private bool IsModuleCall(Expr expr) =>
        expr is Call call && model.ResolveName(call.Func) is not "collections.OrderedDict";

    /// <summary><c>Sequential(OrderedDict([("a", m), …]))</c>.</summary>
    private TorchType OrderedDictContainer(ModuleContainerKind kind, Call dict, int nesting)
    {
        if (dict.Args is not [ListExpr pairs])
            return new ModuleContainerType(kind, [], false);
        var elements = pairs.Elements.Select(p =>
            p is TupleExpr { Elements: [_, var module] } ? Evaluate(module, nesting) : TorchType.Unknown
        );
        return new ModuleContainerType(kind, [.. elements], true);
    }
}
