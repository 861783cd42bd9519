using System.Globalization;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Examples;

/// <summary>The arguments of the example call: a tensor has the size that the first layer on its way wants.</summary>
/// <param name="layout">0 as it was worked out; others exchange or add dimensions of real tensors.</param>
internal sealed class ExampleInputs(ExampleValues values, ClassModel type, int layout)
{
    private static readonly string[] Sequential =
    [
        "LSTM",
        "GRU",
        "RNN",
        "MultiheadAttention",
        "Transformer",
        "TransformerEncoder",
        "TransformerEncoderLayer",
        "TransformerDecoderLayer",
        "Conv1d",
    ];

    public IReadOnlyList<ExampleInput> All()
    {
        if (type.FindMethod("forward") is not ({ } owner, { } forward))
            return [];
        var inputs = new List<ExampleInput>();
        var parameters = forward.Args;
        foreach (var parameter in parameters.PosOnly.Concat(parameters.Args).Skip(1).Where(p => p.Default is null))
            inputs.Add(Of(parameter, owner, forward, false));
        foreach (var parameter in parameters.KwOnly.Where(p => p.Default is null))
            inputs.Add(Of(parameter, owner, forward, true));
        return inputs;
    }

    private ExampleInput Of(Arg parameter, ClassModel owner, FunctionDef forward, bool byName)
    {
        string name = parameter.Name
            is "model"
                or "source"
                or "batch"
                or "length"
                or "here"
                or "torch"
                or "sys"
                or "os"
                or "types"
            ? parameter.Name + "_"
            : parameter.Name;
        ExampleInput Made(string value, string? reason) => new(byName ? parameter.Name : name, value, reason, byName);

        if (
            parameter.Annotation is { } annotation
            && owner.Owner.TypeOfAnnotation(annotation) is { IsUnknown: false } declared
            && declared != TorchType.Tensor
        )
            return declared == TorchType.Int && CountsTo(forward, parameter.Name)
                ? Made("3", null)
                : Made(values.OfType(declared, parameter.Name), null);
        var finder = new FirstLayer(type, owner);
        int rank = RankHint.Of(forward, parameter.Name);
        if (finder.Of(type, forward, parameter.Name, "model") is { } wanted)
        {
            var sizes = wanted.Sizes.ToList();
            if (wanted.Widens && sizes.Count == 2 && IsSequence(forward))
                sizes.Insert(1, "length");
            return wanted.Below is { } below
                ? Made($"torch.randint({below}, ({string.Join(", ", sizes)}))", wanted.Layer)
                : Tensor(sizes, wanted.Layer);
        }
        return Named(parameter.Name, rank, forward) is ({ } value, { } why)
            ? Made(value, why)
            : Tensor([.. Sizes(rank, forward).Split(", ")], "a guess: no layer says its size");

        ExampleInput Tensor(List<string> sizes, string reason)
        {
            bool changed = LayOut(sizes);
            return Made(
                $"torch.randn({string.Join(", ", sizes)})",
                changed ? $"{reason}; this layout was tried when another failed" : reason
            );
        }
    }

    /// <summary>Changes what was worked out into the layout that is asked for, where there is such a one.</summary>
    private bool LayOut(List<string> sizes)
    {
        switch (layout, sizes.Count)
        {
            case (1, 3):
                (sizes[1], sizes[2]) = (sizes[2], sizes[1]);
                return true;
            case (2, 3):
                (sizes[0], sizes[1]) = (sizes[1], sizes[0]);
                return true;
            case (3, 3) when sizes.Contains("length"):
                return sizes.Remove("length");
            case (1, 2):
                sizes.Insert(1, "length");
                return true;
            case (2, 2):
                sizes.Add("length");
                return true;
            case (3, 2):
                sizes.Insert(0, "length");
                return true;
            default:
                return false;
        }
    }

    private string Sizes(int rank, FunctionDef forward) =>
        rank switch
        {
            1 => "batch",
            2 => "batch, 16",
            3 => "batch, length, 16",
            4 => "batch, 3, 32, 32",
            > 4 => "batch, 3" + string.Concat(Enumerable.Repeat(", 16", rank - 2)),
            _ => IsSequence(forward) ? "batch, length, 16" : "batch, 16",
        };

