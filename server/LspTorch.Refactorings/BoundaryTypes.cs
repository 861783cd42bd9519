using LspTorch.Compilation;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>The type of a value that would cross from compiled code into Python or back.</summary>
internal abstract record BoundaryType
{
    public sealed record Known(TorchType Type, bool FromObservation) : BoundaryType;

    /// <summary>A value that compiled code cannot hold; <paramref name="What"/>: "a numpy value".</summary>
    public sealed record NotScriptable(string What) : BoundaryType;

    public sealed record Unknown : BoundaryType;
}

/// <summary>Types at the edge of a piece of one function: declared, else inferred, else observed.</summary>
internal sealed class BoundaryTypes(FileSnapshot file, FunctionDef function, NumpyValues numpy)
{
    /// <summary>
    /// Functions of torch that give a tensor and that TorchScript does not know, or knows under another name.
    /// </summary>
    private static readonly HashSet<string> TensorMakers =
    [
        "torch.from_numpy",
        "torch.tensor",
        "torch.as_tensor",
        "torch.FloatTensor",
        "torch.LongTensor",
        "torch.IntTensor",
        "torch.Tensor",
    ];

    private readonly SemanticModel model = file.Model;
    private readonly HashSet<string> open = [];
    private Dictionary<string, List<(Name Target, Expr? Value)>>? storesInFunction;
    private Dictionary<string, AnnAssign>? declarations;
    private readonly Lazy<CompiledCode> code = new(() => CompiledCode.Of(file));

    /// <summary>What the variable holds where the piece begins.</summary>
    public BoundaryType OfInput(string name, Name? firstRead)
    {
        if (numpy.IsVariable(name))
            return new BoundaryType.NotScriptable("a numpy value");
        if (OtherThanValue(name) is { } what)
            return new BoundaryType.NotScriptable(what);
        var parameter = function.Args.Find(name);
        if (parameter is not null && model.DeclaredTypeOf(parameter) is { } declared)
            return declared.IsWritable ? new BoundaryType.Known(declared, false) : new BoundaryType.Unknown();
        if (DeclaredVariable(name) is { } variable)
            return variable;
        if (Intended(name) is { } intended)
            return new BoundaryType.Known(intended, false);
        var inferred = firstRead is null ? OfVariable(name) : model.TypeOf(firstRead);
        if (inferred.IsUnknown)
            inferred = OfVariable(name);
        if (inferred.IsWritable)
            return new BoundaryType.Known(inferred, false);
        if (inferred is ModuleType or ModuleContainerType)
            return new BoundaryType.NotScriptable("a module");
        var stores = StoresOf(name);
        if (parameter is not null && stores.Count == 0)
            return new BoundaryType.Known(TorchType.Tensor, false);
        return Observed(stores, parameter);
    }

    /// <summary>What the variable holds where the piece ends.</summary>
    public BoundaryType OfOutput(string name, NodeList<Stmt> piece, BoundaryType? before)
    {
        if (numpy.IsVariable(name))
            return new BoundaryType.NotScriptable("a numpy value");
        if (OtherThanValue(name) is { } what)
            return new BoundaryType.NotScriptable(what);
        if (DeclaredVariable(name) is { } variable)
            return variable;
        if (Intended(name) is { } intended)
            return new BoundaryType.Known(intended, false);
        var stores = Stores(piece, name);
        var start = (before as BoundaryType.Known)?.Type;
        if (Join(stores, start) is { } joined)
            return new BoundaryType.Known(joined, false);
        return Observed(stores, null);
    }

    /// <summary>The type of an expression's value.</summary>
    public BoundaryType OfExpression(Expr expression)
    {
        if (numpy.IsNumpy(expression))
            return new BoundaryType.NotScriptable("a numpy value");
        var type = OfValue(expression);
        if (type.IsWritable)
            return new BoundaryType.Known(type, false);
        if (file.Observations.Find(expression.Span) is { } place)
            return FromPlace(place);
        return
            expression is Call call
            && model.Names.Resolve(call.Func) is { Function: { } callee } symbol
            && ReferenceEquals(symbol.Owner, model)
            ? FromPlace(file.Observations.Find(PlaceKind.Return, callee.NameSpan))
            : new BoundaryType.Unknown();
    }

    public BoundaryType OfReturn()
    {
        if (model.DeclaredReturnOf(function) is { } declared)
            return declared.IsWritable ? new BoundaryType.Known(declared, false) : new BoundaryType.Unknown();
        var inferred = model.ReturnTypeOf(function);
        if (inferred.IsWritable)
            return new BoundaryType.Known(inferred, false);
        return FromPlace(file.Observations.Find(PlaceKind.Return, function.NameSpan));
    }

