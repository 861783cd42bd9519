using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// A function or lambda inside a compiled function, that is only called there, as a function of the module or a method:
/// what it reads of the function around it is passed at each call, with the value that it then has.
/// </summary>
internal static class LocalFunction
{
    public static Fix? Of(FileSnapshot file, Node node)
    {
        var (statement, name, arguments) = node switch
        {
            FunctionDef { Decorators.Count: 0, IsAsync: false } inner => ((Stmt)inner, inner.Name, inner.Args),
            Lambda { Parent: Assign { Targets: [Name { Id: var id }], TypeComment: null } assign } lambda
                when ReferenceEquals(assign.Value, lambda) => (assign, id, lambda.Args),
            _ => (null, "", null),
        };
        if (
            statement is null
            || arguments is not { VarArg: null, KwArg: null, PosOnly.Count: 0, KwOnly.Count: 0 }
            || statement.FirstAncestor<FunctionDef>() is not { } function
            || function.FirstAncestor<FunctionDef>() is not null
            || function.Parent is not (Module or ClassDef { Parent: Module })
            || Blocks.Containing(statement) is not { Count: > 1 }
        )
            return null;
        var text = file.Text;
        if (
            !Indentation.StartsItsLine(text, statement.Start)
            || !Indentation.EndsItsLine(text, statement.End)
            || arguments.All().Any(a => a.Default is not (null or Constant))
            || Body(node).Any(b => HoldsScope(b) || b.Find<Name>().Any(n => n.Id == name))
        )
            return null;
        var names = FunctionNames.Of(function);
        var uses = names.Places(name).OfType<Name>().Where(n => !statement.Span.Contains(n.Start)).ToList();
        if (
            uses.Count == 0
            || uses.Any(u =>
                u.Parent is not Call call
                || !ReferenceEquals(call.Func, u)
                || u.Start < statement.Start
                || !ReferenceEquals(u.FirstAncestor<FunctionDef>(), function)
                || u.FirstAncestor<Lambda>() is not null
            )
        )
            return null;
        var own = arguments.All().Select(a => a.Name).Concat(Body(node).SelectMany(b => Stored(b))).ToHashSet();
        bool IsAround(string variable) =>
            function.Args.Find(variable) is not null
            || names
                .Places(variable)
                .Any(n => n is Name { Context: not ExprContext.Load } && !statement.Span.Contains(n.Start));
        var captured = Body(node)
            .SelectMany(b => b.Find<Name>().Concat(b is Name whole ? [whole] : []))
            .Where(n => n.Context == ExprContext.Load && !own.Contains(n.Id) && IsAround(n.Id))
            .Select(n => n.Id)
            .Distinct()
            .ToList();
        string? self =
            function.Parent is ClassDef
            && !function.Decorators.Any(d => d is Name { Id: "staticmethod" or "classmethod" })
                ? function.Args.All().FirstOrDefault()?.Name
                : null;
        if (function.Parent is ClassDef && self is null)
            return null;
        bool method = self is not null && captured.Remove(self);
        // What is called in a comprehension may see a variable of that.
        if (
            captured.Count > 0
            && uses.Any(u => u.FirstAncestor<ComprehensionExpr>() is { } c && captured.Any(v => NamesOf(c).Contains(v)))
        )
            return null;
        return Written(file, function, statement, node, name, arguments, captured, method ? self : null, uses);
    }

