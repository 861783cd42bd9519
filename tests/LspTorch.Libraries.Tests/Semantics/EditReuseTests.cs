using System.Text;
using System.Text.RegularExpressions;
using LspTorch.Findings;
using LspTorch.Libraries.Tests.TorchScript;
using LspTorch.Observations;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using NUnit.Framework;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Semantics;

/// <summary>
/// An analysis that takes over what an edit leaves valid says exactly what one from nothing says: compared over random
/// edits of real files, with
/// every function taken as compiled.
/// </summary>
public partial class EditReuseTests
{
    private const string Packages = "/usr/lib/python3/dist-packages";
    private static readonly AnalysisOptions options = new()
    {
        Torch = Rules.TorchCompiler.Release,
        Entries = [new EntryPoint(null, null, All: true)],
    };

    private static readonly string[] installed =
    [
        "torch/nn/functional.py",
        "torch/nn/modules/rnn.py",
        "torch/nn/modules/activation.py",
        "torch/nn/modules/transformer.py",
        "torch/nn/utils/rnn.py",
        "torchvision/models/densenet.py",
        "torchvision/models/googlenet.py",
        "torchvision/models/detection/roi_heads.py",
        "torchvision/models/detection/generalized_rcnn.py",
        "torchvision/ops/poolers.py",
        "torchaudio/models/tacotron2.py",
        "torchaudio/models/conformer.py",
        "torchaudio/models/rnnt.py",
        "torchaudio/models/wav2vec2/components.py",
        "torchaudio/functional/filtering.py",
    ];

