using System.Reflection;
using System.Text.RegularExpressions;
using LspTorch.Compilation;
using LspTorch.Libraries.Tests.Semantics;
using LspTorch.Problems;
using LspTorch.Semantics;
using LspTorch.TorchScript;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Rules;

/// <summary>
/// Messages stand word for word behind a case: of a rule page, of Rules/data, or of tests/python/corpus/failing
/// (messages.tsv), and what a fix writes in the text that a case expects.
/// </summary>
public sealed partial class MessageTests
{
    private static readonly string server = Path.Combine(Repository.Root, "server");
    private static readonly string tests = Path.Combine(Repository.Root, "tests");

    private static IEnumerable<string> Pages() =>
        Directory
            .GetFiles(Path.Combine(server, "LspTorch.Rules"), "*.md")
            .Concat(Directory.GetFiles(Path.Combine(tests, "LspTorch.Libraries.Tests", "Rules", "data"), "*.md"));

    private static IEnumerable<FileSnapshot> Cases() =>
        Pages()
            .SelectMany(RuleCase.Read)
            .Select(c => c.Snapshot())
            .Concat(FailingCase.ReadAll().Select(c => c.Snapshot(new TorchVersion(1, 13))));

    [Test]
    public void Every_problem_occurs_in_a_case()
    {
        var seen = new HashSet<object>();
        foreach (var file in Cases())
        foreach (var (_, problem) in CompiledCode.Of(file).ProblemsOf<TypeProblem>())
        {
            seen.Add(problem.GetType());
            foreach (var property in problem.GetType().GetProperties())
                if (property.GetValue(problem) is { } value)
                    seen.Add(value is Unconvertible held ? held.Form : value.GetType());
        }
        var all = new[] { typeof(TypeProblem), typeof(InterfaceMismatch), typeof(SignatureMismatch) }
            .SelectMany(of => of.Assembly.GetTypes().Where(t => t.IsSealed && t.IsAssignableTo(of)))
            // Taken apart into a problem of its own.
            .Where(type => type != typeof(ArgumentTypeMismatch))
            .Concat(Enum.GetValues<UnconvertibleForm>().Cast<object>());
        Assert.That(string.Join('\n', all.Where(one => !seen.Contains(one))), Is.Empty);
    }

    /// <summary>What a message says beside what it is given: each piece must be said somewhere.</summary>
    [Test]
    public void Every_piece_of_a_message_is_said_in_a_case()
    {
        string said = string.Join(
            '\n',
            Pages()
                .SelectMany(File.ReadLines)
                .Where(line => line.StartsWith("> - ", StringComparison.Ordinal) || line.StartsWith("<!--"))
                .Concat(File.ReadLines(Path.Combine(FailingCase.Folder, "messages.tsv")))
                .Concat(Pages().SelectMany(RuleCase.Read).SelectMany(c => c.Fixes).Select(f => f.Text))
                .Concat(RelatedPlaceTests.Messages)
                .Concat(AcrossFilesTests.Messages)
        );
        var unsaid = Directory
            .GetFiles(Path.Combine(server, "LspTorch.Rules"), "*.cs")
            .SelectMany(path => Pieces(path).Select(piece => $"{Path.GetFileNameWithoutExtension(path)}: {piece}"))
            .Where(piece =>
                !said.Contains(
                    piece[(piece.IndexOf(": ", StringComparison.Ordinal) + 2)..],
                    StringComparison.OrdinalIgnoreCase
                )
            );
        Assert.That(string.Join('\n', unsaid), Is.Empty);
    }

    /// <summary>The layers below the rules have no sentences: what they find is data.</summary>
    [TestCase("LspTorch.Syntax", ExpectedResult = new[] { "Lexer", "Parser" })]
    [TestCase("LspTorch.TorchScript", ExpectedResult = new string[0])]
    [TestCase("LspTorch.Semantics", ExpectedResult = new string[0])]
    public string[] Sentences_stand_in(string project) =>
        [
            .. Directory
                .GetFiles(Path.Combine(server, project), "*.cs", SearchOption.AllDirectories)
                .Where(path => !path.Contains("/obj/") && Pieces(path).Any(Sentence().IsMatch))
                .Select(path => Path.GetFileName(path).Split('.')[0])
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Problems hold what was found: types without the classes of a file, and no words.</summary>
    [Test]
    public void Problems_hold_data()
    {
        var wrong = typeof(TypeProblem)
            .Assembly.GetTypes()
            .Where(t => t.IsAssignableTo(typeof(TypeProblem)) || t.IsAssignableTo(typeof(InterfaceMismatch)))
            .SelectMany(t => t.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(p => p.DeclaringType != typeof(TypeProblem))
            .Where(p =>
                p.PropertyType.IsAssignableTo(typeof(TorchType))
                || p.PropertyType.IsAssignableTo(typeof(ClassDefinition))
                || Prose().IsMatch(p.Name)
            )
            .Select(p => $"{p.DeclaringType?.Name}.{p.Name}");
        Assert.That(wrong, Is.Empty);
    }

    /// <summary>The fixed texts of the literals of a file, without what is too short to be told from others.</summary>
    private static IEnumerable<string> Pieces(string path) =>
        CSharpSyntaxTree
            .ParseText(File.ReadAllText(path))
            .GetRoot()
            .DescendantNodes()
            .Where(node =>
                !node.Ancestors().Any(a => a is ThrowExpressionSyntax or ThrowStatementSyntax or AttributeSyntax)
            )
            .Select(node =>
                node switch
                {
                    InterpolatedStringTextSyntax text => text.TextToken.ValueText.Replace("{{", "{").Replace("}}", "}"),
                    // A raw literal of several lines is a table.
                    LiteralExpressionSyntax { Token.Value: string text } when !text.Contains('\n') => text,
                    _ => "",
                }
            )
            .Where(text => Words().IsMatch(text))
            .Select(text => text.TrimStart('\t'));

    /// <summary>Two words.</summary>
    [GeneratedRegex(@"[A-Za-z]{2,}'?[,:;.]? [a-z']{2,}")]
    private static partial Regex Words();

    [GeneratedRegex(@"[A-Za-z]{2,}'?[,:;.]? [a-z']+[,:;.]? [a-z']+")]
    private static partial Regex Sentence();

    [GeneratedRegex("Message|Advice|Reason|Why|Words|Sentence")]
    private static partial Regex Prose();
}
