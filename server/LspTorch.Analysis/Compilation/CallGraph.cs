using LspTorch.Syntax;

namespace LspTorch.Compilation;

/// <summary>Which live call in compiled code surely reaches which def of this file.</summary>
internal sealed class CallGraph
{
    private readonly Dictionary<FunctionDef, List<(FunctionDef Caller, Node At)>> callers = [];
    private readonly Dictionary<FunctionDef, List<(FunctionDef Callee, Node At)>> callees = [];

    public CallGraph(CompiledCode code)
    {
        var model = code.Model;
        var live = new HashSet<Node>(code.Live<Call>().Select(c => (Node)c.Node));
        foreach (var unit in model.CompiledUnits)
        {
            if (!ReferenceEquals(unit.Owner, model))
                continue;
            foreach (var edge in model.EdgesOf(unit))
            {
                if (!ReferenceEquals(edge.Callee.Owner, model) || !live.Contains(edge.At))
                    continue;
                Add(callers, edge.Callee.Function, (unit.Function, edge.At));
                Add(callees, unit.Function, (edge.Callee.Function, edge.At));
            }
        }
    }

    public IReadOnlyList<(FunctionDef Caller, Node At)> CallersOf(FunctionDef function) =>
        callers.GetValueOrDefault(function, []);

    public IReadOnlyList<(FunctionDef Callee, Node At)> CalleesOf(FunctionDef function) =>
        callees.GetValueOrDefault(function, []);

    private static void Add(
        Dictionary<FunctionDef, List<(FunctionDef, Node)>> map,
        FunctionDef key,
        (FunctionDef, Node) value
    )
    {
        if (!map.TryGetValue(key, out var list))
            map[key] = list = [];
        if (!list.Contains(value))
            list.Add(value);
    }
}