    private static IEnumerable<string> Files() =>
        installed
            .Select(file => Path.Combine(Packages, file))
            .Concat(
                Directory.GetFiles(
                    Path.Combine(Repository.Root, "tests", "python", "corpus"),
                    "*.py",
                    SearchOption.AllDirectories
                )
            )
            .Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Files))]
    public void Says_what_a_fresh_analysis_says(string path)
    {
        if (!File.Exists(path))
            Assert.Ignore($"{path} is not installed");
        string original = File.ReadAllText(path);
        int size = original.Length;
        // Small files get many edits, large ones as many as keep the test short.
        int edits = Math.Clamp(6_000_000 / Math.Max(size, 1), 40, 200);
        var random = new Random(size);
        var modules = new SitePackages(Packages, options);
        int carried = 0;
        string text = original;
        var last = Snapshot(path, text, modules, null);
        _ = RuleRunner.Run(last, CancellationToken.None);
        for (int i = 0; i < edits; i++)
        {
            // What random edits have made of a file is at some time no program any more.
            string next = i % 12 == 11 ? original : Edited(text, last.Tree, random);
            var reused = Snapshot(path, next, modules, last);
            var fresh = new FileSnapshot(path, reused.Tree, options, FileObservations.Empty, modules);
            Assert.That(Said(reused), Is.EqualTo(Said(fresh)), () => $"edit {i}: {Difference(text, next)}");
            carried += reused.Model.CompiledUnits.Count(unit =>
                unit.Owner == reused.Model && reused.Model.AnalysisAt(unit) is { IsCarried: true }
            );
            (text, last) = (next, reused);
        }
        TestContext.Out.WriteLine($"{edits} edits, {carried} analyses taken over");
        Assert.That(carried, Is.GreaterThan(0), "analyses taken over");
    }

    [Test]
    public void Earlier_versions_are_let_go()
    {
        var (first, last) = AfterEdits(5);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.That(first.IsAlive, Is.False);
        GC.KeepAlive(last);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static (WeakReference First, FileSnapshot Last) AfterEdits(int count)
    {
        var modules = new SitePackages(Packages, options);
        FileSnapshot? first = null,
            last = null;
        for (int i = 0; i <= count; i++)
        {
            last = Snapshot(
                "/case.py",
                $"def before(x):\n    return x + 1, 2\n\ndef edited(x):\n    y = before(x)\n    return y[0] + {i}\n",
                modules,
                last
            );
            _ = RuleRunner.Run(last, CancellationToken.None);
            first ??= last;
        }
        return (new WeakReference(first), last ?? throw new InvalidOperationException());
    }

    private static FileSnapshot Snapshot(string path, string text, IModuleSource modules, FileSnapshot? previous) =>
        new(path, SyntaxTree.Parse(SourceText.From(text)), options, FileObservations.Empty, modules)
        {
            Previous = previous,
        };

    /// <summary>All that a user can come to see: types, what is compiled and why, findings with their fixes.</summary>
    private static string Said(FileSnapshot file)
    {
        var said = new StringBuilder();
        foreach (var function in file.Model.CompiledFunctions)
            said.AppendLine(
                $"{function.QualifiedName} {function.Function.Span}: {CompiledReasonWords.Of(function.Reason)} -> "
                    + $"{file.Model.ReturnTypeOf(function.Function)}"
            );
        new TypeWriter(file, said).Visit(file.Tree.Root);
        var results = RuleRunner.Run(file, CancellationToken.None);
        foreach (var finding in results.Findings)
        {
            said.AppendLine($"{finding.RuleId} {finding.Severity} {finding.Span} {finding.Context}: {finding.Message}");
            foreach (var fix in finding.Fixes)
                said.AppendLine(
                    $"  {fix.Title} {fix.Safety}: {string.Join(", ", fix.Edits.Select(e => $"{e.Span}={e.NewText}"))}"
                );
            foreach (var related in finding.Related)
                said.AppendLine($"  {related.Span}: {related.Message}");
        }
        foreach (var failure in results.Failures)
            said.AppendLine($"failed: {failure.RuleId} {failure.Exception.Message}");
        return said.ToString();
    }

    private sealed class TypeWriter(FileSnapshot file, StringBuilder said) : SyntaxWalker
    {
        public override void Visit(Node node)
        {
            if (node is Expr expr && file.Model.TypeOf(expr) is { IsUnknown: false } type)
                said.AppendLine($"{expr.Span} {type}");
            if (node is Stmt && file.Model.CompiledFunctionAt(node) is not null)
                said.AppendLine($"{node.Span} {file.Model.CompileStateOf(node)}");
            base.Visit(node);
        }
    }

    private static string Difference(string before, string after)
    {
        int from = before.AsSpan().CommonPrefixLength(after),
            until = Math.Min(after.Length, from + 80);
        return $"at {from}: …{after[Math.Max(0, from - 40)..until]}…";
    }

    [GeneratedRegex(@"[A-Za-z_]\w*")]
    private static partial Regex Words { get; }

    [GeneratedRegex(@"\b\d+(\.\d+)?\b")]
    private static partial Regex Numbers { get; }

    private static string Edited(string text, SyntaxTree tree, Random random)
    {
        var functions = tree.Definitions.OfType<FunctionDef>().Where(f => f.Body.Count > 0).ToList();
        if (functions.Count == 0)
            return text + "\n";
        // Now and then somewhere else than in a function.
        var body = functions[random.Next(functions.Count)];
        int start = random.Next(12) == 0 ? 0 : body.Body[0].Start,
            end = start == 0 ? text.Length : body.End;
        string part = text[start..end];
        string changed = random.Next(9) switch
        {
            0 => Replaced(part, Words, _ => Pick(Words, text, random) ?? "x", random),
            1 => Replaced(part, Words, word => word + "x", random),
            2 => Replaced(part, Numbers, number => number.Contains('.') ? "2" : number + ".5", random),
            3 => Lines(part, random, (lines, at) => lines.RemoveAt(at)),
            4 => Lines(part, random, (lines, at) => lines.Insert(at, lines[at])),
            5 => Lines(
                part,
                random,
                (lines, at) =>
                    lines.Insert(at, Indentation(lines, at, tree, body) + Statements[random.Next(Statements.Length)])
            ),
            6 => part.Insert(random.Next(part.Length + 1), "x(.['"[random.Next(5)].ToString()),
            7 => Replaced(part, Words, _ => "None", random),
            _ => Replaced(part, Words, word => $"({word})", random),
        };
        return text[..start] + changed + text[end..];
    }

    private static readonly string[] Statements =
    [
        "return None",
        "self.added = 1",
        "added = [1, 2]",
        "print(added)",
        "return 1.5",
        "pass  # said",
        "raise ValueError('no')",
        "setattr(self, 'weight', 1)",
        "return self.forward(1)",
    ];

    private static string Indentation(List<string> lines, int at, SyntaxTree tree, FunctionDef body) =>
        at == 0 ? ""
        : lines[at].Length > 0 && char.IsWhiteSpace(lines[at][0])
            ? lines[at][..(lines[at].Length - lines[at].TrimStart().Length)]
        : tree.Text.IndentationOf(tree.Text.LineOf(body.Body[0].Start));

    private static string Lines(string part, Random random, Action<List<string>, int> change)
    {
        var lines = part.Split('\n').ToList();
        change(lines, random.Next(lines.Count));
        return string.Join('\n', lines);
    }

    private static string Replaced(string part, Regex what, Func<string, string> by, Random random)
    {
        var matches = what.Matches(part);
        if (matches.Count == 0)
            return part;
        var match = matches[random.Next(matches.Count)];
        return part[..match.Index] + by(match.Value) + part[(match.Index + match.Length)..];
    }

    private static string? Pick(Regex what, string text, Random random) =>
        what.Matches(text) is { Count: > 0 } matches ? matches[random.Next(matches.Count)].Value : null;
}
