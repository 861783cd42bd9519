using System.Globalization;
using System.Text;

namespace LspTorch.Syntax;

/// <summary>
/// Which characters Python identifiers are made of (Unicode's XID_Start and XID_Continue), and the form in which Python
/// compares
/// identifiers (NFKC). .NET without ICU normalizes ASCII only, hence the tables here.
/// </summary>
internal static class UnicodeIdentifiers
{
    private static readonly Lazy<Tables> LoadedTables = new(Tables.Load);

    public static bool CanStart(int code) =>
        CharUnicodeInfo.GetUnicodeCategory(code) switch
        {
            UnicodeCategory.UppercaseLetter
            or UnicodeCategory.LowercaseLetter
            or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.LetterNumber => true,
            UnicodeCategory.OtherLetter => code is not (0xE33 or 0xEB3) && !BreaksWhenNormalized(code),
            UnicodeCategory.ModifierLetter => code is not (0x37A or 0x2E2F or 0xFF9E or 0xFF9F),
            _ => code is '_' or 0x1885 or 0x1886 or 0x2118 or 0x212E,
        };

    public static bool CanContinue(int code) =>
        CanStart(code)
        || CharUnicodeInfo.GetUnicodeCategory(code) switch
        {
            UnicodeCategory.NonSpacingMark
            or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.DecimalDigitNumber
            or UnicodeCategory.ConnectorPunctuation => true,
            _ => code
                is 0xB7
                    or 0x387
                    or (>= 0x1369 and <= 0x1371)
                    or 0x19DA
                    or 0x200C
                    or 0x200D
                    or 0x30FB
                    or 0xFF65
                    or 0xE33
                    or 0xEB3
                    or 0xFF9E
                    or 0xFF9F,
        };

    /// <summary>Arabic presentation forms whose compatibility decomposition is no identifier.</summary>
    private static bool BreaksWhenNormalized(int code) =>
        code
            is (>= 0xFC5E and <= 0xFC63)
                or 0xFDFA
                or 0xFDFB
                or 0xFE70
                or 0xFE72
                or 0xFE74
                or 0xFE76
                or 0xFE78
                or 0xFE7A
                or 0xFE7C
                or 0xFE7E;

    /// <summary>NFKC of an identifier.</summary>
    public static string Normalize(string identifier)
    {
        var tables = LoadedTables.Value;
        bool normal = true;
        foreach (var rune in identifier.EnumerateRunes())
            normal &= !tables.MayChange(rune.Value);
        if (normal)
            return identifier;

        var codes = new List<int>(identifier.Length + 8);
        foreach (var rune in identifier.EnumerateRunes())
        {
            if (tables.Decompositions.TryGetValue(rune.Value, out var decomposed))
                codes.AddRange(decomposed);
            else
                codes.Add(rune.Value);
        }
        SortMarks(codes, tables);
        Compose(codes, tables);
        var result = new StringBuilder(codes.Count);
        foreach (int code in codes)
            result.Append(char.ConvertFromUtf32(code));
        return result.ToString();
    }

    private static void SortMarks(List<int> codes, Tables tables)
    {
        for (int i = 1; i < codes.Count; i++)
        {
            int combining = tables.CombiningClass(codes[i]);
            if (combining == 0)
                continue;
            for (int j = i; j > 0 && tables.CombiningClass(codes[j - 1]) > combining; j--)
                (codes[j], codes[j - 1]) = (codes[j - 1], codes[j]);
        }
    }

    private static void Compose(List<int> codes, Tables tables)
    {
        int starter = -1,
            kept = 0,
            lastClass = 0;
        for (int i = 0; i < codes.Count; i++)
        {
            int code = codes[i],
                combining = tables.CombiningClass(code);
            bool blocked = starter >= 0 && kept > starter + 1 && lastClass >= combining;
            if (starter >= 0 && !blocked && tables.Composition(codes[starter], code) is > 0 and var composed)
            {
                codes[starter] = composed;
                continue;
            }
            if (combining == 0)
                starter = kept;
            lastClass = combining;
            codes[kept++] = code;
        }
        codes.RemoveRange(kept, codes.Count - kept);
    }

    private sealed class Tables
    {
        private const int HangulBase = 0xAC00,
            LeadBase = 0x1100,
            VowelBase = 0x1161,
            TailBase = 0x11A7;
        private const int LeadCount = 19,
            VowelCount = 21,
            TailCount = 28;

        private readonly Dictionary<int, int> combiningClasses = [];
        private readonly Dictionary<(int First, int Second), int> compositions = [];
        private readonly HashSet<int> seconds = [];

        public Dictionary<int, int[]> Decompositions { get; } = [];

        public bool MayChange(int code) =>
            code >= 128
            && (
                Decompositions.ContainsKey(code)
                || combiningClasses.ContainsKey(code)
                || seconds.Contains(code)
                || code is >= VowelBase and < TailBase + TailCount
            );

        public int CombiningClass(int code) => code < 128 ? 0 : combiningClasses.GetValueOrDefault(code);

        public int Composition(int first, int second)
        {
            if (first is >= LeadBase and < LeadBase + LeadCount && second is >= VowelBase and < VowelBase + VowelCount)
                return HangulBase + ((first - LeadBase) * VowelCount + second - VowelBase) * TailCount;
            if (
                first is >= HangulBase and <= 0xD7A3
                && (first - HangulBase) % TailCount == 0
                && second is > TailBase and < TailBase + TailCount
            )
                return first + second - TailBase;
            return compositions.GetValueOrDefault((first, second));
        }

        public static Tables Load()
        {
            var tables = new Tables();
            using var stream =
                typeof(Tables).Assembly.GetManifestResourceStream("LspTorch.Syntax.IdentifierNormalization.txt")
                ?? throw new InvalidOperationException("IdentifierNormalization.txt is not embedded.");
            using var reader = new StreamReader(stream);
            while (reader.ReadLine() is { } line)
            {
                var words = line.Split(' ');
                switch (words[0])
                {
                    case "d":
                        tables.Decompositions[Code(words[1])] = words.Skip(2).Select(Code).ToArray();
                        break;
                    case "c":
                        for (int code = Code(words[1]); code <= Code(words[2]); code++)
                            tables.combiningClasses[code] = int.Parse(words[3], CultureInfo.InvariantCulture);
                        break;
                    case "p":
                        tables.compositions[(Code(words[1]), Code(words[2]))] = Code(words[3]);
                        tables.seconds.Add(Code(words[2]));
                        break;
                }
            }
            return tables;
        }

        private static int Code(string hex) =>
            int.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
