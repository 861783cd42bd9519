using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>How an amount that a branch pads or cuts by is written so that it is 0 where the branch was not taken.</summary>
internal enum Amount
{
    AsWritten,

    /// <summary><c>k - rest</c> as <c>(k - rest) % k</c>.</summary>
    Modulo,

    /// <summary><c>n - size</c> as <c>torch.sym_max(n - size, 0)</c>.</summary>
    AtLeastZero,
}

/// <summary>
/// A branch on a size that pads, cuts or masks: what it does is done always, since to pad by nothing and to cut to the
/// whole changes nothing.
/// </summary>
/// <param name="Statement">The first line of the <c>if</c>, or of the statement with the conditional expression.</param>
internal sealed record BranchAlways(string Path, string Statement, Amount Amount)
    : LiveRepair(Path, "export-branch", $"Do what stands under '{Statement}' always{Words(Amount)}")
{
    private static string Words(Amount amount) =>
        amount switch
        {
            Amount.Modulo => ", by an amount that is 0 where nothing is left over",
            Amount.AtLeastZero => ", by an amount of at least 0",
            _ => "",
        };

    /// <summary>A branch on whether a mask has a value, under which that mask decides where values change.</summary>
    public static bool IsByMask(Stmt statement)
    {
        if (statement is not If { OrElse.Count: 0 } branch)
            return false;
        string? mask = branch.Test switch
        {
            Call { Func: Attribute { Name: "any", Value: Name on }, Args.Count: 0 } => on.Id,
            Call { Func: Attribute { Name: "any", Value: Name { Id: "torch" } }, Args: [Name of] } => of.Id,
            _ => null,
        };
        return mask is not null && branch.Body.All(IsMasked);

        bool IsMasked(Stmt inner) =>
            inner switch
            {
                Assign { Targets: [Name], Value: Call { Func: Attribute { Name: var name }, Args: [Name of, ..] } } =>
                    name is "masked_fill" or "where" && of.Id == mask,
                ExprStmt { Value: Call { Func: Attribute { Name: "masked_fill_" }, Args: [Name of, ..] } } => of.Id
                    == mask,
                Assign { Targets: [Subscript { Index: Name of }] } => of.Id == mask,
                _ => false,
            };
    }

    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        var edits = new List<TextEdit>();
        TextEdit? import = null;
        foreach (var statement in ExportStatement.Of(file, Statement).Take(1))
        {
            if (statement is If branch)
            {
                if (!Unwrap(file, branch, edits))
                    return [];
                IEnumerable<Expr> amounts = [.. branch.Body.SelectMany(Nodes<BinOp>.In), .. AssignedBefore(branch)];
                if (!Rewrite(amounts))
                    return [];
            }
            else
            {
                foreach (var choice in ExportStatement.Own<IfExp>(statement).Take(1))
                {
                    edits.Add(TextEdit.Delete(TextSpan.FromBounds(choice.Body.End, choice.End)));
                    if (!Rewrite(Nodes<BinOp>.In(choice.Body)))
                        return [];
                }
            }
        }
        return edits.Count == 0 || import is not { } needed ? [.. edits] : [.. edits, needed];

        bool Rewrite(IEnumerable<Expr> amounts)
        {
            if (Amount == Amount.AsWritten)
                return true;
            int before = edits.Count;
            var written = new List<TextSpan>();
            foreach (var amount in amounts.OfType<BinOp>().Where(b => b.Op == BinaryOperator.Sub).Distinct())
            {
                if (written.Any(w => w.Contains(amount.Start)) || amount.Right is Constant)
                    continue;
                string text = file.Text[amount.Span];
                string zero =
                    Amount == Amount.Modulo
                        ? ExportStatement.InPlaceOf(
                            amount,
                            $"({text}) % {ExportStatement.Operand(file.Text[amount.Left.Span], amount.Left)}"
                        )
                        : $"{TorchNames.Member(file, "sym_max", out import)}({text}, 0)";
                written.Add(amount.Span);
                edits.Add(new TextEdit(amount.Span, zero));
            }
            return edits.Count > before;
        }
    }

    /// <summary>Differences kept before the branch in variables that it, or its condition, reads.</summary>
    private static IEnumerable<Expr> AssignedBefore(If branch) =>
        branch.FirstAncestor<FunctionDef>() is not { } function
            ? []
            : Nodes<Assign>
                .In(function)
                .Where(a => a.Start < branch.Start && a is { Targets: [Name], Value: BinOp { Op: BinaryOperator.Sub } })
                .Where(a => Nodes<Name>.In(branch).Any(n => n.Id == ((Name)a.Targets[0]).Id))
                .Select(a => a.Value);

    /// <summary>The statements of all branches in a row, without their conditions.</summary>
    private static bool Unwrap(FileSnapshot file, If branch, List<TextEdit> edits)
    {
        var text = file.Text;
        string indent = text.IndentationOf(text.LineOf(branch.Start));
        if (!Indentation.StartsItsLine(text, branch.Start) || CodeLines.IsElif(text, branch))
            return false;
        int behind = branch.Start;
        for (If? next = branch; next is not null; )
        {
            var current = next;
            next = null;
            if (!Body(current.Body, current == branch))
                return false;
            if (current.OrElse is [If other] && CodeLines.IsElif(text, other))
                next = other;
            else if (current.OrElse.Count > 0 && !Body(current.OrElse, first: false))
                return false;
        }
        return true;

        bool Body(NodeList<Stmt> body, bool first)
        {
            int start = MovedPiece.StartOf(body[0]),
                line = text.LineOf(start),
                last = text.LineOf(body[^1].End);
            string head = text.Text[behind..start];
            if (
                body.Any(s => s is not (Assign or AugAssign or ExprStmt))
                || head.Contains('#', StringComparison.Ordinal)
            )
                return false;
            edits.Add(new TextEdit(TextSpan.FromBounds(behind, start), first ? "" : text.DominantLineBreak + indent));
            edits.AddRange(
                Indentation.Shift(
                    text,
                    line + 1,
                    last,
                    text.IndentationOf(line),
                    indent,
                    Indentation.LinesInsideStrings(text, body)
                )
            );
            behind = body[^1].End;
            return true;
        }
    }
}
