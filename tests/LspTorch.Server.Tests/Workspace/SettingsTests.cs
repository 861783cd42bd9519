using System.Text.Json;
using System.Text.Json.Nodes;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Server.Workspace;
using LspTorch.TorchScript;
using Microsoft.Extensions.Logging;

namespace LspTorch.Server.Tests.Workspace;

public sealed class SettingsTests
{
    private static (Settings Settings, List<string> Complaints) Read(string json, Settings? onto = null)
    {
        var complaints = new List<string>();
        return (
            SettingsReader.Read(JsonDocument.Parse(json).RootElement, onto ?? Settings.Default, complaints),
            complaints
        );
    }

    /// <summary>
    /// settings.json is what users and package.json are told: reading its own defaults must change nothing.
    /// </summary>
    [Test]
    public void The_described_defaults_are_the_defaults()
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "server/LspTorch.Server/Workspace/settings.json"));
        var described = JsonNode.Parse(text) as JsonObject ?? [];
        var section = new JsonObject();
        foreach (var (name, setting) in described)
        {
            string[] path = name.Split('.')[1..];
            var at = section;
            foreach (string step in path[..^1])
                at = (at[step] ??= new JsonObject()) as JsonObject ?? [];
            at[path[^1]] = setting?["default"]?.DeepClone();
        }
        var (settings, complaints) = Read(section.ToJsonString());
        var defaults = Settings.Default;
        Assert.Multiple(() =>
        {
            Assert.That(complaints, Is.Empty);
            Assert.That(settings.TorchVersion, Is.EqualTo(defaults.TorchVersion));
            Assert.That(settings.Mode, Is.EqualTo(defaults.Mode));
            Assert.That(settings.Entries, Is.Empty);
            Assert.That(settings.Rules, Is.Empty);
            Assert.That(settings.InlayHints, Is.EqualTo(defaults.InlayHints));
            Assert.That(settings.PythonPath, Is.EqualTo(defaults.PythonPath));
            Assert.That(settings.Probe.Timeout, Is.EqualTo(defaults.Probe.Timeout));
            Assert.That(settings.Probe.MemoryLimit, Is.EqualTo(defaults.Probe.MemoryLimit));
            Assert.That(settings.LogLevel, Is.EqualTo(defaults.LogLevel));
        });
    }

    [Test]
    public void Every_described_setting_is_read()
    {
        var (settings, complaints) = Read(
            """
            {"torchVersion":"1.13.0","mode":"both","entries":["all","12","Decoder.step"],
             "rules":{"numpy-in-script":"off","recursion":"hint"},
             "inlayHints":{"variables":false,"parameters":false,"returns":false,"observed":false},
             "pythonPath":"/usr/bin/python3","probe":{"timeout":1.5,"memoryLimit":2048,"args":["--x"],"env":{"A":"b"}},"logLevel":"trace"}
            """
        );
        Assert.Multiple(() =>
        {
            Assert.That(complaints, Is.Empty);
            Assert.That(settings.TorchVersion, Is.EqualTo(new TorchVersion(1, 13)));
            Assert.That(settings.Mode, Is.EqualTo(CheckMode.Both));
            Assert.That(
                settings.Entries,
                Is.EqualTo(
                    new[]
                    {
                        new EntryPoint(null, null, true),
                        new EntryPoint(12, null),
                        new EntryPoint(null, "Decoder.step"),
                    }
                )
            );
            Assert.That(settings.Rules["numpy-in-script"], Is.Null);
            Assert.That(settings.Rules["recursion"], Is.EqualTo(Severity.Hint));
            Assert.That(settings.InlayHints, Is.EqualTo(new Ide.InlayOptions(false, false, false, false)));
            Assert.That(settings.PythonPath, Is.EqualTo("/usr/bin/python3"));
            Assert.That(settings.Probe, Is.Not.EqualTo(Settings.Default.Probe));
            Assert.That(settings.Probe.Timeout, Is.EqualTo(1.5));
            Assert.That(settings.Probe.MemoryLimit, Is.EqualTo(2048));
            Assert.That(settings.Probe.Args, Is.EqualTo(new[] { "--x" }));
            Assert.That(settings.Probe.Env["A"], Is.EqualTo("b"));
            Assert.That(settings.LogLevel, Is.EqualTo(LogLevel.Trace));
        });
    }

    [TestCase("{\"mode\":\"fast\"}", "mode")]
    [TestCase("{\"torchVersion\":\"new\"}", "torchVersion")]
    [TestCase("{\"rules\":{\"recursion\":\"loud\"}}", "rules.recursion: 'loud' is not one of off")]
    [TestCase(
        "{\"rules\":{\"recursoin\":\"off\"}}",
        "rules.recursoin: there is no such rule; did you mean 'recursion'?"
    )]
    [TestCase("{\"rules\":3}", "rules")]
    [TestCase("{\"inlayHints\":{\"variables\":\"yes\"}}", "inlayHints.variables")]
    [TestCase("{\"probe\":{\"timeout\":0}}", "probe.timeout")]
    [TestCase("{\"entries\":[1]}", "entries")]
    public void A_wrong_value_is_complained_about_and_changes_nothing(string json, string setting)
    {
        var (settings, complaints) = Read(json);
        Assert.That(complaints, Has.Count.EqualTo(1));
        Assert.That(complaints[0], Does.Contain("lsptorch." + setting));
        Assert.That(settings, Is.EqualTo(Settings.Default));
    }

    [Test]
    public void A_wrong_value_spoils_no_other()
    {
        var (settings, complaints) = Read(
            """
            {"mode":3,"rules":{"recursion":true,"value-differs":"hint"},"inlayHints":{"returns":1,"variables":false},
             "probe":{"timeout":"long","args":["a"]},"logLevel":"debug"}
            """
        );
        Assert.Multiple(() =>
        {
            Assert.That(complaints, Has.Count.EqualTo(4));
            Assert.That(settings.Rules.Keys, Is.EqualTo(new[] { "value-differs" }));
            Assert.That(settings.InlayHints, Is.EqualTo(Settings.Default.InlayHints with { Variables = false }));
            Assert.That(settings.Probe.Args, Is.EqualTo(new[] { "a" }));
            Assert.That(settings.LogLevel, Is.EqualTo(LogLevel.Debug));
        });
    }

    [Test]
    public void Nulls_and_unknown_keys_are_ignored()
    {
        var (settings, complaints) = Read("""{"torchVersion":null,"future":{"x":1}}""");
        Assert.That(complaints, Is.Empty);
        Assert.That(settings, Is.EqualTo(Settings.Default));
    }

    [TestCase("1.13", "2.2", "2.6", "1.13")]
    [TestCase(null, "2.2", "2.6", "2.2")]
    [TestCase(null, null, "2.6", "2.6")]
    [TestCase(null, null, null, "2.14")]
    public void The_target_is_what_ran_then_what_is_set_then_what_is_installed_then_the_newest(
        string? probed,
        string? set,
        string? found,
        string target
    )
    {
        static TorchVersion? Version(string? text) => TorchVersion.TryParse(text, out var version) ? version : null;
        var settings = Settings.Default with { TorchVersion = Version(set) };
        Assert.That(settings.ToAnalysisOptions(Version(probed), Version(found)).Torch.ToString(), Is.EqualTo(target));
    }

    [Test]
    public void A_rule_that_is_off_reports_nothing_and_others_take_their_severity()
    {
        var (settings, _) = Read("""{"rules":{"recursion":"off","value-differs":"hint"}}""");
        var finding = new Finding("recursion", Severity.Error, default, "", null);
        Assert.Multiple(() =>
        {
            Assert.That(settings.Apply(finding), Is.Null);
            Assert.That(settings.Apply(finding with { RuleId = "value-differs" })?.Severity, Is.EqualTo(Severity.Hint));
            Assert.That(settings.Apply(finding with { RuleId = "bad-index" })?.Severity, Is.EqualTo(Severity.Error));
        });
    }

    [Test]
    public void Pyproject_sets_what_a_project_may_and_never_what_runs()
    {
        var complaints = new List<string>();
        var settings = PyProject.Read(
            """
            [project]
            name = "x"
            [tool.lsptorch]
            torch-version = "1.13"
            mode = "trace"
            entries = ["Decoder"]
            pythonPath = "./evil"
            [tool.lsptorch.rules]
            recursion = "off"
            [tool.lsptorch.inlay-hints]
            variables = false
            """,
            Settings.Default,
            complaints
        );
        Assert.Multiple(() =>
        {
            Assert.That(settings.TorchVersion, Is.EqualTo(new TorchVersion(1, 13)));
            Assert.That(settings.Mode, Is.EqualTo(CheckMode.Trace));
            Assert.That(settings.Entries, Is.EqualTo(new[] { new EntryPoint(null, "Decoder") }));
            Assert.That(settings.Rules.ContainsKey("recursion"), Is.True);
            Assert.That(settings.InlayHints.Variables, Is.False);
            Assert.That(settings.PythonPath, Is.Null);
            Assert.That(complaints, Has.Count.EqualTo(1));
            Assert.That(complaints[0], Does.Contain("pythonPath"));
        });
    }

    [TestCase("lsptorch = [", 1)]
    [TestCase("[tool.other]\nx = 1\n", 0)]
    [TestCase("[tool]\nlsptorch = 3\n", 0)]
    public void A_pyproject_that_says_nothing_usable_changes_nothing(string toml, int complaints)
    {
        var said = new List<string>();
        Assert.That(PyProject.Read(toml, Settings.Default, said), Is.EqualTo(Settings.Default));
        Assert.That(said, Has.Count.EqualTo(complaints));
    }
}
