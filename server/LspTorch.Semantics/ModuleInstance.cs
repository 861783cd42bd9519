using LspTorch.Syntax;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Semantics;

/// <summary>
/// An instance of a module class of the workspace as code outside compiled functions handles it. IsEval: eval() was
/// surely called on it before the
/// place that asks. IsCompiled: it went through torch.jit.script or trace.
/// </summary>
internal sealed record ModuleInstance(ClassModel Class, bool IsEval, bool IsCompiled)
{
    private const int MaxSteps = 50;

    /// <summary>Methods that return the module itself.</summary>
    private static readonly HashSet<string> chained = new(StringComparer.Ordinal)
    {
        "to",
        "cpu",
        "cuda",
        "float",
        "double",
        "half",
        "bfloat16",
        "requires_grad_",
        "type",
    };

    /// <summary>
    /// What an expression holds at its place: followed through plain assignments of the same scope that stand before it
    /// and always run. Null where that
    /// is not certain.
    /// </summary>
    public static ModuleInstance? Of(SemanticModel model, Expr expression) => Of(model, expression, 0);

    private static ModuleInstance? Of(SemanticModel model, Expr expression, int steps)
    {
        if (steps >= MaxSteps)
            return null;
        switch (expression)
        {
            case Name name:
                return OfName(model, name, steps);
            case Call { Func: Attribute { Name: "eval", Value: var module }, Args.Count: 0 }:
                return Of(model, module, steps + 1) is { } evaluated ? evaluated with { IsEval = true } : null;
            case Call { Func: Attribute { Name: "train", Value: var module } } call:
                return Of(model, module, steps + 1) is { } trained
                    ? trained with
                    {
                        IsEval = call.Args is [Constant { Kind: ConstantKind.False }],
                    }
                    : null;
            case Call { Func: Name or Attribute } call when model.Names.Resolve(call.Func) is { } symbol:
                if (symbol is { Class: { } type, Owner: { } owner })
                    return owner.ClassOf(type) is { IsModule: true } made
                        ? new ModuleInstance(made, IsEval: false, IsCompiled: false)
                        : null;
                if (symbol.DottedName is "torch.jit.script" or "torch.jit.trace" && call.Args is [var compiled, ..])
                    return Of(model, compiled, steps + 1) is { } before ? before with { IsCompiled = true } : null;
                return null;
            case Call { Func: Attribute { Value: var module } method } when chained.Contains(method.Name):
                return Of(model, module, steps + 1);
            default:
                return null;
        }
    }

    private static ModuleInstance? OfName(SemanticModel model, Name name, int steps)
    {
        if (model.Names.Lookup(name.Id, name) is not var (scope, bindings) || !IsOfSameScope(name, scope))
            return null;
        Stmt? last = null;
        Expr? value = null;
        foreach (var binding in bindings)
        {
            if (binding.Node is not Stmt statement || statement.Start >= name.Start)
                continue;
            if (!AlwaysRuns(statement, name))
                return null;
            if (last is null || statement.Start > last.Start)
                (last, value) = (statement, binding.Value);
        }
        if (last is null || value is null || Of(model, value, steps + 1) is not { } instance)
            return null;
        var calls = new ModeCalls(model, name, last.End);
        calls.Visit(scope.Node);
        return calls.IsEval is { } set ? instance with { IsEval = set }
            : calls.Escapes && !instance.IsEval ? null
            : instance;
    }

    private static bool IsOfSameScope(Name name, Scope scope) =>
        ReferenceEquals(
            name.Ancestors().FirstOrDefault(a => a is FunctionDef or Lambda or ClassDef or Module),
            scope.Node
        );

    /// <summary>Whether a statement stands in a block around the use: then it ran before it.</summary>
    private static bool AlwaysRuns(Stmt statement, Node use)
    {
        if (statement.Parent is not { } block)
            return false;
        if (block is not (Module or FunctionDef) && !use.Ancestors().Any(a => ReferenceEquals(a, block)))
            return false;
        return block is not (For or While or Try or ExceptHandler);
    }

    /// <summary>
    /// Calls of eval() and train() on the name between its assignment and its use, and uses that may hide one.
    /// </summary>
    private sealed class ModeCalls(SemanticModel model, Name use, int from) : SyntaxWalker
    {
        public bool? IsEval { get; private set; }
        public bool Escapes { get; private set; }

        public override void Visit(Node node)
        {
            if (node.End <= from || node.Start >= use.Start)
            {
                if (node is not (Module or FunctionDef))
                    return;
            }
            switch (node)
            {
                case Call { Func: Attribute { Value: Name owner, Name: "eval" or "train" } method } call
                    when owner.Id == use.Id:
                    IsEval = method.Name == "eval" || call.Args is [Constant { Kind: ConstantKind.False }];
                    break;
                case Call call
                    when call.Args.Any(a => a is Name argument && argument.Id == use.Id)
                        && model.ResolveName(call.Func)?.StartsWith("torch.", StringComparison.Ordinal) != true
                        && !ReferenceEquals(call, use.Parent):
                    Escapes = true;
                    break;
            }
            base.Visit(node);
        }
    }
}
