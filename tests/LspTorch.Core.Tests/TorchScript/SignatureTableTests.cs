using System.Diagnostics;
using LspTorch.Core.TorchScript;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Core.Tests.TorchScript;

public class SignatureTableTests
{
    private static readonly SignatureTables tables = SignatureTables.For(new TorchVersion(1, 13));

    [Test]
    public void Tables_are_what_the_generator_writes()
    {
        string folder = Directory.CreateTempSubdirectory("lsptorch-tables").FullName;
        try
        {
            var start = new ProcessStartInfo(CompilerGraphs.Python) { RedirectStandardError = true };
            start.ArgumentList.Add(Path.Combine(CompilerGraphs.Repository, "tools/signatures/generate.py"));
            start.ArgumentList.Add(folder);
            using var process = Process.Start(start) ?? throw new InvalidOperationException($"{CompilerGraphs.Python} does not start.");
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.Zero, errors);
            foreach (string path in Directory.GetFiles(folder))
            {
                string kept = File.ReadAllText(Path.Combine(CompilerGraphs.Repository, "server/LspTorch.Core/TorchScript/Data", Path.GetFileName(path)));
                string made = File.ReadAllText(path);
                // The tables are those of one torch; with another only the form can be compared.
                if (FirstLine(kept) == FirstLine(made))
                    Assert.That(made == kept, $"{Path.GetFileName(path)} is stale: run python3 tools/signatures/generate.py server/LspTorch.Core/TorchScript/Data");
                else Assert.That(made.Split('\n'), Has.Length.GreaterThan(kept.Split('\n').Length / 2));
            }
        }
        finally { Directory.Delete(folder, recursive: true); }
    }

    private static string FirstLine(string text) => text[..text.IndexOf('\n')];

    [Test]
    public void Every_operator_of_the_tables_is_found_in_torch_s_order()
    {
        var lines = File.ReadLines(Path.Combine(CompilerGraphs.Repository, "server/LspTorch.Core/TorchScript/Data/operators.txt")).Skip(1).ToArray();
        var groups = lines.GroupBy(l => l[..l.IndexOfAny(['(', '.'])]).ToArray();
        Assert.That(groups, Has.Length.GreaterThan(1000));
        int read = 0;
        foreach (var group in groups)
        {
            var schemas = tables.Operator(group.Key);
            read += schemas.Count(s => group.Any(l => l.StartsWith(s.Name + "(", StringComparison.Ordinal)));
        }
        // Of all schemas only those with types that are no part of the language (tuples that name a script class and the like) are left out.
        Assert.That(read, Is.GreaterThan(lines.Length * 98 / 100));
        Assert.That(tables.Operator("aten::nosuch"), Is.Empty);
    }

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
