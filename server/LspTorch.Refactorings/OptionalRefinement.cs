using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// A value that may be None, used where Python raises for None: a test that is there is asked of a local copy of the
/// attribute, which the compiler then knows not to be None; where there is none, an assertion says what eager code
/// would raise of anyway.
/// </summary>
internal static class OptionalRefinement
{
    /// <param name="at">What the compiler refuses.</param>
    /// <param name="given">The argument that may be None, where it is one.</param>
    public static Fix? Of(FileSnapshot file, FunctionDef function, Node at, Expr? given = null)
    {
        var used =
            given is Name or Attribute && file.Model.TypeOf(given) is OptionalType ? given
            : at is Stmt ? (Node)at
            : at.Find<Expr>().Prepend((Expr)at).FirstOrDefault(e => IsUse(file, e));
        if (at is AugAssign { Target: Attribute or Name } augmented)
            used = augmented.Target;
        if (used is not Expr expression || NameOf(expression, function) is not { } name)
            return null;
        if (expression is Attribute attribute && Guard(attribute, name) is { } guard)
            return AskLocally(file, function, attribute, name, guard);
        if (
            at is AugAssign
            || Blocks.StatementOf(expression) is not { } statement
            || statement is not (Return or Assign or ExprStmt or AnnAssign or AugAssign or If or For)
            || !IsAlwaysEvaluated(expression, statement)
            || !Insertable(file.Text, statement)
        )
            return null;
        return Assert(file, function, expression, name, statement);
    }

    /// <summary>Python raises where None stands in this place.</summary>
    private static bool IsUse(FileSnapshot file, Expr expression) =>
        expression is Attribute { Context: ExprContext.Load } or Name { Context: ExprContext.Load }
        && file.Model.TypeOf(expression) is OptionalType
        && expression.Parent switch
        {
            BinOp or UnaryOp { Op: not UnaryOperator.Not } => true,
            Subscript subscript => ReferenceEquals(subscript.Value, expression),
            Attribute member => ReferenceEquals(member.Value, expression),
            For loop => ReferenceEquals(loop.Iter, expression),
            Compare compare => compare.Ops.All(o =>
                o is CompareOperator.Lt or CompareOperator.LtE or CompareOperator.Gt or CompareOperator.GtE
            ),
            _ => false,
        };

    /// <summary>The name of a variable, or of an attribute of the instance.</summary>
    private static string? NameOf(Expr expression, FunctionDef function) =>
        expression switch
        {
            Name name => name.Id,
            Attribute { Value: Name { Id: var self } } attribute
                when function.Parent is ClassDef && function.Args.All().FirstOrDefault()?.Name == self =>
                attribute.Name,
            _ => null,
        };

    /// <summary>The statement whose condition asks <c>self.name is not None</c> before the use is reached.</summary>
    private static If? Guard(Attribute used, string name)
    {
        for (Node at = used; at.Parent is { } parent and not FunctionDef; at = parent)
            if (
                parent is If branch
                && (ReferenceEquals(branch.Test, at) || branch.Body.Any(s => ReferenceEquals(s, at)))
                && Conjuncts(branch.Test).Any(c => AsksFor(c, name) && c.End <= used.Start)
            )
                return branch;
        return null;
    }

    private static IEnumerable<Expr> Conjuncts(Expr test) =>
        test is BoolOp { Op: BoolOperator.And } all ? all.Values : [test];

    private static bool AsksFor(Expr test, string name) =>
        test
            is Compare
            {
                Left: Attribute { Value: Name } asked,
                Ops: [CompareOperator.IsNot],
                Comparators: [Constant { Kind: ConstantKind.None }]
            }
        && asked.Name == name;

