using LspTorch.Core.Semantics;
using LspTorch.Core.Syntax;
using LspTorch.Core.TorchScript;
using Attribute = LspTorch.Core.Syntax.Attribute;

namespace LspTorch.Core.Rules;

/// <summary>What @torch.jit.ignore leaves to Python runs while Python is there: a module that calls it compiles, and cannot be saved for C++.</summary>
public sealed class IgnoredCallNotSaved : Rule
{
    public override string Id => "ignored-call-not-saved";
    public override Severity DefaultSeverity => Severity.Information;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        foreach (var node in context.Compiled.Live<Call>())
        {
            if (!node.Certain || Callee(file.Model, node.Node) is not var (owner, function) || !IsIgnored(owner, function)) continue;
            context.Report(this, Severity.Information, node.Node.Func.Span,
                $"'{function.Name}' is left to Python by @torch.jit.ignore: this compiles, but torch.jit.save refuses what calls it, and C++ cannot run it.",
                node.Body, OnlyTells(owner, function.Body) && ScriptingGuard.Around(file, node.Node, FixSafety.Suggested) is { } guard ? [guard] : []);
        }
    }

    private static (SemanticModel Owner, FunctionDef Function)? Callee(SemanticModel model, Call call)
    {
        if (call.Func is Attribute method && model.TypeOf(method.Value) is ModuleType { Definition: { } type })
            return type.FindMethod(method.Name) is var (definer, found) ? (definer.Owner, found) : null;
        return call.Func is Name or Attribute && model.Names.Resolve(call.Func) is { Function: { } function, Owner: { } owner } ? (owner, function) : null;
    }

    /// <summary>Not with drop=True, which leaves an exception in its place: that can be saved.</summary>
    private static bool IsIgnored(SemanticModel owner, FunctionDef function) => JitDecorators.Has(owner, function, "ignore")
        && !function.Decorators.Any(d => d is Call { Keywords.Count: > 0 } or Call { Args.Count: > 0 });

    /// <summary>True where the statements print or warn, and do nothing else: no value hangs on them.</summary>
    private static bool OnlyTells(SemanticModel model, NodeList<Stmt> body)
    {
        foreach (var statement in body)
        {
            bool tells = statement switch
            {
                Pass or ExprStmt { Value: Constant } => true,
                ExprStmt { Value: Call call } => model.ResolveName(call.Func) is "builtins.print" or "warnings.warn",
                If branch => OnlyTells(model, branch.Body) && OnlyTells(model, branch.OrElse),
                For loop => OnlyTells(model, loop.Body) && OnlyTells(model, loop.OrElse),
                _ => false,
            };
            if (!tells) return false;
        }
        return true;
    }
}
