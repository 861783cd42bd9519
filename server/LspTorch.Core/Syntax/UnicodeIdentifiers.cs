using System.Globalization;

namespace LspTorch.Core.Syntax;

/// <summary>Which characters Python identifiers are made of: Unicode's XID_Start and XID_Continue.</summary>
internal static class UnicodeIdentifiers
{
    public static bool CanStart(int code) => CharUnicodeInfo.GetUnicodeCategory(code) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber => true,
        UnicodeCategory.ModifierLetter => code is not (0x37A or 0x309B or 0x309C),
        _ => code is '_' or 0x1885 or 0x1886 or 0x2118 or 0x212E,
    };

    public static bool CanContinue(int code) => CanStart(code) || CharUnicodeInfo.GetUnicodeCategory(code) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber
            or UnicodeCategory.ConnectorPunctuation => true,
        _ => code is 0xB7 or 0x387 or (>= 0x1369 and <= 0x1371) or 0x19DA or 0x200C or 0x200D or 0x30FB or 0xFF65,
    };

    public static string Normalize(string identifier) => identifier;
}
