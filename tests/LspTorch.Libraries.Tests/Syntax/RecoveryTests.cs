using LspTorch.Syntax;
using LspTorch.Text;
using Assert = NUnit.Framework.Assert;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Libraries.Tests.Syntax;

/// <summary>What is kept of a file while something in it is half typed.</summary>
[TestFixture]
public sealed class RecoveryTests
{
    private const string Model = """
        class Model(nn.Module):
            def __init__(self):
                self.a = nn.Linear(1, 2)

            def forward(self, x):
                y = self.a(x)
        @@
                return y

            def other(self, z):
                return z

        def last(): pass
        """;

    private static SyntaxTree Parse(string code)
    {
        var tree = SyntaxTree.Parse(SourceText.From(code));
        TreeInvariants.Check(tree);
        return tree;
    }

    [TestCase("        self.")]
    [TestCase("        y = self.")]
    [TestCase("        y = ")]
    [TestCase("        y = self.a(")]
    [TestCase("        y = self.a(x")]
    [TestCase("        y = self.a(x, [1, {2: 3")]
    [TestCase("        y = self.a(x]")]
    [TestCase("        y = self.a(x))")]
    [TestCase("        y = (self.a(x)\n        z = 3")]
    [TestCase("        y = 'abc")]
    [TestCase("        y = f'abc{x")]
    [TestCase("        y = f'abc{x:")]
    [TestCase("        y = f(\"abc)")]
    [TestCase("        if y")]
    [TestCase("        if y:")]
    [TestCase("        if")]
    [TestCase("        for i in")]
    [TestCase("        for")]
    [TestCase("        with torch.no_grad(")]
    [TestCase("        while (y")]
    [TestCase("        def")]
    [TestCase("        y = [i for i in")]
    [TestCase("        y = lambda")]
    [TestCase("        assert")]
    [TestCase("        import")]
    [TestCase("        from a import (b")]
    [TestCase("        @")]
    [TestCase("        try:\n            pass")]
    [TestCase("        match y")]
    [TestCase("        y[")]
    [TestCase("        y = x if")]
    [TestCase("        y =\\")]
    [TestCase("        $")]
    [TestCase("        y = 1 2 3")]
    [TestCase("          z = 1")]
    [TestCase("        lambda x: (")]
    public void A_half_typed_statement_costs_no_method_of_its_class(string typed)
    {
        var tree = Parse(Model.Replace("@@", typed));
        Assert.That(tree.Errors, Is.Not.Empty);
        Assert.That(tree.Root.Body, Has.Count.EqualTo(2));
        var cls = (ClassDef)tree.Root.Body[0];
        Assert.That(
            cls.Body.OfType<FunctionDef>().Select(f => f.Name),
            Is.EqualTo(new[] { "__init__", "forward", "other" })
        );
        var forward = cls.Body.OfType<FunctionDef>().ElementAt(1);
        Assert.That(forward.Body[0], Is.InstanceOf<Assign>());
        Assert.That(tree.Text[forward.Span], Does.EndWith("return y"), "the statement behind it is kept");
        Assert.That(tree.Root.Body[1], Is.InstanceOf<FunctionDef>());
    }

    [TestCase("    z = 1", "too shallow")]
    [TestCase("      z = 1", "between two levels")]
    public void A_bad_indent_keeps_the_class(string typed, string why)
    {
        var tree = Parse(Model.Replace("@@", typed));
        var cls = (ClassDef)tree.Root.Body[0];
        Assert.That(
            cls.Body.OfType<FunctionDef>().Select(f => f.Name),
            Is.EqualTo(new[] { "__init__", "forward", "other" }),
            why
        );
    }

    [Test]
    public void An_attribute_without_its_name_keeps_its_value()
    {
        var tree = Parse("x = self.\ny = 1\n");
        var attribute = (Attribute)((Assign)tree.Root.Body[0]).Value;
        Assert.That(attribute.Name, Is.Empty);
        Assert.That(attribute.NameSpan, Is.EqualTo(new TextSpan(9, 0)));
        Assert.That(((Name)attribute.Value).Id, Is.EqualTo("self"));
        Assert.That(tree.Root.Body[1], Is.InstanceOf<Assign>());
    }

    [Test]
    public void An_open_call_keeps_the_arguments_read_so_far()
    {
        var tree = Parse("y = f(a, b=1,\nreturn y\n");
        var call = (Call)((Assign)tree.Root.Body[0]).Value;
        Assert.That(call.Args, Has.Count.EqualTo(1));
        Assert.That(call.Keywords[0].Name, Is.EqualTo("b"));
        Assert.That(tree.Root.Body[1], Is.InstanceOf<Return>());
        Assert.That(tree.Errors.Single(), Is.EqualTo(new SyntaxError(new TextSpan(5, 1), "'(' was never closed")));
    }

