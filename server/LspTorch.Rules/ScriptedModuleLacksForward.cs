using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// <c>torch.jit.script(nn.LSTM(...))</c>: of a recurrent module by itself the compiler makes a module without forward.
/// </summary>
public sealed class ScriptedModuleLacksForward : Rule
{
    public override string Id => "scripted-module-lacks-forward";
    public override Severity DefaultSeverity => Severity.Warning;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        foreach (var (call, _) in CallsOfTorch.In(file, "torch.jit.script"))
        {
            if (call.Args is not [var argument] || MadeBy(file, argument) is not { } made)
                continue;
            context.Report(
                new Finding(
                    Id,
                    DefaultSeverity,
                    call.Span,
                    $"A scripted '{made}' has no 'forward' of its own, and raises when it is called: "
                        + "script a module that holds it and calls it in its own 'forward'.",
                    file.Model.QualifiedNameAt(call)
                )
            );
        }
    }

    /// <summary>The recurrent module that an expression, or the only assignment to a name, makes.</summary>
    private static string? MadeBy(FileSnapshot file, Expr expression)
    {
        if (expression is Name name)
        {
            var stores = new Stores(name.Id);
            stores.Visit(file.Tree.Root);
            if (stores.Found is not [{ Parent: Assign { Value: var value } assign }])
                return null;
            if (!ReferenceEquals(assign.FirstAncestor<FunctionDef>(), name.FirstAncestor<FunctionDef>()))
                return null;
            expression = value;
        }
        while (expression is Call { Func: Attribute { Name: "eval" or "to" or "cpu", Value: var inner } })
            expression = inner;
        return
            expression is Call { Func: Name or Attribute } call
            && file.Model.ResolveName(call.Func)
                is { } made
                    and (
                        "torch.nn.LSTM"
                        or "torch.nn.GRU"
                        or "torch.nn.RNN"
                        or "torch.nn.modules.rnn.LSTM"
                        or "torch.nn.modules.rnn.GRU"
                        or "torch.nn.modules.rnn.RNN"
                    )
            ? made
            : null;
    }

    /// <summary>Whatever binds a name, anywhere in the file.</summary>
    private sealed class Stores(string id) : SyntaxWalker
    {
        public List<Node> Found { get; } = [];

        public override void Visit(Node node)
        {
            if (
                node is Name { Context: not ExprContext.Load } stored && stored.Id == id
                || node is Arg parameter && parameter.Name == id
                || node is FunctionDef function && function.Name == id
                || node is ClassDef type && type.Name == id
                || node is Alias alias && (alias.AsName ?? alias.Name) == id
            )
                Found.Add(node);
            base.Visit(node);
        }
    }
}
