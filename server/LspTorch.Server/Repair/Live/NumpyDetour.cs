using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// Tensors that go through numpy where torch computes the same: <c>torch.from_numpy((x.numpy() > t).astype(np.float32))</c>
/// as <c>(x > t).to(torch.float32)</c>.
/// </summary>
internal sealed record NumpyDetour(string Path, string Function)
    : LiveRepair(Path, "numpy-in-script", $"Leave out the way through numpy in {Function}")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (Refusal.Function(file, Function) is not { } function)
            return [];
        var edits = new List<TextEdit>();
        foreach (var call in function.Body.SelectMany(Nodes<Call>.In))
        {
            if (call is { Func: Attribute { Name: "numpy" } method, Args.Count: 0, Keywords.Count: 0 })
                edits.Add(TextEdit.Delete(TextSpan.FromBounds(method.Value.ParenthesizedSpan.End, call.End)));
            else if (
                call is { Func: Attribute { Name: "astype" } cast, Args: [var type], Keywords.Count: 0 }
                && DTypeOf(file, type) is { } dtype
            )
                edits.Add(
                    new TextEdit(
                        TextSpan.FromBounds(cast.Value.ParenthesizedSpan.End, call.End),
                        $".to({TorchNames.Member(file, dtype, out _)})"
                    )
                );
            else if (
                call.Args is [var value]
                && call.Keywords.Count == 0
                && file.Model.ResolveName(call.Func) == "torch.from_numpy"
            )
            {
                edits.Add(TextEdit.Delete(call.Func.Span));
                if (value is Name)
                {
                    edits.Add(TextEdit.Delete(TextSpan.FromBounds(call.Func.End, value.Start)));
                    edits.Add(TextEdit.Delete(TextSpan.FromBounds(value.End, call.End)));
                }
            }
        }
        return [.. edits];
    }

    private static string? DTypeOf(FileSnapshot file, Expr type) =>
        (file.Model.ResolveName(type) ?? (type as Constant)?.Value as string) switch
        {
            "numpy.float32" or "float32" => "float32",
            "numpy.float64" or "float64" or "builtins.float" => "float64",
            "numpy.int64" or "int64" or "builtins.int" => "int64",
            "numpy.int32" or "int32" => "int32",
            "numpy.uint8" or "uint8" => "uint8",
            "numpy.bool_" or "bool" or "builtins.bool" => "bool",
            _ => null,
        };
}
