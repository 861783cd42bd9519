using LspTorch.Syntax;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>Expressions that are one value of a tensor: <c>lengths.max()</c>, <c>max(lengths.tolist())</c>.</summary>
internal static class TensorValue
{
    private static readonly HashSet<string> reductions =
    [
        "max",
        "min",
        "sum",
        "mean",
        "amax",
        "amin",
        "argmax",
        "prod",
    ];

    public static bool Is(Expr value) => Tensor(value) is not null;

    /// <summary>
    /// The tensor that is reduced and the reduction's name: of <c>x.max()</c>, <c>torch.max(x)</c>,
    /// <c>max(x.tolist())</c>, with or without <c>.item()</c>.
    /// </summary>
    public static (Expr Of, string Reduction)? Tensor(Expr value) =>
        value switch
        {
            Call { Func: Attribute { Name: "item" } item, Args.Count: 0 } => Tensor(item.Value),
            Call { Func: Attribute { Value: Name { Id: "torch" }, Name: var name }, Args: [var of] }
                when reductions.Contains(name) => (WithoutDetours(of), name),
            Call { Func: Attribute { Name: var name } method, Args.Count: 0, Keywords.Count: 0 }
                when reductions.Contains(name) => (WithoutDetours(method.Value), name),
            Call { Func: Name { Id: "max" or "min" } function, Args: [var of], Keywords.Count: 0 }
                when of is Name or Attribute or Call => (WithoutDetours(of), function.Id),
            _ => null,
        };

    /// <summary>Without what only copies: <c>lengths.data.cpu().tolist()</c> as <c>lengths</c>.</summary>
    public static Expr WithoutDetours(Expr value) =>
        value switch
        {
            Attribute { Name: "data" } data => WithoutDetours(data.Value),
            Call
            {
                Func: Attribute { Name: "cpu" or "detach" or "tolist" or "numpy" or "item" } method,
                Args.Count: 0
            } => WithoutDetours(method.Value),
            _ => value,
        };
}