    private static Fix? AskLocally(FileSnapshot file, FunctionDef function, Attribute used, string name, If guard)
    {
        var text = file.Text;
        string self = ((Name)used.Value).Id;
        if (!Insertable(text, guard))
            return null;
        var places = guard
            .Test.Find<Attribute>()
            .Concat(guard.Body.SelectMany(s => s.Find<Attribute>()))
            .Where(a => a.Name == name && a.Value is Name { Id: var of } && of == self)
            .OrderBy(a => a.Start)
            .ToList();
        int changed = int.MaxValue;
        foreach (var call in guard.Test.Find<Call>().Concat(guard.Body.SelectMany(s => s.Find<Call>())))
            if (call.Func is Attribute { Value: Name { Id: var owner } } method && owner == self && Stores(method.Name))
                changed = Math.Min(changed, call.End);
        string local = Local(file, function, name);
        var edits = new List<TextEdit> { Line(text, guard, $"{local} = {self}.{name}") };
        foreach (var place in places)
        {
            if (place.Parent is AugAssign augmented && ReferenceEquals(augmented.Target, place))
            {
                if (
                    changed < place.Start
                    || file.Model.TypeOf(place) is not OptionalType { Element: PrimitiveType { Kind: var kind } }
                    || kind is not (PrimitiveKind.Int or PrimitiveKind.Float or PrimitiveKind.Str)
                )
                    return null;
                string sign = text[augmented.OpSpan].TrimEnd('=');
                bool atom = augmented.Value is Name or Constant or Call or Attribute or Subscript;
                edits.Add(new TextEdit(augmented.OpSpan, $"= {local} {sign}"));
                if (!atom && augmented.Value.ParenthesizedSpan == augmented.Value.Span)
                {
                    edits.Add(TextEdit.Insert(augmented.Value.Start, "("));
                    edits.Add(TextEdit.Insert(augmented.Value.End, ")"));
                }
                changed = augmented.End;
            }
            else if (place.Context == ExprContext.Store)
                changed = Math.Min(changed, Blocks.StatementOf(place)?.End ?? place.Start);
            else if (place.Start < changed)
                edits.Add(new TextEdit(place.Span, local));
        }
        return used.Start < changed || used.Parent is AugAssign
            ? new Fix($"Test '{self}.{name}' in a local variable", FixSafety.Suggested, [.. edits])
            : null;

        // A method of the instance, which may give the attribute another value.
        bool Stores(string method) =>
            function.Parent is ClassDef owner
            && (
                file.Model.ClassOf(owner).FindMethod(method) is not var (_, called)
                || called.Find<Attribute>().Any(a => a.Name == name && a.Context == ExprContext.Store)
                || called.Find<Call>().Count > 0
            );
    }

    private static Fix? Assert(FileSnapshot file, FunctionDef function, Expr used, string name, Stmt statement)
    {
        var text = file.Text;
        string indent = text.IndentationOf(text.LineOf(statement.Start)),
            end = text.DominantLineBreak;
        if (used is Name)
        {
            string title = $"Assert that '{name}' is not None";
            return IsSeen(file, function, name)
                    ? new Fix(title, FixSafety.Suggested, [Line(text, statement, $"assert {name} is not None")])
                : Guarded(name, "") is var (guarded, extra)
                    ? new Fix(title + ForCompiler, FixSafety.Suggested, [Line(text, statement, guarded), .. extra])
                : null;
        }
        string local = Local(file, function, name),
            written = text[used.Span];
        var reads = (
            statement is If branch ? branch.Test
            : statement is For loop ? loop.Iter
            : (Node)statement
        ).Find<Attribute>().Concat(statement is If { Test: Attribute test } ? [test] : []).Concat(statement is For { Iter: Attribute iter } ? [iter] : []).Where(a => a.Context == ExprContext.Load && text[a.Span] == written).Distinct();
        string asserted = $"Assert that '{written}' is not None, in a local variable",
            first = $"{local} = {written}{end}{indent}";
        bool stored = IsStored(file, function, name, statement);
        var (lines, imports) = stored ? ($"{first}assert {local} is not None", []) : Guarded(local, first);
        return new Fix(
            stored ? asserted : asserted + ForCompiler,
            FixSafety.Suggested,
            [Line(text, statement, lines), .. reads.Select(r => new TextEdit(r.Span, local)), .. imports]
        );

        // Python does not run it, and raises what it raised.
        (string, ImmutableArray<TextEdit>) Guarded(string asserted, string before)
        {
            string scripting = TorchNames.Jit(file, "is_scripting", out var import);
            string unit = Indentation.Unit(text, function);
            return (
                $"{before}if {scripting}():{end}{indent}{unit}assert {asserted} is not None",
                import is { } line ? [line] : []
            );
        }
    }

    private const string ForCompiler = ", for the compiler only";

