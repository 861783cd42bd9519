using LspTorch.Examples;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using NUnit.Framework;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Examples;

/// <summary>
/// The program for each class of data/*.py is run by the real Python: it must make the class and call it, as it is
/// written.
/// </summary>
public sealed class ExampleProgramTests
{
    private static readonly string Data = Path.Combine(
        Repository.Root,
        "tests",
        "LspTorch.Libraries.Tests",
        "Examples",
        "data"
    );

    private static FileSnapshot Read(string path) => Snapshot(path, File.ReadAllText(path));

    private static FileSnapshot Snapshot(string path, string text) =>
        new(path, SyntaxTree.Parse(SourceText.From(text)), AnalysisOptions.Default, FileObservations.Empty);

    private static string Write(FileSnapshot file, string type) =>
        ExampleProgram.Write(
            ExampleProgram.Candidates(file).Single(c => c.Name == type),
            Path.GetFileNameWithoutExtension(file.Path),
            ["."]
        );

    [TestCase("small.py")]
    [TestCase("speech.py")]
    public void Every_class_is_made_and_called(string name)
    {
        var folder = Directory.CreateTempSubdirectory("lsptorch-examples-");
        try
        {
            File.Copy(Path.Combine(Data, name), Path.Combine(folder.FullName, name));
            var file = Read(Path.Combine(Data, name));
            var candidates = ExampleProgram.Candidates(file);
            Assert.That(candidates, Is.Not.Empty);
            string programs = Path.Combine(folder.FullName, "programs");
            Directory.CreateDirectory(programs);
            foreach (var type in candidates)
                File.WriteAllText(
                    Path.Combine(programs, type.Name + ".txt"),
                    ExampleProgram.Write(type, Path.GetFileNameWithoutExtension(name), [".."])
                );
            string driver = Path.Combine(folder.FullName, "driver.py");
            File.WriteAllText(
                driver,
                """
                import glob, os, traceback
                for path in sorted(glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs", "*.txt"))):
                    names = {"__name__": "__main__", "__file__": path}
                    try:
                        exec(compile(open(path).read(), path, "exec"), names)
                        made = type(names["model"])
                        assert made.__qualname__ + ".txt" == os.path.basename(path), made
                    except Exception:
                        print(os.path.basename(path), traceback.format_exc(), open(path).read(), sep="\n")
                print("done")
                """
            );
            var run = TestPython.Run(driver);
            Assert.That(run.Output.Trim() == "done", $"{run.Output}\n{run.Errors}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public void A_program_reads_sizes_from_the_layers_and_says_where_values_come_from()
    {
        Assert.That(
            Write(Read(Path.Combine(Data, "speech.py")), "Model"),
            Is.EqualTo(
                """
                # How Model of speech is run where nothing in its file runs it.
                # LspTorch generated this from the text of the class. Change what is wrong: your version is kept and run.
                import os
                import sys
                import types

                import torch

                here = os.path.dirname(os.path.abspath(__file__))
                sys.path[:0] = [os.path.join(here, ".")]
                import speech as source  # noqa: E402

                torch.manual_seed(0)
                model = source.Model(vocab_size=32, config=types.SimpleNamespace(in_channels=16, mel_channels=16))
                model.eval()

                # Two calls: what differs between them is shown as varying.
                for batch, length in ((2, 20), (3, 27)):
                    with torch.no_grad():
                        tokens = torch.randint(model.embed.num_embeddings, (batch, length))  # model.embed is an Embedding
                        frames = torch.randn(batch, length, model.prenet.layers[0].in_features)  # model.prenet.layers[0] is a Linear
                        mel = torch.randn(batch, length, model.conv[1].in_channels)  # model.conv[1] is a Conv1d
                        mask = torch.ones(batch, length, dtype=torch.bool)  # a guess from its name
                        lengths = torch.full((batch,), length)  # a guess from its name
                        alpha = 0.1
                        flag = False
                        model(tokens, frames, mel, mask, lengths, alpha, flag=flag)

                """.ReplaceLineEndings("\n")
            )
        );
    }

    [Test]
    public void Classes_that_others_are_made_of_come_last() =>
        Assert.That(
            ExampleProgram.Candidates(Read(Path.Combine(Data, "speech.py"))).Select(c => c.Name),
            Is.EqualTo(new[] { "Model", "Prenet" })
        );

    [TestCase(
        "import torch\nclass M(torch.nn.Module):\n    pass\nlog = print\nx = torch.ones(2)\n",
        ExpectedResult = false
    )]
    [TestCase(
        "\"\"\"Doc.\"\"\"\ntry:\n    import numpy\nexcept ImportError:\n    numpy = None\nif numpy:\n    A = 1\n",
        ExpectedResult = false
    )]
    [TestCase("def f():\n    pass\nf()\n", ExpectedResult = true)]
    [TestCase("def f():\n    pass\nx = [f(), 1]\n", ExpectedResult = true)]
    [TestCase("if __name__ == '__main__':\n    pass\n", ExpectedResult = true)]
    [TestCase("if True:\n    print(1)\n", ExpectedResult = true)]
    [TestCase("for x in range(3):\n    pass\n", ExpectedResult = true)]
    [TestCase("def f():\n    pass\ng = lambda: f()\n", ExpectedResult = false)]
    public bool What_runs_something(string text) =>
        ExampleProgram.RunsSomething(SyntaxTree.Parse(SourceText.From(text)));

    [Test]
    public void Other_layouts_exchange_add_or_drop_a_dimension_of_real_tensors()
    {
        const string Code =
            "import torch\nclass M(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n    "
            + "    self.rnn = torch.nn.LSTM(3, 4)\n        self.embed = torch.nn.Embedding(5, 6)\n"
            + "    def forward(self, x, ids, y):\n        a, b = y.shape\n        return self.rnn(x), "
            + "self.embed(ids)\n";
        var file = Snapshot("/w/m.py", Code);
        var texts = ExampleProgram.WriteAll(ExampleProgram.Candidates(file).Single(), "m", ["."]);
        Assert.That(
            texts.Select(t =>
                string.Join(
                    " | ",
                    t.Split('\n')
                        .Where(l => l.Contains(" = torch.rand", StringComparison.Ordinal))
                        .Select(l => l[(l.IndexOf('(') + 1)..l.IndexOf(")  #", StringComparison.Ordinal)])
                )
            ),
            Is.EqualTo(
                new[]
                {
                    "batch, length, model.rnn.input_size | model.embed.num_embeddings, (batch, length) | batch, 16",
                    "batch, model.rnn.input_size, length | model.embed.num_embeddings, (batch, length) | "
                        + "batch, length, 16",
                    "length, batch, model.rnn.input_size | model.embed.num_embeddings, (batch, length) | "
                        + "batch, 16, length",
                    "batch, model.rnn.input_size | model.embed.num_embeddings, (batch, length) | length, batch, 16",
                }
            )
        );
    }

    [Test]
    public void A_module_whose_name_is_no_name_is_imported_by_text()
    {
        var file = Snapshot(
            "/w/my-model.py",
            "import torch\nclass M(torch.nn.Module):\n    def forward(self, x):\n        return x\n"
        );
        Assert.That(
            Write(file, "M"),
            Does.Contain("source = importlib.import_module(\"my-model\")\n")
                .And.Contain("x = torch.randn(batch, 16)  # a guess: no layer says its size\n")
        );
    }
}
