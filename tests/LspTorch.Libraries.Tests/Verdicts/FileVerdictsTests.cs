using LspTorch.Text;
using LspTorch.Verdicts;

namespace LspTorch.Libraries.Tests.Verdicts;

public sealed class FileVerdictsTests
{
    private const string Before = "class A:\n    x = 1\n\nclass B:\n    a = A()\n    y = 2\n";

    private static Verdict Skipped => new() { Skipped = "not asked" };

    private static ModuleVerdict Module(string name, int line, int end, params HeldModule[] holds) =>
        new(name, "m.py", line, 1, null)
        {
            EndLine = end,
            Holds = holds,
            Eager = Skipped,
            Script = new Verdict
            {
                Ok = false,
                Error = new VerdictProblem("no", new VerdictPlace("m.py", end, 4, end, 9), []),
            },
            Trace = Skipped,
            Export = Skipped,
            LibTorch = Skipped,
        };

    private static FileVerdicts Said()
    {
        ModuleVerdict[] modules = [Module("A", 0, 1), Module("B", 3, 5, new HeldModule("a", "A", "m.py", 1))];
        return new FileVerdicts(
            [.. modules.Select(m => new VerdictEntry(m, false))],
            [.. modules.SelectMany(FileVerdicts.NotesOf)]
        );
    }

    private static FileVerdicts In(string after) => Said().Between(SourceText.From(Before), SourceText.From(after));

    [Test]
    public void Lines_put_in_above_move_everything_and_make_nothing_stale()
    {
        var said = In("# new\n" + Before);
        Assert.That(
            said.Modules.Select(m => (m.Verdict.Line, m.Stale)),
            Is.EqualTo(new[] { ((int?)1, false), (4, false) })
        );
        Assert.That(
            said.Notes.Select(n => (n.Place.StartLine, n.Place.StartCharacter, n.Stale)),
            Is.EqualTo(new[] { (2, 4, false), (6, 4, false) })
        );
    }

    [Test]
    public void A_changed_class_is_stale_and_so_is_one_that_holds_it()
    {
        var said = In(Before.Replace("x = 1", "x = 3", StringComparison.Ordinal));
        Assert.That(said.Modules.Select(m => m.Stale), Is.EqualTo(new[] { true, true }));
        Assert.That(said.Notes.Select(n => n.Stale), Is.EqualTo(new[] { true, false }));
    }

    [Test]
    public void A_change_of_the_one_that_holds_leaves_the_held_one_alone()
    {
        var said = In(Before.Replace("y = 2", "y = 3", StringComparison.Ordinal));
        Assert.That(said.Modules.Select(m => m.Stale), Is.EqualTo(new[] { false, true }));
    }

    [Test]
    public void What_is_deleted_is_gone()
    {
        var said = In("class B:\n    a = A()\n    y = 2\n");
        Assert.That(said.Modules.Select(m => m.Verdict.Class), Is.EqualTo(new[] { "B" }));
        Assert.That(said.Notes, Has.Count.EqualTo(1));
    }

    [Test]
    public void What_was_made_with_something_that_no_longer_stands_so_is_stale()
    {
        string Sha(string lines) =>
            Convert.ToHexStringLower(
                System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(lines))
            );
        const string Helper = "def f(x):\n    return x";
        var verdict = Module("A", 0, 1) with { Uses = [new UsedText("h.py", "def f(x):", 2, Sha(Helper))] };
        var said = new FileVerdicts([new VerdictEntry(verdict, false), new VerdictEntry(Module("B", 3, 5), false)], []);
        bool[] Stale(string? text) =>
            [
                .. said.Against(path => path == "h.py" && text is not null ? SourceText.From(text) : null)
                    .Modules.Select(m => m.Stale),
            ];
        Assert.That(Stale(Helper), Is.EqualTo(new[] { false, false }));
        Assert.That(
            Stale("import a\r\n\r\n" + Helper.Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n# more\r\n"),
            Is.EqualTo(new[] { false, false })
        );
        Assert.That(Stale("def f(x):\n    return 1\n\n" + Helper), Is.EqualTo(new[] { false, false }));
        Assert.That(Stale("def f(x):\n    return x + 1\n"), Is.EqualTo(new[] { true, false }));
        Assert.That(Stale("def f(x):"), Is.EqualTo(new[] { true, false }));
        Assert.That(Stale(null), Is.EqualTo(new[] { true, false }));
    }
}
