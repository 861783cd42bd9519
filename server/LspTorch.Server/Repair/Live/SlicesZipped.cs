using System.Collections.Immutable;
using System.Globalization;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// <c>for c, a in zip(self.convs, self.acts[::2])</c> as a loop over the other containers that counts, with
/// <c>self.acts[2 * index](x)</c> in its body: a slice of modules is no container to the compiler.
/// </summary>
internal sealed record SlicesZipped(string Path, string Function)
    : LiveRepair(Path, "module-list-indexed-by-variable", $"Count the loops over slices of modules in {Function}")
{
    private sealed record Sliced(int Place, string Element, string Container, int Start, int Step, Assign? Local);

    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (Refusal.Function(file, Function) is not { } function)
            return [];
        var edits = new List<TextEdit>();
        var locals = new HashSet<Assign>(ReferenceEqualityComparer.Instance);
        foreach (var loop in Nodes<For>.In(function))
            if (EditsOf(file, function, loop, locals) is { } made)
                edits.AddRange(made);
        // A variable that is read no more keeps the slice, which the compiler cannot hold in some releases.
        edits.AddRange(locals.Select(l => new TextEdit(l.Span, "pass")));
        return [.. edits];
    }

    private static List<TextEdit>? EditsOf(FileSnapshot file, FunctionDef function, For loop, HashSet<Assign> locals)
    {
        if (
            loop
                is not {
                    Iter: Call { Func: Syntax.Name { Id: "zip" }, Keywords.Count: 0, Args: var zipped },
                    Target: TupleExpr { Elements: var elements }
                }
            || zipped.Count != elements.Count
            || elements.Any(e => e is not Syntax.Name)
        )
            return null;
        var slices = Enumerable
            .Range(0, zipped.Count)
            .Select(i => SliceAt(function, i, ((Syntax.Name)elements[i]).Id, zipped[i]))
            .OfType<Sliced>()
            .ToList();
        if (slices.Count == 0 || slices.Count == zipped.Count)
            return null;
        string index = UniqueNames.For(file, "index");
        var edits = new List<TextEdit>();
        foreach (var slice in slices)
        foreach (var use in loop.Body.SelectMany(s => Nodes<Syntax.Name>.In(s)).Where(n => n.Id == slice.Element))
        {
            if (use.Parent is not Call call || !ReferenceEquals(call.Func, use))
                return null;
            string number = slice.Step == 1 ? index : $"{slice.Step} * {index}";
            string start = slice.Start.ToString(CultureInfo.InvariantCulture);
            edits.Add(new TextEdit(use.Span, $"{slice.Container}[{number}{(slice.Start == 0 ? "" : " + " + start)}]"));
        }
        var left = Enumerable.Range(0, zipped.Count).Where(i => slices.All(s => s.Place != i)).ToList();
        string targets = string.Join(", ", left.Select(i => file.Text[elements[i].Span])),
            iterables = string.Join(", ", left.Select(i => file.Text[zipped[i].Span]));
        edits.Add(
            new TextEdit(
                TextSpan.FromBounds(loop.Target.ParenthesizedSpan.Start, loop.Iter.ParenthesizedSpan.End),
                left.Count == 1
                    ? $"{index}, {targets} in enumerate({iterables})"
                    : $"{index}, ({targets}) in enumerate(zip({iterables}))"
            )
        );
        foreach (var local in slices.Select(s => s.Local).OfType<Assign>())
            if (IsOnlyZipped(function, local))
                locals.Add(local);
        return edits;
    }

    /// <summary>A slice of an attribute, written there or in the only assignment of a local variable.</summary>
    private static Sliced? SliceAt(FunctionDef function, int place, string element, Expr iterable)
    {
        Assign? local = null;
        if (iterable is Syntax.Name { Id: var variable })
        {
            var found = Nodes<Assign>.In(function).Where(a => Stored(a, variable) is not null).ToList();
            if (found is not [var only] || Stored(only, variable) is not { } value)
                return null;
            (local, iterable) = (only, value);
        }
        return
            iterable
                is Subscript
                {
                    Value: Attribute { Value: Syntax.Name { Id: "self" }, Name: var container },
                    Index: Slice { Upper: null } slice
                }
            && Number(slice.Lower, 0) is { } start
            && Number(slice.Step, 1) is { } step
            && step > 0
            ? new Sliced(place, element, $"self.{container}", start, step, local)
            : null;
    }

    private static Expr? Stored(Assign assign, string variable) =>
        assign switch
        {
            { Targets: [Syntax.Name name] } when name.Id == variable => assign.Value,
            { Targets: [TupleExpr names], Value: TupleExpr values }
                when names.Elements.Count == values.Elements.Count => values
                .Elements.Where((_, i) => names.Elements[i] is Syntax.Name n && n.Id == variable)
                .FirstOrDefault(),
            _ => null,
        };

    private static bool IsOnlyZipped(FunctionDef function, Assign local)
    {
        var stored = NameFlow.TargetNames(local.Targets[0]).Select(n => n.Id).ToHashSet();
        return Nodes<Syntax.Name>
            .In(function)
            .Where(n => stored.Contains(n.Id) && n.Context == ExprContext.Load)
            .All(n => n.Parent is Call { Func: Syntax.Name { Id: "zip" }, Parent: For });
    }

    private static int? Number(Expr? bound, int otherwise) =>
        bound switch
        {
            null => otherwise,
            Constant { Kind: ConstantKind.Int, Value: { } value }
                when int.TryParse(Convert.ToString(value, CultureInfo.InvariantCulture), out int number) => number,
            _ => null,
        };
}
