using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// A quotient of sizes that is kept as a float and rounded up where it is used (<c>n = a / b + 1</c>,
/// <c>math.ceil(n)</c>), which torch.export cannot save: divided as integers, rounding up.
/// </summary>
/// <param name="Function">The qualified name of the function.</param>
internal sealed record QuotientRoundedUp(string Path, string Function)
    : LiveRepair(Path, "export-size", $"Round up in integers in {Function}")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (Refusal.Function(file, Function) is not { } function)
            return [];
        var edits = ImmutableArray.CreateBuilder<TextEdit>();
        foreach (var assign in Nodes<Assign>.In(function))
        {
            if (assign is not { Targets: [Name target] } || Quotient(assign.Value) is not { } quotient)
                continue;
            var reads = Nodes<Name>
                .In(function)
                .Where(n => n.Id == target.Id && n.Context == ExprContext.Load)
                .ToList();
            var rounded = reads
                .Select(n => n.Parent as Call)
                .OfType<Call>()
                .Where(c => c.Args is [Name] && file.Model.ResolveName(c.Func) == "math.ceil")
                .ToList();
            if (rounded.Count == 0 || rounded.Count != reads.Count)
                continue;
            string left = ExportStatement.Operand(file.Text[quotient.Left.Span], quotient.Left),
                right = ExportStatement.Operand(file.Text[quotient.Right.Span], quotient.Right);
            edits.Add(new TextEdit(quotient.ParenthesizedSpan, $"-(-{left} // {right})"));
            edits.AddRange(rounded.Select(c => new TextEdit(c.Span, target.Id)));
        }
        return edits.ToImmutable();
    }

    /// <summary>The quotient in <c>a / b</c>, <c>a / b + 1</c>, <c>a / b - 1</c>.</summary>
    private static BinOp? Quotient(Expr value) =>
        value switch
        {
            BinOp { Op: BinaryOperator.Div } quotient => quotient,
            BinOp
            {
                Op: BinaryOperator.Add or BinaryOperator.Sub,
                Left: BinOp { Op: BinaryOperator.Div } quotient,
                Right: Constant { Kind: ConstantKind.Int }
            } => quotient,
            _ => null,
        };
}
