using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Tracing;

/// <summary>
/// What the expressions of one function are while a trace runs it. TorchScript takes every parameter without annotation
/// for a Tensor; a trace runs
/// Python, where it may be anything: here it is a Tensor only by annotation, by observation, or by what is done with
/// it.
/// </summary>
internal sealed class TracedValues(FileSnapshot file, FunctionDef function, bool parametersAreTensors)
{
    private const int MaxDepth = 60;

    private static readonly HashSet<string> constantMembers = new(StringComparer.Ordinal)
    {
        "dim",
        "ndim",
        "ndimension",
        "dtype",
        "device",
        "layout",
        "is_cuda",
        "is_contiguous",
        "is_floating_point",
        "is_complex",
        "requires_grad",
        "stride",
        "storage_offset",
        "element_size",
        "names",
        "type",
        "is_sparse",
        "is_quantized",
        "item",
        "tolist",
        "numpy",
        "__len__",
        "data_ptr",
        "get_device",
        "is_leaf",
    };

    private static readonly HashSet<string> tensorMembers = new(StringComparer.Ordinal)
    {
        "size",
        "shape",
        "dim",
        "ndim",
        "device",
        "dtype",
        "data",
        "T",
        "mT",
        "grad",
        "is_cuda",
        "requires_grad",
        "new_zeros",
        "new_ones",
        "new_full",
        "new_tensor",
        "numel",
        "item",
        "tolist",
        "numpy",
        "type_as",
        "backward",
        "masked_fill_",
        "mul_",
        "add_",
    };

    /// <summary>Methods that str, list, dict or set have too: calling one proves nothing.</summary>
    private static readonly HashSet<string> ambiguousMembers = new(StringComparer.Ordinal)
    {
        "index",
        "count",
        "append",
        "split",
        "copy",
        "keys",
        "values",
        "items",
        "get",
        "pop",
        "sort",
        "insert",
        "remove",
        "clear",
        "update",
        "format",
        "join",
        "replace",
        "strip",
        "extend",
        "reverse",
        "real",
        "imag",
        "conjugate",
        "add",
        "union",
        "difference",
        "intersection",
        "to",
        "type",
    };

    private readonly NameStores stores = new(function);
    private readonly Dictionary<string, TracedKind> names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Arg> parameters = function
        .Args.All()
        .ToDictionary(p => p.Name, StringComparer.Ordinal);
    private TensorUses? uses;
    private int depth;

    /// <summary>What this expression of the function is.</summary>
    public TracedKind KindOf(Expr expression)
    {
        if (depth >= MaxDepth)
            return TracedKind.Unknown;
        depth++;
        try
        {
            return Classify(expression);
        }
        finally
        {
            depth--;
        }
    }

    private TracedKind Classify(Expr expression) =>
        expression switch
        {
            Constant or JoinedStr or Lambda => TracedKind.Constant,
            Name name => OfName(name),
            Attribute attribute => OfAttribute(attribute),
            Call call => OfCall(call),
            Subscript subscript => OfSubscript(subscript),
            BinOp operation => OfOperands(operation.Left, operation.Right),
            UnaryOp { Op: UnaryOperator.Not } => TracedKind.Constant,
            UnaryOp unary => KindOf(unary.Operand),
            Compare compare => OfComparison(compare),
            IfExp choice => Join([KindOf(choice.Body), KindOf(choice.OrElse)]),
            NamedExpr named => KindOf(named.Value),
            TupleExpr tuple => OfElements(tuple.Elements),
            ListExpr list => OfElements(list.Elements),
            _ => TracedKind.Unknown,
        };

    private TracedKind OfName(Name name)
    {
        if (names.TryGetValue(name.Id, out var known))
            return known;
        names[name.Id] = TracedKind.Constant; // its own value in a loop adds nothing
        var kinds = new List<TracedKind>();
        if (parameters.TryGetValue(name.Id, out var parameter))
            kinds.Add(OfParameter(parameter));
        foreach (var (target, stored) in stores.Of(name.Id))
            kinds.Add(OfStore(target, stored));
        if (kinds.Count == 0)
            kinds.Add(file.Model.Names.Resolve(name) is null ? TracedKind.Unknown : TracedKind.Constant);
        return names[name.Id] = Join(kinds);
    }

