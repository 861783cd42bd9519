using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>
/// Types one function as the compiler does, in its order: one walk, types of variables by frame, branches merged by
/// unification, conditions
/// that are decided at compile time taking only their branch. What is not certain is Unknown and spreads no further
/// than it must.
/// </summary>
internal sealed partial class FunctionInference
{
    private const int MaxNesting = 250;
    private readonly CompiledUnit unit;
    private readonly InferenceContext context;
    private readonly FunctionAnalysis analysis;
    private readonly List<(TorchType Type, bool Certain)> returns = [];
    private Frame frame = new(null);
    private TorchType? declaredReturn;

    /// <summary>The declaration whose types an implementation is compiled with.</summary>
    private FunctionDef? declaration;
    private int nesting;

    /// <summary>Above zero inside a branch of which it is not known whether the compiler takes it.</summary>
    private int uncertain;

    private FunctionInference(CompiledUnit unit, InferenceContext context)
    {
        this.unit = unit;
        this.context = context;
        analysis = new FunctionAnalysis(unit);
    }

    private SemanticModel Model => unit.Owner;
    private SchemaMatcher Matcher => Model.Tables.Matcher;

    /// <param name="assumed">A parameter that is taken to have this type, whatever the text says.</param>
    public static FunctionAnalysis Analyze(
        CompiledUnit unit,
        InferenceContext context,
        (Arg Parameter, TorchType Type)? assumed = null
    )
    {
        var inference = new FunctionInference(unit, context);
        inference.Run(assumed);
        return inference.analysis;
    }

    private void Run((Arg Parameter, TorchType Type)? assumed)
    {
        var function = unit.Function;
        var parameters = function.Args.All().ToArray();
        bool isStatic = IsStatic(function),
            isOfClass = function.Decorators.Any(d => d is Name { Id: "classmethod" });
        for (int i = 0; i < parameters.Length; i++)
        {
            bool isSelf = i == 0 && unit.Self is not null && !isStatic;
            frame.Define(
                parameters[i].Name,
                isSelf && unit.Self is { } self
                    ? isOfClass
                        ? new ClassValue(self)
                        : SelfType(self)
                    : ReferenceEquals(parameters[i], function.Args.VarArg)
                    || ReferenceEquals(parameters[i], function.Args.KwArg)
                        ? TorchType.Unknown
                        : function.Name == "__setstate__" && Model.DeclaredTypeOf(parameters[i]) is null
                            ? TorchType.Unknown // what __getstate__ gives
                            : ParameterType(Model, DeclaredAs(parameters[i]))
            );
            if (assumed is var (parameter, type) && ReferenceEquals(parameter, parameters[i]))
                frame.Define(parameter.Name, type);
        }
        if (unit.Self is not null && parameters.Length == 0 && !isStatic && unit.Function.Parent is ClassDef)
            Report(new MethodWithoutSelf(function, function.Name));
        if (
            function.Name == "__setstate__"
            && unit.Self is { IsModule: true, HasAllBases: true } stated
            && stated.FindMethod("__getstate__") is null
            && parameters.Skip(1).Any(p => Model.DeclaredTypeOf(p) is null)
        )
            Report(new SetstateWithoutGetstate(function, stated.Name));
        CheckOverloads();
        declaredReturn = Model.DeclaredReturnOf(declaration ?? function);
        if (declaredReturn is { } declared)
            analysis.Returns = declared;
        bool exits = Run(function.Body);
        CheckEnd(exits);
        if (declaredReturn is not null)
            return;
        // The end of the body gives None.
        if (
            !exits
            && returns.Count > 0
            && !analysis.HasUncertainMarks
            && !function.Body.Any(s => s is Try or Match or With)
        )
            returns.Add((TorchType.None, true));
        if (returns.Count == 0)
        {
            analysis.Returns = exits ? TorchType.Unknown : TorchType.None;
            return;
        }
        var distinct = returns.Select(r => r.Type).Distinct().ToArray();
        analysis.Returns =
            distinct.Length == 1 ? distinct[0]
            : returns.Any(r => !r.Certain || r.Type.IsUnknown) ? TorchType.Unknown
            : TypeRelations.UnifyAll(distinct) ?? TorchType.Unknown;
    }

