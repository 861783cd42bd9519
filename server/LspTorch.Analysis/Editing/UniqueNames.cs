using System.Runtime.CompilerServices;
using LspTorch.Semantics;
using LspTorch.Syntax;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Editing;

/// <summary>Names that nothing in a file uses yet, as variable, attribute, function, class or import.</summary>
internal static class UniqueNames
{
    private static readonly ConditionalWeakTable<SyntaxTree, IReadOnlySet<string>> known = [];

    public static string For(FileSnapshot file, string wanted)
    {
        var used = known.GetValue(
            file.Tree,
            static tree =>
            {
                var collector = new Collector();
                collector.Visit(tree.Root);
                return collector.Names;
            }
        );
        if (!used.Contains(wanted))
            return wanted;
        for (int i = 2; ; i++)
            if (!used.Contains($"{wanted}_{i}"))
                return $"{wanted}_{i}";
    }

    private sealed class Collector : SyntaxWalker
    {
        public HashSet<string> Names { get; } = [];

        public override void Visit(Node node)
        {
            string? name = node switch
            {
                Name n => n.Id,
                Attribute a => a.Name,
                FunctionDef f => f.Name,
                ClassDef c => c.Name,
                Arg a => a.Name,
                Alias a => a.AsName ?? a.Name,
                _ => null,
            };
            if (name is not null)
                Names.Add(name);
            base.Visit(node);
        }
    }
}
