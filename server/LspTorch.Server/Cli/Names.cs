using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Text;

namespace LspTorch.Server.Cli;

/// <summary>The words of the command line contract, and places as it writes them.</summary>
internal static class Names
{
    public static string Of(Severity severity) =>
        severity switch
        {
            Severity.Error => "error",
            Severity.Warning => "warning",
            Severity.Information => "information",
            _ => "hint",
        };

    public static string Of(FixSafety safety) =>
        safety switch
        {
            FixSafety.Safe => "safe",
            FixSafety.Suggested => "suggested",
            _ => "changes-behaviour",
        };

    public static string Of(PlaceKind kind) =>
        kind switch
        {
            PlaceKind.Parameter => "parameter",
            PlaceKind.Variable => "variable",
            PlaceKind.Attribute => "attribute",
            PlaceKind.Return => "return",
            _ => "expression",
        };

    public static JsonRange Range(SourceText text, TextSpan span) =>
        new(Position(text, span.Start), Position(text, span.End));

    private static JsonPosition Position(SourceText text, int offset)
    {
        var position = text.PositionOf(offset);
        return new JsonPosition(position.Line, position.Character);
    }
}