    private Arg DeclaredAs(Arg parameter) => declaration?.Args.Find(parameter.Name) ?? parameter;

    private static TorchType SelfType(ClassModel self) =>
        self.Kind == ClassKind.Unknown ? new ModuleType(self.Name) { Definition = self } : self.InstanceType;

    /// <summary>A parameter's type to the compiler: declared, else Tensor.</summary>
    public static TorchType ParameterType(SemanticModel model, Arg parameter) =>
        model.DeclaredTypeOf(parameter) ?? TorchType.Tensor;

    private void Mark(Node node, CompileState state)
    {
        // A loop over modules is walked for each: what one walk compiles is compiled.
        if (analysis.MarkOf(node) is not { } earlier || state < earlier)
            analysis.SetMark(node, state);
    }

    private void Mark(NodeList<Stmt> body, CompileState state)
    {
        foreach (var statement in body)
            Mark(statement, state);
    }

    private TorchType Record(Expr expr, TorchType type)
    {
        var shown = type is SugaredType ? TorchType.Unknown : type;
        if (analysis.TypeOf(expr) is { } earlier && earlier != shown)
            shown = TorchType.Unknown;
        analysis.SetType(expr, shown);
        return type;
    }

    /// <summary>
    /// The variables of one block; a block inside sees those around it, and may not change their types.
    /// </summary>
    /// <param name="enclosing">What a comprehension reads from: its target is a variable of its own, which may have the
    /// name and not the type of one there.</param>
    private sealed class Frame(Frame? parent, Frame? enclosing = null)
    {
        public Frame? Parent { get; } = parent;
        public Frame? Outer => Parent ?? enclosing;
        public Dictionary<string, TorchType> Variables { get; } = new(StringComparer.Ordinal);

        public void Define(string name, TorchType type) => Variables[name] = type;

        public TorchType? Find(string name)
        {
            for (var at = this; at is not null; at = at.Outer)
                if (at.Variables.TryGetValue(name, out var type))
                    return type;
            return null;
        }
    }

    /// <summary>
    /// Stores to a variable; inside a block, a variable of an outer one keeps its type, by conversion where there is
    /// one.
    /// </summary>
    private TorchType SetVariable(string name, TorchType type, TorchType? annotated = null, Node? target = null)
    {
        if (annotated is { } declared)
        {
            frame.Define(name, declared);
            return declared;
        }
        if (frame.Parent?.Find(name) is { } outer and not UndefinedValue)
        {
            if (target is not null && IsNoValue(outer) && IsNoValue(type) && frame.Find(name) == outer)
                Report(new FunctionReplacedInBlock(target, name));
            if (outer is SugaredType || type is SugaredType)
            {
                frame.Define(name, TorchType.Unknown);
                return TorchType.Unknown;
            }
            var converted = Matcher.Convert(type, outer, conversions: true);
            if (outer.IsUnknown && type.HasUnknown)
                converted = TorchType.Unknown;
            // Of an outer variable of unknown type only that is certain which the conversion cannot change.
            if (outer.IsUnknown && type == TorchType.Tensor)
                converted = TorchType.Unknown;
            // Where the compiler takes one branch only, there is no block to convert for.
            if (uncertain > 0 && converted != type)
                converted = TorchType.Unknown;
            if (target is not null)
                CheckStore(target, name, converted, outer);
            if (target is not null && converted != type && IsRead(name))
                foreach (var (at, number) in Conversions(target, type, converted))
                    Report(new ConvertedStore(at, name, outer) { Wanted = number });
            type = converted;
        }
        frame.Define(name, type);
        return type;
    }

    private void Refine(Refinements refinements)
    {
        foreach (var (name, type) in refinements.Types)
            frame.Define(name, type);
    }

    private readonly HashSet<CallEdge> edges = [];

    private void AddCall(CompiledUnit callee, Node at)
    {
        var edge = new CallEdge(callee, at, uncertain == 0);
        if (edges.Add(edge))
            analysis.Calls.Add(edge);
    }

    private FunctionAnalysis? Analysis(CompiledUnit callee)
    {
        context.CancellationToken.ThrowIfCancellationRequested();
        analysis.Uses.Add(callee);
        var found = callee.Owner.AnalysisOf(callee, context);
        if (found is null)
            analysis.IsReusable = false;
        return found;
    }
}
