using System.Runtime.CompilerServices;
using LspTorch.Compilation;
using LspTorch.Syntax;

namespace LspTorch.Divergence;

/// <summary>Where the certainly compiled code of a file goes another way than Python.</summary>
internal sealed class DivergentCode
{
    /// <summary>Held as long as the compiled code is: every rule of the table asks for its part of it.</summary>
    private static readonly ConditionalWeakTable<CompiledCode, DivergentCode> known = [];
    private const string Undecided = "?";
    private readonly ILookup<string, (CompiledBody Body, DivergenceMatch Match)> byRule;

    private DivergentCode(CompiledCode code) =>
        byRule = Find(code).ToLookup(d => d.Match.IsCertain ? d.Match.Row.RuleId ?? "" : Undecided);

    public static DivergentCode Of(CompiledCode code) => known.GetValue(code, static of => new DivergentCode(of));

    /// <summary>What one rule reports, by its id.</summary>
    public IEnumerable<(CompiledBody Body, DivergenceMatch Match)> OfRule(string ruleId) => byRule[ruleId];

    /// <summary>Where it goes another way for some values only, and a run can tell.</summary>
    public IEnumerable<(CompiledBody Body, DivergenceMatch Match)> ByValues => byRule[Undecided];

    private static List<(CompiledBody Body, DivergenceMatch Match)> Find(CompiledCode code)
    {
        var found = new List<(CompiledBody Body, DivergenceMatch Match)>();
        foreach (var body in code.Bodies)
            if (body.Certain && !body.HasOverloads(code.Model))
            {
                Add(body, body.Def);
                foreach (var parameter in body.Def.Args.All())
                    Add(body, parameter);
            }
        foreach (var (body, node) in code.CertainNodes())
            if (Divergences.AppliesTo(node) && !body.HasOverloads(code.Model))
                Add(body, node);
        return found;

        void Add(CompiledBody body, Node node)
        {
            foreach (var match in Divergences.Of(code.Model, node))
                if (match.IsCertain || match.Seen is not null)
                    found.Add((body, match));
        }
    }
}