    /// <summary>
    /// What a name of the function is besides a variable, wherever it is bound so; null where it is only assigned.
    /// </summary>
    private string? OtherThanValue(string name)
    {
        foreach (var binding in model.Names.ScopeOf(function).Find(name))
            if (binding.Kind is BindingKind.Import)
                return "imported";
            else if (binding.Kind is BindingKind.Function or BindingKind.Class)
                return binding.Kind == BindingKind.Function ? "a function" : "a class";
        return null;
    }

    /// <summary>
    /// The type of a list or dictionary that is made empty and filled with what the compiler does not expect; null for
    /// others.
    /// </summary>
    private TorchType? Intended(string name) => EmptyContainer.Intended(file, code.Value, function, name);

    private BoundaryType? DeclaredVariable(string name)
    {
        if (declarations is null)
        {
            var finder = new DeclarationFinder();
            foreach (var statement in function.Body)
                finder.Visit(statement);
            declarations = finder.Found;
        }
        if (!declarations.TryGetValue(name, out var found))
            return null;
        var type = model.TypeOf(found.Target);
        return type.IsWritable ? new BoundaryType.Known(type, false) : null;
    }

    private BoundaryType Observed(List<(Name Target, Expr? Value)> stores, Arg? parameter)
    {
        var types = new List<ObservedType>();
        if (parameter is not null && file.Observations.Find(PlaceKind.Parameter, parameter.NameSpan) is { } entry)
            types.AddRange(entry.Types);
        foreach (var (target, _) in stores)
            if (file.Observations.Find(PlaceKind.Variable, target.Span) is { } place)
                types.AddRange(place.Types);
        return FromTypes(types);
    }

    private static BoundaryType FromPlace(ObservedPlace? place) =>
        place is null ? new BoundaryType.Unknown() : FromTypes([.. place.Types]);

    private static BoundaryType FromTypes(List<ObservedType> types)
    {
        if (types.FirstOrDefault(t => !t.Scriptable) is { } foreign)
            return new BoundaryType.NotScriptable(
                foreign.Type.StartsWith("numpy.", StringComparison.Ordinal) ? "a numpy value" : $"'{foreign.Type}'"
            );
        return TypeJoin.Join(types) is { } joined && TorchType.TryParse(joined, out var type) && type.IsWritable
            ? new BoundaryType.Known(type, true)
            : new BoundaryType.Unknown();
    }

    /// <summary>
    /// The one type that all stores give, from a type before them; null where it is not known or differs.
    /// </summary>
    private TorchType? Join(List<(Name Target, Expr? Value)> stores, TorchType? start)
    {
        var joined = start;
        foreach (var (target, value) in stores)
        {
            var type = model.TypeOf(target);
            if (!type.IsWritable && value is not null)
                type = OfValue(value);
            // 'y = y * 2' while the type of y is being asked for says nothing new.
            if (type is PendingType)
                continue;
            if (target.Parent is AugAssign && joined == TorchType.Tensor)
                continue;
            if (!type.IsWritable || joined is not null && joined != type)
                return null;
            joined = type;
        }
        return joined;
    }

    /// <summary>The type of a variable all over the function.</summary>
    private TorchType OfVariable(string name)
    {
        if (numpy.IsVariable(name))
            return TorchType.Unknown;
        if (!open.Add(name))
            return new PendingType();
        try
        {
            var parameter = function.Args.Find(name);
            var start = parameter is null ? null : model.ParameterTypeOf(parameter).Type;
            var stores = StoresOf(name);
            return parameter is null && stores.Count == 0
                ? TorchType.Unknown
                : Join(stores, start) ?? TorchType.Unknown;
        }
        finally
        {
            open.Remove(name);
        }
    }

    /// <summary>Stands for the type of a variable while that is being worked out.</summary>
    private sealed record PendingType : TorchType;

    private TorchType OfOperation(Expr left, Expr right, BinaryOperator op)
    {
        var (a, b) = (OfValue(left), OfValue(right));
        if (numpy.IsNumpy(left) || numpy.IsNumpy(right))
            return TorchType.Unknown;
        if (a == TorchType.Tensor || b == TorchType.Tensor)
            return TorchType.Tensor;
        if (a is PendingType || b is PendingType)
            return new PendingType();
        bool numbers = (a == TorchType.Int || a == TorchType.Float) && (b == TorchType.Int || b == TorchType.Float);
        if (!numbers || op is BinaryOperator.Pow)
            return TorchType.Unknown;
        return op == BinaryOperator.Div || a == TorchType.Float || b == TorchType.Float
            ? TorchType.Float
            : TorchType.Int;
    }

