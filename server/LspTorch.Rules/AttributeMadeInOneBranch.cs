using System.Collections.Immutable;
using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// An attribute that only some instances have is read behind a condition that the compiler does not decide: it compiles
/// the line for the instances without the attribute too. What live instances hold is
/// <see cref="AttributeMissingOnInstance"/>'s matter.
/// </summary>
public sealed class AttributeMadeInOneBranch : Rule
{
    private static readonly TorchVersion scriptingIsDecided = new(1, 5);

    public override string Id => "attribute-made-in-one-branch";
    public override Severity DefaultSeverity => Severity.Hint;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        var compiled = context.Compiled.Bodies.Select(b => b.Def).ToHashSet();
        var live = LiveInstances.Of(file).Classes.Select(c => c.Model.Node).ToHashSet();
        var reported = new HashSet<(Expr, string)>();
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
            if (
                !type.IsModule
                || !MayBeMissing(file, type, read.Name, compiled)
                || ConditionOf(read, self) is not var (test, positive)
                || IsDecided(file, type, test)
                || IsAsked(type, read, self)
                || !reported.Add((test, read.Name))
            )
                continue;
            string asked = $"hasattr({self}, \"{read.Name}\")";
            context.Report(
                this,
                DefaultSeverity,
                read.Span,
                $"'{read.Name}' is not made by every '__init__' of '{type.Name}', and torch.jit.script "
                    + "compiles this line for instances without it too: it removes a branch only where the "
                    + $"condition tests '{asked}'.",
                node.Body,
                IsSetBefore(type, test, self, read.Name) && Asking(file, test, positive, asked) is { } fix ? [fix] : []
            );
        }
    }

    /// <summary>Set in no compiled code, and by the constructor in some branch only, or later.</summary>
    private static bool MayBeMissing(FileSnapshot file, ClassModel type, string name, HashSet<FunctionDef> compiled) =>
        type.FindAttribute(name)
            is { IsDeclared: false, Always: false, Assignments: { IsDefaultOrEmpty: false } stores }
        && type.HasAllBases
        && stores.All(s => s.FirstAncestor<FunctionDef>() is { } function && !compiled.Contains(function))
        && !file.Model.Tables.IsModuleMember(name)
        && !type.Owner.AttributeUses.IsNamed(name)
        && type.FindMethod(name) is null
        && !name.StartsWith("__", StringComparison.Ordinal)
        && type.Lineage()
            .All(c =>
                !c.Methods.ContainsKey("__getattr__")
                && !c.Constants.Contains(name)
                && c.Owner.Names.ScopeOf(c.Node).Find(name).Count == 0
            );

    /// <summary>
    /// The condition that decides whether the read is reached, and whether it must be true for that: the innermost that
    /// asks the instance, else the innermost.
    /// </summary>
    private static (Expr Test, bool Positive)? ConditionOf(Attribute read, string self)
    {
        (Expr, bool)? innermost = null;
        for (
            var (at, parent) = ((Node)read, read.Parent);
            parent is not (null or Lambda or FunctionDef);
            (at, parent) = (parent, parent.Parent)
        )
        {
            (Expr Test, bool)? found = parent switch
            {
                If branch when !ReferenceEquals(at, branch.Test) => (branch.Test, branch.Body.Contains(at)),
                IfExp choice when !ReferenceEquals(at, choice.Test) => (choice.Test, ReferenceEquals(at, choice.Body)),
                _ => null,
            };
            if (found is null)
                continue;
            innermost ??= found;
            if (found.Value.Test.Find<Name>().Prepend(found.Value.Test as Name).Any(n => n?.Id == self))
                return found;
        }
        return innermost ?? WayOut(read, self);
    }

    /// <summary>The condition of <c>if self.plain: return x</c> in the block around the read.</summary>
    private static (Expr, bool)? WayOut(Attribute read, string self)
    {
        if (Blocks.StatementOf(read) is not { Parent: FunctionDef } statement)
            return null;
        var way = Blocks
            .Containing(statement)
            ?.TakeWhile(s => !ReferenceEquals(s, statement))
            .OfType<If>()
            .LastOrDefault(s =>
                s is { OrElse.Count: 0, Body: [.., Return or Raise] } && s.Test.Find<Name>().Any(n => n.Id == self)
            );
        return way is null ? null : (way.Test, false);
    }

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

    /// <summary>Python does not ask: where the attribute is missed it raises as before.</summary>
    private static Fix? Asking(FileSnapshot file, Expr test, bool positive, string asked)
    {
        if (file.Options.Torch < scriptingIsDecided)
            return null;
        var whole = test.ParenthesizedSpan;
        bool bracketed =
            whole == test.Span
            && (test is IfExp or Lambda or NamedExpr || positive && test is BoolOp { Op: BoolOperator.Or });
        bool blank = whole.Start > 0 && char.IsLetter(file.Text.Text[whole.Start - 1]);
        string scripting = TorchNames.Jit(file, "is_scripting", out var import);
        string wanted = positive ? asked : $"not {asked}";
        string before =
            $"{(blank ? " " : "")}{(positive ? $"(not {scripting}() or {wanted}) and " : $"{scripting}() and {wanted} or ")}";
        return new Fix(
            $"Also test '{wanted}', for the compiler only",
            FixSafety.Suggested,
            [
                TextEdit.Insert(whole.Start, bracketed ? before + "(" : before),
                .. bracketed ? ImmutableArray.Create(TextEdit.Insert(whole.End, ")")) : [],
                .. import is { } line ? ImmutableArray.Create(line) : [],
            ]
        );
    }
}
