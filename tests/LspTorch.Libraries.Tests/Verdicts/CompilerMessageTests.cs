using LspTorch.Text;
using LspTorch.Verdicts;
using NUnit.Framework;

namespace LspTorch.Libraries.Tests.Verdicts;

/// <summary>Texts as torch 1.13 and libtorch 2.10 write them.</summary>
public sealed class CompilerMessageTests
{
    private const string Source =
        "import torch\n\nclass M(torch.nn.Module):\n    def forward(self, x):\n        s = 'é😀'; return "
        + "np.arange(x)\n\n    def f(self, a=1.0):\n        return a\n";

    private static CompilerMessage Parse(string message) =>
        CompilerMessage.Parse(message, path => path == "/m.py" ? SourceText.From(Source) : null);

    [TestCase("\n\nhelper(Tensor x, Tensor y) -> Tensor:\nArgument y not provided.\n:\n", "Argument y not provided.")]
    [TestCase(
        "aten::pad(Tensor self, int[] pad, str mode=\"constant\", float? value=None) -> Tensor:\n"
            + "Expected a value of type 'List[int]' for argument 'pad' but instead found type 'Tensor'.",
        "Expected a value of type 'List[int]' for argument 'pad' but instead found type 'Tensor'."
    )]
    [TestCase("\n\nundefined value a:\n  File \"m.py\", line 3\n", "undefined value a:")]
    [TestCase("", "")]
    public void What_a_message_says_in_one_line(string message, string said) =>
        Assert.That(CompilerMessage.Sentence(message), Is.EqualTo(said));

    [Test]
    public void The_marked_range_is_placed_in_the_file_counting_bytes_as_the_compiler_does()
    {
        // 's = ' has 4 columns; é is two bytes, the emoji four bytes and two UTF-16 units.
        string line = "        s = 'é😀'; return np.arange(x)";
        string marks = new string(' ', 8 + 4 + 8 + 2 + 7) + "~~~~~~~~~ <--- HERE";
        var parsed = Parse(
            $"\nPython builtin <built-in function arange> is currently not supported in Torchscript:\n  File \"/m.py\", line 5\n    def forward(self, x):\n{"    " + line[4..]}\n{marks}\n"
        );
        Assert.Multiple(() =>
        {
            Assert.That(
                parsed.Reason,
                Is.EqualTo("Python builtin <built-in function arange> is currently not supported in Torchscript")
            );
            int start = "        s = 'é😀'; return ".Length;
            Assert.That(parsed.Places, Is.EqualTo(new[] { new VerdictPlace("/m.py", 4, start, 4, start + 9) }));
        });
    }

    [Test]
    public void A_whole_marked_function_is_its_first_line()
    {
        var parsed = Parse(
            "Expected a default value of type Tensor (inferred) on parameter \"a\":\n  File \"/m.py\", line "
                + "7\n    def f(self, a=1.0):\n    ~~~~~~~~~~~~~~~~~~~\n        return a\n        ~~~~~~~~ <--- "
                + "HERE\n"
        );
        Assert.That(parsed.Places, Is.EqualTo(new[] { new VerdictPlace("/m.py", 6, 4, 6, 23) }));
    }

    [Test]
    public void Callers_follow_the_innermost_place()
    {
        var parsed = Parse(
            "bad thing:\n  File \"/lib/x.py\", line 3\n    y = z\n        ~ <--- HERE\n'x' is being compiled "
                + "since it was called from 'M.f'\n  File \"/m.py\", line 8\n    def f(self, a=1.0):\n        return "
                + "a\n               ~ <--- HERE\n"
        );
        Assert.Multiple(() =>
        {
            Assert.That(
                parsed.Places.Select(p => (p.Path, p.StartLine, p.StartCharacter)),
                Is.EqualTo(new[] { ("/lib/x.py", 2, 0), ("/m.py", 7, 15) })
            );
            Assert.That(parsed.Calls, Is.EqualTo(new[] { "'x' is being compiled since it was called from 'M.f'" }));
            Assert.That(parsed.Reason, Is.EqualTo("bad thing"));
        });
    }

    [Test]
    public void The_traceback_of_a_loaded_file_names_the_original_line()
    {
        var parsed = Parse(
            "The following operation failed in the TorchScript interpreter.\nTraceback of TorchScript, "
                + "serialized code (most recent call last):\n  File \"code/__torch__.py\", line 9, in f\n    return "
                + "a\n           ~ <--- HERE\n\nTraceback of TorchScript, original code (most recent call last):\n  "
                + "File \"/m.py\", line 8, in f\n    def f(self, a=1.0):\n        return a\n               ~ <--- "
                + "HERE\nRuntimeError: shapes differ\n"
        );
        Assert.Multiple(() =>
        {
            Assert.That(parsed.Reason, Is.EqualTo("shapes differ"));
            Assert.That(parsed.Places, Is.EqualTo(new[] { new VerdictPlace("/m.py", 7, 15, 7, 16) }));
        });
    }

    [Test]
    public void A_traced_operation_is_placed_by_the_stack_it_was_traced_in()
    {
        var parsed = Parse(
            "The following operation failed in the TorchScript interpreter.\nTraceback of TorchScript (most "
                + "recent call last):\n/m.py(8): f\n/lib/module.py(1182): _slow_forward\nRuntimeError: The size of "
                + "tensor a (9) must match\n"
        );
        Assert.Multiple(() =>
        {
            Assert.That(parsed.Reason, Is.EqualTo("The size of tensor a (9) must match"));
            Assert.That(parsed.Places[0], Is.EqualTo(new VerdictPlace("/m.py", 7, 8, 7, 16)));
        });
    }

    [TestCase("")]
    [TestCase("  File \"/m.py\", line 999999999\n    x\n    ~ <--- HERE")]
    [TestCase("  File \"/m.py\", line 0\n    ~ <--- HERE")]
    [TestCase("Traceback of TorchScript")]
    [TestCase("a:\n  File \"/m.py\", line 8\n        ~~~~ <--- HERE")]
    public void Any_text_has_an_answer(string message) => Assert.That(() => Parse(message), Throws.Nothing);
}
