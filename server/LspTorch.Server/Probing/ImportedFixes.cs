using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Text;

namespace LspTorch.Server.Probing;

/// <summary>
/// A fix that was taken back since the module can no longer be imported with it. Failure: what the import ended with.
/// </summary>
internal sealed record FixTakenBack(string Title, string Failure);

/// <summary>
/// Fixes of a file that a probe ran, held to an import: where the file as it is can be imported, and as it would be
/// cannot, the fixes that are
/// the cause are found by halving and left out.
/// </summary>
internal sealed class ImportedFixes(
    FileSnapshot file,
    bool suggested,
    Func<string, bool>? wanted,
    ImportProof proof,
    Func<SourceText, byte[]> encode
)
{
    /// <summary>Each takes as long as an import of torch.</summary>
    private const int MaxImports = 40;

    private readonly List<FixTakenBack> takenBack = [];
    private int imports;

    /// <summary>
    /// The text with as many of the fixes as let it be imported; the same text where that is all of them, or where the
    /// file could not be imported before.
    /// </summary>
    public async Task<(FixedText Text, IReadOnlyList<FixTakenBack> TakenBack)> ProveAsync(
        FixedText all,
        CancellationToken cancellationToken
    )
    {
        if (
            await FailureOfAsync(all.Text, cancellationToken).ConfigureAwait(false) is not { } failure
            || await FailureOfAsync(file.Text, cancellationToken).ConfigureAwait(false) is not null
        )
            return (all, []);
        var titles = all.Applied.Select(f => f.Title).Distinct().ToList();
        var kept = await LargestAsync(titles, failure, cancellationToken).ConfigureAwait(false);
        return (With(kept, cancellationToken), takenBack);
    }

    /// <summary>What the import ended with; null where it did not fail, or cannot be asked.</summary>
    private async Task<string?> FailureOfAsync(SourceText text, CancellationToken cancellationToken)
    {
        imports++;
        return
            await proof.TryAsync(encode(text), cancellationToken).ConfigureAwait(false) is { } outcome
            && outcome != ImportProof.Imported
            ? outcome
            : null;
    }

    private FixedText With(List<string> titles, CancellationToken cancellationToken) =>
        FixApplier.Apply(file, suggested, wanted, refused: f => !titles.Contains(f.Title), cancellationToken);

    private async Task<List<string>> LargestAsync(
        List<string> titles,
        string failure,
        CancellationToken cancellationToken
    )
    {
        if (titles.Count == 1 || imports > MaxImports)
        {
            takenBack.AddRange(titles.Select(t => new FixTakenBack(t, failure)));
            return [];
        }
        int half = titles.Count / 2;
        var left = await FindCompatibleAsync(titles[..half], cancellationToken).ConfigureAwait(false);
        var right = await FindCompatibleAsync(titles[half..], cancellationToken).ConfigureAwait(false);
        if (left.Count == 0 || right.Count == 0)
            return [.. left, .. right];
        List<string> both = [.. left, .. right];
        if (
            await FailureOfAsync(With(both, cancellationToken).Text, cancellationToken).ConfigureAwait(false)
            is not { } together
        )
            return both;
        takenBack.AddRange(right.Select(t => new FixTakenBack(t, together)));
        return left;
    }

    private async Task<List<string>> FindCompatibleAsync(List<string> titles, CancellationToken cancellationToken) =>
        await FailureOfAsync(With(titles, cancellationToken).Text, cancellationToken).ConfigureAwait(false)
            is { } failure
            ? await LargestAsync(titles, failure, cancellationToken).ConfigureAwait(false)
            : titles;
}
