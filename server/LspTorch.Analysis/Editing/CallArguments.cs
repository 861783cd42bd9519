using LspTorch.Syntax;

namespace LspTorch.Editing;

/// <summary>What each parameter of a function of this file gets from one call.</summary>
internal static class CallArguments
{
    /// <summary>The argument in this position, counted from 0, or by this keyword; null behind a star.</summary>
    public static Expr? Given(Call call, int? position, string keyword) =>
        position is not { } at ? call.Keywords.FirstOrDefault(k => k.Name == keyword)?.Value
        : at < call.Args.Count && call.Args.Take(at + 1).All(a => a is not Starred) ? call.Args[at]
        : null;

    /// <summary>
    /// The parameters with their arguments in the order in which Python evaluates them, then those that keep their
    /// defaults; null where the call does
    /// not fit, or where that is not to be seen (stars).
    /// </summary>
    /// <param name="skipFirst">True for a method, which gets its first parameter from the call's owner.</param>
    public static IReadOnlyList<(Arg Parameter, Expr? Value)>? Bind(FunctionDef callee, Call call, bool skipFirst)
    {
        var args = callee.Args;
        if (args.VarArg is not null || args.KwArg is not null)
            return null;
        Arg[] positional = [.. args.PosOnly, .. args.Args];
        if (skipFirst)
        {
            if (positional.Length == 0)
                return null;
            positional = positional[1..];
        }
        var bound = new List<(int Start, Arg Parameter, Expr? Value)>();
        if (call.Args.Count > positional.Length)
            return null;
        for (int i = 0; i < call.Args.Count; i++)
        {
            if (call.Args[i] is Starred or MissingExpr)
                return null;
            bound.Add((call.Args[i].Start, positional[i], call.Args[i]));
        }
        Arg[] named = [.. positional, .. args.KwOnly];
        foreach (var keyword in call.Keywords)
        {
            if (named.FirstOrDefault(p => p.Name == keyword.Name) is not { } parameter || keyword.Value is MissingExpr)
                return null;
            if (
                bound.Any(b => ReferenceEquals(b.Parameter, parameter))
                || args.PosOnly.Any(p => ReferenceEquals(p, parameter))
            )
                return null;
            bound.Add((keyword.Start, parameter, keyword.Value));
        }
        var given = bound.OrderBy(b => b.Start).Select(b => (b.Parameter, b.Value)).ToList();
        foreach (var parameter in named)
        {
            if (given.Any(g => ReferenceEquals(g.Parameter, parameter)))
                continue;
            if (parameter.Default is null)
                return null;
            given.Add((parameter, null));
        }
        return given;
    }
}
