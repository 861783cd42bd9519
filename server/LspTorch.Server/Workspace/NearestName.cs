using Quickenshtein;

namespace LspTorch.Server.Workspace;

/// <summary>What somebody may have meant by a name that is not known.</summary>
internal static class NearestName
{
    /// <summary>"; did you mean 'check'?", or nothing where no name is near.</summary>
    public static string Suggestion(string given, IEnumerable<string> known) =>
        known.MinBy(name => Levenshtein.GetDistance(given, name)) is { } nearest
        && Levenshtein.GetDistance(given, nearest) <= Math.Max(1, given.Length / 3)
            ? $"; did you mean '{nearest}'?"
            : "";
}
