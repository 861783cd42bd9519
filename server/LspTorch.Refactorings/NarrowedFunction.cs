using System.Collections.Immutable;
using System.Text;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Refactorings;

/// <summary>
/// A method with <c>*args</c> or <c>**kwargs</c> of which the compiler sees another without them, while Python runs
/// what it ran: torch.jit.script compiles the function that <c>__wrapped__</c> names.
/// </summary>
internal static class NarrowedFunction
{
    /// <summary>Nothing reads them: the method is written without, and Python calls it through a function that leaves
    /// them out.</summary>
    /// <param name="signature">Takes them out of the parameters.</param>
    public static Fix? Unused(FileSnapshot file, FunctionDef function, TextEdit signature)
    {
        if (
            !IsPlainMethod(file, function)
            || function.Ancestors().OfType<ClassDef>().Last() is not { Parent: Module } top
        )
            return null;
        var args = function.Args;
        string end = file.Text.DominantLineBreak,
            unit = Indentation.Unit(file.Text, function);
        string name = UniqueNames.For(file, "_without_more"),
            functools = Functools(file, out var import);
        string positional = args.VarArg is null ? "*args" : "*args[: len(names)]",
            keywords = args.KwArg is null ? "**kwargs" : "**{k: v for k, v in kwargs.items() if k in names}";
        string[] lines =
        [
            $"def {name}(function):",
            $"{unit}# torch.jit.script compiles the function as it is; Python may give it more, which it does not read.",
            $"{unit}names = function.__code__.co_varnames[: function.__code__.co_argcount]",
            "",
            $"{unit}@{functools}.wraps(function)",
            $"{unit}def call(*args, **kwargs):",
            $"{unit}{unit}return function({positional}, {keywords})",
            "",
            $"{unit}return call",
            "",
            "",
            "",
        ];
        var edits = new List<TextEdit>
        {
            TextEdit.Insert(file.Text.LineStart(file.Text.LineOf(MovedPiece.StartOf(top))), string.Join(end, lines)),
            signature,
            Behind(file, function, $"{function.Name} = {name}({function.Name})"),
        };
        if (import is { } line)
            edits.Add(line);
        return new Fix(
            $"Drop the arguments that '{function.Name}' does not read, for the compiler only",
            FixSafety.Suggested,
            [.. edits]
        );
    }

    /// <summary>They are only passed on, to what nobody knows: the compiler sees the calls without them.</summary>
    public static Fix? PassedOn(
        FileSnapshot file,
        FunctionDef function,
        TextEdit signature,
        IReadOnlyList<Name> rest,
        IReadOnlyList<Name> named
    )
    {
        const int longest = 40;
        // A method that is left with 'self' alone could not be called with what it was made for.
        if (!IsPlainMethod(file, function) || function.Args.Args.Count < 2)
            return null;
        var text = file.Text;
        int first = text.LineOf(function.Start),
            last = text.LineOf(function.End - 1);
        if (
            last - first > longest
            || !Indentation.StartsItsLine(text, function.Start)
            || !Indentation.EndsItsLine(text, function.End)
        )
            return null;
        var dropped = new List<TextEdit> { signature };
        var parts = new List<Node>();
        foreach (var use in rest.Concat(named))
            if (use.Parent is Starred { Parent: Call } starred)
                parts.Add(starred);
            else if (use.Parent is Keyword { Name: null, Parent: Call } keyword)
                parts.Add(keyword);
            else
                return null;
        foreach (var call in parts.Select(p => p.Parent).OfType<Call>().Distinct())
            dropped.AddRange(Without(call, parts).Select(TextEdit.Delete));
        string end = text.DominantLineBreak,
            indent = Indentation.OfFunction(text, function);
        var twin = new StringBuilder(text.Text[function.Start..function.End]);
        foreach (var edit in dropped.OrderByDescending(e => e.Span.Start))
            twin.Remove(edit.Span.Start - function.Start, edit.Span.Length)
                .Insert(edit.Span.Start - function.Start, edit.NewText);
        string wide = UniqueNames.For(file, $"_{function.Name.Trim('_')}_given_more");
        string behind = string.Join(
            end + indent,
            [
                "",
                "",
                twin.ToString(),
                "",
                "# Python calls the first; torch.jit.script compiles the second, which takes no more.",
                $"{wide}.__wrapped__ = {function.Name}",
                $"{function.Name} = {wide}",
            ]
        );
        return new Fix(
            $"Write '{function.Name}' once more, without {Shown(function)}, for the compiler only",
            FixSafety.Suggested,
            [new TextEdit(function.NameSpan, wide), TextEdit.Insert(function.End, WithoutBlanks(behind, end))]
        );
    }

    private static string Shown(FunctionDef function) =>
        string.Join(
            " and ",
            new[]
            {
                function.Args.VarArg is { } rest ? $"'*{rest.Name}'" : null,
                function.Args.KwArg is { } named ? $"'**{named.Name}'" : null,
            }.OfType<string>()
        );

    private static bool IsPlainMethod(FileSnapshot file, FunctionDef function) =>
        function is { Parent: ClassDef, Decorators.Count: 0, IsAsync: false }
        && file.Model.ClassOf((ClassDef)function.Parent).IsModule
        && function.Args is { PosOnly.Count: 0, KwOnly.Count: 0 }
        && Indentation.StartsItsLine(file.Text, function.Start)
        && !function.Body.SelectMany(s => s.Find<Name>()).Any(n => n.Id == "super");

    private static TextEdit Behind(FileSnapshot file, FunctionDef function, string code)
    {
        string end = file.Text.DominantLineBreak,
            indent = Indentation.OfFunction(file.Text, function);
        int at = file.Text.LineEnd(file.Text.LineOf(function.End - 1));
        return TextEdit.Insert(at, $"{end}{end}{indent}{code}");
    }

    private static string WithoutBlanks(string code, string end) =>
        string.Join(end, code.Split(end).Select(l => string.IsNullOrWhiteSpace(l) ? "" : l));

    /// <summary>The spans of these arguments of a call, with the commas that separate them from those that stay.</summary>
    private static IEnumerable<TextSpan> Without(Call call, List<Node> parts)
    {
        var all = call.Args.Cast<Node>().Concat(call.Keywords).OrderBy(n => n.Start).ToList();
        for (int first = 0, behind; first < all.Count; first = behind + 1)
        {
            behind = first;
            while (behind < all.Count && parts.Contains(all[behind]))
                behind++;
            if (behind == first)
                continue;
            yield return first > 0 ? TextSpan.FromBounds(EndOf(all[first - 1]), all[behind - 1].End)
            : behind < all.Count ? TextSpan.FromBounds(all[0].Start, all[behind].Start)
            : TextSpan.FromBounds(all[0].Start, all[behind - 1].End);
        }

        static int EndOf(Node node) =>
            node is Keyword { Value: { } value } keyword ? Math.Max(keyword.End, value.ParenthesizedSpan.End)
            : node is Expr expression ? expression.ParenthesizedSpan.End
            : node.End;
    }

    private static string Functools(FileSnapshot file, out TextEdit? import)
    {
        import = null;
        foreach (var statement in file.Tree.Root.Body.OfType<Import>())
        foreach (var alias in statement.Names)
            if (alias.Name == "functools")
                return alias.AsName ?? "functools";
        import = TextEdit.Insert(Blocks.OffsetBehindImports(file), "import functools" + file.Text.DominantLineBreak);
        return "functools";
    }
}
