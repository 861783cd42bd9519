using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Server.Repair.Live;

/// <summary>A number or text compared with a name that may be None: None is asked for first, as Python compares.</summary>
internal sealed record ComparedWithNone(string Path, string Function, string Comparison)
    : LiveRepair(Path, "optional-not-refined", $"Ask for None before '{Comparison}'")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file) =>
        Refusal.Function(file, Function) is not { } function
            ? []
            :
            [
                .. Nodes<Compare>
                    .In(function)
                    .Where(c => ValueWritten.Canonical(file.Text, c) == Comparison && NameIn(file, c) is not null)
                    .Select(c =>
                    {
                        string name = NameIn(file, c) ?? "",
                            text = file.Text[c.Span];
                        return new TextEdit(
                            c.Span,
                            c.Ops[0] == CompareOperator.NotEq
                                ? $"({name} is None or {text})"
                                : $"({name} is not None and {text})"
                        );
                    }),
            ];

    /// <summary>The name that something which is never None is compared with; null where there is none.</summary>
    public static string? NameIn(FileSnapshot file, Compare one) =>
        one is { Ops: [CompareOperator.Eq or CompareOperator.NotEq], Comparators: [var right] }
            ? one.Left is Name && IsPlain(file, right) && !IsPlain(file, one.Left)
                ? ((Name)one.Left).Id
                : right is Name name && IsPlain(file, one.Left) && !IsPlain(file, right)
                    ? name.Id
                    : null
            : null;

    private static bool IsPlain(FileSnapshot file, Expr value) =>
        value is Constant { Kind: not ConstantKind.None }
        || file.Model.TypeOf(value) is var type
            && (type == TorchType.Int || type == TorchType.Float || type == TorchType.Str || type == TorchType.Bool);
}
