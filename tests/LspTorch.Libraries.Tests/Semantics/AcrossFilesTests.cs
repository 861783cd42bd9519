using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Semantics;

/// <summary>Types and compiled code over several files, given as texts.</summary>
public class AcrossFilesTests
{
    private sealed class Files : IModuleSource
    {
        private readonly Dictionary<string, FileSnapshot> files = [];

        public Files(params (string Path, string Text)[] texts)
        {
            foreach (var (path, text) in texts)
                files[path] = new FileSnapshot(
                    path,
                    SyntaxTree.Parse(SourceText.From(text)),
                    AnalysisOptions.Default,
                    FileObservations.Empty,
                    this
                );
        }

        public SemanticModel this[string path] => files[path].Model;

        public FileSnapshot? Find(string dottedName, int level, string fromPath)
        {
            string folder = level == 0 ? "/w" : "/w/" + fromPath[3..][..Math.Max(0, fromPath[3..].LastIndexOf('/'))];
            string stem = (folder.TrimEnd('/') + "/" + dottedName.Replace('.', '/')).TrimEnd('/');
            return files.GetValueOrDefault(stem + ".py") ?? files.GetValueOrDefault(stem + "/__init__.py");
        }

        public IReadOnlyList<FileSnapshot> ImportersOf(string path) => [.. files.Values.Where(f => f.Path != path)];

        public bool IsOfWorkspace(string path) => !path.StartsWith("/w/installed", StringComparison.Ordinal);
    }

    /// <summary>What rules say only where there are several files, word for word.</summary>
    public static IReadOnlyList<string> Messages { get; } =
    [
        "Under the decorator 'told' the compiler looks names up in the file that defines the decorator, where 'scaled' is "
            + "not ('undefined value scaled'): do in the function what the decorator does.",
    ];

    private const string Helpers =
        "import torch\n\ndef halve(x, n: int):\n    return x / n, n\n\ndef unused(x):\n    return x\n";

    private static string TypeOfVariable(SemanticModel model, string name)
    {
        var finder = new StoreFinder(name);
        finder.Visit(model.File.Tree.Root);
        return model.TypeOf(finder.Found ?? throw new InvalidOperationException($"{name} is not stored to")).ToString();
    }

    private sealed class StoreFinder(string name) : SyntaxWalker
    {
        public Expr? Found { get; private set; }

        public override void Visit(Node node)
        {
            if (node is Name { Context: ExprContext.Store } found && found.Id == name)
                Found = found;
            base.Visit(node);
        }
    }

    [TestCase("from helpers import halve\n", "halve")]
    [TestCase("import helpers\n", "helpers.halve")]
    [TestCase("import helpers as h\n", "h.halve")]
    [TestCase("from helpers import *\n", "halve")]
    [TestCase("from pkg import halve\n", "halve")]
    [TestCase("from pkg import again\n", "again")]
    [TestCase("from pkg.inner import halve\n", "halve")]
    [TestCase("import pkg.inner\n", "pkg.inner.halve")]
    [TestCase("try:\n    from pkg import halve\nexcept ImportError:\n    halve = None\n", "halve")]
    public void What_a_function_of_another_file_returns_is_known(string import, string call)
    {
        var files = new Files(
            ("/w/helpers.py", Helpers),
            ("/w/pkg/__init__.py", "from .inner import *\nfrom .inner import halve as again\n"),
            ("/w/pkg/inner.py", "from helpers import halve\n"),
            (
                "/w/main.py",
                import + $"import torch\n\n@torch.jit.script\ndef f(x):\n    y = {call}(x, 2)\n    return y\n"
            )
        );
        Assert.That(TypeOfVariable(files["/w/main.py"], "y"), Is.EqualTo("Tuple[Tensor, int]"));
    }

    [Test]
    public void A_class_of_another_file_that_an_annotation_cannot_name_is_no_failure_of_a_rule()
    {
        var files = new Files(
            ("/w/pairs.py", "from typing import NamedTuple\n\nclass Pair(NamedTuple):\n    n: int\n"),
            (
                "/w/main.py",
                "import numpy as np\nimport torch\nimport pairs\n\n@torch.jit.script\ndef f(n: int):\n    pair "
                    + "= pairs.Pair(n)\n    y = np.zeros(pair.n)\n    pair = pairs.Pair(int(y[0]))\n    return "
                    + "pair.n\n"
            )
        );
        var results = RuleRunner.Run(files["/w/main.py"].File, default);
        Assert.That(results.Failures.Select(f => f.Exception.ToString()), Is.Empty);
        Assert.That(results.Findings.Select(f => f.RuleId), Does.Contain("numpy-in-script"));
    }

