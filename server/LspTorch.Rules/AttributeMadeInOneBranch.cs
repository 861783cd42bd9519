using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Problems;
using LspTorch.Semantics;
using LspTorch.Syntax;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// An attribute that only some instances have, or that is None in some, is read behind a condition that the compiler does not decide: it compiles
/// the line for the instances without the attribute too. What live instances hold is
/// <see cref="AttributeMissingOnInstance"/>'s matter.
/// </summary>
public sealed class AttributeMadeInOneBranch : Rule
{
    public override string Id => "attribute-made-in-one-branch";
    public override Severity DefaultSeverity => Severity.Hint;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        var compiled = context.Compiled.Bodies.Select(b => b.Def).ToHashSet();
        var live = LiveInstances.Of(file).Classes.Select(c => c.Model.Node).ToHashSet();
        var reported = new HashSet<(Expr, string)>();
        var refused = context.Compiled.ProblemsOf<ConditionProblem>().Select(p => p.Problem.At).ToHashSet();
        foreach (var node in context.Compiled.Live<Attribute>())
        {
            var read = node.Node;
            if (
                node.Body.Class is not { } owner
                || live.Contains(owner)
                || read is not { Context: ExprContext.Load, Value: Name { Id: var self } }
                || node.Body.Def.Args.All().FirstOrDefault()?.Name != self
            )
                continue;
            var type = file.Model.ClassOf(owner);
            if (!type.IsModule)
                continue;
            bool isNone = NoneInSome.Constructs(file, type, read.Name, compiled);
            if (isNone && NoneInSome.IsCondition(read))
            {
                if (refused.Contains(read) || IsAsked(type, read, self))
                    continue;
                Report(
                    context,
                    node,
                    $"'{read.Name}' is None in some instances of '{type.Name}', and torch.jit.script cannot take None "
                        + "for a condition: it removes a branch only where the condition tests "
                        + $"'{self}.{read.Name} is not None'.",
                    NoneInSome.Asked(file, type, read)
                );
            }
            else if (
                (isNone ? NoneInSome.IsRefused(read) : MayBeMissing(file, type, read.Name, compiled))
                && CompilerCondition.Around(read, self) is var (test, positive)
                && !IsDecided(file, type, test)
                && !IsAsked(type, read, self)
                && !(isNone && test.Find<Attribute>().Prepend(test as Attribute).Any(a => a?.Name == read.Name))
                && reported.Add((test, read.Name))
            )
                Report(
                    context,
                    node,
                    Message(type, read, self, isNone),
                    IsSetBefore(type, test, self, read.Name) ? Asking(file, test, positive, read, self, isNone) : null
                );
        }
    }

    private static string Message(ClassModel type, Attribute read, string self, bool isNone) =>
        isNone
            ? $"'{read.Name}' is None in some instances of '{type.Name}', and torch.jit.script compiles this line for "
                + "them too: it removes a branch only where the condition tests "
                + $"'{self}.{read.Name} is not None'."
            : $"'{read.Name}' is not made by every '__init__' of '{type.Name}', and torch.jit.script "
                + "compiles this line for instances without it too: it removes a branch only where the "
                + $"condition tests 'hasattr({self}, \"{read.Name}\")'.";

    private static Fix? Asking(FileSnapshot file, Expr test, bool positive, Attribute read, string self, bool isNone)
    {
        string asked = isNone ? $"{self}.{read.Name} is " : $"hasattr({self}, \"{read.Name}\")";
        return isNone
            ? CompilerCondition.Asking(file, test, positive, asked + "not None", asked + "None")
            : CompilerCondition.Asking(file, test, positive, asked, "not " + asked);
    }

    private void Report(RuleContext context, CompiledNode<Attribute> read, string message, Fix? fix) =>
        context.Report(this, DefaultSeverity, read.Node.Span, message, read.Body, fix is null ? [] : [fix]);

    /// <summary>Set in no compiled code, and by the constructor in some branch only, or later.</summary>
    private static bool MayBeMissing(FileSnapshot file, ClassModel type, string name, HashSet<FunctionDef> compiled) =>
        type.FindAttribute(name)
            is { IsDeclared: false, Always: false, Assignments: { IsDefaultOrEmpty: false } stores }
        && type.HasAllBases
        && stores.All(s => s.FirstAncestor<FunctionDef>() is { } function && !compiled.Contains(function))
        && !file.Model.Tables.IsModuleMember(name)
        && type.FindMethod(name) is null
        && !name.StartsWith("__", StringComparison.Ordinal)
        && type.Lineage()
            .All(c =>
                !c.Methods.ContainsKey("__getattr__")
                && !c.Constants.Contains(name)
                && c.Owner.Names.ScopeOf(c.Node).Find(name).Count == 0
            );

    private static bool IsDecided(FileSnapshot file, ClassModel type, Expr test) =>
        StaticConditions.Evaluate(file.Model, test) is not null
        || test.Find<Attribute>()
            .Prepend(test as Attribute)
            .Any(a => a is not null && type.Lineage().Any(c => c.Constants.Contains(a.Name)));

    /// <summary>
    /// A condition around the read, or before it, asks for the attribute itself, or for one that is made beside it.
    /// </summary>
    private static bool IsAsked(ClassModel type, Attribute read, string self)
    {
        var beside = Beside(type, read.Name);
        for (Node? at = read.Parent; at is not (null or FunctionDef); at = at.Parent)
        {
            var test = (at as If)?.Test ?? (at as IfExp)?.Test;
            if (test is not null && Asks(test))
                return true;
            if (
                at is Stmt statement
                && Blocks.Containing(statement) is { } block
                && block.TakeWhile(s => !ReferenceEquals(s, statement)).OfType<If>().Any(i => Asks(i.Test))
            )
                return true;
        }
        return false;

        bool Asks(Expr test) =>
            test.Find<Call>()
                .Prepend(test as Call)
                .Any(c =>
                    c is { Func: Name { Id: "hasattr" }, Args: [Name { Id: var of }, Constant { Value: string name }] }
                    && of == self
                    && beside.Contains(name)
                )
            || test.Find<Compare>()
                .Prepend(test as Compare)
                .Any(c =>
                    c
                        is {
                            Left: Attribute { Name: var name },
                            Ops: [CompareOperator.Is or CompareOperator.IsNot],
                            Comparators: [Constant { Kind: ConstantKind.None }]
                        }
                    && beside.Contains(name)
                );
    }

    /// <summary>The attributes that are made in the same blocks as this one, itself among them.</summary>
    private static HashSet<string> Beside(ClassModel type, string name)
    {
        var beside = new HashSet<string> { name };
        if (type.FindAttribute(name) is not { Assignments: [Stmt only] } || Blocks.Containing(only) is not { } block)
            return beside;
        foreach (var statement in block.OfType<Assign>())
        foreach (var target in statement.Targets.OfType<Attribute>())
            if (type.FindAttribute(target.Name) is { Assignments.Length: 1 })
                beside.Add(target.Name);
        return beside;
    }

    /// <summary>
    /// No attribute in the condition gets another value once this one was or was not made: else Python may reach the
    /// read, and raise, where the compiled code would go past it.
    /// </summary>
    private static bool IsSetBefore(ClassModel type, Expr test, string self, string name)
    {
        var beside = Beside(type, name);
        int made = type.FindAttribute(name) is { Assignments: { IsDefaultOrEmpty: false } stores }
            ? stores.Max(s => s.End)
            : 0;
        return test.Find<Attribute>()
            .Prepend(test as Attribute)
            .OfType<Attribute>()
            .Where(a => a.Value is Name { Id: var of } && of == self && !beside.Contains(a.Name))
            .All(a =>
                type.FindAttribute(a.Name) is not { Assignments: { IsDefaultOrEmpty: false } others }
                || others.All(s => s.End < made && s.FirstAncestor<FunctionDef>()?.Name == "__init__")
            );
    }
}
