using System.Text;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// A short loop over parts of the instance that the compiler cannot find by a name worked out, or in a list, written
/// out: <c>getattr(self, f"fc{i}")</c> as <c>self.fc0</c>, then <c>self.fc1</c>; <c>for block in self.blocks</c> where the
/// constructor has <c>self.blocks = [self.first, self.second]</c>.
/// </summary>
internal static class UnrolledLoop
{
    private const int MaxTurns = 12,
        MaxLines = 60;

    /// <param name="at">The call of getattr.</param>
    public static Fix? OfGetattr(FileSnapshot file, Node at)
    {
        if (
            at
                is not Call
                {
                    Func: Name { Id: "getattr" },
                    Args: [Name { Id: var self }, var name],
                    Keywords.Count: 0
                } call
            || at.Ancestors()
                .OfType<For>()
                .FirstOrDefault(f =>
                    f.Target is Name counter && name.Find<Name>().Prepend(name as Name).Any(n => n?.Id == counter.Id)
                )
                is not { Target: Name { Id: var index } } loop
            || RangeOf(file, loop) is not { } turns
            || turns.Count is 0 or > MaxTurns
        )
            return null;
        var lookups = loop
            .Body.SelectMany(s => s.Find<Call>())
            .Where(c =>
                c is { Func: Name { Id: "getattr" }, Args: [Name { Id: var of }, _], Keywords.Count: 0 } && of == self
            )
            .ToList();
        var copies = new List<IReadOnlyList<TextEdit>>();
        foreach (long turn in turns)
        {
            var edits = new List<TextEdit>();
            foreach (var lookup in lookups)
                if (NameOf(lookup.Args[1], index, turn) is { } found)
                    edits.Add(new TextEdit(lookup.Span, $"{self}.{found}"));
                else
                    return null;
            foreach (var use in loop.Body.SelectMany(s => s.Find<Name>()).Where(n => n.Id == index))
                if (!lookups.Any(l => l.Span.Contains(use.Start)))
                    edits.Add(new TextEdit(use.Span, $"{turn}"));
            copies.Add(edits);
        }
        return Written(file, loop, index, copies, $"Unroll the {turns.Count} iterations of the loop");
    }

    /// <param name="at">The attribute that holds a list of modules, which a loop walks over.</param>
    public static Fix? OfList(FileSnapshot file, FunctionDef function, Node at)
    {
        if (
            at is not Attribute { Value: Name { Id: var self }, Name: var name } list
            || list.Parent is not For { Target: Name { Id: var element } } loop
            || !ReferenceEquals(loop.Iter, list)
            || function.Parent is not ClassDef owner
            || function.Args.All().FirstOrDefault()?.Name != self
            || file.Model.ClassOf(owner).FindAttribute(name)
                is not {
                    Assignments: [Assign { Value: ListExpr { Elements: { Count: > 0 and <= MaxTurns } parts } } assign]
                }
            || file.Model.AttributeUses.IsChanged(name)
            || assign.FirstAncestor<FunctionDef>() is not { Name: "__init__" } init
            || init.Args.All().FirstOrDefault()?.Name is not { } made
        )
            return null;
        var copies = new List<IReadOnlyList<TextEdit>>();
        foreach (var part in parts)
        {
            // The attribute may have been given another module since.
            if (
                part is not Attribute { Value: Name { Id: var of }, Name: var held }
                || of != made
                || file.Model.ClassOf(owner).FindAttribute(held) is not { Assignments.Length: 1 }
            )
                return null;
            copies.Add([
                .. loop
                    .Body.SelectMany(s => s.Find<Name>())
                    .Where(n => n.Id == element)
                    .Select(n => new TextEdit(n.Span, $"{self}.{held}")),
            ]);
        }
        return Written(file, loop, element, copies, $"Unroll the loop over '{self}.{name}'");
    }

