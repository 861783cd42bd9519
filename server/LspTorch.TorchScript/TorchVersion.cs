namespace LspTorch.TorchScript;

/// <summary>A torch release, e.g. 1.13: what decides which Python TorchScript accepts.</summary>
public readonly record struct TorchVersion(int Major, int Minor) : IComparable<TorchVersion>
{
    /// <summary>The newest release whose rules are known here; used where nothing says which torch is meant.</summary>
    public static readonly TorchVersion Newest = new(2, 14);

    /// <summary>The oldest release supported: the seed's.</summary>
    public static readonly TorchVersion Oldest = new(1, 4);

    /// <summary>Reads "1.13", "1.13.0a0+git", "2.6.0"; false for anything else.</summary>
    public static bool TryParse(string? text, out TorchVersion version)
    {
        version = default;
        if (text is null)
            return false;
        var parts = text.Trim().Split('.', 3);
        if (parts.Length < 2 || !int.TryParse(parts[0], out int major))
            return false;
        int digits = 0;
        while (digits < parts[1].Length && char.IsAsciiDigit(parts[1][digits]))
            digits++;
        if (digits == 0 || !int.TryParse(parts[1][..digits], out int minor))
            return false;
        version = new TorchVersion(major, minor);
        return true;
    }

    public int CompareTo(TorchVersion other) =>
        Major != other.Major ? Major.CompareTo(other.Major) : Minor.CompareTo(other.Minor);

    public static bool operator <(TorchVersion a, TorchVersion b) => a.CompareTo(b) < 0;

    public static bool operator >(TorchVersion a, TorchVersion b) => a.CompareTo(b) > 0;

    public static bool operator <=(TorchVersion a, TorchVersion b) => a.CompareTo(b) <= 0;

    public static bool operator >=(TorchVersion a, TorchVersion b) => a.CompareTo(b) >= 0;

    public override string ToString() => $"{Major}.{Minor}";
}
