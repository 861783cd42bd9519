using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// A sum that begins with a number and becomes a Tensor, <c>out = 0.0</c>: for the compiler it begins with a Tensor of
/// that number. Python begins as before.
/// </summary>
internal sealed record NumberBegun(string Path, string Function, string Name)
    : LiveRepair(Path, "type-changed", $"Begin '{Name}' in {Function} with a Tensor, for the compiler alone")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (
            Refusal.Function(file, Function) is not { } function
            || First(function, Name) is not { Value: Constant number }
            || Nodes<Syntax.Name>.In(function).Count(n => n.Id == Name && n.Context == ExprContext.Store) < 2
        )
            return [];
        string text = file.Text[number.Span],
            test = TorchNames.Jit(file, "is_scripting", out var import),
            tensor = TorchNames.Member(file, "tensor", out _);
        var edit = new TextEdit(number.Span, $"{tensor}({text}) if {test}() else {text}");
        // In place, a sum of no dimension takes no shape from what is added.
        var sums = Nodes<AugAssign>
            .In(function)
            .Where(a => a is { Target: Syntax.Name { Id: var id }, Op: BinaryOperator.Add } && id == Name)
            .Select(a => new TextEdit(a.Span, SumOf(file, a)));
        return import is { } needed ? [edit, .. sums, needed] : [edit, .. sums];
    }

    private string SumOf(FileSnapshot file, AugAssign sum)
    {
        string added = file.Text[sum.Value.ParenthesizedSpan];
        bool atom = sum.Value is Syntax.Name or Call or Subscript || sum.Value.ParenthesizedSpan != sum.Value.Span;
        return atom ? $"{Name} = {Name} + {added}" : $"{Name} = {Name} + ({added})";
    }

    /// <summary>The first assignment of a number to a name; null where the name begins otherwise.</summary>
    public static Assign? First(FunctionDef function, string name) =>
        Nodes<Assign>.In(function).FirstOrDefault(a => a.Targets is [Syntax.Name target] && target.Id == name)
            is { Value: Constant { Kind: ConstantKind.Int or ConstantKind.Float } } first
            ? first
            : null;
}
