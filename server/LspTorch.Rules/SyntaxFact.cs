using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>
/// One row of the table of Python that TorchScript has no words for. <paramref name="Mark"/>: the part of the node to
/// underline, null where
/// this node is no case of the row. The row holds for torch releases from <paramref name="RefusedFrom"/> up to, not
/// including,
/// <paramref name="AcceptedFrom"/>.
/// </summary>
internal abstract record SyntaxFact(string Name, string What, string Advice)
{
    public TorchVersion RefusedFrom { get; init; } = TorchVersion.Oldest;

    /// <summary>Null: no release accepts it.</summary>
    public TorchVersion? AcceptedFrom { get; init; }

    /// <summary>
    /// True for what is refused only when code is generated: a dropped branch may hold it. The rest is refused wherever
    /// it stands in a
    /// compiled function, because the whole body is translated before any branch is dropped.
    /// </summary>
    public bool OnlyLive { get; init; }

    /// <summary>True where it compiles, and goes wrong.</summary>
    public bool Warns { get; init; }

    /// <summary>An edit that says the same in TorchScript, where there is a certain one.</summary>
    public Func<FileSnapshot, Node, Fix?>? Repair { get; init; }

    /// <summary>The statement can be moved into an ignored method as it stands.</summary>
    public bool Movable { get; init; }

    public bool Holds(TorchVersion version) =>
        version >= RefusedFrom && (AcceptedFrom is not { } accepted || version < accepted);

    public abstract IEnumerable<(Node Node, TextSpan Mark, CompiledBody Body)> Cases(CompiledCode code);
}

internal sealed record SyntaxFact<T>(string Name, string What, string Advice, Func<T, TextSpan?> Mark)
    : SyntaxFact(Name, What, Advice)
    where T : Node
{
    public override IEnumerable<(Node Node, TextSpan Mark, CompiledBody Body)> Cases(CompiledCode code)
    {
        foreach (var (node, body, live, _) in code.All<T>())
            if ((live || !OnlyLive) && Mark(node) is { } mark)
                yield return (node, mark, body);
    }
}

/// <summary>A row about the types written in a compiled function rather than about its code.</summary>
internal sealed record AnnotationFact(string Name, string What, string Advice, Func<Node, TextSpan?> Mark)
    : SyntaxFact(Name, What, Advice)
{
    public override IEnumerable<(Node Node, TextSpan Mark, CompiledBody Body)> Cases(CompiledCode code)
    {
        var found = new List<Node>();
        foreach (var (annotation, body) in code.Annotations)
        {
            new Finder(Mark, found).Visit(annotation);
            foreach (var node in found)
                if (Mark(node) is { } mark)
                    yield return (node, mark, body);
            found.Clear();
        }
    }

    /// <summary>Collects the outermost nodes that are cases.</summary>
    private sealed class Finder(Func<Node, TextSpan?> mark, List<Node> found) : SyntaxWalker
    {
        public override void Visit(Node node)
        {
            if (mark(node) is not null)
                found.Add(node);
            else
                base.Visit(node);
        }
    }
}

/// <summary>A row about a whole compiled function.</summary>
internal sealed record FunctionFact(
    string Name,
    string What,
    string Advice,
    Func<FunctionDef, IEnumerable<TextSpan>> Mark
) : SyntaxFact(Name, What, Advice)
{
    public override IEnumerable<(Node Node, TextSpan Mark, CompiledBody Body)> Cases(CompiledCode code) =>
        code.Bodies.SelectMany(body => Mark(body.Def).Select(mark => ((Node)body.Def, mark, body)));
}