    private bool IsSequence(FunctionDef forward) =>
        UsesAny(type, Sequential)
        || forward
            .Args.All()
            .Any(a =>
                a.Name.Contains("mask", StringComparison.Ordinal)
                || a.Name.Contains("length", StringComparison.Ordinal)
                || RankHint.Of(forward, a.Name) == 3
            );

    private static (string Value, string Reason)? Named(string name, int rank, FunctionDef forward)
    {
        const string Reason = "a guess from its name";
        string lower = name.ToLowerInvariant();
        bool Has(params ReadOnlySpan<string> words)
        {
            foreach (string word in words)
                if (lower.Contains(word, StringComparison.Ordinal))
                    return true;
            return false;
        }
        if (CountsTo(forward, name))
            return ("3", "a number of turns");
        if (Has("mask"))
            return ($"torch.ones({(rank == 3 ? "batch, length, length" : "batch, length")}, dtype=torch.bool)", Reason);
        if (Has("length", "lens"))
            return ("torch.full((batch,), length)", Reason);
        if (lower is "state" or "hidden" or "hx" or "cache" or "past" or "memory_mask")
            return ("None", Reason);
        if (Has("ids", "token", "label", "index", "indices"))
            return ("torch.randint(4, (batch, length))", Reason);
        if (lower is "alpha" or "beta" or "speed" or "scale" or "temperature")
            return ("1.0", Reason);
        if (
            lower is "training" or "verbose" or "return_attention"
            || lower.StartsWith("return_", StringComparison.Ordinal)
            || lower.StartsWith("use_", StringComparison.Ordinal)
        )
            return ("False", Reason);
        if (Has("max_len", "maxlen", "steps", "limit"))
            return ("length", Reason);
        return null;
    }

    private static bool UsesAny(ClassModel type, string[] names) =>
        type.Node.Has(n =>
            n is Name name && names.Contains(name.Id)
            || n is Syntax.Attribute attribute && names.Contains(attribute.Name)
        );

    /// <summary>Whether the function calls <c>range</c> with a parameter.</summary>
    private static bool CountsTo(FunctionDef function, string name) =>
        function.Body.Has(n =>
            n is Call { Func: Name { Id: "range" }, Args: var args } && args.Any(a => a is Name read && read.Id == name)
        );
}

/// <summary>How many dimensions a function takes a parameter to have at least; 0 where it does not show.</summary>
internal sealed class RankHint(string name) : SyntaxWalker
{
    private int exact,
        least;

    public static int Of(FunctionDef forward, string name)
    {
        var hint = new RankHint(name);
        hint.Visit(forward.Body);
        return hint.exact > 0 ? hint.exact : hint.least;
    }

    public override void Visit(Node node)
    {
        switch (node)
        {
            case Assign { Targets: [TupleExpr { Elements: var targets }], Value: var value }
                when exact == 0 && IsShape(value) && !targets.Any(t => t is Starred):
                exact = targets.Count;
                break;
            case Subscript { Value: var value, Index: Constant { Value: long at } } when IsShape(value):
                Least(at);
                break;
            case Subscript { Value: Name own, Index: TupleExpr { Elements: var indices } } when own.Id == name:
                least = Math.Max(
                    least,
                    indices.Count(i => i is not Constant { Kind: ConstantKind.None or ConstantKind.Ellipsis })
                );
                break;
            case Call { Func: Syntax.Attribute { Value: Name own, Name: "size" }, Args: [Constant { Value: long at }] }
                when own.Id == name:
                Least(at);
                break;
            case Call { Func: Syntax.Attribute { Value: Name own, Name: "transpose" }, Args: var args }
                when own.Id == name:
                foreach (var arg in args)
                    if (arg is Constant { Value: long at })
                        Least(at);
                break;
            case Call { Func: Syntax.Attribute { Value: Name own, Name: "permute" }, Args: var args }
                when own.Id == name && args.Count > 1 && exact == 0:
                exact = args.Count;
                break;
        }
        base.Visit(node);
    }

    private void Least(long at) => least = Math.Max(least, at is >= 0 and < 8 ? (int)at + 1 : 0);

