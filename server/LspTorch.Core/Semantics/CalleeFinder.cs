using LspTorch.Core.Syntax;
using LspTorch.Core.TorchScript;

namespace LspTorch.Core.Semantics;

/// <summary>The functions that a compiled function calls, as far as their definitions are at hand.</summary>
internal static class CalleeFinder
{
    public static IReadOnlyList<CallEdge> Find(CompiledUnit unit)
    {
        var walker = new Walker(unit);
        walker.Visit(unit.Function.Body);
        return walker.Edges;
    }

    private sealed class Walker(CompiledUnit unit) : SyntaxWalker
    {
        private readonly string? selfName = unit.Self is null ? null
            : unit.Function.Args.PosOnly.Concat(unit.Function.Args.Args).FirstOrDefault()?.Name;

        /// <summary>Loop variables that hold the modules of a container, one after the other.</summary>
        private readonly Dictionary<string, ModuleContainerType> loopModules = [];

        public List<CallEdge> Edges { get; } = [];

        public override void Visit(Node node)
        {
            switch (node)
            {
                case FunctionDef or ClassDef or Lambda: return;
                case If branch when StaticConditions.Evaluate(unit.Owner, branch.Test) is { } value:
                    Visit(value ? branch.Body : branch.OrElse);
                    return;
                case IfExp choice when StaticConditions.Evaluate(unit.Owner, choice.Test) is { } value:
                    Visit(value ? choice.Body : choice.OrElse);
                    return;
                case For loop: BindLoop(loop.Target, loop.Iter); break;
                case Call call: AddCall(call); break;
                case Syntax.Attribute { Value: Name { Id: var owner } } attribute when owner == selfName: AddContainer(attribute); break;
            }
            base.Visit(node);
        }

        private void AddCall(Call call)
        {
            if (unit.Owner.Names.Resolve(call.Func) is { Definition: not null, Owner: not null } symbol)
            {
                if (symbol.Function is { } function)
                {
                    var type = function.Parent as ClassDef;
                    Add(new CompiledUnit(function, type is null ? null : symbol.Owner.ClassOf(type), symbol.Owner), call);
                }
                else if (symbol.Class is { } type && symbol.Owner.ClassOf(type) is { Kind: ClassKind.Plain } script)
                    foreach (var method in script.Methods.Values)
                        Add(new CompiledUnit(method, script, symbol.Owner), call);
                return;
            }
            switch (call.Func)
            {
                case Syntax.Attribute { Value: Name { Id: var owner } } method when owner == selfName && unit.Self is { } self:
                    if (self.FindAttribute(method.Name) is { } attribute) AddModule(attribute.Type, "forward", call);
                    else if (self.FindMethod(method.Name) is { } found) Add(new CompiledUnit(found.Function, self, found.Class.Owner), call);
                    break;
                case Syntax.Attribute { Value: Syntax.Attribute { Value: Name { Id: var owner } } field } method when owner == selfName:
                    if (unit.Self?.FindAttribute(field.Name) is { } receiver) AddModule(receiver.Type, method.Name, call);
                    break;
                case Syntax.Attribute { Value: Name { Id: var local } } method when loopModules.TryGetValue(local, out var container):
                    foreach (var element in container.Elements) AddModule(element, method.Name, call);
                    break;
            }
        }

        /// <summary>
        /// Also through reversed(), which does not compile: what it reaches is compiled once that is mended, and is no less wrong before.
        /// </summary>
        private void BindLoop(Expr target, Expr iterated)
        {
            switch (iterated)
            {
                case Call { Func: Name { Id: "enumerate" }, Args: [var inner, ..] } when target is TupleExpr { Elements: [_, var element] }:
                    BindLoop(element, inner);
                    break;
                case Call { Func: Name { Id: "zip" } } zip when target is TupleExpr { Elements: var elements } && elements.Count == zip.Args.Count:
                    for (int index = 0; index < elements.Count; index++) BindLoop(elements[index], zip.Args[index]);
                    break;
                case Call { Func: Name { Id: "reversed" }, Args: [var inner] }:
                    BindLoop(target, inner);
                    break;
                case Syntax.Attribute { Value: Name { Id: var owner } } field when owner == selfName && target is Name name
                    && unit.Self?.FindAttribute(field.Name)?.Type is ModuleContainerType container:
                    loopModules[name.Id] = container;
                    break;
            }
        }

        private void AddContainer(Syntax.Attribute attribute)
        {
            if (unit.Self?.FindAttribute(attribute.Name)?.Type is ModuleContainerType container)
                foreach (var element in container.Elements) AddModule(element, "forward", attribute);
        }

        private void AddModule(TorchType type, string method, Node at)
        {
            if (type is ModuleType { Definition: { } definition } && definition.FindMethod(method) is { } found)
                Add(new CompiledUnit(found.Function, definition, found.Class.Owner), at);
            else if (type is ModuleContainerType container && method == "forward")
                foreach (var element in container.Elements) AddModule(element, method, at);
        }

        private void Add(CompiledUnit callee, Node at)
        {
            if (!JitDecorators.IsStopped(callee.Owner, callee.Function)) Edges.Add(new CallEdge(callee, at));
        }
    }
}

/// <summary>Conditions that the compiler decides without types.</summary>
internal static class StaticConditions
{
    private static readonly TorchVersion scriptingIsStatic = new(1, 5);

    /// <summary>True or false where the compiler takes only that branch; null where it is not decided by the text alone.</summary>
    public static bool? Evaluate(SemanticModel model, Expr test, int depth = 0)
    {
        if (depth > 30) return null;
        switch (test)
        {
            case UnaryOp { Op: UnaryOperator.Not } negation: return !Evaluate(model, negation.Operand, depth + 1);
            case Call call when model.File.Options.Torch >= scriptingIsStatic
                && model.ResolveName(call.Func) is "torch.jit.is_scripting" or "torch._jit_internal.is_scripting": return true;
            case BoolOp { Op: BoolOperator.And } all:
                var parts = all.Values.Select(v => Evaluate(model, v, depth + 1)).ToArray();
                return parts.Contains(false) ? false : parts.All(p => p == true) ? true : null;
            case BoolOp any:
                var alternatives = any.Values.Select(v => Evaluate(model, v, depth + 1)).ToArray();
                return alternatives.Contains(true) ? true : alternatives.All(p => p == false) ? false : null;
            default: return null;
        }
    }
}
