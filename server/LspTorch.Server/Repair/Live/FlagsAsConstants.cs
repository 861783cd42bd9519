using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// Conditions of compiled methods that hang on nothing but what __init__ set: as __constants__ the compiler decides by
/// them, and leaves the dead branch alone. A flag is taken as it is; <c>self.mode == "both"</c> becomes an attribute of
/// its own.
/// </summary>
internal sealed record FlagsAsConstants(string Path, string Class)
    : LiveRepair(Path, "return-type-mismatch", $"Make the flags that {Class} tests constants of the compiled code")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (
            ClassOf(file, Class) is not { Body: [var first, ..] } type
            || type.Body.OfType<FunctionDef>().FirstOrDefault(f => f.Name == "__init__") is not { } init
        )
            return [];
        var compiled = file.Model.CompiledFunctions.Where(c => c.Class == type).Select(c => c.Function).Distinct();
        var kept = Kept(type, init);
        var flags = new SortedSet<string>(StringComparer.Ordinal);
        var made = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var edits = new List<TextEdit>();
        foreach (var test in compiled.SelectMany(Tests).SelectMany(Parts))
        {
            if (test is Attribute { Value: Syntax.Name { Id: "self" } } flag)
            {
                if (kept.Contains(flag.Name))
                    flags.Add(flag.Name);
            }
            else if (IsOf(test, kept))
            {
                string text = file.Text[test.Span];
                if (!made.TryGetValue(text, out string? name))
                    made[text] = name = NameFor(file, text, made.Values);
                edits.Add(new TextEdit(test.Span, $"self.{name}"));
            }
        }
        flags.UnionWith(made.Values);
        var listed = type.Body.OfType<Assign>().FirstOrDefault(a => a.Targets is [Syntax.Name { Id: "__constants__" }]);
        var known = (listed is null ? [] : Nodes<Constant>.In(listed)).Select(c => c.Value as string).ToHashSet();
        flags.RemoveWhere(known.Contains);
        if (flags.Count == 0 || listed is { Value: not ListExpr { Elements.Count: > 0 } })
            return [];
        string names = string.Join(", ", flags.Select(f => $"\"{f}\""));
        var source = file.Text;
        string end = source.DominantLineBreak;
        if (listed is { Value: ListExpr { Elements: [.., var last] } })
            edits.Add(TextEdit.Insert(last.End, ", " + names));
        else
            edits.Add(Declaration(source, type, first, names));
        if (made.Count > 0)
        {
            int line = source.LineOf(init.Body[^1].End);
            string indent = source.IndentationOf(source.LineOf(init.Body[0].Start));
            string code = string.Concat(made.Select(m => $"{indent}self.{m.Value} = bool({m.Key}){end}"));
            bool broken = source.LineEndWithBreak(line) > source.LineEnd(line);
            edits.Add(TextEdit.Insert(source.LineEndWithBreak(line), broken ? code : end + code));
        }
        return [.. edits.DistinctBy(e => e.Span)];
    }

    private static TextEdit Declaration(SourceText text, ClassDef type, Stmt first, string names)
    {
        // A docstring stays first.
        int line =
            first is ExprStmt { Value: Constant } && type.Body.Count > 1
                ? text.LineOf(first.End) + 1
                : text.LineOf(MovedPiece.StartOf(first));
        string end = text.DominantLineBreak;
        return TextEdit.Insert(
            text.LineStart(line),
            $"{text.IndentationOf(text.LineOf(first.Start))}__constants__ = [{names}]{end}{end}"
        );
    }

    /// <summary>Attributes that only __init__ of the class sets.</summary>
    private static HashSet<string> Kept(ClassDef type, FunctionDef init)
    {
        var stores = Nodes<Attribute>
            .In(type)
            .Where(a => a.Context == ExprContext.Store && a.Value is Syntax.Name { Id: "self" })
            .ToList();
        return
        [
            .. stores
                .Select(a => a.Name)
                .Except(stores.Where(a => a.Start < init.Start || a.Start >= init.End).Select(a => a.Name)),
        ];
    }

    private static IEnumerable<Expr> Tests(FunctionDef function) =>
        [.. Nodes<If>.In(function).Select(i => i.Test), .. Nodes<IfExp>.In(function).Select(i => i.Test)];

    private static IEnumerable<Expr> Parts(Expr test) =>
        test switch
        {
            UnaryOp { Op: UnaryOperator.Not } not => Parts(not.Operand),
            BoolOp both => both.Values.SelectMany(Parts),
            _ => [test],
        };

    /// <summary>A comparison of such attributes with constants; not one with None, which the compiler decides.</summary>
    private static bool IsOf(Expr test, HashSet<string> kept) =>
        test is Compare compare
        && !compare.Ops.Any(o => o is CompareOperator.Is or CompareOperator.IsNot)
        && Nodes<Attribute>.In(test).Count > 0
        && compare.Comparators.Prepend(compare.Left).All(e => IsKept(e, kept));

    private static bool IsKept(Expr value, HashSet<string> kept) =>
        value switch
        {
            Constant => true,
            Attribute { Value: Syntax.Name { Id: "self" } } a => kept.Contains(a.Name),
            TupleExpr t => t.Elements.All(e => IsKept(e, kept)),
            ListExpr l => l.Elements.All(e => IsKept(e, kept)),
            BinOp b => IsKept(b.Left, kept) && IsKept(b.Right, kept),
            _ => false,
        };

    private static string NameFor(FileSnapshot file, string test, ICollection<string> taken)
    {
        string words = string.Join(
            '_',
            new string([
                .. test.Replace("self.", "", StringComparison.Ordinal)
                    .Replace("==", " is ")
                    .Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : ' '),
            ]).Split(' ', StringSplitOptions.RemoveEmptyEntries)
        );
        string name = UniqueNames.For(file, words.Length > 50 ? words[..50] : words);
        while (taken.Contains(name))
            name += "_";
        return name;
    }
}
