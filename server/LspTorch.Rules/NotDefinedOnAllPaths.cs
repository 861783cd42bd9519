using System.Collections.Immutable;
using System.Diagnostics;
using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Problems;
using LspTorch.Refactorings;
using LspTorch.Syntax;

namespace LspTorch.Rules;

/// <summary>A variable is read where it has no value on some path.</summary>
public sealed class NotDefinedOnAllPaths : RefusalRule<UndefinedProblem>
{
    public override string Id => "not-defined-on-all-paths";

    protected override string MessageOf(UndefinedProblem problem) =>
        problem switch
        {
            UndefinedInBranch(_, var name, var missing) =>
                $"'{name}' is not defined where this condition is {(missing ? "true" : "false")}: give it "
                    + "a value in both branches, or before.",
            FunctionOfBranch(_, var name) =>
                $"'{name}' is a function or module that was given its name in a branch, and TorchScript "
                    + "does not keep it after the branch: call it inside.",
            UndefinedAfterLoop(_, var name) =>
                $"'{name}' is only defined inside the loop, and gone after it: give it a value before.",
            DeletedVariable(_, var name) => $"'{name}' was deleted.",
            UndefinedName(_, var name) => $"'{name}' is not defined.",
            ReadBeforeStore(_, var name) => $"'{name}' has no value yet here.",
            DeletedInBlock(_, var name) =>
                $"'{name}' exists only in this branch or loop, and TorchScript deletes only variables of "
                    + "the whole function: remove the 'del'.",
            _ => throw new UnreachableException(),
        };

    protected override string RelatedMessageOf(UndefinedProblem problem) =>
        problem is UndefinedInBranch { Name: var name } ? $"'{name}' is used here" : "";

    protected override ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, UndefinedProblem problem) =>
        problem is UndefinedName { At: var at, Name: var name }
            ? RaisedUndefined.Of(context.File, at, name) is { } raising
                ? [raising]
                : []
            : Places(problem) is var (branch, read) && EarlyValue.Of(context.File, body.Def, branch, read) is { } fix
                ? [fix]
                : [];

    /// <summary>The branch or loop that leaves the variable without a value, and where it is read.</summary>
    private static (Node Branch, Name Read)? Places(UndefinedProblem problem)
    {
        if (problem is UndefinedInBranch { Related: Name name })
            return (problem.At, name);
        // Read in a loop of which an earlier turn gave it its value.
        if (problem is ReadBeforeStore { At: Name early })
            return
                early.Ancestors().TakeWhile(a => a is not FunctionDef).LastOrDefault(a => a is For or While)
                    is { } turns
                && turns.Find<Name>().Any(n => n.Id == early.Id && n.Context == ExprContext.Store)
                ? (turns, early)
                : null;
        if (problem is not UndefinedAfterLoop { At: Name read })
            return null;
        for (var at = Blocks.StatementOf(read); at is not null and not FunctionDef; at = at.Parent as Stmt)
            if (
                Blocks.Containing(at) is { } block
                && block
                    .TakeWhile(s => !ReferenceEquals(s, at))
                    .LastOrDefault(s =>
                        s is For or While && s.Find<Name>().Any(n => n.Id == read.Id && n.Context == ExprContext.Store)
                    )
                    is { } loop
            )
                return (loop, read);
        return null;
    }
}
