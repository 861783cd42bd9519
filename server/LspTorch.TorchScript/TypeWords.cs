namespace LspTorch.TorchScript;

/// <summary>
/// Types in messages: by TorchScript's notation where the whole type is known, else what is known of it in words.
/// </summary>
public static class TypeWords
{
    public static string Bare(TorchType type) => type.HasUnknown ? Of(type) : type.ToString();

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
}
