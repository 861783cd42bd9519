using LspTorch.Findings;
using LspTorch.Observations;

namespace LspTorch.Server.Conversion;

/// <summary>The words by which reports and diagnostics' data name severities, safeties and kinds.</summary>
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
}
