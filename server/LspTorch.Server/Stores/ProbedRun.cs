using System.Text.Json.Serialization;
using LspTorch.Text;

namespace LspTorch.Server.Stores;

/// <summary>
/// How the last probe that reached a file ran it, so that the file can be imported again in the same way.
/// </summary>
/// <param name="Python">The interpreter's executable.</param>
/// <param name="Folder">The script's folder, where its imports are looked for first.</param>
/// <param name="Texts">SHA-256 of the texts that may be imported: the one that ran, and what `fix` made of it.</param>
public sealed record ProbedRun(string Python, string Folder, string WorkingDirectory, IReadOnlyList<string> Texts)
{
    /// <summary>Only what the user has run may run again: not a file that became another since.</summary>
    public bool MayImport(SourceText text) => Texts.Contains(DigestOf(text));

    public ProbedRun With(SourceText text) => this with { Texts = [.. Texts.Append(DigestOf(text)).Distinct()] };

    public static string DigestOf(SourceText text) =>
        Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text.Text))
        );
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProbedRun))]
internal sealed partial class ProbedRunJson : JsonSerializerContext;
