using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Editing;

/// <summary>
/// Writes the condition in front of an optional part in the one way that the compiler decides for each instance:
/// <c>self.part is not None</c>. Where the condition is provably the
/// same, in its place; else beside it.
/// </summary>
internal static class InstanceGuard
{
    /// <param name="define">The attribute is not there at all on some instances: it is made None first.</param>
    public static IEnumerable<Fix> FixesOf(FileSnapshot file, LiveRead read, bool define)
    {
        if (ConditionOf(read.Node) is not var (test, positive) || SelfOf(read) is not { } self)
            yield break;
        var edits = new List<TextEdit>();
        if (define)
        {
            if (Definition(file, read) is not { } first)
                yield break;
            edits.Add(first);
        }
        string name = $"{self}.{read.Name}",
            direct = $"{name} is {(positive ? "not " : "")}None",
            text = file.Text[test.Span];
        if (text.Contains(direct, StringComparison.Ordinal))
            yield break;
        bool same = IsTestOf(file, read.Class.Model, test, self, read.Name) is { } means && means == positive;
        bool bracketed =
            test is IfExp or Lambda or NamedExpr
            || test is BoolOp { Op: var op } && op == (positive ? BoolOperator.Or : BoolOperator.And);
        string now = same ? direct : $"{(bracketed ? $"({text})" : text)} {(positive ? "and" : "or")} {direct}";
        edits.Add(new TextEdit(test.Span, now));
        yield return new Fix(same ? $"Test '{direct}'" : $"Test '{direct}' too", FixSafety.Suggested, [.. edits]);
    }

    private static string? SelfOf(LiveRead read) => read.Node.Value is Name { Id: var id } ? id : null;

    /// <summary>
    /// The innermost condition that decides whether the read is reached, and whether it must be true for that; null
    /// where there is none.
    /// </summary>
    private static (Expr Test, bool Positive)? ConditionOf(Node read)
    {
        for (
            var (at, parent) = (read, read.Parent);
            parent is not (null or Lambda);
            (at, parent) = (parent, parent.Parent)
        )
        {
            // Behind 'if not used: return x' in the same block.
            if (
                at is Stmt statement
                && Blocks.Containing(statement) is { } block
                && block.TakeWhile(s => !ReferenceEquals(s, statement)).LastOrDefault(IsExit) is If way
            )
                return (way.Test, false);
            switch (parent)
            {
                case FunctionDef:
                    return null;
                case If branch when !ReferenceEquals(at, branch.Test):
                    return (branch.Test, branch.Body.Contains(at as Stmt ?? branch));
                case IfExp choice when !ReferenceEquals(at, choice.Test):
                    return (choice.Test, ReferenceEquals(at, choice.Body));
            }
        }
        return null;
    }

    private static bool IsExit(Stmt statement) =>
        statement is If { OrElse.Count: 0, Body: [.., Return or Raise or Continue or Break] };

    /// <summary>
    /// A line that makes the attribute None before the branch in which the constructor makes it; null where that is not
    /// plain.
    /// </summary>
    private static TextEdit? Definition(FileSnapshot file, LiveRead read)
    {
        var type = read.Class.Model;
        if (
            type.FindAttribute(read.Name) is not { Assignments: { IsDefaultOrEmpty: false } stores }
            || type.Owner.AttributeUses.IsNamed(read.Name)
        )
            return null;
        foreach (var store in stores)
        {
            if (
                store is not Assign { Targets: [Attribute] }
                || store.FirstAncestor<FunctionDef>() is not { Name: "__init__" }
            )
                return null;
        }
        var first = stores[0].Ancestors().OfType<Stmt>().LastOrDefault(s => s.Parent is FunctionDef);
        if (
            first is not If
            || !ReferenceEquals(type.Owner.File.Text, file.Text)
            || stores.Any(s => !s.Ancestors().Contains(first) && s.Start < first.Start)
        )
            return null;
        int start = file.Text.LineStart(file.Text.LineOf(first.Start));
        string made = file.Text[((Assign)stores[0]).Targets[0].Span];
        return TextEdit.Insert(
            start,
            $"{file.Text.IndentationOf(file.Text.LineOf(first.Start))}{made} = None{file.Text.DominantLineBreak}"
        );
    }

