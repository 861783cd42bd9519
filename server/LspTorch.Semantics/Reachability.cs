using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>
/// A function as it is compiled: for methods, with the class whose instance self is (a derived class where it is
/// inherited).
/// </summary>
internal readonly record struct CompiledUnit(FunctionDef Function, ClassModel? Self, SemanticModel Owner)
{
    public bool Equals(CompiledUnit other) =>
        ReferenceEquals(Function, other.Function)
        && ReferenceEquals(Self, other.Self)
        && ReferenceEquals(Owner, other.Owner);

    public override int GetHashCode() => Function.Ordinal * 31 + (Self?.Node.Ordinal ?? 0);
}

/// <summary>A function that is passed to the compiler, and why.</summary>
/// <param name="IsModuleForward">Only because its class is a module: a caller is the better reason.</param>
/// <param name="Certain">False: reached from another file, out of code that may never be compiled.</param>
internal sealed record CompiledEntry(
    CompiledUnit Unit,
    CompiledReason Reason,
    bool IsModuleForward,
    bool Certain = true
);

/// <summary>
/// One edge of the call graph: the function that a compiled function calls, and where. Not certain: the call stands in
/// a branch that the compiler
/// may cut away.
/// </summary>
internal readonly record struct CallEdge(CompiledUnit Callee, Node At, bool Certain = true);

/// <summary>A function of another file that a compiled function of this file's entries calls, and where.</summary>
internal readonly record struct ReachedElsewhere(CompiledUnit Unit, CompiledUnit Caller, Node At, bool Certain);

/// <summary>Works out which functions torch.jit.script compiles: the entries of a file, and what they reach.</summary>
internal sealed class Reachability(SemanticModel model)
{
    private const int MaxUnits = 20_000;
    private static readonly TorchVersion propertiesAreCompiled = new(1, 7);

    private readonly List<CompiledEntry> entries = [];
    private readonly Dictionary<CompiledUnit, IReadOnlyList<CallEdge>> edges = [];

    public List<CompiledUnit> Units { get; } = [];

    /// <summary>The calls that each unit makes.</summary>
    public IReadOnlyDictionary<CompiledUnit, IReadOnlyList<CallEdge>> Edges => edges;

    /// <summary>Functions that are compiled whatever the compiler decides of conditions not known here.</summary>
    public HashSet<FunctionDef> Certain { get; } = [];

    public IReadOnlyList<CompiledFunction> Find()
    {
        entries.AddRange(model.OwnEntries);
        AddEntriesFromElsewhere();
        Walk(
            onlyCertain: true,
            unit =>
            {
                if (ReferenceEquals(unit.Owner, model))
                    Certain.Add(unit.Function);
            }
        );
        Walk(
            onlyCertain: false,
            unit =>
            {
                if (ReferenceEquals(unit.Owner, model))
                    Units.Add(unit);
            }
        );
        return Explain();
    }

    /// <summary>
    /// What the entries of this file alone reach in other files of the workspace, each function once.
    /// </summary>
    public IReadOnlyList<ReachedElsewhere> FindElsewhere()
    {
        entries.AddRange(model.OwnEntries);
        var found = new Dictionary<CompiledUnit, ReachedElsewhere>();
        foreach (bool certain in (ReadOnlySpan<bool>)[true, false])
        {
            var seen = new HashSet<CompiledUnit>();
            var queue = new Queue<CompiledUnit>();
            foreach (var entry in entries)
                if (seen.Add(entry.Unit))
                    queue.Enqueue(entry.Unit);
            while (queue.Count > 0 && seen.Count < MaxUnits)
            {
                var unit = queue.Dequeue();
                foreach (var edge in EdgesOf(unit))
                {
                    if ((certain && !edge.Certain) || !IsOfWorkspace(edge.Callee) || !seen.Add(edge.Callee))
                        continue;
                    queue.Enqueue(edge.Callee);
                    if (!ReferenceEquals(edge.Callee.Owner, model))
                        found.TryAdd(edge.Callee, new(edge.Callee, unit, edge.At, certain));
                }
            }
        }
        return [.. found.Values];
    }

    private bool IsOfWorkspace(CompiledUnit unit) =>
        ReferenceEquals(unit.Owner, model) || model.File.Modules?.IsOfWorkspace(unit.Owner.File.Path) == true;

