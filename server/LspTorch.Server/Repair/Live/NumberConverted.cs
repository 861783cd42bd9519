using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>A numpy number in an attribute, kept as Python's number of the same value.</summary>
internal sealed record NumberConverted(string Path, string Class, string Name, string Type)
    : LiveRepair(Path, "unconvertible-attribute", $"Keep self.{Name} of {Class} as {Type}")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (ClassOf(file, Class) is not { } type)
            return [];
        var values = Nodes<Assign>.In(type).Where(a => a.Targets is [var t] && IsOfSelf(t, Name)).Select(a => a.Value);
        return
        [
            .. values.SelectMany<Expr, TextEdit>(v =>
                [TextEdit.Insert(v.Start, Type + "("), TextEdit.Insert(v.End, ")")]
            ),
        ];
    }

    /// <summary>Python's class for a class of numpy; null where there is none.</summary>
    public static string? PythonType(string numpy) =>
        numpy switch
        {
            "numpy.bool_" or "numpy.bool" => "bool",
            _ when numpy.StartsWith("numpy.int", StringComparison.Ordinal) => "int",
            _ when numpy.StartsWith("numpy.uint", StringComparison.Ordinal) => "int",
            _ when numpy.StartsWith("numpy.float", StringComparison.Ordinal) => "float",
            _ => null,
        };
}