    /// <summary>A recorded run gave the parameter a value each time.</summary>
    private static bool IsSeen(FileSnapshot file, FunctionDef function, string name) =>
        function.Args.Find(name) is { } parameter
        && file.Observations.Find(PlaceKind.Parameter, parameter.NameSpan) is { Stale: false, JoinedType: { } type }
        && TorchType.TryParse(type, out var seen)
        && seen is not OptionalType
        && seen != TorchType.None;

    /// <summary>
    /// Whatever ran before the statement in its function has stored something else than None in the attribute.
    /// </summary>
    private static bool IsStored(FileSnapshot file, FunctionDef function, string name, Stmt statement)
    {
        for (Stmt? at = statement; at is not null && !ReferenceEquals(at, function); at = at.Parent as Stmt)
        {
            if (Blocks.Containing(at) is not { } block)
                return false;
            var before = block.TakeWhile(s => !ReferenceEquals(s, at)).Reverse();
            foreach (var earlier in before)
                if (Stores(earlier) is { } stored)
                    return stored;
        }
        return false;

        bool? Stores(Stmt earlier)
        {
            switch (earlier)
            {
                case AugAssign { Target: Attribute target } when target.Name == name:
                    return true;
                case Assign { Targets: [Attribute target], Value: var value } when target.Name == name:
                    return file.Model.TypeOf(value) is { IsUnknown: false } type and not OptionalType
                        && type != TorchType.None;
                case If branch
                    when earlier.Find<Attribute>().Any(a => a.Name == name && a.Context == ExprContext.Store):
                    return Last(branch.Body) == true
                        && (Last(branch.OrElse) == true || branch.OrElse.Count == 0 && AsksForNone(branch.Test));
                default:
                    return
                        earlier.Find<Attribute>().Any(a => a.Name == name && a.Context == ExprContext.Store)
                        || earlier
                            .Find<Call>()
                            .Any(c =>
                                IsOwn(c, function)
                                && c.Func is Attribute { Name: var called }
                                && !(
                                    function.Parent is ClassDef owner
                                    && file.Model.ClassOf(owner).FindAttribute(called) is not null
                                )
                            )
                        ? false
                        : null;
            }
        }

        bool? Last(NodeList<Stmt> block) => block.Reverse().Select(Stores).FirstOrDefault(s => s is not null);

        bool AsksForNone(Expr test) =>
            test
                is Compare
                {
                    Left: Attribute asked,
                    Ops: [CompareOperator.Is],
                    Comparators: [Constant { Kind: ConstantKind.None }]
                }
            && asked.Name == name;
    }

    /// <summary>A call through the instance.</summary>
    private static bool IsOwn(Call call, FunctionDef function) =>
        call.Func is Attribute { Value: Name { Id: var owner } } && function.Args.All().FirstOrDefault()?.Name == owner;

    private static TextEdit Line(SourceText text, Stmt before, string code) =>
        TextEdit.Insert(before.Start, code + text.DominantLineBreak + text.IndentationOf(text.LineOf(before.Start)));

    /// <summary>A statement in front of which a line may be put: it begins its line, and is no <c>elif</c>.</summary>
    private static bool Insertable(SourceText text, Stmt statement) =>
        Indentation.StartsItsLine(text, statement.Start)
        && !(statement is If && text.Text.AsSpan(statement.Start).StartsWith("elif"));

    private static bool IsAlwaysEvaluated(Expr expression, Stmt statement)
    {
        for (Node at = expression; !ReferenceEquals(at, statement) && at.Parent is { } parent; at = parent)
            switch (parent)
            {
                case IfExp choice when !ReferenceEquals(choice.Test, at):
                case BoolOp logic when !ReferenceEquals(logic.Values[0], at):
                case Comprehension or ComprehensionExpr or DictComp or Lambda:
                case Compare { Ops.Count: > 1 }:
                case If branch when !ReferenceEquals(branch.Test, at):
                case For loop when !ReferenceEquals(loop.Iter, at):
                    return false;
            }
        return true;
    }

    /// <summary>A name that the function does not use.</summary>
    private static string Local(FileSnapshot file, FunctionDef function, string name)
    {
        var taken = function.Find<Name>().Select(n => n.Id).Concat(function.Args.All().Select(a => a.Name)).ToHashSet();
        string plain = name.TrimStart('_');
        return plain.Length > 0 && !taken.Contains(plain) && file.Model.Names.ModuleScope.Find(plain).Count == 0
            ? plain
            : UniqueNames.For(file, $"{plain}_now");
    }
}
