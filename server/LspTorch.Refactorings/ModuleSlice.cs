using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Refactorings;

/// <summary>
/// <c>for layer in self.layers[1:]</c> as a loop over the whole container that leaves the others out: a slice of
/// modules is no container to the compiler.
/// </summary>
internal static class ModuleSlice
{
    /// <param name="at">The call of an element of the slice.</param>
    public static Fix? Of(FileSnapshot file, Node at)
    {
        if (
            at is not Call { Func: Name { Id: var element } }
            || at.Ancestors()
                .OfType<For>()
                .FirstOrDefault(f => NameFlow.TargetNames(f.Target).Any(n => n.Id == element))
                is not { OrElse.Count: 0 } loop
            || loop.FirstAncestor<FunctionDef>() is not { } function
            || !ReferenceEquals(at.FirstAncestor<FunctionDef>(), function)
        )
            return null;
        var text = file.Text;
        bool counted = loop.Iter is Call { Func: Name { Id: "enumerate" }, Args.Count: 1, Keywords.Count: 0 };
        var sliced = counted ? ((Call)loop.Iter).Args[0] : loop.Iter;
        if (
            sliced is not Subscript { Index: Slice slice, Value: Name or Syntax.Attribute } subscript
            || file.Model.TypeOf(subscript.Value) is not ModuleContainerType
        )
            return null;
        string container = text[subscript.Value.Span];
        if (Literal(slice.Step) is -1 && slice.Lower is null && slice.Upper is null && !counted)
            return new Fix(
                $"Loop over 'reversed({container})'",
                FixSafety.Suggested,
                [new TextEdit(sliced.Span, $"reversed({container})")]
            );
        if (
            slice.Step is not null
            || Bound(slice.Lower) is not var (_, lower)
            || Bound(slice.Upper) is not var (_, upper)
        )
            return null;
        if (
            loop.Body.Count == 0
            || counted != loop.Target is TupleExpr { Elements: [Name, Name] }
            || counted && lower is not (null or 0)
            || !counted && loop.Target is not Name
            || HasJump(loop.Body)
            || IsReadLater(loop, function)
            || text.LineOf(loop.Body[0].Start) == text.LineOf(loop.Start)
            || NameFlow.Writes(loop.Body).Overlaps(NameFlow.TargetNames(loop.Target).Select(n => n.Id))
        )
            return null;
        string counter = counted ? ((Name)((TupleExpr)loop.Target).Elements[0]).Id : UniqueNames.For(file, "index");
        List<string> asked = [];
        if (lower is { } from && from != 0)
            asked.Add(from > 0 ? $"{counter} >= {from}" : $"{counter} >= len({container}) - {-from}");
        if (upper is { } to)
            asked.Add(to >= 0 ? $"{counter} < {to}" : $"{counter} < len({container}) - {-to}");
        if (asked.Count == 0)
            return null;
        int first = text.LineOf(MovedPiece.StartOf(loop.Body[0])),
            last = text.LineOf(loop.End - 1);
        string indent = text.IndentationOf(first),
            unit = Indentation.Unit(text, function);
        string target = counted ? text[loop.Target.Span] : $"{counter}, {text[loop.Target.Span]}";
        return new Fix(
            $"Loop over all of '{container}' and skip the others",
            FixSafety.Suggested,
            [
                new TextEdit(
                    TextSpan.FromBounds(loop.Target.ParenthesizedSpan.Start, loop.Iter.ParenthesizedSpan.End),
                    $"{target} in enumerate({container})"
                ),
                TextEdit.Insert(
                    text.LineStart(first),
                    $"{indent}if {string.Join(" and ", asked)}:{text.DominantLineBreak}"
                ),
                .. Indentation.Shift(
                    text,
                    first,
                    last,
                    indent,
                    indent + unit,
                    Indentation.LinesInsideStrings(text, loop.Body)
                ),
            ]
        );
    }

    /// <summary>A literal bound, or none; null for another one.</summary>
    private static (bool, long? Value)? Bound(Expr? bound) =>
        bound is null ? (true, null)
        : Literal(bound) is { } value ? (true, value)
        : null;

    private static long? Literal(Expr? bound) =>
        bound switch
        {
            Constant { Kind: ConstantKind.Int, Value: var value } => AsLong(value),
            UnaryOp { Op: UnaryOperator.USub, Operand: Constant { Kind: ConstantKind.Int, Value: var value } } =>
                -AsLong(value),
            _ => null,
        };

    private static long? AsLong(object? value) =>
        value is not null
        && long.TryParse(
            Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
            System.Globalization.CultureInfo.InvariantCulture,
            out long number
        )
            ? number
            : null;

    private static bool HasJump(NodeList<Stmt> block) =>
        block.Any(s =>
            s is Break or Continue || s is not (For or While or FunctionDef or ClassDef) && Blocks.Of(s).Any(HasJump)
        );

    private static bool IsReadLater(For loop, FunctionDef function)
    {
        if (Blocks.Containing(loop) is not { } block)
            return true;
        var flow = new NameFlow(function);
        int at = block.ToList().FindIndex(s => ReferenceEquals(s, loop));
        return NameFlow.TargetNames(loop.Target).Any(t => flow.IsLiveAfter(t.Id, block, at));
    }
}
