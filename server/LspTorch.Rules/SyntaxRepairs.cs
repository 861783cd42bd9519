using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// Edits that say in TorchScript what a row of <see cref="UnsupportedSyntaxTable"/> refuses; null where none is
/// certain.
/// </summary>
internal static class SyntaxRepairs
{
    public static Fix? DropPlus(FileSnapshot file, Node node) =>
        node is UnaryOp plus
            ? new Fix(
                "Remove the '+'",
                FixSafety.Suggested,
                [TextEdit.Delete(TextSpan.FromBounds(plus.Start, plus.Operand.ParenthesizedSpan.Start))]
            )
            : null;

    /// <summary>
    /// <c>x //= y</c> as <c>x = x // y</c> for a variable of numbers, and as <c>x.floor_divide_(y)</c> for a tensor,
    /// which it changes in place. A tensor has no
    /// <c>@=</c>: Python itself computes <c>x @ y</c> there. Of a variable of unknown type nobody can say which.
    /// </summary>
    public static Fix? ExpandAugmentedAssignment(FileSnapshot file, Node node)
    {
        if (node is not AugAssign { Target: Name target } assign)
            return null;
        var known = file.Model.TypeOf(target);
        bool number = known == TorchType.Int || known == TorchType.Float;
        string sign = file.Text[assign.OpSpan].TrimEnd('=');
        var value = assign.Value.ParenthesizedSpan;
        if (known == TorchType.Tensor && assign.Op == BinaryOperator.FloorDiv)
            return new Fix(
                $"Write '{target.Id}.floor_divide_(...)'",
                FixSafety.Safe,
                [
                    new TextEdit(TextSpan.FromBounds(target.End, value.Start), ".floor_divide_("),
                    TextEdit.Insert(value.End, ")"),
                ]
            );
        bool atom = assign.Value is Name or Constant or Call or Attribute or Subscript || value != assign.Value.Span;
        string title = $"Write '{target.Id} = {target.Id} {sign} ...'";
        var written = WrittenOut(assign, target, sign, atom);
        return number || known == TorchType.Tensor
            ? new Fix(title, FixSafety.Safe, written)
            : Fix.Changing(title, "a Tensor is no longer changed in place", written);
    }

    /// <summary>The edits that make <c>x = x + (y)</c> of <c>x += y</c>.</summary>
    public static ImmutableArray<TextEdit> WrittenOut(FileSnapshot file, AugAssign assign, Name target) =>
        WrittenOut(
            assign,
            target,
            file.Text[assign.OpSpan].TrimEnd('='),
            assign.Value is Name or Constant || assign.Value.ParenthesizedSpan != assign.Value.Span
        );

    private static ImmutableArray<TextEdit> WrittenOut(AugAssign assign, Name target, string sign, bool atom)
    {
        var value = assign.Value.ParenthesizedSpan;
        var written = new TextEdit(assign.OpSpan, $"= {target.Id} {sign}");
        return atom ? [written] : [written, TextEdit.Insert(value.Start, "("), TextEdit.Insert(value.End, ")")];
    }

    /// <summary>In a membership test a list of the same elements answers the same.</summary>
    public static Fix? SetAsList(FileSnapshot file, Node node)
    {
        if (node is not SetExpr set || set.Parent is not Compare compare || ReferenceEquals(compare.Left, set))
            return null;
        int index = compare.Comparators.ToList().IndexOf(set);
        if (index < 0 || compare.Ops[index] is not (CompareOperator.In or CompareOperator.NotIn))
            return null;
        if (set.Elements.Any(e => e is Starred))
            return null;
        // A set compares by hash first, and wants values that have one.
        bool plain =
            file.Model.TypeOf(compare.Left) is TorchScript.PrimitiveType
            {
                Kind: TorchScript.PrimitiveKind.Int
                    or TorchScript.PrimitiveKind.Float
                    or TorchScript.PrimitiveKind.Bool
                    or TorchScript.PrimitiveKind.Str
            };
        return new Fix(
            "Test membership in a list",
            plain ? FixSafety.Safe : FixSafety.Suggested,
            [new TextEdit(new TextSpan(set.Start, 1), "["), new TextEdit(new TextSpan(set.End - 1, 1), "]")]
        );
    }

