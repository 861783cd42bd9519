using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ArchUnitNET.Fluent.Slices;
using ArchUnitNET.Loader;
using LspTorch.Libraries.Tests.Rules;

namespace LspTorch.Libraries.Tests.Architecture;

/// <summary>
/// The layers of ARCHITECTURE.md: which project may use which is held by the compiler, what that cannot hold is held
/// here.
/// </summary>
internal sealed partial class LayerTests
{
    /// <summary>The libraries below the server, lowest first.</summary>
    private static readonly string[] Layers =
    [
        "Syntax",
        "TorchScript",
        "Evidence",
        "Semantics",
        "Analysis",
        "Refactorings",
        "Rules",
        "Ide",
    ];

    [Test]
    public void Namespaces_use_each_other_in_one_direction_only()
    {
        var architecture = new ArchLoader()
            .LoadAssemblies([.. Layers.Select(layer => Assembly.Load($"LspTorch.{layer}"))])
            .Build();
        var circles = SliceRuleDefinition
            .Slices()
            .Matching("LspTorch.(*)")
            .Should()
            .BeFreeOfCycles()
            .Evaluate(architecture)
            .Where(result => !result.Passed)
            .Select(result => result.Description);
        Assert.That(circles, Is.Empty);
    }

    [Test]
    public void A_project_references_the_layer_below_it()
    {
        for (int i = 0; i < Layers.Length; i++)
        {
            string[] below = i == 0 ? [] : [Layers[i - 1]];
            Assert.That(ReferencesOf(Layers[i]), Is.EqualTo(below), Layers[i]);
        }
    }

    [Test]
    public void The_map_lists_the_layers_as_they_are()
    {
        string map = File.ReadAllText(Path.Combine(Repository.Root, "ARCHITECTURE.md"));
        Assert.That(Row().Matches(map).Select(row => row.Groups["layer"].Value).Distinct(), Is.EqualTo(Layers));
    }

    private static string[] ReferencesOf(string layer)
    {
        string project = Path.Combine(Repository.Root, "server", $"LspTorch.{layer}", $"LspTorch.{layer}.csproj");
        return
        [
            .. XDocument
                .Load(project)
                .Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")?.Value ?? ""))
                .Select(name => name["LspTorch.".Length..]),
        ];
    }

    /// <summary>A row of the code map that describes a folder of a library.</summary>
    [GeneratedRegex(
        @"^\| `server/LspTorch\.(?<layer>Syntax|TorchScript|Evidence|Semantics|Analysis|Refactorings|Rules|Ide)\b",
        RegexOptions.Multiline
    )]
    private static partial Regex Row();
}