    private TracedKind OfParameter(Arg parameter)
    {
        if (ReferenceEquals(parameter, function.Args.All().FirstOrDefault()) && function.Parent is ClassDef)
            return TracedKind.Constant;
        if (ReferenceEquals(parameter, function.Args.VarArg) || ReferenceEquals(parameter, function.Args.KwArg))
            return TracedKind.Unknown;
        if (file.Observations.Find(PlaceKind.Parameter, parameter.NameSpan) is { Stale: false, Types.Length: > 0 } seen)
            return TorchType.TryParse(seen.JoinedType, out var type) ? OfType(type) : TracedKind.Unknown;
        if (file.Model.DeclaredTypeOf(parameter) is { IsUnknown: false } declared)
            return OfType(declared);
        if (parameter.Annotation is not null)
            return TracedKind.Unknown;
        if (parameter.Default is Constant { Kind: not ConstantKind.None })
            return TracedKind.Unknown;
        if (parametersAreTensors && parameter.Default is null)
            return TracedKind.Tensor;
        return (uses ??= new TensorUses(file, function)).Names.Contains(parameter.Name)
            ? TracedKind.Tensor
            : TracedKind.Unknown;
    }

    private static TracedKind OfType(TorchType type) =>
        type switch
        {
            _ when type == TorchType.Tensor => TracedKind.Tensor,
            OptionalType { Element: var element } => OfType(element),
            ListType { Element: var element } => OfType(element) == TracedKind.Tensor
                ? TracedKind.Tensors
                : TracedKind.Constant,
            TupleType { Elements: var elements } => elements.All(e => OfType(e) == TracedKind.Tensor)
                ? TracedKind.Tensors
                : TracedKind.Unknown,
            PrimitiveType => TracedKind.Constant,
            _ => TracedKind.Unknown,
        };

    private TracedKind OfStore(Name target, StoredValue stored)
    {
        if (stored.Value is not { } value)
            return TracedKind.Unknown;
        var kind = KindOf(value);
        if (!stored.IsElement)
            return kind;
        return kind switch
        {
            TracedKind.Sizes => TracedKind.Size,
            TracedKind.Tensor => TracedKind.Tensor,
            TracedKind.Tensors => TypeOf(target) is { IsUnknown: false } type ? OfType(type) : TracedKind.Tensor,
            // An element of range(...), of a list of modules, of a list of numbers.
            TracedKind.Constant => TracedKind.Constant,
            _ => OfIterator(value, target),
        };
    }

    /// <summary>enumerate, zip and reversed hand out numbers and elements of what they go over.</summary>
    private TracedKind OfIterator(Expr iterator, Name target)
    {
        if (iterator is not Call { Func: Name { Id: "enumerate" or "zip" or "reversed" } } call)
            return TracedKind.Unknown;
        if (call.Args.Any(a => KindOf(a) is TracedKind.Unknown))
            return TracedKind.Unknown;
        return
            TypeOf(target) == TorchType.Tensor
            && call.Args.Any(a => KindOf(a) is TracedKind.Tensor or TracedKind.Tensors)
            ? TracedKind.Tensor
            : TracedKind.Constant;
    }

    private TracedKind OfAttribute(Attribute attribute)
    {
        var owner = KindOf(attribute.Value);
        if (owner == TracedKind.Tensor)
        {
            if (attribute.Name == "shape")
                return TracedKind.Sizes;
            return constantMembers.Contains(attribute.Name) ? TracedKind.Constant : TracedKind.Tensor;
        }
        // Attributes of the module (parameters, buffers, settings) are the same in every run.
        return owner == TracedKind.Constant ? TracedKind.Constant : TracedKind.Unknown;
    }

