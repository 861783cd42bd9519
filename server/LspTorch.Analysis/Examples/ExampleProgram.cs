using System.Text;
using LspTorch.Semantics;
using LspTorch.Syntax;

namespace LspTorch.Examples;

/// <summary>
/// A small program for a module class of a file in which nothing runs: it makes an instance and calls it twice, with
/// inputs of two lengths.
/// What is passed is worked out from the constructor, from the layers that an input meets first, and from the
/// annotations. Sizes are
/// read from the layers of the live instance, so that they hold for whatever the constructor is given.
/// </summary>
public static class ExampleProgram
{
    /// <summary>
    /// False for a file that only defines things: at module level no main guard, no loop, no call for its own sake, and
    /// none of what it defines is called.
    /// </summary>
    public static bool RunsSomething(SyntaxTree tree)
    {
        var defined = tree
            .Root.Body.Select(s =>
                s switch
                {
                    FunctionDef f => f.Name,
                    ClassDef c => c.Name,
                    _ => null,
                }
            )
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        return tree.Root.Body.Any(s => Runs(s, defined));
    }

    private static bool Runs(Stmt statement, HashSet<string> defined) =>
        statement switch
        {
            If
            {
                Test: Compare { Left: Name { Id: "__name__" } } or Compare { Comparators: [Name { Id: "__name__" }] }
            } => true,
            If branch => branch.Body.Concat(branch.OrElse).Any(s => Runs(s, defined)),
            Try attempt => attempt.Body.Concat(attempt.OrElse).Concat(attempt.FinalBody).Any(s => Runs(s, defined)),
            For or While or With or Match => true,
            ExprStmt { Value: Call or Await } => true,
            Assign assign => CallsOwn(assign.Value, defined),
            AnnAssign { Value: { } value } => CallsOwn(value, defined),
            AugAssign assign => CallsOwn(assign.Value, defined),
            _ => false,
        };

    private static bool CallsOwn(Expr value, HashSet<string> defined)
    {
        var finder = new OwnCalls(defined);
        finder.Visit(value);
        return finder.Found;
    }

    private sealed class OwnCalls(HashSet<string> defined) : SyntaxWalker
    {
        public bool Found { get; private set; }

        public override void Visit(Node node)
        {
            if (node is Call { Func: Name name } && defined.Contains(name.Id))
                Found = true;
            if (node is not Lambda)
                base.Visit(node);
        }
    }

    /// <summary>
    /// The module classes that can be made from outside and called, those first that no other class of the file is made
    /// of.
    /// </summary>
    public static IReadOnlyList<ClassModel> Candidates(FileSnapshot file)
    {
        var all = new List<ClassModel>();
        Collect(file.Tree.Root.Body);
        var used = new HashSet<ClassDef>();
        foreach (var type in all)
        foreach (var part in Parts(type))
            if (!ReferenceEquals(part, type.Node))
                used.Add(part);
        // Of what is left the last one is what the others lead up to.
        return
        [
            .. all.Where(t => !used.Contains(t.Node)).Reverse(),
            .. all.Where(t => used.Contains(t.Node)).Reverse(),
        ];

        void Collect(NodeList<Stmt> body)
        {
            foreach (var node in body.OfType<ClassDef>())
            {
                var type = file.Model.ClassOf(node);
                if (
                    type.IsModule
                    && type.FindMethod("forward") is not null
                    && type.Methods.Values.All(m =>
                        !m.Decorators.Any(d => file.Model.ResolveName(d) == "abc.abstractmethod")
                    )
                )
                    all.Add(type);
                Collect(node.Body);
            }
        }
    }

    /// <summary>Classes that a class calls or derives from.</summary>
    private static IEnumerable<ClassDef> Parts(ClassModel type)
    {
        var finder = new ClassUses(type.Owner);
        finder.Visit(type.Node);
        return finder.Found;
    }

    private sealed class ClassUses(SemanticModel model) : SyntaxWalker
    {
        public List<ClassDef> Found { get; } = [];

        public override void Visit(Node node)
        {
            if (node is Name or Syntax.Attribute && model.ResolveSymbol((Expr)node)?.Class is { } type)
                Found.Add(type);
            base.Visit(node);
        }
    }

    /// <summary>
    /// The program as it was worked out first, then those that differ in how tensors are laid out, for when the first
    /// call fails.
    /// </summary>
    public static IReadOnlyList<string> WriteAll(ClassModel type, string module, IReadOnlyList<string> folders) =>
        [
            .. Enumerable
                .Range(0, 4)
                .Select(layout => Write(type, module, folders, layout))
                .Distinct(StringComparer.Ordinal),
        ];

    /// <param name="module">The module's name for an import, "models.decoder".</param>
    /// <param name="folders">What sys.path must hold, relative to the program's own folder, in the order of search:
    /// "../..".</param>
    public static string Write(ClassModel type, string module, IReadOnlyList<string> folders, int layout = 0)
    {
        var values = new ExampleValues(type.Owner);
        string made = values.Construction(type);
        var inputs = new ExampleInputs(values, type, layout).All();
        bool plain = module
            .Split('.')
            .All(word =>
                word.Length > 0 && !char.IsAsciiDigit(word[0]) && word.All(c => c == '_' || char.IsLetterOrDigit(c))
            );
        var text = new StringBuilder();
        text.Append("# How ")
            .Append(type.Name)
            .Append(" of ")
            .Append(module)
            .Append(" is run where nothing in its file runs it.\n");
        text.Append(
            "# LspTorch generated this from the text of the class. Change what is wrong: your version "
                + "is kept and run.\n"
        );
        text.Append(plain ? "import os\nimport sys\n" : "import importlib\nimport os\nimport sys\n");
        if (values.UsesNamespace)
            text.Append("import types\n");
        text.Append("\nimport torch\n\n");
        text.Append("here = os.path.dirname(os.path.abspath(__file__))\n");
        text.Append("sys.path[:0] = [")
            .Append(string.Join(", ", folders.Select(f => $"os.path.join(here, {Quoted(f)})")))
            .Append("]\n");
        text.Append(
            plain
                ? $"import {module} as source  # noqa: E402\n\n"
                : $"source = importlib.import_module({Quoted(module)})\n\n"
        );
        text.Append("torch.manual_seed(0)\n");
        text.Append("model = ").Append(made).Append('\n');
        text.Append("model.eval()\n\n");
        string indent = "    ";
        bool counts = inputs.Any(i =>
            i.Value.Contains("length", StringComparison.Ordinal) || i.Value.Contains("batch", StringComparison.Ordinal)
        );
        if (counts)
        {
            text.Append("# Two calls: what differs between them is shown as varying.\n");
            text.Append("for batch, length in ((2, 20), (3, 27)):\n    with torch.no_grad():\n");
            indent = "        ";
        }
        else
            text.Append("with torch.no_grad():\n");
        foreach (var input in inputs)
            text.Append(indent)
                .Append(input.Name)
                .Append(" = ")
                .Append(input.Value)
                .Append(input.Reason is null ? "" : $"  # {input.Reason}")
                .Append('\n');
        text.Append(indent)
            .Append("model(")
            .Append(string.Join(", ", inputs.Select(i => i.ByName ? $"{i.Name}={i.Name}" : i.Name)))
            .Append(")\n");
        return text.ToString();
    }

    internal static string Quoted(string text) =>
        "\""
        + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        + "\"";
}

/// <summary>
/// One argument of the example call. Reason: where its value comes from, null where it says that itself.
/// </summary>
internal sealed record ExampleInput(string Name, string Value, string? Reason, bool ByName);