    /// <summary>
    /// <c>if (n := f(x)) > 1:</c> becomes <c>n = f(x)</c> and <c>if n > 1:</c>; only where the value is what the
    /// statement evaluates first.
    /// </summary>
    public static Fix? AssignFirst(FileSnapshot file, Node node)
    {
        if (node is not NamedExpr named || StatementOf(named) is not { } statement)
            return null;
        var first = statement switch
        {
            If branch when !IsElif(file, branch) => branch.Test,
            ExprStmt expression => expression.Value,
            Return { Value: { } value } => value,
            Assign assign => assign.Value,
            Assert assert => assert.Test,
            _ => null,
        };
        if (first is null || !EvaluationOrder.IsFirst(first, named) || !StartsItsLine(file, statement))
            return null;
        string indent = file.Text.IndentationOf(file.Text.LineOf(statement.Start));
        string value1 = file.Text[named.Value.ParenthesizedSpan];
        if (value1.Contains('\n') || value1.Contains('\r'))
            return null;
        return new Fix(
            $"Assign '{named.Target.Id}' first",
            FixSafety.Safe,
            [
                TextEdit.Insert(statement.Start, $"{named.Target.Id} = {value1}{file.Text.DominantLineBreak}{indent}"),
                new TextEdit(named.ParenthesizedSpan, named.Target.Id),
            ]
        );
    }

    public static Fix? DropAnnotation(FileSnapshot file, Node node) =>
        node is AnnAssign { Value: not null } assign
            ? new Fix(
                "Remove the annotation",
                FixSafety.Suggested,
                [
                    TextEdit.Delete(
                        TextSpan.FromBounds(
                            assign.Target.ParenthesizedSpan.End,
                            assign.Annotation.ParenthesizedSpan.End
                        )
                    ),
                ]
            )
            : null;

    /// <summary>
    /// Moves <c>y: int</c> onto the first plain assignment of <c>y</c> that follows in the same block.
    /// </summary>
    public static Fix? AnnotateTheAssignment(FileSnapshot file, Node node)
    {
        if (node is not AnnAssign { Value: null, Target: Name target } declaration)
            return null;
        var assignment = Blocks
            .Containing(declaration)
            ?.SkipWhile(s => !ReferenceEquals(s, declaration))
            .Skip(1)
            .OfType<Assign>()
            .FirstOrDefault(a => AssignedValues.Of(a).Any(s => s.Target is Name name && name.Id == target.Id));
        if (assignment is null || !StartsItsLine(file, declaration))
            return null;
        int line = file.Text.LineOf(declaration.Start);
        if (file.Text.LineOf(declaration.End) != line)
            return null;
        string annotation = file.Text[declaration.Annotation.ParenthesizedSpan];
        var stored = AssignedValues.Of(assignment).Select(s => s.Target).OfType<Name>().First(n => n.Id == target.Id);
        if (
            (
                assignment.Targets is [Name]
                    ? TextEdit.Insert(stored.End, $": {annotation}")
                    : SplitAssignment.Annotated(file, stored, annotation)
            )
            is not { } annotated
        )
            return null;
        return new Fix(
            $"Annotate the assignment '{target.Id}: {annotation}'",
            FixSafety.Safe,
            [
                TextEdit.Delete(TextSpan.FromBounds(file.Text.LineStart(line), file.Text.LineEndWithBreak(line))),
                annotated,
            ]
        );
    }