    private TracedKind OfCall(Call call)
    {
        if (
            call.Func is Attribute method
            && KindOf(method.Value) is var receiver and not (TracedKind.Unknown or TracedKind.Constant)
        )
            return OfMethod(call, method.Name, receiver);
        if (call.Func is not (Name or Attribute))
            return TracedKind.Unknown;
        string? dotted = file.Model.ResolveName(call.Func);
        if (dotted?.StartsWith("builtins.", StringComparison.Ordinal) == true)
            return OfBuiltin(call, dotted["builtins.".Length..]);
        if (dotted?.StartsWith("math.", StringComparison.Ordinal) == true)
            return TracedKind.Constant;
        bool ofTorch =
            dotted?.StartsWith("torch.", StringComparison.Ordinal) == true
            && !dotted.StartsWith("torch.jit.", StringComparison.Ordinal);
        bool ofModule = !ofTorch && TypeOf(call.Func) is ModuleType or ModuleContainerType;
        if (!ofTorch && !ofModule)
            return OfOwnFunction(call);
        if (dotted is "torch.tensor" or "torch.as_tensor" or "torch.from_numpy" or "torch.Tensor")
            return TracedKind.Constant;
        return DependsOnInputs(call) ? OfResult(TypeOf(call), ofTorch ? dotted : null) : TracedKind.Constant;
    }

    private TracedKind OfMethod(Call call, string name, TracedKind receiver)
    {
        if (receiver != TracedKind.Tensor)
            return receiver == TracedKind.Sizes && name == "numel" ? TracedKind.Size : TracedKind.Unknown;
        if (name == "size")
            return call.Args.Count + call.Keywords.Count == 0 ? TracedKind.Sizes : TracedKind.Size;
        if (name is "numel" or "nelement")
            return TracedKind.Size;
        if (constantMembers.Contains(name))
            return TracedKind.Constant;
        return OfResult(TypeOf(call), "torch." + name);
    }

    /// <summary>A function of the user's own: what its annotation says it returns.</summary>
    private TracedKind OfOwnFunction(Call call) =>
        file.Model.Names.Resolve(call.Func) is { Function: { } callee, Owner: { } owner }
        && owner.DeclaredReturnOf(callee) is { } returned
        && DependsOnInputs(call)
            ? OfType(returned) == TracedKind.Constant
                ? TracedKind.Unknown
                : OfType(returned)
            : TracedKind.Unknown;

    private TracedKind OfBuiltin(Call call, string name) =>
        name switch
        {
            "len"
            or "range"
            or "int"
            or "float"
            or "bool"
            or "str"
            or "isinstance"
            or "hasattr"
            or "getattr"
            or "type"
            or "round"
            or "id"
            or "repr" => TracedKind.Constant,
            "abs" when call.Args is [var value] => KindOf(value),
            "list" or "tuple" when call.Args is [var value] => KindOf(value) switch
            {
                TracedKind.Sizes => TracedKind.Sizes,
                TracedKind.Tensor or TracedKind.Tensors => TracedKind.Tensors,
                var other => other,
            },
            "sum" when call.Args is [var value, ..] => KindOf(value) is TracedKind.Tensor or TracedKind.Tensors
                ? TracedKind.Tensor
                : TracedKind.Unknown,
            _ => TracedKind.Unknown,
        };

    /// <summary>What a call gives whose arguments depend on the inputs.</summary>
    private TracedKind OfResult(TorchType type, string? dotted)
    {
        if (!type.IsUnknown)
            return OfType(type);
        if (dotted is null)
            return TracedKind.Unknown;
        string operation = file.Model.Tables.Function(dotted) is OperatorEntry entry
            ? entry.Operator
            : "aten::" + dotted[(dotted.LastIndexOf('.') + 1)..];
        var overloads = file.Model.Tables.Operator(operation);
        return !overloads.IsEmpty && overloads.All(o => o.Returns == TorchType.Tensor)
            ? TracedKind.Tensor
            : TracedKind.Unknown;
    }

    private bool DependsOnInputs(Call call) => call.Args.Any(Depends) || call.Keywords.Any(k => Depends(k.Value));

    private bool Depends(Expr argument) =>
        argument switch
        {
            Starred starred => Depends(starred.Value),
            TupleExpr tuple => tuple.Elements.Any(Depends),
            ListExpr list => list.Elements.Any(Depends),
            _ => KindOf(argument) is not (TracedKind.Unknown or TracedKind.Constant),
        };

