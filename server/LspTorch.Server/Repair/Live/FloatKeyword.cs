using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// Ints for a keyword that the compiler knows as a float, or as floats: <c>p=2</c>, <c>scale_factor=(1, n)</c>.
/// </summary>
internal sealed record FloatKeyword(string Path, string Name)
    : LiveRepair(Path, "no-matching-overload", $"Give '{Name}' floats in compiled code")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file) =>
        [
            .. file
                .Model.CompiledFunctions.Select(c => c.Function)
                .Distinct()
                .SelectMany(Nodes<Keyword>.In)
                .Where(k => k.Name == Name)
                .Select(k => Of(file, k.Value))
                .OfType<TextEdit>()
                .Distinct(),
        ];

    private static TextEdit? Of(FileSnapshot file, Expr value)
    {
        string text = file.Text[value.Span];
        if (value is TupleExpr or ListExpr)
        {
            var elements = value is TupleExpr tuple ? tuple.Elements : ((ListExpr)value).Elements;
            return elements.Any(e => e is Starred || IsFloat(file, e))
                ? null
                : new TextEdit(
                    value.ParenthesizedSpan,
                    $"[{string.Join(", ", elements.Select(e => Written(file.Text[e.Span])))}]"
                );
        }
        var type = file.Model.TypeOf(value);
        if (type is ListType { Element: var element } && element == TorchType.Int)
            return new TextEdit(value.Span, $"[float(value) for value in {text}]");
        bool isInt = value is Constant ? text.All(char.IsAsciiDigit) : type == TorchType.Int || type.IsUnknown;
        return isInt && !IsFloat(file, value) ? new TextEdit(value.Span, Written(text)) : null;
    }

    private static bool IsFloat(FileSnapshot file, Expr value) =>
        file.Model.TypeOf(value) == TorchType.Float || value is Call { Func: Syntax.Name { Id: "float" } };

    private static string Written(string text) => text.All(char.IsAsciiDigit) ? text + ".0" : $"float({text})";
}
