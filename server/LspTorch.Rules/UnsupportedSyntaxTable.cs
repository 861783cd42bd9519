using System.Collections.Immutable;
using LspTorch.Refactorings;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// The one table of statements and expressions that torch.jit.script refuses, by release. Every row is tested against
/// the compiler by
/// the case of the same name; those that changed between releases are in <see cref="SyntaxByRelease"/>.
/// </summary>
internal static class UnsupportedSyntaxTable
{
    internal const string Ignore = "move it to an @torch.jit.ignore method";

    /// <summary>What no release accepts, and what the language learned.</summary>
    public static ImmutableArray<SyntaxFact> Rows { get; } =
    [
        .. SyntaxByRelease.Rows,
        new SyntaxFact<Try>(
            "try",
            "'try' cannot be compiled",
            $"test the condition beforehand, or {Ignore}",
            n => Word(n, 3)
        )
        {
            Movable = true,
        },
        new SyntaxFact<Lambda>(
            "lambda",
            "'lambda' cannot be compiled",
            "write a function at module level",
            n => Word(n, 6)
        )
        {
            Repair = (file, node) => MapComprehension.Of(file, node) ?? LocalFunction.Of(file, node),
            Movable = true,
        },
        new SyntaxFact<FunctionDef>(
            "nested-def",
            "a function inside a compiled function cannot be compiled",
            "move it to module level, or make it a method",
            n => n.NameSpan
        )
        {
            Repair = LocalFunction.Of,
        },
        new SyntaxFact<ClassDef>(
            "nested-class",
            "a class inside a compiled function cannot be compiled",
            "move it to module level",
            n => n.NameSpan
        ),
        new SyntaxFact<Import>(
            "import",
            "'import' inside a compiled function cannot be compiled",
            "import at the top of the file",
            n => n.Span
        )
        {
            Repair = ImportRepair.AtTop,
        },
        new SyntaxFact<ImportFrom>(
            "import-from",
            "'import' inside a compiled function cannot be compiled",
            "import at the top of the file",
            n => n.Span
        )
        {
            Repair = ImportRepair.AtTop,
        },
        new SyntaxFact<Global>(
            "global",
            "'global' cannot be compiled",
            "pass the value as an argument, or keep it in an attribute",
            n => Word(n, 6)
        ),
        new SyntaxFact<Nonlocal>(
            "nonlocal",
            "'nonlocal' cannot be compiled",
            "pass the value as an argument",
            n => Word(n, 8)
        ),
        new SyntaxFact<SetExpr>(
            "set",
            "a set cannot be compiled",
            "use a list, or a dictionary for look-ups",
            n => n.Span
        )
        {
            Repair = SyntaxRepairs.SetAsList,
        },
        new SyntaxFact<ComprehensionExpr>(
            "set-comprehension",
            "a set comprehension cannot be compiled",
            "use a list comprehension",
            n => n.Kind == ComprehensionKind.Set ? n.Span : null
        ),
        new SyntaxFact<Comprehension>(
            "comprehension-if",
            "'if' in a comprehension cannot be compiled",
            "write a loop that appends",
            n => n.Ifs.Count > 0 && IsCompiledComprehension(n) ? FromComprehension(n, n.Ifs[0]) : null
        )
        {
            Repair = ComprehensionLoop.Of,
        },
        new SyntaxFact<Comprehension>(
            "second-for",
            "a comprehension with a second 'for' cannot be compiled",
            "write nested loops that append",
            n =>
                IsCompiledComprehension(n) && Generators(n) is { Count: > 1 } all && ReferenceEquals(all[1], n)
                    ? FromComprehension(n, n)
                    : null
        )
        {
            Repair = ComprehensionLoop.Of,
        },
        new SyntaxFact<Yield>(
            "yield",
            "'yield' cannot be compiled",
            "collect the values in a list and return it",
            n => n.Span
        ),
        new SyntaxFact<YieldFrom>(
            "yield-from",
            "'yield from' cannot be compiled",
            "collect the values in a list and return it",
            n => n.Span
        ),
        new SyntaxFact<NamedExpr>("walrus", "':=' cannot be compiled", "assign on a line of its own", n => n.Span)
        {
            Repair = SyntaxRepairs.AssignFirst,
        },
        new SyntaxFact<Match>("match", "'match' cannot be compiled", "write if and elif", n => Word(n, 5)),
        new SyntaxFact<JoinedStr>(
            "template-string",
            "a t-string cannot be compiled",
            "use a plain f-string",
            n => n.IsTemplate ? n.Span : null
        ),
        new SyntaxFact<FormattedValue>(
            "format-spec",
            "a format specification in an f-string cannot be compiled",
            $"write the plain value, or {Ignore}",
            n => n.FormatSpec is not null && !InTemplateOrSpec(n) ? n.Span : null
        )
        {
            Movable = true,
        },
        new SyntaxFact<FormattedValue>(
            "format-conversion",
            "a conversion (!r, !s, !a or =) in an f-string cannot be compiled",
            "write the plain value",
            n => n.FormatSpec is null && n.Conversion is not null && !InTemplateOrSpec(n) ? n.Span : null
        ),
        new SyntaxFact<Constant>(
            "bytes",
            "a bytes literal cannot be compiled",
            "use a str",
            n => n.Kind == ConstantKind.Bytes ? n.Span : null
        ),
        new SyntaxFact<TypeAlias>(
            "type-alias",
            "a 'type' statement cannot be compiled",
            "define the type at module level",
            n => n.Span
        ),
        new SyntaxFact<For>(
            "for-else",
            "'else' of a for loop cannot be compiled",
            "set a flag before 'break' and test it after the loop",
            n => n.OrElse.Count > 0 ? Word(n, 3) : null
        )
        {
            Movable = true,
        },
        new SyntaxFact<While>(
            "while-else",
            "'else' of a while loop cannot be compiled",
            "set a flag before 'break' and test it after the loop",
            n => n.OrElse.Count > 0 ? Word(n, 5) : null
        )
        {
            Movable = true,
        },
        new SyntaxFact<UnaryOp>(
            "unary-plus",
            "unary '+' cannot be compiled",
            "remove it",
            n => n.Op == UnaryOperator.UAdd ? n.Span : null
        )
        {
            Repair = SyntaxRepairs.DropPlus,
        },
        new SyntaxFact<AugAssign>(
            "floor-divide-assign",
            "'//=' cannot be compiled",
            "write 'x = x // y'",
            n => n.Op == BinaryOperator.FloorDiv ? n.OpSpan : null
        )
        {
            Repair = SyntaxRepairs.ExpandAugmentedAssignment,
        },
        new SyntaxFact<AugAssign>(
            "matmul-assign",
            "'@=' cannot be compiled",
            "write 'x = x @ y'",
            n => n.Op == BinaryOperator.MatMult ? n.OpSpan : null
        )
        {
            Repair = SyntaxRepairs.ExpandAugmentedAssignment,
        },
        new SyntaxFact<Raise>(
            "bare-raise",
            "'raise' without an exception cannot be compiled",
            "name the exception",
            n => n.Exception is null ? n.Span : null
        ),
        new SyntaxFact<AnnAssign>(
            "annotation-without-value",
            "an annotation without a value cannot be compiled",
            "annotate the assignment",
            n => n.Value is null ? n.Span : null
        )
        {
            Repair = SyntaxRepairs.AnnotateTheAssignment,
        },
        new SyntaxFact<AnnAssign>(
            "annotated-self-attribute",
            "an attribute cannot be annotated outside __init__",
            "annotate it at class level",
            n =>
                n.Value is not null
                && n.Target is Attribute { Value: Name { Id: "self" } }
                && n.FirstAncestor<FunctionDef>()?.Name != "__init__"
                    ? n.Target.Span
                    : null
        )
        {
            RefusedFrom = new(1, 13),
            Repair = SyntaxRepairs.DropAnnotation,
        },
        new SyntaxFact<Keyword>(
            "keyword-expansion",
            "'**' at a call cannot be compiled",
            "write the keyword arguments out",
            n => n.Name is null && n.Parent is Call ? n.Span : null
        ),
        new SyntaxFact<DictExpr>(
            "dict-expansion",
            "'**' in a dictionary cannot be compiled",
            "copy the entries in a loop",
            n => n.Keys.Any(k => k is null) ? n.Span : null
        ),
        new SyntaxFact<Delete>(
            "delete-attribute",
            "'del' of an attribute cannot be compiled",
            "set it to an empty value instead",
            n => n.Targets.FirstOrDefault(t => t is Attribute)?.Span
        )
        {
            OnlyLive = true,
        },
        new SyntaxFact<Call>(
            "print-keywords",
            "'print' takes no keyword arguments in TorchScript",
            "remove them",
            n =>
                n.Func is Name { Id: "print" } && n.Keywords.FirstOrDefault(k => k.Name is not null) is { } keyword
                    ? keyword.Span
                    : null
        )
        {
            OnlyLive = true,
            Repair = SyntaxRepairs.DropPrintKeywords,
        },
        new FunctionFact(
            "async-def",
            "an 'async' function cannot be compiled",
            "write a plain function",
            f => f.IsAsync ? [new TextSpan(f.Start, "async".Length)] : []
        ),
        new FunctionFact(
            "positional-only",
            "the compiler drops positional-only parameters",
            "remove the '/'",
            f => f.Args.PosOnly.Select(p => p.NameSpan)
        ),
        new SyntaxFact<ListExpr>(
            "list-target",
            "a list cannot be assigned to",
            "write a tuple, without the brackets",
            n => n.Context == ExprContext.Store ? n.Span : null
        )
        {
            Repair = SyntaxRepairs.TupleForList,
        },
        new SyntaxFact<Starred>(
            "only-a-starred-target",
            "a starred target alone cannot be compiled",
            "assign the whole",
            n => n is { Context: ExprContext.Store, Parent: TupleExpr { Elements.Count: 1 } } ? n.Span : null
        ),
        // Only a body that does something else too is code; a body of '...' alone is a placeholder.
        new SyntaxFact<ExprStmt>(
            "ellipsis",
            "'...' as a statement cannot be compiled",
            "write 'pass'",
            n =>
                n.Value is Constant { Kind: ConstantKind.Ellipsis }
                && (n.Parent is not FunctionDef f || f.Body.Any(s => s is not ExprStmt { Value: Constant }))
                    ? n.Span
                    : null
        )
        {
            OnlyLive = true,
            Repair = SyntaxRepairs.PassForEllipsis,
        },
    ];

    internal static TextSpan? Word(Node node, int length) =>
        new TextSpan(node.Start, Math.Min(length, node.End - node.Start));

    /// <summary>The compiler names the line where the comprehension begins.</summary>
    private static TextSpan FromComprehension(Comprehension clause, Node offence) =>
        TextSpan.FromBounds(clause.Parent is { } whole ? whole.Start : clause.Start, offence.End);

    private static NodeList<Comprehension>? Generators(Comprehension clause) =>
        clause.Parent switch
        {
            ComprehensionExpr e => e.Generators,
            DictComp d => d.Generators,
            _ => (NodeList<Comprehension>?)null,
        };

    // A set comprehension is refused as such; one report is enough.
    private static bool IsCompiledComprehension(Comprehension clause) =>
        clause.Parent is DictComp or ComprehensionExpr { Kind: not ComprehensionKind.Set };

    private static bool InTemplateOrSpec(FormattedValue value) =>
        value.Parent is JoinedStr { IsTemplate: true } || value.Parent is JoinedStr { Parent: FormattedValue };
}
