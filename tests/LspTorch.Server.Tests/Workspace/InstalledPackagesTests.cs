using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Server.Files;
using LspTorch.Server.Workspace;
using LspTorch.Syntax;
using LspTorch.Text;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Server.Tests.Workspace;

[Platform(Exclude = "Win", Reason = "Folders are laid out as on Linux and macOS.")]
public sealed class InstalledPackagesTests
{
    [Test]
    public void A_virtual_environment_is_found_by_its_interpreter_its_folder_and_in_the_workspace()
    {
        using var folder = new TestFolder();
        string packages = Path.Combine(folder.Path, ".venv", "lib", "python3.12", "site-packages");
        folder.Write(".venv/lib/python3.12/site-packages/some/__init__.py", "");
        folder.Write(".venv/pyvenv.cfg", $"home = {folder.Path}/base/bin\ninclude-system-site-packages = false\n");
        string python = folder.Write(".venv/bin/python", "");
        folder.Write("base/lib/python3.12/site-packages/other.py", "");
        Assert.That(InstalledPackages.OnDisk.Of(python), Is.EqualTo(new[] { packages }));
        Assert.That(InstalledPackages.OnDisk.Of(Path.Combine(folder.Path, ".venv")), Is.EqualTo(new[] { packages }));
        if (Environment.GetEnvironmentVariable("VIRTUAL_ENV") is null)
            Assert.That(InstalledPackages.OnDisk.Find(null, [folder.Path]), Is.EqualTo(new[] { packages }));
    }

    [Test]
    public void An_environment_may_let_the_packages_of_its_base_through()
    {
        using var folder = new TestFolder();
        folder.Write("env/lib/python3.12/site-packages/some.py", "");
        folder.Write("env/pyvenv.cfg", $"home = {folder.Path}/base/bin\ninclude-system-site-packages = true\n");
        folder.Write("base/lib/python3.12/site-packages/other.py", "");
        string python = folder.Write("env/bin/python3", "");
        Assert.That(
            InstalledPackages.OnDisk.Of(python),
            Is.EqualTo(
                new[]
                {
                    Path.Combine(folder.Path, "env/lib/python3.12/site-packages"),
                    Path.Combine(folder.Path, "base/lib/python3.12/site-packages"),
                }
            )
        );
    }

    [Test]
    public void A_link_to_an_interpreter_has_the_packages_of_the_real_one_of_its_version_only()
    {
        using var folder = new TestFolder();
        folder.Write("opt/lib/python3.11/site-packages/a.py", "");
        folder.Write("opt/lib/python3.12/site-packages/a.py", "");
        string real = folder.Write("opt/bin/python3.11", "");
        string link = Path.Combine(folder.Path, "python3");
        File.CreateSymbolicLink(link, real);
        Assert.That(
            InstalledPackages.OnDisk.Of(link),
            Is.EqualTo(new[] { Path.Combine(folder.Path, "opt/lib/python3.11/site-packages") })
        );
        Assert.That(InstalledPackages.OnDisk.Of(Path.Combine(folder.Path, "nowhere")), Is.Empty);
    }

    [Test]
    public void Who_imports_a_file_is_known_over_relative_imports_packages_and_submodules()
    {
        using var folder = new TestFolder();
        var files = new (string Path, string Text)[]
        {
            ("a.py", "from pkg import helpers\n"),
            ("pkg/__init__.py", ""),
            ("pkg/helpers.py", "from . import deep\n"),
            ("pkg/deep.py", "import torch\n"),
            ("apart.py", "import a_missing_one\n"),
        }
            .Select(f => new FileSnapshot(
                folder.Write(f.Path, f.Text),
                SyntaxTree.Parse(SourceText.From(f.Text)),
                AnalysisOptions.Default,
                FileObservations.Empty
            ))
            .ToList();
        var graph = new ImportGraph(
            files,
            (file, name, level) =>
                ImportSearch.Locate(name, level, file.Path, [folder.Path], [], Disk.Instance, File.Exists)
        );
        string[] Importers(string name) =>
            [
                .. graph
                    .ImportersOf(Path.Combine(folder.Path, name))
                    .Select(f => Path.GetRelativePath(folder.Path, f.Path)),
            ];
        Assert.That(Importers("pkg/deep.py"), Is.EqualTo(new[] { "a.py", "pkg/helpers.py" }));
        Assert.That(Importers("a.py"), Is.Empty);
    }
}
