using System.Collections.Immutable;
using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Problems;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// What @torch.jit.ignore leaves to Python, and modules that stand in a variable of the file, run while Python is there:
/// what calls them compiles, and cannot be saved for C++.
/// </summary>
public sealed class IgnoredCallNotSaved : ProblemRule<IgnoredCall>
{
    public override string Id => "ignored-call-not-saved";
    public override Severity DefaultSeverity => Severity.Information;

    protected override string MessageOf(IgnoredCall problem) =>
        $"'{problem.Function}' is marked @torch.jit.ignore: this compiles, but torch.jit.save refuses "
        + "the module that calls it, and C++ cannot run it.";

    protected override ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, IgnoredCall problem) =>
        problem.At is Call call
        && Callee(context.File.Model, call) is var (owner, function)
        && OnlyPrints(owner, function.Body)
        && ScriptingGuard.Around(context.File, call, FixSafety.Suggested) is { } guard
            ? [guard]
            : [];

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        base.Check(context, cancellationToken);
        foreach (var (call, body, _, certain) in context.Compiled.Live<Call>())
            if (certain && body.Certain && call.Func is Name name && IsModuleOfFile(context.File.Model, name))
                context.Report(
                    this,
                    DefaultSeverity,
                    call.Span,
                    $"'{name.Id}' is a module in a variable of the file, and no part of what is compiled: TorchScript "
                        + "calls it in Python. This compiles, but torch.jit.save refuses what calls it, and C++ cannot "
                        + "run it: make it an attribute of the module that calls it.",
                    body
                );
    }

    private static bool IsModuleOfFile(SemanticModel model, Name name) =>
        model.Names.FindVariable(name)
            is { Owner: var owner, Bindings: [{ Value: Call { Parent: Assign or AnnAssign } made }] }
        && owner.Names.Resolve(made.Func) is { } symbol
        && (
            symbol is { Class: { } type, Owner: { } definer }
                ? definer.ClassOf(type).IsModule
                : symbol.DottedName is { } dotted && owner.Tables.Module(dotted) is not null
        );

    private static (SemanticModel Owner, FunctionDef Function)? Callee(SemanticModel model, Call call)
    {
        if (call.Func is Attribute method && model.TypeOf(method.Value) is ModuleType { Definition: ClassModel type })
            return type.FindMethod(method.Name) is var (definer, found) ? (definer.Owner, found) : null;
        return
            call.Func is Name or Attribute
            && model.Names.Resolve(call.Func) is { Function: { } function, Owner: { } owner }
            ? (owner, function)
            : null;
    }

    /// <summary>True where the statements print or warn, and do nothing else: no value hangs on them.</summary>
    private static bool OnlyPrints(SemanticModel model, NodeList<Stmt> body)
    {
        foreach (var statement in body)
        {
            bool prints = statement switch
            {
                Pass or ExprStmt { Value: Constant } => true,
                ExprStmt { Value: Call call } => model.ResolveName(call.Func) is "builtins.print" or "warnings.warn",
                If branch => OnlyPrints(model, branch.Body) && OnlyPrints(model, branch.OrElse),
                For loop => OnlyPrints(model, loop.Body) && OnlyPrints(model, loop.OrElse),
                _ => false,
            };
            if (!prints)
                return false;
        }
        return true;
    }
}