    [Test]
    public void A_header_without_its_parenthesis_keeps_parameters_and_body()
    {
        var tree = Parse("class A:\n    def f(self, x: int = 1\n        return x\n    def g(self): pass\n");
        var functions = ((ClassDef)tree.Root.Body[0]).Body.OfType<FunctionDef>().ToArray();
        Assert.That(functions.Select(f => f.Name), Is.EqualTo(new[] { "f", "g" }));
        Assert.That(functions[0].Args.Args.Select(a => a.Name), Is.EqualTo(new[] { "self", "x" }));
        Assert.That(functions[0].Body.Single(), Is.InstanceOf<Return>());
    }

    [Test]
    public void An_open_docstring_ends_before_the_next_definition()
    {
        var tree = Parse(
            "class A:\n    def f(self):\n        \"\"\"Half a sentence\n        x = 1\n\n    def g(self):\n    "
                + "    return 1\n"
        );
        var functions = ((ClassDef)tree.Root.Body[0]).Body.OfType<FunctionDef>().ToArray();
        Assert.That(functions.Select(f => f.Name), Is.EqualTo(new[] { "f", "g" }));
        Assert.That(tree.Errors[0].Message, Does.StartWith("unterminated triple-quoted string literal"));
    }

    [TestCase("f(a b)\n", "invalid syntax. Perhaps you forgot a comma?")]
    [TestCase("if x\n    pass\n", "expected ':'")]
    [TestCase("if x:\npass\n", "expected an indented block after 'if' statement on line 1")]
    [TestCase("def f():\n\nx = 1\n", "expected an indented block after function definition on line 1")]
    [TestCase("x = (1\n", "'(' was never closed")]
    [TestCase("x = 1)\n", "unmatched ')'")]
    [TestCase("x = (1]\n", "closing parenthesis ']' does not match opening parenthesis '('")]
    [TestCase("print 'a'\n", "Missing parentheses in call to 'print'. Did you mean print(...)?")]
    [TestCase("f() = 1\n", "cannot assign to function call here. Maybe you meant '==' instead of '='?")]
    [TestCase("x = 'a\n", "unterminated string literal (detected at line 1)")]
    [TestCase("  x = 1\n", "unexpected indent")]
    [TestCase("if x:\n        a\n    b\n", "unindent does not match any outer indentation level")]
    [TestCase("if x:\n\ta\n        b\n", "inconsistent use of tabs and spaces in indentation")]
    [TestCase("x = 1 +\n", "invalid syntax")]
    [TestCase("try:\n    a\nb\n", "expected 'except' or 'finally' block")]
    [TestCase("x = “a”\n", "invalid character '“' (U+201C)")]
    [TestCase("x = 1\u00a0\n", "invalid non-printable character U+00A0")]
    public void Errors_say_what_cpython_says(string code, string message) =>
        Assert.That(Parse(code).Errors.Select(e => e.Message), Is.EqualTo(new[] { message }));

    [Test]
    public void Parsing_stops_when_asked_to()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.That(
            () => SyntaxTree.Parse(SourceText.From("x = 1\n"), source.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
    }

    [Test]
    public void Extra_spans_name_the_places_that_edits_need()
    {
        const string code = "@d\ndef f(a, b=(1), *c, d: int = 2) :\n    return g((x), (1, 2))\n";
        var tree = Parse(code);
        Assert.That(tree.Errors, Is.Empty);
        var function = (FunctionDef)tree.Root.Body[0];
        Assert.That(code[function.ColonOffset], Is.EqualTo(':'));
        Assert.That(code[..function.ParametersEnd], Does.EndWith("d: int = 2)"));
        Assert.That(function.Args.All().Select(a => a.Default is null), Is.EqualTo(new[] { true, false, true, false }));
        Assert.That(tree.Text[function.Args.Args[1].Default?.ParenthesizedSpan ?? default], Is.EqualTo("(1)"));
        var call = (Call)(((Return)function.Body[0]).Value ?? throw new InvalidOperationException());
        Assert.That(tree.Text[call.ArgumentListSpan], Is.EqualTo("((x), (1, 2))"));
        Assert.That(tree.Text[call.Args[0].Span], Is.EqualTo("x"));
        Assert.That(tree.Text[call.Args[0].ParenthesizedSpan], Is.EqualTo("(x)"));
        Assert.That(tree.Text[call.Args[1].ParenthesizedSpan], Is.EqualTo("(1, 2)"));
    }

    [Test]
    public void Children_are_walked_in_source_order()
    {
        var tree = Parse("f(a, b=c, *d, e=g, *h)\nclass A(b=c, *d): pass\n");
        var names = new NameCollector();
        names.Visit(tree.Root);
        Assert.That(names.Found, Is.EqualTo(new[] { "f", "a", "c", "d", "g", "h", "c", "d" }));
    }

    private sealed class NameCollector : SyntaxWalker
    {
        public List<string> Found { get; } = [];

        public override void Visit(Node node)
        {
            if (node is Name name)
                Found.Add(name.Id);
            base.Visit(node);
        }
    }
}
