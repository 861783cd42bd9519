using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>Ints for a keyword that the compiler knows as a float, or as floats: <c>p=2</c>, <c>scale_factor=(1, n)</c>.</summary>
/// <param name="Found">The type that the compiler found.</param>
internal sealed record FloatKeyword(string Path, string Name, string Found)
    : LiveRepair(Path, "no-matching-overload", $"Give '{Name}' floats in compiled code")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file) =>
        [
            .. file
                .Model.CompiledFunctions.Select(c => c.Function)
                .Distinct()
                .SelectMany(Nodes<Keyword>.In)
                .Where(k => k.Name == Name)
                .SelectMany(k => Of(file, k.Value))
                .Distinct(),
        ];

    private IEnumerable<TextEdit> Of(FileSnapshot file, Expr value)
    {
        string text = file.Text[value.Span];
        if (value is TupleExpr or ListExpr)
        {
            var elements = value is TupleExpr tuple ? tuple.Elements : ((ListExpr)value).Elements;
            if (Found == "int" || elements.Any(e => e is Starred) || text.Contains("float(", StringComparison.Ordinal))
                return [];
            return
            [
                new TextEdit(
                    value.ParenthesizedSpan,
                    $"[{string.Join(", ", elements.Select(e => Written(file.Text[e.Span])))}]"
                ),
            ];
        }
        if (Found == "List[int]")
            return [new TextEdit(value.Span, $"[float(value) for value in {text}]")];
        return Found != "int" || value is Constant && !text.All(char.IsAsciiDigit) || text.StartsWith("float(")
            ? []
            : [new TextEdit(value.Span, Written(text))];
    }

    private static string Written(string text) => text.All(char.IsAsciiDigit) ? text + ".0" : $"float({text})";
}
