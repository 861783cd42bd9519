using LspTorch.Server.Probing;
using LspTorch.Server.Workspace;

namespace LspTorch.Server.Tests.Probing;

/// <summary>The environment variables are this process's own: these tests run alone.</summary>
[NonParallelizable]
public sealed class InterpreterDiscoveryTests
{
    private string folder = "";
    private Dictionary<string, string?> saved = [];

    [SetUp]
    public void SetUp()
    {
        folder = Directory.CreateTempSubdirectory("lsptorch-test-").FullName;
        saved = new[] { "VIRTUAL_ENV", "CONDA_PREFIX", "PATH" }.ToDictionary(
            n => n,
            Environment.GetEnvironmentVariable
        );
        Environment.SetEnvironmentVariable("VIRTUAL_ENV", null);
        Environment.SetEnvironmentVariable("CONDA_PREFIX", null);
    }

    [TearDown]
    public void TearDown()
    {
        foreach (var (name, value) in saved)
            Environment.SetEnvironmentVariable(name, value);
        Directory.Delete(folder, recursive: true);
    }

    private Task<InterpreterInfo?> FindAsync(InterpreterSearch search) =>
        new InterpreterDiscovery(Path.Combine(folder, "cache", "interpreters.json")).FindAsync(
            search,
            CancellationToken.None
        );

    private string MakeEnvironment(string name, bool systemPackages = true)
    {
        string path = Path.Combine(folder, name);
        TestPython
            .Run(["-m", "venv", "--without-pip", .. systemPackages ? (string[])["--system-site-packages"] : [], path])
            .Succeeded();
        return path;
    }

    /// <summary>The interpreter of an environment without torch.</summary>
    private string MakeWithoutTorch(string name) =>
        Path.Combine(MakeEnvironment(name, systemPackages: false), "bin", "python3");

    private string MakeScript(string name, string text)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    [Test]
    public async Task AnInterpreterTellsOfItselfWithoutImportingTorch()
    {
        var info = await FindAsync(new InterpreterSearch(Setting: TestPython.Path));
        Assert.That(info, Is.Not.Null);
        Assert.That(info?.Version, Does.Match(@"^3\.\d+\.\d+$"));
        Assert.That(info?.Torch, Does.Match(@"^\d+\.\d+"));
        Assert.That(info?.LibPython, Is.Null.Or.Matches<string>(File.Exists));
        Assert.That(info?.Source, Is.EqualTo("setting"));
    }

    [Test]
    public async Task TheOrderIsSettingEditorActiveWorkspacePath()
    {
        string active = MakeEnvironment("active"),
            workspace = Path.Combine(folder, "workspace");
        MakeEnvironment("workspace/.venv");
        Environment.SetEnvironmentVariable("VIRTUAL_ENV", active);
        var search = new InterpreterSearch(TestPython.Path, Path.Combine(active, "bin", "python3"), workspace);
        Assert.That((await FindAsync(search))?.Source, Is.EqualTo("setting"));
        Assert.That((await FindAsync(search with { Setting = null }))?.Source, Is.EqualTo("editor"));
        var found = await FindAsync(search with { Setting = null, Editor = null });
        Assert.That((found?.Source, found?.Prefix), Is.EqualTo(("VIRTUAL_ENV", active)));
        Environment.SetEnvironmentVariable("VIRTUAL_ENV", null);
        found = await FindAsync(search with { Setting = null, Editor = null });
        Assert.That(
            (found?.Source, found?.Executable),
            Is.EqualTo((".venv", Path.Combine(workspace, ".venv", "bin", "python")))
        );
        Assert.That(found?.Torch, Is.Not.Null, "found through the system's packages");
        found = await FindAsync(search with { Setting = null, Editor = null, TrustWorkspace = false });
        Assert.That(found?.Source, Is.EqualTo("PATH"), "an interpreter in an untrusted workspace is not even asked");
        Environment.SetEnvironmentVariable("CONDA_PREFIX", active);
        found = await FindAsync(search with { Setting = null, Editor = null, Workspace = null });
        Assert.That(found?.Source, Is.EqualTo("conda"));
    }