    /// <summary>
    /// Names of a function whose decorator uses functools.wraps are looked up in the decorator's file:
    /// torch 1.13, 2.6 and 2.14 say "undefined value scaled".
    /// </summary>
    [TestCase("", "scaled", TestName = "A_name_that_the_decorators_file_lacks_is_undefined")]
    [TestCase("def scaled(x):\n    return x\n", null, TestName = "A_name_that_the_decorators_file_has_is_found_there")]
    public void Names_under_a_decorator_of_another_file(string more, string? undefined)
    {
        var files = new Files(
            (
                "/w/deco.py",
                "import functools\n\ndef told(f):\n    @functools.wraps(f)\n    def call(*args):\n        "
                    + $"print(args)\n        return f(*args)\n    return call\n\n{more}"
            ),
            (
                "/w/main.py",
                "import torch\nfrom deco import told\n\ndef scaled(x):\n    return x * 2\n\n@told\ndef f(x):\n    "
                    + "return scaled(x)\n\ntorch.jit.script(f)\n"
            )
        );
        var file = files["/w/main.py"].File;
        var found = RuleRunner.Run(file, default).Findings.Where(f => f.RuleId == "decorator-left-out");
        Assert.That(
            found.Select(f => (file.Text[f.Span], f.Message)),
            Is.EqualTo(undefined is null ? [] : new[] { (undefined, Messages[0]) })
        );
    }

    [Test]
    public void Code_that_another_file_compiles_is_compiled_code_and_says_from_where()
    {
        var files = new Files(
            ("/w/helpers.py", Helpers),
            ("/w/between.py", "from helpers import halve\n\ndef through(x):\n    return halve(x, 2)[0]\n"),
            (
                "/w/main.py",
                "from torch import nn\nfrom between import through\n\nclass Net(nn.Module):\n    def "
                    + "forward(self, x):\n        return through(x)\n"
            )
        );
        var compiled = files["/w/helpers.py"].CompiledFunctions;
        Assert.That(compiled.Select(f => f.QualifiedName), Is.EqualTo(new[] { "halve" }));
        Assert.That(CompiledReasonWords.Of(compiled[0].Reason), Is.EqualTo("'through' in between.py calls it, line 4"));
        Assert.That(files["/w/helpers.py"].IsCertainlyCompiled(compiled[0].Function), Is.True);
    }

    [Test]
    public void An_inherited_method_is_compiled_for_the_class_of_the_other_file()
    {
        var files = new Files(
            (
                "/w/base.py",
                "from torch import nn\n\nclass Base(nn.Module):\n    def step(self, x):\n        y = "
                    + "self.scale\n        return x * y\n"
            ),
            (
                "/w/main.py",
                "from base import Base\n\nclass Net(Base):\n    def __init__(self):\n        "
                    + "super().__init__()\n        self.scale = 3\n\n    def forward(self, x):\n        return "
                    + "self.step(x)\n"
            )
        );
        Assert.That(
            files["/w/base.py"].CompiledFunctions.Select(f => f.QualifiedName),
            Is.EqualTo(new[] { "Base.step" })
        );
        Assert.That(TypeOfVariable(files["/w/base.py"], "y"), Is.EqualTo("int"));
    }

    [Test]
    public void A_branch_that_may_be_cut_away_makes_nothing_certain_in_another_file()
    {
        var files = new Files(
            ("/w/helpers.py", Helpers),
            (
                "/w/main.py",
                "from torch import nn\nfrom helpers import halve\nfrom nowhere import flag\n\nclass "
                    + "Net(nn.Module):\n    def forward(self, x):\n        if flag:\n            x = halve(x, "
                    + "2)[0]\n        return x\n"
            )
        );
        var model = files["/w/helpers.py"];
        Assert.That(model.CompiledFunctions.All(f => !model.IsCertainlyCompiled(f.Function)), Is.True);
    }

    [Test]
    public void Files_that_import_each_other_end()
    {
        var files = new Files(
            ("/w/a.py", "from b import g\nimport torch\n\n@torch.jit.script\ndef f(x):\n    return g(x)\n"),
            ("/w/b.py", "from a import f\n\ndef g(x):\n    return f(x)\n")
        );
        Assert.That(files["/w/b.py"].CompiledFunctions.Select(f => f.QualifiedName), Is.EqualTo(new[] { "g" }));
        Assert.That(files["/w/a.py"].CompiledFunctions.Select(f => f.QualifiedName), Is.EqualTo(new[] { "f" }));
    }

    [Test]
    public void Installed_code_is_read_for_its_types_and_not_judged()
    {
        var files = new Files(
            ("/w/installed.py", Helpers),
            (
                "/w/main.py",
                "from installed import halve\nimport torch\n\n@torch.jit.script\ndef f(x):\n    y = halve(x, "
                    + "1)\n    return y\n"
            )
        );
        Assert.That(TypeOfVariable(files["/w/main.py"], "y"), Is.EqualTo("Tuple[Tensor, int]"));
        Assert.That(files["/w/installed.py"].CompiledFunctions, Is.Empty);
    }
}
