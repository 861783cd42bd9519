using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// What the live program told the judge. Globals: by file, the literals of what a module's names lead to. Hooks: the
/// classes of what computes before forward. FirstParameter: by class, the expression of its first parameter.
/// Attributes: by class, what its plain attributes are, and their literals where all instances have one and the same.
/// </summary>
internal sealed record LiveFacts(
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Globals,
    IReadOnlyList<string> Hooks,
    IReadOnlyDictionary<string, string> FirstParameter,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, (string Type, string? Literal)>> Attributes
)
{
    /// <summary>By class, the names of the parts of its instances.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Parts { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>By class, the class of each part that is one of the program's, or of the parts in a container.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> PartClasses { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, string>>();

    public IReadOnlyList<string> PartsOf(string type) => Parts.TryGetValue(type, out var parts) ? parts : [];

    public IEnumerable<string> AttributesOf(string type) =>
        Attributes.TryGetValue(type, out var known) ? known.Keys : [];

    public static LiveFacts None { get; } =
        new(
            new Dictionary<string, IReadOnlyDictionary<string, string>>(),
            [],
            new Dictionary<string, string>(),
            new Dictionary<string, IReadOnlyDictionary<string, (string, string?)>>()
        );
}

/// <summary>
/// An edit that the text alone cannot justify and a live program can: made only where a compiler asked for it, kept
/// only where the judge proves it. Path: in the copied workspace.
/// </summary>
internal abstract record LiveRepair(string Path, string Rule, string Title)
{
    /// <summary>Empty where the file has nothing that it changes.</summary>
    public abstract ImmutableArray<TextEdit> Edits(FileSnapshot file);

    protected static ClassDef? ClassOf(FileSnapshot file, string qualifiedName) =>
        file.Tree.Definitions.OfType<ClassDef>().FirstOrDefault(c => file.Model.QualifiedNameAt(c) == qualifiedName);

    protected static bool IsOfSelf(Expr node, string name) =>
        node is Attribute { Value: Name { Id: "self" } } attribute && attribute.Name == name;
}

/// <summary>Every node of a kind in a node, itself among them, in source order.</summary>
internal static class Nodes<T>
    where T : Node
{
    public static IReadOnlyList<T> In(Node node) => node is T wanted ? [wanted, .. node.Find<T>()] : node.Find<T>();
}