    [Test]
    public async Task OnPathTheFirstWithTorchIsPreferred()
    {
        string without = MakeWithoutTorch("first");
        Environment.SetEnvironmentVariable(
            "PATH",
            $"{Path.GetDirectoryName(without)}:{Path.GetDirectoryName(TestPython.Path)}"
        );
        var found = await FindAsync(new InterpreterSearch());
        Assert.That(found?.Torch, Is.Not.Null);
        found = await FindAsync(new InterpreterSearch(Setting: without));
        Assert.That(
            (found?.Source, found?.Torch),
            Is.EqualTo(("setting", (string?)null)),
            "what the user names is used as it is"
        );
    }

    [Test]
    public async Task AnInterpreterThatDoesNotAnswerIsPassedOver()
    {
        string broken = MakeScript("broken", "#!/bin/sh\nexit 1\n");
        Assert.That((await FindAsync(new InterpreterSearch(Setting: broken)))?.Source, Is.EqualTo("PATH"));
        Assert.That(
            (await FindAsync(new InterpreterSearch(Setting: Path.Combine(folder, "missing"))))?.Source,
            Is.EqualTo("PATH")
        );
    }

    [Test]
    public async Task NothingThatIsInstalledOrInTheEnvironmentRunsWhenAnInterpreterIsAsked()
    {
        string environment = MakeEnvironment("env"),
            ran = Path.Combine(folder, "ran");
        string packages = Path.Combine(
            Directory.EnumerateDirectories(Path.Combine(environment, "lib")).Single(),
            "site-packages"
        );
        string run = $"open({System.Text.Json.JsonSerializer.Serialize(ran)}, 'w')";
        foreach (string name in new[] { "sitecustomize.py", "usercustomize.py", "json.py", "site.py", "torch.py" })
            await File.WriteAllTextAsync(Path.Combine(packages, name), run);
        await File.WriteAllTextAsync(Path.Combine(packages, "run.pth"), $"import os; {run}\n{folder}/more\n");
        Directory.CreateDirectory(Path.Combine(folder, "more", "torch"));
        await File.WriteAllTextAsync(Path.Combine(folder, "more", "torch", "__init__.py"), run);
        await File.WriteAllTextAsync(Path.Combine(folder, "more", "torch", "version.py"), "__version__ = '7.6.5'\n");
        Environment.SetEnvironmentVariable("PYTHONSTARTUP", Path.Combine(packages, "site.py"));
        Environment.SetEnvironmentVariable("PYTHONPATH", packages);
        try
        {
            var found = await FindAsync(new InterpreterSearch(Setting: environment));
            Assert.That(found?.Torch, Is.EqualTo("7.6.5"), "found through the .pth file's folder");
        }
        finally
        {
            Environment.SetEnvironmentVariable("PYTHONSTARTUP", null);
            Environment.SetEnvironmentVariable("PYTHONPATH", null);
        }
        Assert.That(File.Exists(ran), Is.False);
    }

    [Test]
    public async Task AnswersAreRememberedUntilSomethingIsInstalled()
    {
        string environment = MakeEnvironment("env"),
            python = Path.Combine(environment, "bin", "python");
        string packages = Path.Combine(
            Directory.EnumerateDirectories(Path.Combine(environment, "lib")).Single(),
            "site-packages"
        );
        var discovery = new InterpreterDiscovery(Path.Combine(folder, "cache.json"));
        var first = await discovery.AskAsync(python, "setting", CancellationToken.None);
        Assert.That(await discovery.AskAsync(python, "setting", CancellationToken.None), Is.EqualTo(first));
        Directory.CreateDirectory(Path.Combine(packages, "torch"));
        File.WriteAllText(Path.Combine(packages, "torch", "__init__.py"), "raise RuntimeError('imported')");
        File.WriteAllText(Path.Combine(packages, "torch", "version.py"), "__version__ = '9.8.7'\n");
        Assert.That((await discovery.AskAsync(python, "setting", CancellationToken.None))?.Torch, Is.EqualTo("9.8.7"));
    }
}
