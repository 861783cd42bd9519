using LspTorch.Libraries.Tests.Rules;
using LspTorch.Syntax;
using LspTorch.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Architecture;

/// <summary>
/// How long files and methods may be. What is longer for a reason says so: "Longer than 500 lines: …" among the first
/// lines of a file, "Longer than 80 lines: …" in the line before a function. (Functions of TypeScript and JavaScript:
/// biome.json.)
/// </summary>
internal sealed class SizeTests
{
    private const int MaxFileLines = 500;
    private const int MaxMethodLines = 80;

    /// <summary>What is input to tests, not part of the project: programs as users write them.</summary>
    private static readonly string[] inputs =
    [
        "examples/",
        "tests/python/corpus/",
        "tests/repair/",
        "tests/examples/",
        "tests/LspTorch.Probe.Tests/programs/",
    ];

    [Test]
    public void Files_are_no_longer_than_500_lines()
    {
        var tooLong = Files("*.cs", "*.ts", "*.mjs", "*.py")
            .Select(path => (Path: path, Lines: File.ReadAllLines(path)))
            .Where(f => f.Lines.Length > MaxFileLines)
            .Where(f => !f.Lines.Take(12).Any(line => line.Contains($"Longer than {MaxFileLines} lines: ")))
            .Select(f => $"{Relative(f.Path)}: {f.Lines.Length} lines");
        Assert.That(tooLong, Is.Empty);
    }

    [Test]
    public void Methods_are_no_longer_than_80_lines()
    {
        var files = Files("*.cs").ToList();
        var tooLong = files.SelectMany(path =>
            CSharpSyntaxTree
                .ParseText(File.ReadAllText(path))
                .GetRoot()
                .DescendantNodes()
                .Where(IsMethod)
                .Select(node => (Line: LineOf(node), Lines: LinesOf(node)))
                .Where(method => method.Lines > MaxMethodLines)
                .Select(method => $"{Relative(path)}:{method.Line}: {method.Lines} lines")
        );
        Assert.That(files, Has.Count.GreaterThan(600));
        Assert.That(tooLong, Is.Empty);
    }

    [Test]
    public void Functions_of_Python_are_no_longer_than_80_lines()
    {
        var files = Files("*.py").ToList();
        var tooLong = files.SelectMany(path =>
        {
            var tree = Parser.Parse(SourceText.From(File.ReadAllText(path)), CancellationToken.None);
            return tree
                .Root.Find<FunctionDef>()
                .Select(f => (Line: tree.Text.LineOf(f.Start), Lines: LinesOf(tree.Text, f)))
                .Where(f => f.Lines > MaxMethodLines && !HasReason(tree.Text, f.Line))
                .Select(f => $"{Relative(path)}:{f.Line + 1}: {f.Lines} lines");
        });
        Assert.That(files, Has.Count.GreaterThan(40));
        Assert.That(tooLong, Is.Empty);
    }

    private static bool IsMethod(SyntaxNode node) =>
        node
            is BaseMethodDeclarationSyntax
                or LocalFunctionStatementSyntax
                or AccessorDeclarationSyntax
                or PropertyDeclarationSyntax { ExpressionBody: not null };

    private static int LineOf(SyntaxNode node) => node.SyntaxTree.GetLineSpan(node.Span).StartLinePosition.Line + 1;

    private static int LinesOf(SyntaxNode node)
    {
        var span = node.SyntaxTree.GetLineSpan(node.Span);
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    private static int LinesOf(SourceText text, FunctionDef function) =>
        text.LineOf(function.End) - text.LineOf(function.Start) + 1;

    private static bool HasReason(SourceText text, int line) =>
        line > 0
        && text.Text[text.LineStart(line - 1)..text.LineStart(line)]
            .Contains($"# Longer than {MaxMethodLines} lines: ");

    private static IEnumerable<string> Files(params string[] patterns) =>
        new[] { "client", "examples", "scripts", "server", "tests", "tools" }
            .SelectMany(folder =>
                patterns.SelectMany(pattern =>
                    Directory.EnumerateFiles(
                        Path.Combine(Repository.Root, folder),
                        pattern,
                        SearchOption.AllDirectories
                    )
                )
            )
            .Where(path =>
                !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules" or "data")
                && !inputs.Any(input => Relative(path).StartsWith(input, StringComparison.Ordinal))
            );

    private static string Relative(string path) =>
        Path.GetRelativePath(Repository.Root, path).Replace(Path.DirectorySeparatorChar, '/');
}
