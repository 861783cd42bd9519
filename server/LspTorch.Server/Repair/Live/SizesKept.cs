using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// Conversions of a size that need its number, as arithmetic that does not: <c>int(n / 2)</c> as <c>n // 2</c>,
/// <c>math.sqrt(n)</c> as <c>torch.sym_sqrt(n)</c>.
/// </summary>
/// <param name="Statement">The first line of the statement.</param>
internal sealed record SizesKept(string Path, string Statement)
    : LiveRepair(Path, "export-size", $"Compute sizes without converting them in '{Statement}'")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        TextEdit? import = null;
        var edits = ExportStatement
            .Of(file, Statement)
            .SelectMany(s => ExportStatement.Edits(file, s, Written))
            .ToImmutableArray();
        return edits.IsEmpty || import is not { } needed ? edits : [.. edits, needed];

        string? Written(Expr expression)
        {
            if (expression is not Call { Keywords.Count: 0 } call || call.Args.Any(a => a is Starred))
                return null;
            return (file.Model.ResolveName(call.Func), call.Args.Count) switch
            {
                ("builtins.int", 1) => AsInt(call, call.Args[0]),
                ("math.ceil", 1) when call.Args[0] is BinOp { Op: BinaryOperator.Div } => AsInt(call, call),
                ("math.floor", 1) when call.Args[0] is BinOp { Op: BinaryOperator.Div } => AsInt(call, call),
                ("math.sqrt" or "numpy.sqrt", 1) => $"{Torch("sym_sqrt")}({Text(call.Args[0])})",
                ("builtins.float", 1) when call.Args[0] is not Constant => ExportStatement.InPlaceOf(
                    call,
                    $"{Operand(call.Args[0])} * 1.0"
                ),
                ("builtins.len", 1) => $"{Operand(call.Args[0])}.shape[0]",
                ("builtins.max", 2) => $"{Torch("sym_max")}({Text(call.Args[0])}, {Text(call.Args[1])})",
                ("builtins.min", 2) => $"{Torch("sym_min")}({Text(call.Args[0])}, {Text(call.Args[1])})",
                _ => null,
            };
        }

        string? AsInt(Call call, Expr value)
        {
            bool up = false;
            if (value is Call { Args: [var inner], Keywords.Count: 0 } rounded)
                switch (file.Model.ResolveName(rounded.Func))
                {
                    case "math.ceil" or "numpy.ceil":
                        (value, up) = (inner, true);
                        break;
                    case "math.floor" or "numpy.floor":
                        value = inner;
                        break;
                }
            if (value is BinOp { Op: BinaryOperator.Div } quotient)
            {
                string divided = $"{Operand(quotient.Left)} // {Operand(quotient.Right)}";
                return up ? $"-(-{divided})" : ExportStatement.InPlaceOf(call, divided);
            }
            if (up || TensorValue.Is(value))
                return null;
            return IsSize(value) ? ExportStatement.InPlaceOf(call, Text(value)) : $"{Torch("sym_int")}({Text(value)})";
        }

        string Torch(string member)
        {
            string name = TorchNames.Member(file, member, out var edit);
            import ??= edit;
            return name;
        }

        string Text(Expr value) => ExportStatement.Text(file, value, Written);

        string Operand(Expr value) => ExportStatement.Operand(Text(value), value);
    }

    /// <summary>What is surely an int: a size, or what +, -, * and // make of sizes and whole numbers.</summary>
    private static bool IsSize(Expr value) =>
        value switch
        {
            Call { Func: Attribute { Name: "size" }, Args.Count: 1 } => true,
            Subscript { Value: Attribute { Name: "shape" } } => true,
            Constant { Kind: ConstantKind.Int } => true,
            BinOp
            {
                Op: BinaryOperator.Add
                    or BinaryOperator.Sub
                    or BinaryOperator.Mult
                    or BinaryOperator.FloorDiv
                    or BinaryOperator.Mod
            } op => IsSize(op.Left) && IsSize(op.Right),
            _ => false,
        };
}
