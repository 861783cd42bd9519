using System.Text.RegularExpressions;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Rules;

/// <summary>
/// Follows CONTRIBUTING.md, "Add a rule", in a copy: its two files are written beside the rules, the layer is built
/// anew, and the case of the page passes every test of a case.
/// </summary>
[Category("Walk")]
[NonParallelizable]
public sealed partial class AddARuleTests
{
    [Test]
    public void Two_files_make_a_rule()
    {
        string guide = File.ReadAllText(Path.Combine(Repository.Root, "CONTRIBUTING.md"));
        string code = Block("csharp").Match(guide).Groups["text"].Value,
            page = Block("markdown").Match(guide).Groups["text"].Value;
        string name = ClassName().Match(code).Groups[1].Value;
        string root = Directory.CreateTempSubdirectory("lsptorch-rule-").FullName;
        try
        {
            string rules = Path.Combine(root, "server", "LspTorch.Rules");
            string built = Path.Combine(root, "tests", "built");
            Copy("", root, "LspTorch.sln");
            Copy("", root, "Directory.Build.props");
            Copy("", root, "Directory.Packages.props");
            Copy("", root, ".editorconfig");
            Copy("server/LspTorch.Rules", rules, "*.cs");
            Copy("server/LspTorch.Rules", rules, "*.md");
            Copy("tests/python", Path.Combine(root, "tests", "python"), "*.py");
            CopyAll(AppContext.BaseDirectory, built);
            File.WriteAllText(Path.Combine(rules, $"{name}.cs"), code);
            File.WriteAllText(Path.Combine(rules, $"{name}.md"), page);
            string project = File.ReadAllText(
                Path.Combine(Repository.Root, "server", "LspTorch.Rules", "LspTorch.Rules.csproj")
            );
            // The layers below are taken as they are built.
            string below =
                $"<Reference Include=\"{built}/LspTorch.*.dll\" Exclude=\"{built}/LspTorch.Rules.dll;"
                + $"{built}/LspTorch.Ide.dll;{built}/LspTorch.Libraries.Tests.dll\" />";
            File.WriteAllText(Path.Combine(rules, "LspTorch.Rules.csproj"), LowerLayer().Replace(project, below));
            Run(root, "build", rules, "-c", "Release", "-nologo", "-v", "quiet", "-p:RunAnalyzers=false");
            File.Copy(
                Path.Combine(rules, "bin", "Release", "net10.0", "LspTorch.Rules.dll"),
                Path.Combine(built, "LspTorch.Rules.dll"),
                overwrite: true
            );
            string said = Run(
                root,
                "test",
                Path.Combine(built, "LspTorch.Libraries.Tests.dll"),
                "--filter",
                $"FullyQualifiedName~RuleCaseTests&Name~{name}",
                "--",
                "NUnit.AssemblySelectLimit=100000"
            );
            Assert.That(said, Does.Match(@"Passed!  - Failed:\s+0, Passed:\s+[5-9]"));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static string Run(string folder, params string[] arguments) =>
        TestProcess
            .Run(
                "dotnet",
                arguments,
                start =>
                {
                    start.WorkingDirectory = folder;
                    start.Environment["LSPTORCH_TEST_ROOT"] = folder;
                }
            )
            .Succeeded();

    private static void Copy(string from, string to, string pattern)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(Path.Combine(Repository.Root, from), pattern))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    private static void CopyAll(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    /// <summary>The block of the guide in this language; one that holds others has a longer fence.</summary>
    private static Regex Block(string language) =>
        new(
            $@"^(?<fence>`{{3,}}){language}\n(?<text>.*?)^\k<fence>$",
            RegexOptions.Singleline | RegexOptions.Multiline
        );

    [GeneratedRegex(@"public sealed class (\w+)")]
    private static partial Regex ClassName();

    [GeneratedRegex("<ProjectReference [^>]*/>")]
    private static partial Regex LowerLayer();
}
