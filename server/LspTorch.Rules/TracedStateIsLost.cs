using LspTorch.Findings;
using LspTorch.Syntax;
using LspTorch.TorchScript;
using LspTorch.Tracing;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>A traced module stores nothing in Python's attributes.</summary>
public sealed class TracedStateIsLost : TraceRule
{
    private static readonly HashSet<string> changing = new(StringComparer.Ordinal)
    {
        "append",
        "extend",
        "insert",
        "update",
        "setdefault",
        "add",
        "pop",
        "clear",
        "appendleft",
        "popleft",
    };

    public override string Id => "traced-state-is-lost";

    private protected override void Check(RuleContext context, TracedFunction function)
    {
        if (function.Self is null || function.Def.Args.All().FirstOrDefault() is not { } self)
            return;
        foreach (var statement in function.All<Stmt>())
        foreach (var attribute in StoresOf(function, statement, self.Name))
        {
            bool isRead = IsReadAgain(context, function, attribute, statement);
            string then = isRead
                ? "a later call reads what the recorded run left there"
                : "it keeps what the recorded run left there";
            Report(
                context,
                function,
                isRead ? Severity.Warning : Severity.Information,
                attribute.Span,
                $"'{self.Name}.{attribute.Name}' is written by Python, which does not run in a trace: {then}. "
                    + "Return the new value and pass it in again, or change a buffer in place ('copy_')."
            );
        }
    }

    /// <summary>The attributes of self that a statement stores to, or whose list, dict or set it changes.</summary>
    private static IEnumerable<Attribute> StoresOf(TracedFunction function, Stmt statement, string self)
    {
        IEnumerable<Expr> targets = statement switch
        {
            Assign assign => assign.Targets.SelectMany(Leaves),
            AnnAssign { Value: not null } annotated => Leaves(annotated.Target),
            AugAssign changed => [changed.Target],
            _ => [],
        };
        foreach (var target in targets)
        {
            if (target is Attribute { Value: Name owner } attribute && owner.Id == self)
            {
                // 'self.steps += 1' of a Tensor changes it in place, which is recorded.
                if (statement is not AugAssign || !IsTensor(function, attribute))
                    yield return attribute;
            }
            else if (
                target is Subscript { Value: Attribute { Value: Name holder } container }
                && holder.Id == self
                && !IsTensor(function, container)
            )
                yield return container;
        }
        if (
            statement
                is ExprStmt { Value: Call { Func: Attribute { Value: Attribute { Value: Name root } list } method } }
            && root.Id == self
            && changing.Contains(method.Name)
            && !IsTensor(function, list)
            && !IsModule(function, list)
        )
            yield return list;
    }

    private static IEnumerable<Expr> Leaves(Expr target) =>
        target switch
        {
            TupleExpr tuple => tuple.Elements.SelectMany(Leaves),
            ListExpr list => list.Elements.SelectMany(Leaves),
            Starred starred => Leaves(starred.Value),
            _ => [target],
        };

    private static bool IsTensor(TracedFunction function, Attribute attribute) =>
        function.Self?.FindAttribute(attribute.Name) is { Type: var type } && type == TorchType.Tensor;

    private static bool IsModule(TracedFunction function, Attribute attribute) =>
        function.Self?.FindAttribute(attribute.Name) is { Type: ModuleType or ModuleContainerType };

    /// <summary>
    /// Whether a function under the trace reads the attribute, other than behind a store of the same call.
    /// </summary>
    private static bool IsReadAgain(RuleContext context, TracedFunction function, Attribute stored, Stmt statement)
    {
        if (statement is AugAssign)
            return true;
        foreach (var other in TracedFunctions.Of(context.File, context.Compiled))
        {
            if (other.Self is null || function.Self is null || !ReferenceEquals(other.Self, function.Self))
                continue;
            foreach (var read in other.All<Attribute>())
                if (
                    read.Name == stored.Name
                    && read.Context == ExprContext.Load
                    && !ReferenceEquals(read, stored)
                    && (read.Start < stored.Start || !ReferenceEquals(other.Def, function.Def))
                )
                    return true;
        }
        return false;
    }
}