    private static Fix? Written(
        FileSnapshot file,
        For loop,
        string target,
        IReadOnlyList<IReadOnlyList<TextEdit>> copies,
        string title
    )
    {
        var text = file.Text;
        if (
            loop.OrElse.Count > 0
            || loop.Body.Count == 0
            || loop.FirstAncestor<FunctionDef>() is not { } function
            || HasJump(loop.Body)
            || NameFlow.Writes(loop.Body).Contains(target)
            || function
                .Find<Name>()
                .Any(n => n.Id == target && !loop.Span.Contains(n.Start) && n.Context == ExprContext.Load)
            || loop.Body.Any(s => s.Find<Node>().Any(n => n is Lambda or FunctionDef or ComprehensionExpr or DictComp))
            || !Indentation.StartsItsLine(text, loop.Start)
            || !Indentation.EndsItsLine(text, loop.End)
            || Indentation.LinesInsideStrings(text, loop.Body).Count > 0
        )
            return null;
        int first = text.LineOf(loop.Body[0].Start),
            last = text.LineOf(loop.End - 1);
        if (first == text.LineOf(loop.Start) || (last - first + 1) * copies.Count > MaxLines)
            return null;
        string indent = text.IndentationOf(text.LineOf(loop.Start)),
            inner = text.IndentationOf(first),
            end = text.DominantLineBreak;
        int start = text.LineStart(first);
        string body = text.Text[start..loop.End];
        var lines = new List<string>();
        foreach (var edits in copies)
        {
            var copy = new StringBuilder(body);
            foreach (var edit in edits.OrderByDescending(e => e.Span.Start))
                copy.Remove(edit.Span.Start - start, edit.Span.Length).Insert(edit.Span.Start - start, edit.NewText);
            foreach (string line in copy.ToString().Split(end))
            {
                if (string.IsNullOrWhiteSpace(line))
                    lines.Add("");
                else if (line.StartsWith(inner, StringComparison.Ordinal))
                    lines.Add(indent + line[inner.Length..]);
                else
                    return null;
            }
        }
        return new Fix(title, FixSafety.Suggested, [new TextEdit(loop.Span, string.Join(end, lines)[indent.Length..])]);
    }

    /// <summary>The numbers that <c>range(...)</c> counts through, of literals and attributes that hold one.</summary>
    private static IReadOnlyList<long>? RangeOf(FileSnapshot file, For loop)
    {
        if (
            loop.Iter is not Call { Func: Name { Id: "range" }, Args: { Count: 1 or 2 } args, Keywords.Count: 0 }
            || Number(file, args[^1]) is not { } stop
            || (args.Count == 2 ? Number(file, args[0]) : 0) is not { } start
            || stop - start is < 1 or > MaxTurns
        )
            return null;
        return [.. Enumerable.Range(0, (int)(stop - start)).Select(i => start + i)];
    }

    private static long? Number(FileSnapshot file, Expr value) =>
        value switch
        {
            Constant { Kind: ConstantKind.Int } => long.TryParse(file.Text[value.Span], out long number)
                ? number
                : null,
            Attribute { Value: Name { Id: "self" }, Name: var name }
                when value.FirstAncestor<ClassDef>() is { } owner => file.Model.ClassOf(owner)
                .FindAttribute(name)
                ?.ConstantValue as long?,
            _ => null,
        };

    /// <summary>
    /// The name that an f-string, str.format or '%' makes with the counter; null for another expression.
    /// </summary>
    private static string? NameOf(Expr name, string index, long turn)
    {
        switch (name)
        {
            case JoinedStr { IsTemplate: false } joined:
                var made = new StringBuilder();
                foreach (var part in joined.Values)
                    if (part is Constant { Value: string text })
                        made.Append(text);
                    else if (
                        part is FormattedValue { FormatSpec: null, Conversion: null } value
                        && Value(value.Value, index, turn) is { } number
                    )
                        made.Append(number);
                    else
                        return null;
                return made.ToString();
            case Call
            {
                Func: Attribute { Name: "format", Value: Constant { Value: string format } },
                Args: [var only],
                Keywords.Count: 0
            } when Value(only, index, turn) is { } number && format.Split("{}") is [var before, var behind]:
                return $"{before}{number}{behind}";
            case BinOp { Op: BinaryOperator.Mod, Left: Constant { Value: string percent }, Right: var given }
                when Value(given is TupleExpr { Elements: [var one] } ? one : given, index, turn) is { } number:
                string[] pieces = percent.Split(percent.Contains("%d") ? "%d" : "%s");
                return pieces is [var head, var tail] && !head.Contains('%') && !tail.Contains('%')
                    ? $"{head}{number}{tail}"
                    : null;
            case BinOp
            {
                Op: BinaryOperator.Add,
                Left: Constant { Value: string prefix },
                Right: Call { Func: Name { Id: "str" }, Args: [var value], Keywords.Count: 0 }
            } when Value(value, index, turn) is { } number:
                return $"{prefix}{number}";
            default:
                return null;
        }
    }

    private static long? Value(Expr value, string index, long turn) =>
        value switch
        {
            Name { Id: var id } when id == index => turn,
            BinOp { Op: BinaryOperator.Add, Left: Name { Id: var id }, Right: Constant { Value: long more } }
                when id == index => turn + more,
            _ => null,
        };

    private static bool HasJump(NodeList<Stmt> block) =>
        block.Any(s =>
            s is Break or Continue || s is not (For or While or FunctionDef or ClassDef) && Blocks.Of(s).Any(HasJump)
        );
}
