using System.Runtime.CompilerServices;
using LspTorch.Syntax;

namespace LspTorch.Editing;

/// <summary>
/// Where a function, with all that stands in it, reads, binds or deletes a name: names, parameters and nested
/// functions, in source order. Found once for each function.
/// </summary>
internal sealed class FunctionNames
{
    private static readonly ConditionalWeakTable<FunctionDef, FunctionNames> Known = [];
    private readonly Dictionary<string, List<Node>> places = [];

    public static FunctionNames Of(FunctionDef function) =>
        Known.GetValue(
            function,
            static f =>
            {
                var found = new FunctionNames();
                new Walker(found.places).Visit(f);
                return found;
            }
        );

    public IReadOnlyList<Node> Places(string name) => places.GetValueOrDefault(name) ?? [];

    private sealed class Walker(Dictionary<string, List<Node>> places) : SyntaxWalker
    {
        public override void Visit(Node node)
        {
            string? name = node switch
            {
                Name used => used.Id,
                Arg parameter => parameter.Name,
                FunctionDef function => function.Name,
                _ => null,
            };
            if (name is not null)
            {
                if (!places.TryGetValue(name, out var list))
                    places[name] = list = [];
                list.Add(node);
            }
            base.Visit(node);
        }
    }
}
