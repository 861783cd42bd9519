using LspTorch.Semantics;
using LspTorch.Syntax;

namespace LspTorch.Divergence;

/// <summary>Calls that surely change something that lives on.</summary>
internal static class SideEffects
{
    private const int MaxDepth = 4;

    public static bool Has(SemanticModel model, Call call, int depth = 0)
    {
        if (call.Func is Syntax.Attribute method && model.ResolveName(method) is null)
        {
            if (IsChange(method.Name))
                return true;
            if (method.Value is Name { Id: "self" } && model.EnclosingClass(call)?.FindMethod(method.Name) is { } own)
                return HasIn(own.Class.Owner, own.Function, depth);
            return false;
        }
        return model.ResolveSymbol(call.Func) is { Function: { } function, Owner: { } owner }
            && HasIn(owner, function, depth);
    }

    /// <summary>A method of a container that changes it, or a tensor's method that works in place.</summary>
    public static bool IsChange(string method) =>
        method
            is "append"
                or "extend"
                or "insert"
                or "pop"
                or "remove"
                or "clear"
                or "sort"
                or "reverse"
                or "popitem"
                or "update"
                or "setdefault"
        || method.Length > 1 && method[^1] == '_' && !method.StartsWith('_');

    private static bool HasIn(SemanticModel model, FunctionDef function, int depth)
    {
        if (depth >= MaxDepth)
            return false;
        var finder = new Finder(model, function, depth + 1);
        finder.Visit(function.Body);
        return finder.Found;
    }

    /// <summary>Changes of a parameter or of self, and prints.</summary>
    private sealed class Finder(SemanticModel model, FunctionDef function, int depth) : SyntaxWalker
    {
        public bool Found { get; private set; }

        public override void Visit(Node node)
        {
            if (Found)
                return;
            Found = node switch
            {
                Syntax.Attribute { Context: ExprContext.Store, Value: var owner } => IsOfCaller(owner),
                Subscript { Context: ExprContext.Store, Value: var owner } => IsOfCaller(owner),
                Call { Func: Syntax.Attribute method } when IsChange(method.Name) => IsOfCaller(method.Value),
                Call call => model.ResolveName(call.Func) == "builtins.print" || Has(model, call, depth),
                _ => false,
            };
            if (node is not (FunctionDef or Lambda))
                base.Visit(node);
        }

        private bool IsOfCaller(Expr owner)
        {
            while (owner is Syntax.Attribute or Subscript)
                owner = owner is Syntax.Attribute attribute ? attribute.Value : ((Subscript)owner).Value;
            return owner is Name name
                && function.Args.All().Any(p => p.Name == name.Id)
                && ReachingDefinitions.Of(function).DefinitionsOf(name) is var definitions
                && (definitions.IsEmpty || definitions.Any(d => d is Arg));
        }
    }
}
