using System.Text;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// The apply of an autograd function, which only Python can run, gets a twin for compiled code: a function that
/// computes what the class's forward computes. Python goes on calling apply.
/// </summary>
internal static class AutogradReplacement
{
    /// <param name="call">A call of apply, or of a name for it.</param>
    public static Fix? Of(FileSnapshot file, Call call)
    {
        if (
            call.Keywords.Count > 0
            || call.Args.Any(a => a is Starred)
            || ClassOf(file, call) is not { } type
            || !type.Methods.TryGetValue("forward", out var forward)
            || forward.Decorators is not [Name { Id: "staticmethod" }]
            || !ReferenceEquals(type.Node.Parent, file.Tree.Root)
            || forward.Args is not { VarArg: null, KwArg: null, PosOnly.Count: 0, KwOnly.Count: 0 } parameters
            || parameters.Args.Count == 0
            || call.Args.Count > parameters.Args.Count - 1
            || Body(file.Text, forward, parameters.Args[0].Name) is not { } body
        )
            return null;
        var text = file.Text;
        string name = $"_{BaseMethodUnderOwnName.Snake(type.Node.Name)}_forward",
            end = text.DominantLineBreak;
        bool isThere = file.Tree.Root.Body.OfType<FunctionDef>().Any(f => f.Name == name);
        int line = text.LineOf(MovedPiece.StartOf(type.Node));
        string given = parameters.Args.Count == 1 ? "" : text.Text[parameters.Args[1].Start..LastEnd(parameters)];
        string returns = forward.Returns is { } type1 ? $" -> {text[type1.ParenthesizedSpan]}" : "";
        string asked = TorchNames.Jit(file, "is_scripting", out var import);
        var edits = new List<TextEdit>
        {
            TextEdit.Insert(call.Start, $"({name}({Arguments(text, call)}) if {asked}() else "),
            TextEdit.Insert(call.End, ")"),
        };
        if (!isThere)
            edits.Insert(
                0,
                TextEdit.Insert(text.LineStart(line), $"def {name}({given}){returns}:{end}{body}{end}{end}")
            );
        if (import is { } needed)
            edits.Insert(0, needed);
        return new Fix(
            $"Give compiled code '{name}', with a gradient of its own, in place of '{type.Node.Name}.apply'",
            FixSafety.Suggested,
            [.. edits]
        );
    }

    private static ClassModel? ClassOf(FileSnapshot file, Call call)
    {
        var named = call.Func;
        if (
            named is Name name
            && file.Model.Names.FindVariable(name) is { Bindings: [{ Value: Attribute given }] } variable
            && ReferenceEquals(variable.Owner, file.Model)
        )
            named = given;
        if (
            named is Attribute { Value: Name } kept
            && file.Model.EnclosingClass(call)?.FindAttribute(kept.Name)
                is { Assignments: [Assign { Value: Attribute { Name: "apply" } held }] }
        )
            named = held;
        return
            named is Attribute { Name: "apply" } method
            && file.Model.Names.Resolve(method.Value) is { Class: { } node, Owner: { } owner }
            && ReferenceEquals(owner, file.Model)
            ? owner.ClassOf(node)
            : null;
    }

    /// <summary>
    /// The lines of forward, one level deep, without what only notes things for backward; null where the context is of
    /// other use.
    /// </summary>
    private static string? Body(SourceText text, FunctionDef forward, string context)
    {
        var kept = new List<Stmt>();
        foreach (var statement in forward.Body)
        {
            if (Blocks.IsDocstring(statement) || IsNote(statement, context))
                continue;
            if (statement.Find<Name>().Any(n => n.Id == context))
                return null;
            if (
                !Indentation.StartsItsLine(text, statement.Start)
                || Indentation.LinesInsideStrings(text, [statement]).Count > 0
            )
                return null;
            kept.Add(statement);
        }
        if (kept.Count == 0 || kept[^1] is not Return)
            return null;
        string indent = text.IndentationOf(text.LineOf(kept[0].Start)),
            unit = Indentation.Unit(text, forward);
        var body = new StringBuilder();
        foreach (var statement in kept)
            for (int line = text.LineOf(statement.Start); line <= text.LineOf(statement.End); line++)
            {
                string written = text.Text[text.LineStart(line)..text.LineEnd(line)];
                body.Append(
                    written.StartsWith(indent, StringComparison.Ordinal) ? unit + written[indent.Length..] : written
                );
                body.Append(text.DominantLineBreak);
            }
        return body.ToString();
    }

    private static bool IsNote(Stmt statement, string context) =>
        statement switch
        {
            ExprStmt
            {
                Value: Call
                {
                    Func: Attribute
                    {
                        Value: Name { Id: var of },
                        Name: "save_for_backward"
                            or "save_for_forward"
                            or "mark_non_differentiable"
                            or "set_materialize_grads"
                    }
                }
            } => of == context,
            Assign { Targets: [Attribute { Value: Name { Id: var of } }], Value: var value } => of == context
                && value.Find<Call>().Count == 0
                && value is not Call,
            _ => false,
        };

    private static int LastEnd(Syntax.Arguments parameters)
    {
        var last = parameters.Args[^1];
        return Math.Max(last.End, last.Default?.ParenthesizedSpan.End ?? 0);
    }

    private static string Arguments(SourceText text, Call call) =>
        string.Join(", ", call.Args.Select(a => text[a.ParenthesizedSpan]));
}
