using LspTorch.Semantics;
using LspTorch.Syntax;

namespace LspTorch.Tracing;

/// <summary>
/// The nodes of a function that a trace runs and whose values reach what it records: without nested scopes, without
/// what torch.jit.is_scripting() or
/// is_tracing() keeps away, and without what is only printed, logged, asserted or raised.
/// </summary>
internal sealed class TracedCode : SyntaxWalker
{
    private readonly SemanticModel model;
    private readonly List<Node> nodes = [];

    private TracedCode(SemanticModel model) => this.model = model;

    public static IReadOnlyList<Node> Of(SemanticModel model, FunctionDef function)
    {
        var code = new TracedCode(model);
        code.Visit(function.Body);
        return code.nodes;
    }

    public override void Visit(Node node)
    {
        switch (node)
        {
            case FunctionDef or ClassDef or Lambda or Assert or Raise:
                return;
            case ExprStmt { Value: Call { Func: var called } } when OnlyPrints(called):
                return;
            case If branch when GuardOf(branch.Test) is { } runs:
                Visit(runs ? branch.Body : branch.OrElse);
                return;
        }
        nodes.Add(node);
        base.Visit(node);
    }

    private bool OnlyPrints(Expr called) =>
        model.ResolveName(called) is { } name
            && (
                name is "builtins.print"
                || name.StartsWith("warnings.", StringComparison.Ordinal)
                || name.StartsWith("logging.", StringComparison.Ordinal)
            )
        || called is Syntax.Attribute { Value: Name { Id: "logger" or "log" or "logging" } };

    /// <summary>Which branch of a test of the compiler's state a trace runs; null for any other test.</summary>
    private bool? GuardOf(Expr test) =>
        test switch
        {
            UnaryOp { Op: UnaryOperator.Not } not => !GuardOf(not.Operand),
            Call call => model.ResolveName(call.Func) switch
            {
                "torch.jit.is_scripting" => false,
                "torch.jit.is_tracing" or "torch._C._get_tracing_state" => true,
                _ => null,
            },
            _ => null,
        };
}
