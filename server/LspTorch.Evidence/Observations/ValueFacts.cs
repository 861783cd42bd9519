using System.Text;

namespace LspTorch.Observations;

/// <summary>
/// What a run tells of values besides their types: that there was one for which compiled code may give another result
/// than Python. docs/trace-format.md says what each means; there, and in this order, they are written in kebab-case.
/// </summary>
[Flags]
public enum ValueFacts
{
    None = 0,
    Negative = 1 << 0,

    /// <summary>An int that no float is equal to.</summary>
    Inexact = 1 << 1,
    Beyond64Bits = 1 << 2,

    /// <summary>A float; of a list, that sorting leaves it before other numbers.</summary>
    Nan = 1 << 3,

    /// <summary>A float of 2**53 or more.</summary>
    Large = 1 << 4,

    /// <summary>A float that <c>%f</c> writes otherwise once it is rounded to C's float.</summary>
    BeyondSingle = 1 << 5,
    NonAscii = 1 << 6,
    NonAsciiFirst = 1 << 7,
    NonAsciiLower = 1 << 8,
    NonAsciiUpper = 1 << 9,
    NonAsciiWord = 1 << 10,
    NonAsciiNumber = 1 << 11,
    CarriageReturns = 1 << 12,
    Blanks = 1 << 13,
    TrailingBlanks = 1 << 14,
    Underscores = 1 << 15,
    Signed = 1 << 16,

    /// <summary>The result of // or %, where C's arithmetic gives another one.</summary>
    CRounding = 1 << 17,
}

/// <summary>Facts as traces have them.</summary>
public static class ValueFactNames
{
    private static readonly (string Name, ValueFacts Fact)[] known =
    [
        .. Enum.GetValues<ValueFacts>().Where(f => f != ValueFacts.None).Select(f => (Kebab(f.ToString()), f)),
    ];

    /// <summary>None for a name that is not known: a later recorder may tell more.</summary>
    public static ValueFacts Parse(string? name) => known.FirstOrDefault(k => k.Name == name).Fact;

    public static IEnumerable<string> Of(ValueFacts facts) =>
        known.Where(k => facts.HasFlag(k.Fact)).Select(k => k.Name);

    private static string Kebab(string name)
    {
        var text = new StringBuilder();
        for (int i = 0; i < name.Length; i++)
        {
            bool begins = char.IsUpper(name[i]) || char.IsDigit(name[i]) && !char.IsDigit(name[i - 1]);
            if (i > 0 && begins)
                text.Append('-');
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }
}
