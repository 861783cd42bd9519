using System.Text.RegularExpressions;
using ArchUnitNET.Domain.Extensions;
using ArchUnitNET.Loader;
using LspTorch.Server.Handlers;

namespace LspTorch.Server.Tests.Architecture;

/// <summary>The namespaces of the server are layers: each may use those before it, never one behind it.</summary>
internal sealed partial class ServerLayerTests
{
    private const string Root = "LspTorch.Server.";

    /// <summary>Lowest first.</summary>
    private static readonly string[] Layers =
    [
        "Files",
        "Stores",
        "Protocol",
        "Conversion",
        "Workspace",
        "Probing",
        "Verdicts",
        "Repair",
        "Presentation",
        "Wire",
        "Publishing",
        "Handlers",
        "Cli",
    ];

    /// <summary>Of the same height: neither knows the other.</summary>
    private static readonly (string, string)[] Apart = [("Handlers", "Cli"), ("Wire", "Cli")];

    [Test]
    public void A_namespace_uses_only_those_below_it()
    {
        var found = Uses();
        Assert.That(found, Is.Not.Empty);
        var wrong = found.Where(use =>
            Array.IndexOf(Layers, use.From) < Array.IndexOf(Layers, use.To)
            || Apart.Contains((use.From, use.To))
            || Apart.Contains((use.To, use.From))
        );
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Every_namespace_is_a_layer()
    {
        var namespaces = typeof(LanguageServer)
            .Assembly.GetTypes()
            .Select(type => LayerOf(type.FullName))
            .OfType<string>()
            .Distinct();
        Assert.That(namespaces, Is.EquivalentTo(Layers));
    }

    /// <summary>Otherwise what a turn asks of the disk could not be counted (MutationTurnTests).</summary>
    [Test]
    public void The_workspace_asks_the_disk_through_IFileSystem()
    {
        string[] direct = ["System.IO.File", "System.IO.Directory", "System.IO.FileInfo", "System.IO.DirectoryInfo"];
        var found = Architecture()
            .Types.Where(type => LayerOf(type.FullName) == "Workspace")
            .SelectMany(type => type.GetTypeDependencies().Select(used => (type.FullName, Uses: used.FullName)))
            .Where(use => direct.Contains(use.Uses));
        // The command line reads the files that it is given, and works in a folder.
        Assert.That(found.Where(use => use.FullName != typeof(Server.Workspace.Checker).FullName), Is.Empty);
    }

    [Test]
    public void The_map_lists_the_layers_as_they_are()
    {
        string map = File.ReadAllText(Path.Combine(Repository.Root, "ARCHITECTURE.md"));
        Assert.That(Row().Matches(map).Select(row => row.Groups["layer"].Value), Is.EqualTo(Layers));
    }

    private static HashSet<(string From, string To, string By)> Uses()
    {
        var found = new HashSet<(string, string, string)>();
        foreach (var type in Architecture().Types)
        foreach (var used in type.GetTypeDependencies())
            if (LayerOf(type.FullName) is { } from && LayerOf(used.FullName) is { } to && from != to)
                found.Add((from, to, $"{type.FullName} uses {used.FullName}"));
        return found;
    }

    private static ArchUnitNET.Domain.Architecture Architecture() =>
        new ArchLoader().LoadAssembly(typeof(LanguageServer).Assembly).Build();

    private static string? LayerOf(string? name) =>
        name is not null && name.StartsWith(Root, StringComparison.Ordinal) ? name[Root.Length..].Split('.')[0] : null;

    /// <summary>A row of the code map that describes a namespace of the server.</summary>
    [GeneratedRegex(@"^\| `(?<layer>[A-Z]\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