    private TracedKind OfSubscript(Subscript subscript)
    {
        var container = KindOf(subscript.Value);
        return container switch
        {
            TracedKind.Tensor => TracedKind.Tensor,
            TracedKind.Sizes => subscript.Index is Slice ? TracedKind.Sizes : TracedKind.Size,
            TracedKind.Tensors => subscript.Index is Slice ? TracedKind.Tensors
            : TypeOf(subscript) is { IsUnknown: false } type ? OfType(type)
            : TracedKind.Tensor,
            _ => container,
        };
    }

    private TracedKind OfOperands(Expr left, Expr right)
    {
        TracedKind a = KindOf(left),
            b = KindOf(right);
        if (a == TracedKind.Tensor || b == TracedKind.Tensor)
            return TracedKind.Tensor;
        if (a == TracedKind.Unknown || b == TracedKind.Unknown)
            return TracedKind.Unknown;
        if (a is TracedKind.Sizes or TracedKind.Tensors || b is TracedKind.Sizes or TracedKind.Tensors)
            return a == b ? a : TracedKind.Unknown;
        return a == TracedKind.Size || b == TracedKind.Size ? TracedKind.Size : TracedKind.Constant;
    }

    /// <summary>
    /// A comparison of Tensors is a Tensor, one of sizes is recorded as one; identity and membership are Python's.
    /// </summary>
    private TracedKind OfComparison(Compare compare)
    {
        if (compare.Ops is not [var op] || op is CompareOperator.Is or CompareOperator.IsNot)
            return TracedKind.Constant;
        if (op is CompareOperator.In or CompareOperator.NotIn)
            return TracedKind.Unknown;
        return
            OfOperands(compare.Left, compare.Comparators[0])
                is var kind
                    and (TracedKind.Tensor or TracedKind.Size or TracedKind.Constant)
            ? kind
            : TracedKind.Unknown;
    }

    private TracedKind OfElements(NodeList<Expr> elements)
    {
        if (elements.Count == 0)
            return TracedKind.Unknown;
        var kinds = elements.Select(KindOf).Distinct().ToArray();
        if (kinds.Contains(TracedKind.Unknown))
            return TracedKind.Unknown;
        if (kinds.All(k => k == TracedKind.Tensor))
            return TracedKind.Tensors;
        if (kinds.All(k => k is TracedKind.Size or TracedKind.Constant))
            return kinds.Contains(TracedKind.Size) ? TracedKind.Sizes : TracedKind.Constant;
        return TracedKind.Unknown;
    }

    /// <summary>
    /// A name that several values are stored to: certain where they agree; a number that a Tensor replaces is a Tensor
    /// then.
    /// </summary>
    private static TracedKind Join(IReadOnlyList<TracedKind> kinds)
    {
        if (kinds.Contains(TracedKind.Unknown))
            return TracedKind.Unknown;
        var changing = kinds.Where(k => k != TracedKind.Constant).Distinct().ToArray();
        return changing.Length switch
        {
            0 => TracedKind.Constant,
            1 => changing[0],
            _ => TracedKind.Unknown,
        };
    }

    private TorchType TypeOf(Expr expression) => file.Model.TypeOf(expression);

    /// <summary>
    /// Names on which the function uses what only Tensors have, or which it hands to a module of torch first.
    /// </summary>
    private sealed class TensorUses : SyntaxWalker
    {
        private readonly FileSnapshot file;

        public TensorUses(FileSnapshot file, FunctionDef function)
        {
            this.file = file;
            foreach (var statement in function.Body)
                Visit(statement);
        }

        public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

        public override void Visit(Node node)
        {
            switch (node)
            {
                case FunctionDef or ClassDef or Lambda:
                    return;
                case Attribute { Value: Name owner } attribute when IsOfTensor(attribute.Name):
                    Names.Add(owner.Id);
                    break;
                case Call { Args: [Name argument, ..] } call
                    when file.Model.TypeOf(call.Func) is ModuleType { Definition: null } type
                        && type.Name.StartsWith("torch.nn.", StringComparison.Ordinal):
                    Names.Add(argument.Id);
                    break;
            }
            base.Visit(node);
        }

        private bool IsOfTensor(string name) =>
            tensorMembers.Contains(name)
            || !ambiguousMembers.Contains(name) && file.Model.Tables.HasOperator("aten::" + name);
    }
}
