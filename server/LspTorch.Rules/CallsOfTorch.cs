using LspTorch.Semantics;
using LspTorch.Syntax;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>The calls of torch's functions anywhere in a file, compiled or not: the steps of an export.</summary>
internal sealed class CallsOfTorch : SyntaxWalker
{
    private readonly FileSnapshot file;
    private readonly string[] names;
    private readonly List<(Call Call, string Function)> found = [];

    private CallsOfTorch(FileSnapshot file, string[] names)
    {
        this.file = file;
        this.names = names;
    }

    /// <param name="names">Dotted names, such as <c>torch.jit.freeze</c>.</param>
    public static IReadOnlyList<(Call Call, string Function)> In(FileSnapshot file, params string[] names)
    {
        // Most files make none of these steps.
        if (!names.Any(n => file.Text.Text.Contains(n[(n.LastIndexOf('.') + 1)..], StringComparison.Ordinal)))
            return [];
        var walker = new CallsOfTorch(file, names);
        walker.Visit(file.Tree.Root);
        return walker.found;
    }

    public override void Visit(Node node)
    {
        if (
            node is Call { Func: Name or Attribute } call
            && file.Model.ResolveName(call.Func) is { } name
            && names.Contains(name)
        )
            found.Add((call, name));
        base.Visit(node);
    }
}