    public static Fix? DropPrintKeywords(FileSnapshot file, Node node)
    {
        if (node is not Call call || call.Keywords.Count == 0 || call.Args.Count == 0)
            return null;
        if (call.Keywords[0].Start < call.Args[^1].End)
            return null;
        ImmutableArray<TextEdit> edits =
        [
            TextEdit.Delete(TextSpan.FromBounds(call.Args[^1].ParenthesizedSpan.End, call.Keywords[^1].End)),
        ];
        const string title = "Remove the keyword arguments";
        return call.Keywords.All(k => k.Name == "flush")
            ? new Fix(title, FixSafety.Suggested, edits)
            : Fix.Changing(title, "what is printed", edits);
    }

    /// <summary><c>[a, b] = x</c> as <c>(a, b) = x</c>: Python unpacks both alike.</summary>
    public static Fix? TupleForList(FileSnapshot file, Node node) =>
        node is ListExpr { Elements: [_, _, ..] }
            ? new Fix(
                "Write a tuple",
                FixSafety.Safe,
                [new TextEdit(new TextSpan(node.Start, 1), "("), new TextEdit(new TextSpan(node.End - 1, 1), ")")]
            )
            : null;

    public static Fix? PassForEllipsis(FileSnapshot file, Node node) =>
        new("Write 'pass'", FixSafety.Safe, [new TextEdit(node.Span, "pass")]);

    /// <summary><c>X | None</c> as <c>Optional[X]</c>, several as <c>Union[...]</c>.</summary>
    public static Fix? UnionAsTyping(FileSnapshot file, Node node)
    {
        if (node is not BinOp union)
            return null;
        var members = new List<Expr>();
        Flatten(union, members);
        var types = members.Where(m => m is not Constant { Kind: ConstantKind.None }).ToList();
        bool optional = types.Count < members.Count;
        if (types.Count == 0 || types.Count > 1 && file.Options.Torch < new TorchVersion(1, 10))
            return null;
        var imports = new List<NeededImport>();
        string text =
            types.Count == 1
                ? file.Text[types[0].ParenthesizedSpan]
                : $"{Typing(file, "Union", imports)}[{string.Join(", ", types.Select(t => file.Text[t.ParenthesizedSpan]))}]";
        if (optional)
            text = $"{Typing(file, "Optional", imports)}[{text}]";
        // Read as a type at last, it may show what the body does wrong with it.
        bool shows =
            node.Parent is Arg parameter
            && parameter.FirstAncestor<FunctionDef>() is { } function
            && TorchType.TryParse(text.Replace("torch.", ""), out var type)
            && Annotations.BringsProblem(file.Model, function, parameter, type);
        return new Fix(
            $"Write '{text}'",
            shows ? FixSafety.Suggested : FixSafety.Safe,
            [new TextEdit(node.Span, text), .. AnnotationWriter.ImportEdits(file.Model, imports)]
        );
    }

    private static void Flatten(Expr type, List<Expr> members)
    {
        if (type is BinOp { Op: BinaryOperator.BitOr } union)
        {
            Flatten(union.Left, members);
            Flatten(union.Right, members);
        }
        else
            members.Add(type);
    }

    /// <summary>How this file names a generic of typing, with the import it needs for that.</summary>
    private static string Typing(FileSnapshot file, string name, List<NeededImport> imports)
    {
        var written = AnnotationWriter.Write(file.Model, name == "Optional" ? "Optional[int]" : "Union[int, str]");
        if (written is null)
            return name;
        imports.AddRange(written.Imports);
        return written.Text[..written.Text.IndexOf('[')];
    }

    private static Stmt? StatementOf(Node node) => node as Stmt ?? node.FirstAncestor<Stmt>();

    private static bool StartsItsLine(FileSnapshot file, Node node)
    {
        int line = file.Text.LineOf(node.Start);
        return file.Text.Text[file.Text.LineStart(line)..node.Start].Trim().Length == 0;
    }

    private static bool IsElif(FileSnapshot file, If branch) => file.Text.Text.AsSpan(branch.Start).StartsWith("elif");
}
