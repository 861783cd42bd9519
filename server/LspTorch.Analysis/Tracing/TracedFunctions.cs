using System.Runtime.CompilerServices;
using LspTorch.Compilation;
using LspTorch.Semantics;
using LspTorch.Syntax;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Tracing;

/// <summary>
/// A function that torch.jit.trace runs. IsRoot: nothing at hand calls it, so a trace may begin with it.
/// </summary>
internal sealed record TracedFunction(
    FunctionDef Def,
    CompiledFunction? Compiled,
    ClassModel? Self,
    bool IsRoot,
    TracedValues Values,
    IReadOnlyList<Node> Nodes
)
{
    /// <summary>The nodes of exactly this class that a trace runs.</summary>
    public IEnumerable<T> All<T>()
        where T : Node => Nodes.OfType<T>();
}

/// <summary>
/// The functions of a file that run while a module or function is traced: what torch.jit.script would compile, what it
/// leaves to Python
/// (@torch.jit.ignore), and the functions handed to torch.jit.trace; not those that stay scripted inside a trace.
/// </summary>
internal sealed class TracedFunctions
{
    private readonly FileSnapshot file;
    private readonly Dictionary<FunctionDef, TracedFunction> found = [];

    private TracedFunctions(FileSnapshot file, CompiledCode compiled)
    {
        this.file = file;
        foreach (var body in compiled.Bodies)
            if (!StaysScripted(body.Function))
                Add(body.Def, body.Function, isRoot: body.Function.Reason.Caller is null);
        foreach (var (function, isRoot) in HandedToTrace())
            Add(function, null, isRoot);
    }

    /// <summary>Worked out when the first rule asks.</summary>
    private static readonly ConditionalWeakTable<FileSnapshot, IReadOnlyList<TracedFunction>> known = [];

    public static IReadOnlyList<TracedFunction> Of(FileSnapshot file, CompiledCode compiled) =>
        known.GetValue(file, of => [.. new TracedFunctions(of, compiled).found.Values.OrderBy(f => f.Def.Start)]);

    private void Add(FunctionDef function, CompiledFunction? compiled, bool isRoot)
    {
        if (found.ContainsKey(function))
            return;
        var self = function.Parent is ClassDef type ? file.Model.ClassOf(type) : null;
        var values = new TracedValues(file, function, parametersAreTensors: compiled is null && isRoot);
        found[function] = new TracedFunction(
            function,
            compiled,
            self,
            isRoot,
            values,
            TracedCode.Of(file.Model, function)
        );
        var calls = new CallsOfIgnored(file.Model, self);
        foreach (var statement in function.Body)
            calls.Visit(statement);
        foreach (var callee in calls.Found)
            Add(callee, null, isRoot: false);
    }

    /// <summary>A scripted function keeps its control flow inside a trace.</summary>
    private bool StaysScripted(CompiledFunction function)
    {
        for (var at = function; at is not null; at = at.Reason.Caller)
            if (JitDecorators.Has(file.Model, at.Function, "script", "script_if_tracing"))
                return true;
        return false;
    }

    private IEnumerable<(FunctionDef, bool)> HandedToTrace()
    {
        if (!file.Text.Text.Contains("trace(", StringComparison.Ordinal))
            yield break;
        var calls = new TraceCalls(file.Model);
        calls.Visit(file.Tree.Root);
        foreach (var function in calls.Found)
            yield return (function, true);
    }

    private sealed class TraceCalls(SemanticModel model) : SyntaxWalker
    {
        public List<FunctionDef> Found { get; } = [];

        public override void Visit(Node node)
        {
            if (
                node is Call { Args: [Name argument, ..] } call
                && model.ResolveName(call.Func) == "torch.jit.trace"
                && model.Names.Resolve(argument) is { Function: { } function, Owner: var owner }
                && ReferenceEquals(owner, model)
            )
                Found.Add(function);
            base.Visit(node);
        }
    }

    /// <summary>Calls of functions that torch.jit.script does not look into.</summary>
    private sealed class CallsOfIgnored(SemanticModel model, ClassModel? self) : SyntaxWalker
    {
        public List<FunctionDef> Found { get; } = [];

        public override void Visit(Node node)
        {
            if (
                node is Call { Func: Attribute { Value: Name { Id: "self" } } method }
                && self?.FindMethod(method.Name) is var (type, function)
                && ReferenceEquals(type.Owner, model)
                && JitDecorators.IsIgnoredOrUnused(model, function)
            )
                Found.Add(function);
            else if (
                node is Call { Func: Name name }
                && model.Names.Resolve(name) is { Function: { } called, Owner: var owner }
                && ReferenceEquals(owner, model)
                && JitDecorators.IsIgnoredOrUnused(model, called)
            )
                Found.Add(called);
            base.Visit(node);
        }
    }
}