    public static IReadOnlyList<CompiledEntry> OwnEntriesOf(SemanticModel model)
    {
        var finder = new Reachability(model);
        foreach (var node in model.File.Tree.Definitions)
            finder.AddEntries(node);
        finder.AddScriptCalls();
        return finder.entries;
    }

    private void AddEntriesFromElsewhere()
    {
        foreach (var importer in model.File.Modules?.ImportersOf(model.File.Path) ?? [])
        foreach (var (unit, caller, at, certain) in importer.Model.ReachedElsewhere)
        {
            if (!ReferenceEquals(unit.Owner, model))
                continue;
            string path = caller.Owner.File.Path.Replace('\\', '/');
            entries.Add(
                new CompiledEntry(
                    unit,
                    new CalledFromFile(
                        caller.Owner.QualifiedNameOf(caller.Function),
                        path[(path.LastIndexOf('/') + 1)..],
                        caller.Owner.LineOf(at)
                    ),
                    IsModuleForward: false,
                    certain
                )
            );
        }
    }

    private void Walk(bool onlyCertain, Action<CompiledUnit> visit)
    {
        var seen = new HashSet<CompiledUnit>();
        var queue = new Queue<CompiledUnit>();
        foreach (var entry in entries)
            if ((entry.Certain || !onlyCertain) && seen.Add(entry.Unit))
                queue.Enqueue(entry.Unit);
        while (queue.Count > 0 && seen.Count < MaxUnits)
        {
            var unit = queue.Dequeue();
            visit(unit);
            foreach (var edge in EdgesOf(unit))
                if ((edge.Certain || !onlyCertain) && LeadsHere(edge.Callee) && seen.Add(edge.Callee))
                    queue.Enqueue(edge.Callee);
        }
    }

    private IReadOnlyList<CallEdge> EdgesOf(CompiledUnit unit)
    {
        if (!edges.TryGetValue(unit, out var found))
            edges[unit] = found = unit.Owner.CallsOf(unit);
        return found;
    }

    /// <summary>
    /// What stands in other files is followed only where it can come back: a method inherited from there calls those of
    /// this file's class.
    /// </summary>
    private bool LeadsHere(CompiledUnit callee) =>
        ReferenceEquals(callee.Owner, model) || ReferenceEquals(callee.Self?.Owner, model);

    /// <summary>
    /// Gives each compiled function one reason: what the source says, else the shortest way from an entry.
    /// </summary>
    private IReadOnlyList<CompiledFunction> Explain()
    {
        var explained = new Dictionary<FunctionDef, CompiledFunction>();
        var called = new HashSet<FunctionDef>(
            Units.SelectMany(u =>
                EdgesOf(u).Where(e => !ReferenceEquals(e.Callee.Function, u.Function)).Select(e => e.Callee.Function)
            )
        );
        var queue = new Queue<(CompiledUnit Unit, CompiledFunction Function)>();
        var seen = new HashSet<CompiledUnit>();
        void Start(CompiledEntry entry)
        {
            if (!seen.Add(entry.Unit))
                return;
            queue.Enqueue((entry.Unit, Name(entry.Unit, entry.Reason)));
        }
        CompiledFunction Name(CompiledUnit unit, CompiledReason reason)
        {
            if (explained.TryGetValue(unit.Function, out var known))
                return known;
            if (!ReferenceEquals(unit.Owner, model))
                return new CompiledFunction(unit.Function, null, $"{unit.Self?.Name}.{unit.Function.Name}", reason);
            return explained[unit.Function] = new CompiledFunction(
                unit.Function,
                unit.Function.Parent as ClassDef,
                model.QualifiedNameOf(unit.Function),
                reason
            );
        }
        void Follow()
        {
            while (queue.Count > 0)
            {
                var (unit, function) = queue.Dequeue();
                foreach (var edge in EdgesOf(unit))
                    if (LeadsHere(edge.Callee) && seen.Add(edge.Callee))
                    {
                        bool here = ReferenceEquals(unit.Owner, model);
                        queue.Enqueue(
                            (
                                edge.Callee,
                                Name(
                                    edge.Callee,
                                    new CalledByCompiled(
                                        function,
                                        here ? edge.At : null,
                                        here ? model.LineOf(edge.At) : null
                                    )
                                )
                            )
                        );
                    }
            }
        }
        foreach (var entry in entries)
            if (!entry.IsModuleForward || !called.Contains(entry.Unit.Function))
                Start(entry);
        Follow();
        foreach (var entry in entries)
        {
            Start(entry);
            Follow();
        }
        return [.. explained.Values.OrderBy(f => f.Function.Start)];
    }

