using LspTorch.Problems;
using LspTorch.TorchScript;

namespace LspTorch.Findings;

/// <summary>
/// Types in messages: by TorchScript's notation where the whole type is known, else what is known of it in words.
/// </summary>
public static class TypeWords
{
    public static string Bare(DetachedType type) => type.Type.HasUnknown ? Of(type) : type.ToString();

    public static string Of(DetachedType type) => Of(type.Type);

    /// <summary>With its article: "a Tensor", "a List[int]", "a list".</summary>
    public static string Of(TorchType type) =>
        type switch
        {
            _ when type == TorchType.None => "None",
            _ when !type.HasUnknown => $"{(type.ToString() is ['A' or 'O' or 'i', ..] ? "an" : "a")} {type}",
            ListType => "a list",
            DictType => "a dictionary",
            TupleType tuple => $"a tuple of {tuple.Elements.Length}",
            OptionalType => "an Optional",
            FutureType => "a Future",
            _ => "a value of unknown type",
        };

    /// <summary>
    /// The type of a parameter of a signature: its type variables are the compiler's own, and stand for any one type.
    /// </summary>
    public static string Formal(TorchType type) =>
        !TypeRelations.HasVariables(type)
            ? type.ToString()
            : type switch
            {
                VariableType => "a value of any one type",
                ListType => "a list",
                DictType => "a dictionary",
                OptionalType optional => $"{Formal(optional.Element)} or None",
                FutureType => "a Future",
                _ => "a tuple",
            };

    /// <summary>As the first word of a sentence.</summary>
    public static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];
}
