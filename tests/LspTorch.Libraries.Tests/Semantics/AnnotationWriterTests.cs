using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Semantics;

public class AnnotationWriterTests
{
    private static string Annotated(string source, string type, string torch = "1.13")
    {
        TorchVersion.TryParse(torch, out var version);
        var tree = SyntaxTree.Parse(SourceText.From(source));
        var model = new FileSnapshot(
            "m.py",
            tree,
            new AnalysisOptions { Torch = version },
            FileObservations.Empty
        ).Model;
        var written = AnnotationWriter.Write(model, type);
        if (written is null)
            return "not writable";
        return written.Text + "\n" + tree.Text.WithEdits(AnnotationWriter.ImportEdits(model, written.Imports)).Text;
    }

    [TestCase(
        "import torch\nx = 1\n",
        "Optional[Tensor]",
        "Optional[torch.Tensor]\nimport torch\nfrom typing import Optional\nx = 1\n"
    )]
    [TestCase(
        "from torch import nn\n",
        "List[Tensor]",
        "List[Tensor]\nfrom torch import nn, Tensor\nfrom typing import List\n"
    )]
    [TestCase(
        "import torch as t\nimport typing as ty\n",
        "Dict[str, Tensor]",
        "ty.Dict[str, t.Tensor]\nimport torch as t\nimport typing as ty\n"
    )]
    [TestCase(
        "from typing import (\n    List,\n)\nimport torch\n",
        "Tuple[int, float]",
        "Tuple[int, float]\nfrom typing import (\n    List, Tuple,\n)\nimport torch\n"
    )]
    [TestCase(
        "\"\"\"Doc.\"\"\"\n\nx = 1\n",
        "List[int]",
        "List[int]\n\"\"\"Doc.\"\"\"\n\nfrom typing import List\n\nx = 1\n"
    )]
    [TestCase(
        "# -*- coding: utf-8 -*-\n@deco\ndef f(): pass\n",
        "List[int]",
        "List[int]\n# -*- coding: utf-8 -*-\nfrom typing import List\n\n@deco\ndef f(): pass\n"
    )]
    [TestCase(
        "from __future__ import annotations\r\nimport torch\r\nx = 1\r\n",
        "List[int]",
        "List[int]\nfrom __future__ import annotations\r\nimport torch\r\nfrom typing import List\r\nx = 1\r\n"
    )]
    [TestCase("import torch", "List[int]", "List[int]\nimport torch\nfrom typing import List\n")]
    [TestCase(
        "try:\n    from typing import List\nexcept ImportError:\n    pass\n",
        "int",
        "int\ntry:\n    from typing import List\nexcept ImportError:\n    pass\n"
    )]
    [TestCase("import torch\n", "Device", "torch.device\nimport torch\n")]
    [TestCase("import torch\n", "Tuple[()]", "Tuple[()]\nimport torch\nfrom typing import Tuple\n")]
    [TestCase("import torch\n", "number", "not writable")]
    [TestCase("import torch\n", "numpy.ndarray", "not writable")]
    public void Writes_in_the_names_of_the_file(string source, string type, string expected) =>
        Assert.That(Annotated(source, type), Is.EqualTo(expected));

    [Test]
    public void Union_is_written_only_for_a_torch_that_has_it()
    {
        Assert.That(Annotated("from typing import Union\n", "Union[int, str]", "1.9"), Is.EqualTo("not writable"));
        Assert.That(
            Annotated("from typing import Union\n", "Union[int, str]", "1.10"),
            Does.StartWith("Union[int, str]\n")
        );
    }
}
