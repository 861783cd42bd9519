using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;

namespace LspTorch.Refactorings;

/// <summary>The dtypes that a run saw in the variables of one function.</summary>
internal sealed class ObservedDTypes
{
    private readonly Dictionary<string, string?> byName = [];

    public ObservedDTypes(FileSnapshot file, FunctionDef function)
    {
        if (file.Observations.IsEmpty)
            return;
        foreach (var parameter in function.Args.All())
            Add(parameter.Name, file.Observations.Find(PlaceKind.Parameter, parameter.NameSpan));
        new StoreFinder(this, file).Visit(function.Body);
    }

    /// <summary>Null where several were seen, or a place that gives the variable its value was not reached.</summary>
    public string? OfVariable(string name) => byName.GetValueOrDefault(name);

    private void Add(string name, ObservedPlace? place)
    {
        string? dtype = place is { Stale: false, Types: [{ Type: "Tensor", DType: { } only }] }
            ? DTypes.Find(only)
            : null;
        byName[name] = !byName.TryGetValue(name, out string? before) || before == dtype ? dtype : null;
    }

    private sealed class StoreFinder(ObservedDTypes dtypes, FileSnapshot file) : SyntaxWalker
    {
        public override void Visit(Node node)
        {
            if (node is FunctionDef or ClassDef or Lambda)
                return;
            if (node is Name { Context: ExprContext.Store } name)
                dtypes.Add(name.Id, file.Observations.Find(PlaceKind.Variable, name.Span));
            base.Visit(node);
        }
    }
}