    private void AddEntries(Node node)
    {
        switch (node)
        {
            case FunctionDef function:
                if (JitDecorators.IsIgnoredOrUnused(model, function))
                    return;
                if (function.Parent is ClassDef parent && model.ClassOf(parent) is var owner)
                {
                    if (
                        owner.Kind is ClassKind.Module or ClassKind.Unknown
                        && JitDecorators.Has(model, function, "export", "script_method")
                    )
                        Enter(
                            function,
                            owner,
                            new MarkedMethod(
                                owner.Name,
                                function.Name,
                                JitDecorators.Has(model, function, "export") ? "export" : "script_method"
                            )
                        );
                    else if (EntryFinder.IsNamed(model, function))
                        Enter(function, owner, new PassedToScript($"{owner.Name}.{function.Name}"));
                    return;
                }
                if (JitDecorators.Has(model, function, "script", "script_if_tracing"))
                    Enter(
                        function,
                        null,
                        new DecoratedFunction(
                            function.Name,
                            JitDecorators.Has(model, function, "script") ? "script" : "script_if_tracing"
                        )
                    );
                else if (EntryFinder.IsNamed(model, function))
                    Enter(function, null, new PassedToScript(function.Name));
                break;
            case ClassDef type:
                var self = model.ClassOf(type);
                bool named = EntryFinder.IsNamed(model, type);
                if (self.IsModule || (named && self.Kind == ClassKind.Unknown))
                {
                    if (self.TorchBase == "torch.jit.ScriptModule")
                        return;
                    EnterModule(self, named);
                }
                else if (named || type.Decorators.Any(d => model.ResolveName(d) == "torch.jit.script"))
                    EnterScriptClass(self);
                break;
        }
    }

    private void EnterModule(ClassModel self, bool named)
    {
        if (
            self.FindMethod("forward") is { } forward
            && !JitDecorators.IsIgnoredOrUnused(forward.Class.Owner, forward.Function)
        )
        {
            CompiledReason why = named ? new PassedToScript(self.Name) : new ForwardOfModule(self.Name);
            Enter(forward.Function, self, why, forward.Class.Owner, isModuleForward: !named);
            EnterProperties(self);
        }
        // The forward of torch's convolutions calls it.
        else if (
            self.FindMethod("_conv_forward") is { } part
            && self.Lineage().Any(t => t.TorchBase is "torch.nn.Conv1d" or "torch.nn.Conv2d" or "torch.nn.Conv3d")
        )
            Enter(
                part.Function,
                self,
                new CalledByInheritedForward(self.Name, part.Function.Name),
                part.Class.Owner,
                isModuleForward: !named
            );
        foreach (var type in self.Lineage())
        foreach (var method in type.Methods.Values)
            if (!ReferenceEquals(type, self) && JitDecorators.Has(type.Owner, method, "export"))
                Enter(method, self, new MarkedMethod(type.Name, method.Name, "export"), type.Owner);
    }

    /// <summary>With a module the compiler compiles each property of its class, used or not.</summary>
    private void EnterProperties(ClassModel self)
    {
        // A class that names the ones to leave out knows what it does.
        if (
            model.File.Options.Torch < propertiesAreCompiled
            || !self.HasAllBases
            || self.Lineage().Any(type => type.UnusedProperties)
        )
            return;
        foreach (var type in self.Lineage())
        foreach (var method in type.Methods.Values)
            if (
                method.Decorators.Any(d => type.Owner.ResolveName(d) == "builtins.property")
                && !JitDecorators.IsIgnoredOrUnused(type.Owner, method)
                && self.FindMethod(method.Name) is { } found
                && ReferenceEquals(found.Function, method)
            )
                Enter(method, self, new PropertyOfModule(type.Name, method.Name, self.Name), type.Owner);
    }

    private void EnterScriptClass(ClassModel self)
    {
        if (self.Kind is not (ClassKind.Plain or ClassKind.Unknown))
            return;
        foreach (var method in self.Methods.Values)
            // A static method is compiled when it is called.
            if (!JitDecorators.IsIgnoredOrUnused(model, method) && SemanticModel.IsMethod(method))
                Enter(method, self, new MethodOfScriptClass(self.Name));
    }

