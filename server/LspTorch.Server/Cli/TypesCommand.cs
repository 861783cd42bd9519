using System.Text.Encodings.Web;
using System.Text.Json;
using LspTorch.Ide;
using LspTorch.Observations;
using LspTorch.Server.Conversion;
using LspTorch.Server.Workspace;

namespace LspTorch.Server.Cli;

/// <summary>`lsptorch types`: every typed place of a file with what is declared, inferred and observed.</summary>
internal static class TypesCommand
{
    private static readonly ReportJsonContext Readable = new(
        new JsonSerializerOptions(ReportJsonContext.Default.Options)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }
    );

    public static int Run(
        Terminal terminal,
        string path,
        string format,
        CommonOptions common,
        CancellationToken cancellationToken
    )
    {
        if (!File.Exists(path))
        {
            terminal.Warn($"{path}: no such file");
            return 2;
        }
        if (new Checker(common, terminal.Warn).Open(path, cancellationToken) is not var (file, _, _))
            return 2;
        var places = TypedPlaces.For(file, cancellationToken);
        if (format == "json")
        {
            var positions = new PositionConverter(file.Text, PositionEncoding.Utf16);
            var document = new JsonTypes(
                1,
                [
                    new JsonTypedFile(
                        path,
                        [
                            .. places.Select(place => new JsonPlace(
                                Names.Of(place.Kind),
                                place.Name,
                                positions.ToRange(place.Span),
                                place.Context,
                                place.Declared,
                                place.Inferred,
                                [.. place.Observed.Select(Of)],
                                place.Stale
                            )),
                        ]
                    ),
                ]
            );
            terminal.Line(JsonSerializer.Serialize(document, Readable.JsonTypes));
            return 0;
        }
        string? context = null;
        bool first = true;
        foreach (var place in places)
        {
            if (first || place.Context != context)
            {
                if (!first)
                    terminal.Line();
                terminal.Line(terminal.Bold(place.Context ?? Path.GetFileName(path)));
                (context, first) = (place.Context, false);
            }
            var at = file.Text.PositionOf(place.Span.Start);
            string where = $"{at.Line + 1}:{at.Character + 1}".PadLeft(9);
            string facts = string.Join("  ", Facts(place));
            terminal.Line($"{terminal.Dim(where)}  {Names.Of(place.Kind), -10} {OneLine(place.Name), -24} {facts}");
        }
        terminal.Line(places.Count == 1 ? "1 place" : $"{places.Count} places");
        return 0;
    }

    private static IEnumerable<string> Facts(TypedPlace place)
    {
        if (place.Declared is { } declared)
            yield return $"declared {declared}";
        if (place.Inferred is { } inferred)
            yield return $"inferred {inferred}";
        if (place.Observed.IsDefaultOrEmpty)
            yield break;
        string types = string.Join(" | ", place.Observed.Select(t => Describe(t, place.AtLeast)));
        yield return $"observed {types}{(place.Stale ? " (stale)" : "")}";
    }

    private static string Describe(ObservedType type, bool atLeast)
    {
        string shape = type.Shape.IsDefault
            ? ""
            : $"[{string.Join(", ", type.Shape.Select(d => d?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "*"))}]";
        string dtype = type.DType is { } name ? $" {name}" : "";
        return $"{type.Type}{dtype}{shape} ×{type.Count}{(atLeast ? "+" : "")}";
    }

    private static string OneLine(string text) =>
        string.Join(' ', text.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private static JsonObserved Of(ObservedType type) =>
        new(type.Type, type.DType, type.Shape.IsDefault ? null : [.. type.Shape], type.Device, type.Count);
}
