using LspTorch.Ide;
using LspTorch.Server.Conversion;
using LspTorch.Server.Protocol;
using LspTorch.Server.Workspace;
using LspTorch.Text;
using LspTorch.Verdicts;

namespace LspTorch.Server.Presentation;

/// <summary>The verdicts on one class as clients show them.</summary>
internal static class ReadinessConversion
{
    /// <param name="textOf">The present text of a file: positions in it are in the client's units.</param>
    public static ReadyModule Of(VerdictEntry judged, ClientFeatures client, Func<string, SourceText?> textOf)
    {
        var module = judged.Verdict;
        var guidance = module.Guidance;
        return new ReadyModule(
            module.Class,
            DocumentUri.FromPath(module.Path ?? ""),
            module.Line ?? 0,
            module.Ready,
            judged.Stale,
            module.Torch,
            guidance.Headline,
            guidance.Why,
            guidance.Export,
            [.. module.Columns.Select(c => Column(c.Column, c.Verdict, client, textOf))],
            [
                .. module.Holds.Select(h => new ReadyPart(
                    h.Name,
                    h.Class,
                    h.Path is { } path ? DocumentUri.FromPath(path) : null,
                    h.Times
                )),
            ]
        );
    }

    private static ReadyColumn Column(
        VerdictColumn column,
        Verdict verdict,
        ClientFeatures client,
        Func<string, SourceText?> textOf
    )
    {
        var place = verdict.Error?.Place ?? verdict.Warnings.FirstOrDefault(w => w.Place is not null)?.Place;
        return new ReadyColumn(
            column.ToString().ToLowerInvariant(),
            verdict.State.ToString().ToLowerInvariant(),
            VerdictText.Label(column, verdict),
            VerdictText.Sentence(verdict),
            place is null ? null : DocumentUri.FromPath(place.Path),
            place is null ? null : Range(place, client, textOf(place.Path))
        );
    }

    private static Protocol.Range Range(VerdictPlace place, ClientFeatures client, SourceText? text)
    {
        if (text is null)
            return new(new(place.StartLine, 0), new(place.StartLine, 0));
        return new PositionConverter(text, client.Encoding).ToRange(
            TextSpan.FromBounds(
                text.OffsetOf(new(place.StartLine, place.StartCharacter)),
                text.OffsetOf(new(place.EndLine, place.EndCharacter))
            )
        );
    }
}