    private void AddScriptCalls()
    {
        foreach (var (call, argument) in EntryFinder.ScriptCalls(model))
        {
            var symbol = model.Names.Resolve(argument);
            var reason = new ScriptCall(model.File.Text[argument.Span], model.LineOf(call));
            if (symbol?.Function is { } function && ReferenceEquals(symbol.Owner, model))
            {
                var parent = function.Parent as ClassDef;
                if (!JitDecorators.IsIgnoredOrUnused(model, function))
                    Enter(function, parent is null ? null : model.ClassOf(parent), reason);
            }
            else if (symbol?.Class is { } type && ReferenceEquals(symbol.Owner, model) && !model.ClassOf(type).IsModule)
                EnterScriptClass(model.ClassOf(type));
        }
    }

    private void Enter(
        FunctionDef function,
        ClassModel? self,
        CompiledReason why,
        SemanticModel? owner = null,
        bool isModuleForward = false
    ) => entries.Add(new CompiledEntry(new CompiledUnit(function, self, owner ?? model), why, isModuleForward));
}

/// <summary>torch.jit's decorators on a function.</summary>
internal static class JitDecorators
{
    public static bool Has(SemanticModel owner, FunctionDef function, params ReadOnlySpan<string> names)
    {
        foreach (var decorator in function.Decorators)
        {
            string? dotted = owner.ResolveName(decorator is Call call ? call.Func : decorator);
            if (dotted is null)
                continue;
            foreach (string name in names)
                if (
                    dotted.Length == name.Length + 10
                        && dotted.StartsWith("torch.jit.", StringComparison.Ordinal)
                        && dotted.EndsWith(name, StringComparison.Ordinal)
                    || (
                        dotted.StartsWith("torch._jit_internal.", StringComparison.Ordinal)
                        && dotted.Length == name.Length + 20
                        && dotted.EndsWith(name, StringComparison.Ordinal)
                    )
                )
                    return true;
        }
        return false;
    }

    public static bool HasIgnore(SemanticModel owner, ClassDef type) =>
        type.Decorators.Any(d => owner.ResolveName(d) == "torch.jit.ignore");

    /// <summary>True where the compiler does not look into the function.</summary>
    public static bool IsIgnoredOrUnused(SemanticModel owner, FunctionDef function) =>
        Has(owner, function, "ignore", "unused");
}

/// <summary>Which definitions are handed to the compiler: by decorator, by a call, or by the options.</summary>
internal static class EntryFinder
{
    public static IReadOnlyList<(Call Call, Expr Argument)> ScriptCalls(SemanticModel model)
    {
        if (
            !model.File.Text.Text.Contains("script(", StringComparison.Ordinal)
            && !model.File.Text.Text.Contains("script_if_tracing(", StringComparison.Ordinal)
        )
            return [];
        var found = new List<(Call, Expr)>();
        var collector = new CallCollector(call =>
        {
            if (
                call.Args.Count > 0
                && call.Func is Name or Syntax.Attribute
                && model.ResolveName(call.Func) is "torch.jit.script" or "torch.jit.script_if_tracing"
            )
                found.Add((call, call.Args[0]));
        });
        collector.Visit(model.File.Tree.Root);
        return found;
    }

    public static bool IsNamed(SemanticModel model, Node definition)
    {
        foreach (var entry in model.File.Options.Entries)
        {
            if (entry.All)
            {
                if (definition is ClassDef || definition.Parent is not ClassDef)
                    return true;
                continue;
            }
            if (entry.Name is { } name && model.QualifiedNameOf(definition) == name)
                return true;
            if (entry.Line is { } line && IsOnLine(model, definition, line))
                return true;
        }
        return false;
    }

    /// <summary>Named for itself, and not with everything else of the file.</summary>
    public static bool IsNamedAlone(SemanticModel model, ClassDef definition) =>
        !model.File.Options.Entries.Any(e => e.All) && IsNamed(model, definition);

    private static bool IsOnLine(SemanticModel model, Node definition, int line)
    {
        if (model.LineOf(definition) == line)
            return true;
        var decorators = definition switch
        {
            FunctionDef f => f.Decorators,
            ClassDef c => c.Decorators,
            _ => [],
        };
        return decorators.Count > 0 && model.LineOf(decorators[0]) == line;
    }

    private sealed class CallCollector(Action<Call> found) : SyntaxWalker
    {
        public override void Visit(Node node)
        {
            if (node is Call call)
                found(call);
            base.Visit(node);
        }
    }
}