    /// <summary>
    /// True where the condition says no other than that the attribute is not None, false where it says that it is; null
    /// where that is not certain.
    /// </summary>
    private static bool? IsTestOf(FileSnapshot file, ClassModel type, Expr test, string self, string name)
    {
        if (test is UnaryOp { Op: UnaryOperator.Not } negation)
            return !IsTestOf(file, type, negation.Operand, self, name);
        var asked =
            test as Attribute
            ?? (test as Call is { Args.Count: 0, Keywords.Count: 0, Func: Attribute called } ? called : null);
        if (asked is { Value: Name { Id: var owner } } && owner == self && type.FindMethod(asked.Name) is { } method)
            return
                method.Function
                    is {
                        Body: [
                            ..,
                            Return
                            {
                                Value: Compare
                                {
                                    Ops: [var op],
                                    Left: Attribute { Value: Name, Name: var held },
                                    Comparators: [Constant { Kind: ConstantKind.None }]
                                }
                            },
                        ]
                    } function
                && function.Body.Count(s => !Blocks.IsDocstring(s)) == 1
                && held == name
                && op is CompareOperator.Is or CompareOperator.IsNot
                ? op == CompareOperator.IsNot
                : null;
        return
            ConstructorSays(type, name) is { } made
            && Written(type, made) is { } wanted
            && wanted == file.Text[test.Span]
            ? true
            : null;
    }

    /// <summary>
    /// The condition under which the constructor makes the attribute, and without which it is None or missing.
    /// </summary>
    private static Expr? ConstructorSays(ClassModel type, string name)
    {
        if (type.FindAttribute(name) is not { Assignments: { IsDefaultOrEmpty: false } stores })
            return null;
        Expr? found = null;
        foreach (var store in stores)
        {
            if (
                store is not Assign { Targets: [Attribute] } assign
                || assign.FirstAncestor<FunctionDef>() is not { Name: "__init__" } init
                || !ReferenceEquals(init.Parent, type.Node)
            )
                return null;
            if (assign.Value is Constant { Kind: ConstantKind.None })
                continue;
            var condition =
                assign.Value is IfExp { Body: Call, OrElse: Constant { Kind: ConstantKind.None } } choice
                && ReferenceEquals(assign.Parent, init)
                    ? choice.Test
                : assign.Value is Call
                && assign.Parent is If branch
                && ReferenceEquals(branch.Parent, init)
                && branch.Body.Contains(assign)
                    ? branch.Test
                : null;
            if (condition is null || found is not null)
                return null;
            found = condition;
        }
        return found;
    }

    /// <summary>
    /// A condition of the constructor, with the attributes that keep its parameters in their places; null where one is
    /// not kept, or may be changed later.
    /// </summary>
    private static string? Written(ClassModel type, Expr condition)
    {
        var init = condition.FirstAncestor<FunctionDef>();
        if (init?.Args.All().FirstOrDefault() is not { Name: var self })
            return null;
        var names = new Names();
        names.Visit(condition);
        string text = type.Owner.File.Text[condition.Span];
        foreach (var name in names.Found.OrderByDescending(n => n.Start))
        {
            if (name.Id == self && name.Parent is Attribute own && IsFixed(type, own.Name))
                continue;
            if (init.Args.All().All(a => a.Name != name.Id) || Editing.NameFlow.Writes(init.Body).Contains(name.Id))
                return null;
            var kept = init
                .Body.OfType<Assign>()
                .Where(a =>
                    a is { Targets: [Attribute { Value: Name { Id: var holder } }], Value: Name { Id: var value } }
                    && holder == self
                    && value == name.Id
                )
                .Select(a => ((Attribute)a.Targets[0]).Name)
                .FirstOrDefault(n => IsFixed(type, n));
            if (kept is null)
                return null;
            int at = name.Start - condition.Start;
            text = $"{text[..at]}{self}.{kept}{text[(at + name.Id.Length)..]}";
        }
        return text;
    }

    /// <summary>The constructor gives the attribute its value, once, and nobody else does.</summary>
    private static bool IsFixed(ClassModel type, string name) =>
        type.FindAttribute(name) is { Assignments.Length: 1, IsSetInConstructor: true }
        && !type.Owner.AttributeUses.IsNamed(name)
        && !type.Owner.AttributeUses.IsDynamic(type.Node);

    private sealed class Names : SyntaxWalker
    {
        public List<Name> Found { get; } = [];

        public override void Visit(Node node)
        {
            if (node is Name name)
                Found.Add(name);
            base.Visit(node);
        }
    }
}