    /// <summary>
    /// The static type, also of the few Python calls that give a TorchScript value though the compiler does not know
    /// them.
    /// </summary>
    private TorchType OfValue(Expr value)
    {
        var type = model.TypeOf(value);
        if (type.IsWritable)
            return type;
        switch (value)
        {
            case Name name:
                return OfVariable(name.Id);
            case BinOp operation:
                return OfOperation(operation.Left, operation.Right, operation.Op);
            case UnaryOp { Op: not UnaryOperator.Not } sign:
                return OfValue(sign.Operand);
            case Compare { Comparators: [var right] } compare
                when OfValue(compare.Left) == TorchType.Tensor || OfValue(right) == TorchType.Tensor:
                return TorchType.Tensor;
            case Subscript element when OfValue(element.Value) == TorchType.Tensor:
                return TorchType.Tensor;
        }
        if (value is not Call call)
            return TorchType.Unknown;
        if (call.Func is Name builtin)
            switch (builtin.Id)
            {
                case "float":
                    return TorchType.Float;
                case "int" or "len":
                    return TorchType.Int;
                case "bool":
                    return TorchType.Bool;
                case "str":
                    return TorchType.Str;
            }
        if (call.Func is Name or Attribute && model.ResolveName(call.Func) is { } resolved)
            return TensorMakers.Contains(resolved) ? TorchType.Tensor : OfFunction(resolved);
        return call.Func is Attribute method && OfValue(method.Value) == TorchType.Tensor
            ? OfTensorMethod(method.Name)
            : TorchType.Unknown;
    }

    /// <summary>What every overload of a function of torch gives, whatever its arguments.</summary>
    private TorchType OfFunction(string dottedName) =>
        model.Tables.Function(dottedName) switch
        {
            OperatorEntry entry => Common(model.Tables.Operator(entry.Operator)),
            FunctionEntry entry => Common(entry.Schemas),
            _ => TorchType.Unknown,
        };

    private TorchType OfTensorMethod(string name) =>
        Common(
            model
                .Tables.Operator("aten::" + name)
                .Where(s => s.Arguments is [{ Type: var first }, ..] && first == TorchType.Tensor)
        );

    private static TorchType Common(IEnumerable<FunctionSchema> schemas)
    {
        var types = schemas.Select(s => s.Returns).Distinct().Take(2).ToArray();
        return types is [{ IsWritable: true } only] ? only : TorchType.Unknown;
    }

    /// <summary>All over the function.</summary>
    private List<(Name Target, Expr? Value)> StoresOf(string name)
    {
        storesInFunction ??= AllStores(function.Body);
        return storesInFunction.GetValueOrDefault(name) ?? [];
    }

    private static List<(Name Target, Expr? Value)> Stores(IEnumerable<Stmt> statements, string name) =>
        AllStores(statements).GetValueOrDefault(name) ?? [];

    private static Dictionary<string, List<(Name Target, Expr? Value)>> AllStores(IEnumerable<Stmt> statements)
    {
        var finder = new StoreFinder();
        foreach (var statement in statements)
            finder.Visit(statement);
        return finder.Found;
    }

    private sealed class StoreFinder : SyntaxWalker
    {
        public Dictionary<string, List<(Name Target, Expr? Value)>> Found { get; } = [];

        public override void Visit(Node node)
        {
            if (node is FunctionDef or ClassDef or Lambda or ComprehensionExpr or DictComp)
                return;
            if (node is Name { Context: ExprContext.Store } target)
            {
                if (!Found.TryGetValue(target.Id, out var stores))
                    Found[target.Id] = stores = [];
                stores.Add(
                    (target, target.Parent is AugAssign changed ? changed.Value : AssignedValues.ValueOf(target))
                );
            }
            base.Visit(node);
        }
    }

    private sealed class DeclarationFinder : SyntaxWalker
    {
        /// <summary>The first of each name.</summary>
        public Dictionary<string, AnnAssign> Found { get; } = [];

        public override void Visit(Node node)
        {
            if (node is AnnAssign { Target: Name target } declared)
                Found.TryAdd(target.Id, declared);
            if (node is not (FunctionDef or ClassDef or Expr))
                base.Visit(node);
        }
    }
}
