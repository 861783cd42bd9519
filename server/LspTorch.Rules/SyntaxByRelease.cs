using System.Collections.Immutable;
using LspTorch.Syntax;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// What the language learned between torch 1.4 and 2.2. No compiler older than 1.13 was asked: each row names the pull
/// request (or issue) of pytorch/pytorch
/// that dates it, and holds before the first release that surely has it. Where a source leaves two releases open the
/// earlier one counts.
/// </summary>
internal static class SyntaxByRelease
{
    public static ImmutableArray<SyntaxFact> Rows { get; } =
    [
        // #34705, #41371
        new SyntaxFact<With>(
            "with",
            "'with' cannot be compiled before torch 1.7",
            UnsupportedSyntaxTable.Ignore,
            n => UnsupportedSyntaxTable.Word(n, 4)
        )
        {
            AcceptedFrom = new(1, 7),
            Movable = true,
        },
        // #63939: autocast is a context of TorchScript's own only since then
        new SyntaxFact<With>(
            "autocast",
            "autocast cannot be used in compiled code before torch 1.10",
            "enter it around the call of the module",
            n =>
                n.Items.Select(i => i.ContextExpr)
                    .FirstOrDefault(e => e is Call { Func: Attribute { Name: "autocast" } or Name { Id: "autocast" } })
                    ?.Span
        )
        {
            RefusedFrom = new(1, 7),
            AcceptedFrom = new(1, 10),
            OnlyLive = true,
        },
        // #78142
        new SyntaxFact<ComprehensionExpr>(
            "generator-expression",
            "a generator expression cannot be compiled before torch 1.13",
            "use a list comprehension",
            n => n.Kind == ComprehensionKind.Generator ? n.Span : null
        )
        {
            AcceptedFrom = new(1, 13),
        },
        // #41448, #47774
        new SyntaxFact<DictComp>(
            "dict-comprehension",
            "a dictionary comprehension cannot be compiled before torch 1.8",
            "fill a dictionary in a loop",
            n => n.Span
        )
        {
            AcceptedFrom = new(1, 8),
        },
        // #42354
        new SyntaxFact<BinOp>(
            "percent-format",
            "'%' cannot format a string before torch 1.8",
            "use an f-string or str.format",
            n =>
                n.Op == BinaryOperator.Mod && n.Left is JoinedStr or Constant { Kind: ConstantKind.Str } ? n.Span : null
        )
        {
            AcceptedFrom = new(1, 8),
            OnlyLive = true,
        },
        // #52796
        new SyntaxFact<Call>(
            "format-index",
            "a numbered field ('{0}') is not filled in before torch 1.9",
            "write '{}'",
            n =>
                n.Func is Attribute { Name: "format", Value: Constant { Value: string text } } && HasNumberedField(text)
                    ? n.Span
                    : null
        )
        {
            AcceptedFrom = new(1, 9),
            OnlyLive = true,
            Warns = true,
        },
        // #32847
        new SyntaxFact<Call>(
            "join",
            "'join' cannot be compiled before torch 1.5",
            "add the strings in a loop",
            n => n.Func is Attribute { Name: "join", Value: Constant { Kind: ConstantKind.Str } } ? n.Span : null
        )
        {
            AcceptedFrom = new(1, 5),
            OnlyLive = true,
        },
        // #36247
        new SyntaxFact<Call>(
            "empty-dict-or-list-call",
            "'dict()' and 'list()' cannot be compiled before torch 1.8",
            "write '{}' or '[]' with a type",
            n => n.Func is Name { Id: "dict" or "list" } && n.Args.Count == 0 && n.Keywords.Count == 0 ? n.Span : null
        )
        {
            AcceptedFrom = new(1, 8),
            OnlyLive = true,
        },
        // #46062
        new SyntaxFact<Call>(
            "jit-isinstance",
            "'torch.jit.isinstance' exists only from torch 1.8 on",
            "use isinstance",
            n => n.Func is Attribute { Name: "isinstance", Value: Attribute { Name: "jit" } } ? n.Span : null
        )
        {
            AcceptedFrom = new(1, 8),
            OnlyLive = true,
        },
        // #45239
        new SyntaxFact<Subscript>(
            "list-among-indices",
            "a list among several indices cannot be compiled before torch 1.7",
            "index with a tensor, or call index_select",
            n =>
                n.Index is TupleExpr { Elements: var parts } && parts.FirstOrDefault(p => p is ListExpr) is { } list
                    ? list.Span
                    : null
        )
        {
            AcceptedFrom = new(1, 7),
            OnlyLive = true,
        },
        // #36368, #52881: until then the front end reads 1j as the int 1
        new SyntaxFact<Constant>(
            "imaginary-literal",
            "an imaginary literal is read as a real number before torch 1.9",
            UnsupportedSyntaxTable.Ignore,
            n => n.Kind == ConstantKind.Complex ? n.Span : null
        )
        {
            AcceptedFrom = new(1, 9),
            Warns = true,
        },
        // #57363, #56210
        new AnnotationFact(
            "builtin-generic",
            "a builtin container as a type cannot be compiled before torch 1.9",
            "write List, Dict or Tuple of typing",
            n => IsBuiltinGeneric(n) ? n.Span : null
        )
        {
            AcceptedFrom = new(1, 9),
        },
        // #98703; refused by torch 1.13
        new AnnotationFact(
            "nested-builtin-generic",
            "a builtin container inside Dict, Tuple, Optional or Union cannot be compiled before torch 2.1",
            "write List, Dict or Tuple of typing",
            n => IsBuiltinGeneric(n) && n.Ancestors().TakeWhile(a => a is Expr).Any(IsOtherConstructor) ? n.Span : null
        )
        {
            RefusedFrom = new(1, 9),
            AcceptedFrom = new(2, 1),
        },
        // #53180, #64234
        new AnnotationFact(
            "union",
            "Union as a type cannot be compiled before torch 1.10",
            "take one type, or write two functions",
            n =>
                n
                    is Subscript
                    {
                        Value: Name { Id: "Union" } or Attribute { Name: "Union" },
                        Index: TupleExpr { Elements: var members }
                    }
                && members.Count(m => m is not Constant { Kind: ConstantKind.None }) > 1
                    ? n.Span
                    : null
        )
        {
            AcceptedFrom = new(1, 10),
        },
        // #109293, #114755
        new AnnotationFact(
            "union-annotation",
            "'X | Y' as a type cannot be compiled before torch 2.2",
            "write Optional or Union",
            n => n is BinOp { Op: BinaryOperator.BitOr } ? n.Span : null
        )
        {
            AcceptedFrom = new(2, 2),
            Repair = SyntaxRepairs.UnionAsTyping,
        },
    ];

    private static bool IsBuiltinGeneric(Node node) =>
        node is Subscript { Value: Name { Id: "list" or "dict" or "tuple" } };

    private static bool IsOtherConstructor(Node node) =>
        node
            is Subscript
            {
                Value: Name { Id: "Dict" or "Tuple" or "Optional" or "Union" }
                    or Attribute { Name: "Dict" or "Tuple" or "Optional" or "Union" }
            };

    private static bool HasNumberedField(string text)
    {
        for (int i = 0; i + 1 < text.Length; i++)
            if (text[i] == '{' && char.IsAsciiDigit(text[i + 1]) && (i == 0 || text[i - 1] != '{'))
                return true;
        return false;
    }
}
