using LspTorch.TorchScript;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.TorchScript;

public class SignatureTableTests
{
    private static readonly SignatureTables tables = SignatureTables.For(new TorchVersion(1, 13));

    [Test]
    public void Tables_are_what_the_generator_writes()
    {
        string folder = Directory.CreateTempSubdirectory("lsptorch-tables").FullName;
        try
        {
            // A package that torch takes a name from where it finds it, whether it is installed here or not: it must
            // not count.
            foreach (string name in new[] { "tqdm/__init__.py", "tqdm/auto.py" })
                Write(Path.Combine(folder, "installed", name), "def tqdm(*args, **kwargs):\n    return args\n");
            Python("generate.py", folder);
            string data = Path.Combine(Repository.Root, "server/LspTorch.TorchScript/Data");
            var (status, said) = Python("tables.py", "check", data, folder);
            Assert.That(
                status,
                Is.Zero,
                $"The tables are stale: run node tools/signatures/make.mjs\n{said[..Math.Min(3000, said.Length)]}"
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "");
        File.WriteAllText(path, text);
    }

    private static (int Status, string Output) Python(string script, params string[] arguments)
    {
        var run = TestProcess.Run(
            TestPython.Path,
            [Path.Combine(Repository.Root, "tools/signatures", script), .. arguments],
            start => start.Environment["PYTHONPATH"] = Path.Combine(arguments[^1], "installed")
        );
        Assert.That(run.ExitCode, Is.LessThanOrEqualTo(script == "generate.py" ? 0 : 1), run.Errors);
        return (run.ExitCode, run.Output);
    }

    [TestCase("1.13")]
    [TestCase("2.6")]
    [TestCase("2.14")]
    public void Every_operator_of_a_release_is_found_in_torch_s_order(string release)
    {
        Assert.That(TorchVersion.TryParse(release, out var version));
        var lines = File.ReadLines(Path.Combine(Repository.Root, "server/LspTorch.TorchScript/Data/operators.txt"))
            .Skip(1)
            .Where(l => SignatureTables.ReadSchema(l, version) is not null)
            .ToArray();
        var groups = lines.GroupBy(l => l[..l.IndexOfAny(['(', '.'])]).ToArray();
        Assert.That(groups, Has.Length.GreaterThan(1000));
        foreach (var group in groups)
            Assert.That(
                SignatureTables.For(version).Operator(group.Key).Take(group.Count()).Select(s => s.Name),
                Is.EqualTo(group.Select(l => l[..l.IndexOf('(')]))
            );
        Assert.That(SignatureTables.For(version).Operator("aten::nosuch"), Is.Empty);
        Assert.That(SignatureTables.For(version).IsExact);
    }

    // What was added between 1.13 and 2.6, what was taken away, and what all have.
    [TestCase("torch.nn.RMSNorm", "1.13", false)]
    [TestCase("torch.nn.RMSNorm", "2.6", true)]
    [TestCase("torch.nn.RMSNorm", "2.14", true)]
    [TestCase("torch.nn.Linear", "1.4", true)]
    [TestCase("torch.nn.Linear", "3.0", true)]
    public void A_module_class_is_there_from_its_first_release(string name, string release, bool expected) =>
        Assert.That(
            TorchVersion.TryParse(release, out var version) && SignatureTables.For(version).Module(name) is not null,
            Is.EqualTo(expected)
        );

    [TestCase("aten::rms_norm", "1.13", null)]
    [TestCase("aten::rms_norm", "2.1", false)]
    [TestCase("aten::rms_norm", "2.6", true)]
    [TestCase("aten::matmul", "1.8", false)]
    [TestCase("aten::matmul", "1.13", true)]
    [TestCase("aten::matmul", "2.3", true)]
    public void An_operator_is_certain_only_in_releases_known_to_have_it(string name, string release, bool? expected)
    {
        Assert.That(TorchVersion.TryParse(release, out var version));
        var found = SignatureTables.For(version).Operator(name);
        Assert.That(found.IsEmpty ? null : (bool?)found[0].IsCertain, Is.EqualTo(expected));
    }

    // Asked of the compilers name by name: all three refuse it, one of them does, none does, or it belongs to a module
    // of which nothing is taken.
    [TestCase("torch.load", "1.13", Presence.Certain)]
    [TestCase("torch.is_tensor", "2.2", Presence.Certain)]
    [TestCase("torch.load", "1.8", Presence.Possible)]
    [TestCase("torch.unravel_index", "2.14", Presence.Certain)]
    [TestCase("torch.unravel_index", "2.2", Presence.Possible)]
    [TestCase("torch.unravel_index", "1.13", Presence.Absent)]
    [TestCase("torch.autograd.Function.apply", "1.13", Presence.Certain)]
    [TestCase("torch.autograd.Function.apply", "2.6", Presence.Absent)]
    [TestCase("torch.autograd.Function.apply", "2.14", Presence.Certain)]
    [TestCase("torch.nn.functional.relu", "2.6", Presence.Absent)]
    [TestCase("os.path.join", "2.6", Presence.Certain)]
    [TestCase("datetime.datetime.now", "2.6", Presence.Certain)]
    [TestCase("random.uniform", "2.14", Presence.Certain)]
    [TestCase("itertools.chain", "1.13", Presence.Absent)]
    [TestCase("time.struct_time", "1.13", Presence.Absent)]
    [TestCase("builtins.repr", "2.14", Presence.Certain)]
    [TestCase("builtins.len", "2.14", Presence.Absent)]
    public void What_a_release_refuses(string name, string release, Presence expected) =>
        Assert.That(
            TorchVersion.TryParse(release, out var version) ? SignatureTables.For(version).Refusal(name) : default,
            Is.EqualTo(expected)
        );

    [TestCase("Tensor.shape", "1.13", "List[int]")]
    [TestCase("Tensor.itemsize", "1.13", null)]
    [TestCase("Tensor.itemsize", "2.6", "int")]
    [TestCase("device.index", "2.14", "Optional[int]")]
    public void Properties_of_a_Tensor_and_a_device(string name, string release, string? expected) =>
        Assert.That(
            TorchVersion.TryParse(release, out var version)
                ? (SignatureTables.For(version).Function(name) as ConstantEntry)?.Type.ToString()
                : "",
            Is.EqualTo(expected)
        );

    [TestCase("torch.cat", "aten::cat")]
    [TestCase("torch._VF.stft", "aten::stft")]
    [TestCase("math.sqrt", "aten::sqrt")]
    public void Names_of_operators(string name, string op) =>
        Assert.That(tables.Function(name), Is.EqualTo(new OperatorEntry(op)));

    [Test]
    public void Modules_by_public_and_full_name()
    {
        Assert.That(tables.Module("torch.nn.modules.conv.Conv1d")?.Name, Is.EqualTo("torch.nn.Conv1d"));
        Assert.That(tables.Module("torch.nn.Linear")?.Attributes["weight"].Type, Is.EqualTo(TorchType.Tensor));
        Assert.That(tables.Module("numpy.zeros"), Is.Null);
    }
}