    private bool IsShape(Expr value) =>
        value is Syntax.Attribute { Value: Name read, Name: "shape" } && read.Id == name
        || value is Call { Func: Syntax.Attribute { Value: Name asked, Name: "size" }, Args.Count: 0 }
            && asked.Id == name;
}

/// <summary>
/// What a layer wants. Sizes: of each dimension, as Python. Below: the bound of whole numbers; null for real ones.
/// Layer: in words. Widens: there may be
/// more dimensions between the first and the last.
/// </summary>
internal sealed record WantedInput(IReadOnlyList<string> Sizes, string? Below, string Layer, bool Widens = false);

internal static class LayerInputs
{
    /// <summary>What one of torch's own layers wants as its first argument; null for one that takes anything.</summary>
    /// <param name="name">"Linear".</param>
    /// <param name="path">"model.encoder.linear".</param>
    public static WantedInput? Of(string name, string path)
    {
        string layer =
            $"{path} is {(name[0] is 'A' or 'E' or 'I' or 'L' && name is "Embedding" or "EmbeddingBag" or "InstanceNorm1d" or "InstanceNorm2d" || name is "LSTM" or "LSTMCell" or "RNN" or "RNNCell" ? "an" : "a")} {name}";
        WantedInput Real(params string[] sizes) => new(sizes, null, layer);
        return name switch
        {
            "Linear" or "NonDynamicallyQuantizableLinear" => new(
                ["batch", $"{path}.in_features"],
                null,
                layer,
                Widens: true
            ),
            "Bilinear" => Real("batch", $"{path}.in1_features"),
            "Embedding" => new(["batch", "length"], $"{path}.num_embeddings", layer),
            "EmbeddingBag" => new(["batch", "length"], $"{path}.num_embeddings", layer),
            "Conv1d" or "ConvTranspose1d" => Real("batch", $"{path}.in_channels", "length"),
            "Conv2d" or "ConvTranspose2d" => Real("batch", $"{path}.in_channels", "32", "32"),
            "Conv3d" or "ConvTranspose3d" => Real("batch", $"{path}.in_channels", "16", "16", "16"),
            "BatchNorm1d" => Real("batch", $"{path}.num_features"),
            "BatchNorm2d" or "InstanceNorm2d" => Real("batch", $"{path}.num_features", "32", "32"),
            "BatchNorm3d" or "InstanceNorm3d" => Real("batch", $"{path}.num_features", "16", "16", "16"),
            "InstanceNorm1d" => Real("batch", $"{path}.num_features", "length"),
            "GroupNorm" => Real("batch", $"{path}.num_channels", "length"),
            "LayerNorm" => new(["batch", $"*{path}.normalized_shape"], null, layer, Widens: true),
            "LSTM" or "GRU" or "RNN" => Real("batch", "length", $"{path}.input_size"),
            "LSTMCell" or "GRUCell" or "RNNCell" => Real("batch", $"{path}.input_size"),
            "MultiheadAttention" => Real("batch", "length", $"{path}.embed_dim"),
            "TransformerEncoderLayer" or "TransformerDecoderLayer" => Real(
                "batch",
                "length",
                $"{path}.self_attn.embed_dim"
            ),
            "TransformerEncoder" or "TransformerDecoder" => Real(
                "batch",
                "length",
                $"{path}.layers[0].self_attn.embed_dim"
            ),
            "Transformer" => Real("batch", "length", $"{path}.d_model"),
            _ => null,
        };
    }

    /// <summary>Layers that give what they get, in size.</summary>
    public static bool KeepsSize(string name) =>
        name
            is "Dropout"
                or "Dropout1d"
                or "Dropout2d"
                or "Dropout3d"
                or "Identity"
                or "ReLU"
                or "GELU"
                or "Tanh"
                or "Sigmoid"
                or "SiLU"
                or "LeakyReLU"
                or "ELU"
                or "Softmax"
                or "LogSoftmax"
                or "PReLU"
                or "Hardtanh"
                or "Mish"
                or "Softplus";

    public static string Index(string path, long at) => string.Create(CultureInfo.InvariantCulture, $"{path}[{at}]");
}
