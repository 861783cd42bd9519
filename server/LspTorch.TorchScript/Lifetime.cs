namespace LspTorch.TorchScript;

/// <summary>Whether a release of torch has an entry of the tables.</summary>
public enum Presence
{
    Absent,

    /// <summary>
    /// The release lies where the tables were not made: nothing may be concluded from the entry, nor from its absence.
    /// </summary>
    Possible,
    Certain,
}

/// <summary>
/// The releases of torch that have an entry. First: the first known to have it, null for every release read; Last: the
/// last known to have it, null while the newest has it.
/// </summary>
internal readonly record struct Lifetime(TorchVersion? First, TorchVersion? Last)
{
    /// <summary>The releases whose installations the tables were read from, oldest first.</summary>
    public static readonly TorchVersion[] Read = [new(1, 13), new(2, 6), TorchVersion.Newest];

    /// <summary>
    /// Takes the mark off a line of a table: <c> @2.6-</c> from 2.6, <c> @-1.13</c> up to 1.13, <c> @2.6-2.6</c>; none:
    /// always.
    /// </summary>
    public static Lifetime Take(ref ReadOnlySpan<char> line)
    {
        int at = line.LastIndexOf(" @");
        if (at < 0)
            return default;
        var mark = line[(at + 2)..];
        int dash = mark.IndexOf('-');
        if (dash < 0 || mark.ContainsAnyExcept("0123456789.-"))
            return default;
        line = line[..at];
        return new(Version(mark[..dash]), Version(mark[(dash + 1)..]));
    }

    private static TorchVersion? Version(ReadOnlySpan<char> text) =>
        TorchVersion.TryParse(text.ToString(), out var version) ? version : null;

    /// <summary>A release between two that were read has for certain only what both have.</summary>
    public Presence In(TorchVersion version)
    {
        if (First is { } first && version < first)
            return Array.IndexOf(Read, first) is var i and > 0 && version > Read[i - 1]
                ? Presence.Possible
                : Presence.Absent;
        if (Last is { } last && version > last)
            return Array.IndexOf(Read, last) is var i and >= 0 && i + 1 < Read.Length && version < Read[i + 1]
                ? Presence.Possible
                : Presence.Absent;
        return First is null && version < Read[0] ? Presence.Possible : Presence.Certain;
    }
}