    private static Fix? Written(
        FileSnapshot file,
        FunctionDef function,
        Stmt statement,
        Node node,
        string name,
        Arguments arguments,
        List<string> captured,
        string? self,
        List<Name> uses
    )
    {
        var text = file.Text;
        string end = text.DominantLineBreak,
            unit = Indentation.Unit(text, function),
            made = UniqueNames.For(file, "_" + name.Trim('_')),
            called = self is null ? made : $"{self}.{made}",
            indent = self is null ? "" : Indentation.OfFunction(text, function);
        var parameters = arguments
            .All()
            .Select(a => text[TextSpan.FromBounds(a.Start, Math.Max(a.End, a.Default?.ParenthesizedSpan.End ?? 0))]);
        var imports = new List<NeededImport>();
        var passed = captured.Select(v => Typed(file, function, statement, v, imports)).ToList();
        string signature = string.Join(", ", (self is null ? [] : new[] { self }).Concat(passed).Concat(parameters));
        if (BodyLines(text, node, indent + unit) is not { } body)
            return null;
        string[] lines = [$"{indent}def {made}({signature}):", .. body];
        var edits = new List<TextEdit>();
        Node outermost = function;
        while (self is null && outermost.Parent is { } outer and not Module)
            outermost = outer;
        edits.Add(
            TextEdit.Insert(
                text.LineStart(text.LineOf(MovedPiece.StartOf((Stmt)outermost))),
                string.Join(end, lines) + end + end + (self is null ? end : "")
            )
        );
        edits.Add(
            TextEdit.Delete(
                TextSpan.FromBounds(
                    text.LineStart(text.LineOf(statement.Start)),
                    text.LineEndWithBreak(text.LineOf(statement.End - 1))
                )
            )
        );
        foreach (var use in uses)
        {
            edits.Add(new TextEdit(use.Span, called));
            if (captured.Count == 0 || use.Parent is not Call call)
                continue;
            int open = text.Text.IndexOf('(', use.End);
            bool more = call.Args.Count + call.Keywords.Count > 0;
            edits.Add(TextEdit.Insert(open + 1, string.Join(", ", captured) + (more ? ", " : "")));
        }
        return new Fix(
            self is null ? $"Make '{name}' a function of the module: '{made}'" : $"Make '{name}' a method: '{made}'",
            FixSafety.Suggested,
            [.. edits, .. AnnotationWriter.ImportEdits(file.Model, imports)]
        );
    }

    /// <summary>The body of a function or lambda with this indentation; null where it cannot be moved by lines.</summary>
    private static List<string>? BodyLines(SourceText text, Node node, string indent)
    {
        if (node is Lambda lambda)
        {
            string body = text[lambda.Body.ParenthesizedSpan];
            return body.AsSpan().ContainsAny('\n', '\r') ? null : [$"{indent}return {body}"];
        }
        if (node is not FunctionDef { Body.Count: > 0 } inner)
            return null;
        int first = text.LineOf(MovedPiece.StartOf(inner.Body[0])),
            last = text.LineOf(inner.End - 1);
        string from = text.IndentationOf(first);
        if (first == text.LineOf(inner.Start) || Indentation.LinesInsideStrings(text, inner.Body).Count > 0)
            return null;
        var lines = new List<string>();
        for (int line = first; line <= last; line++)
        {
            string code = text.Text[text.LineStart(line)..text.LineEnd(line)];
            if (!string.IsNullOrWhiteSpace(code) && !code.StartsWith(from, StringComparison.Ordinal))
                return null;
            lines.Add(string.IsNullOrWhiteSpace(code) ? "" : indent + code[from.Length..]);
        }
        return lines;
    }

    /// <summary>A parameter for a variable of the function around it, with its type where that is no Tensor.</summary>
    private static string Typed(
        FileSnapshot file,
        FunctionDef function,
        Stmt statement,
        string variable,
        List<NeededImport> imports
    )
    {
        var types = FunctionNames
            .Of(function)
            .Places(variable)
            .OfType<Name>()
            .Where(n => !statement.Span.Contains(n.Start))
            .Select(file.Model.TypeOf)
            .Concat(
                function.Args.All().Where(a => a.Name == variable).Select(file.Model.DeclaredTypeOf).OfType<TorchType>()
            )
            .Where(t => !t.IsUnknown)
            .Distinct()
            .ToList();
        if (
            types is not [{ IsWritable: true } type]
            || type == TorchType.Tensor
            || AnnotationWriter.Write(file.Model, type, function.Start) is not { } written
        )
            return variable;
        imports.AddRange(written.Imports);
        return $"{variable}: {written.Text}";
    }

    private static IEnumerable<Node> Body(Node node) =>
        node is Lambda lambda ? [lambda.Body]
        : node is FunctionDef function ? function.Body
        : [];

    private static bool HoldsScope(Node node) =>
        node.Find<Node>()
            .Prepend(node)
            .Any(n =>
                n is FunctionDef or ClassDef or Lambda or Global or Nonlocal or Yield or YieldFrom or Await or NamedExpr
            );

    private static IEnumerable<string> Stored(Node node) =>
        node.Find<Name>()
            .Concat(node is Name whole ? [whole] : [])
            .Where(n => n.Context != ExprContext.Load)
            .Select(n => n.Id);

    private static IEnumerable<string> NamesOf(ComprehensionExpr comprehension) =>
        comprehension.Generators.SelectMany(g => NameFlow.TargetNames(g.Target)).Select(n => n.Id);
}
