namespace LspTorch.Core.TorchScript.Inference;

/// <summary>Functions of torch and math that the compiler refuses whatever the arguments are. Checked against torch 1.13, name by name.</summary>
internal static class UnsupportedFunctions
{
    /// <summary>Namespaces of which the tables have every function that the compiler takes, but for those named here.</summary>
    private static readonly Dictionary<string, string[]> namespaces = new(StringComparer.Ordinal)
    {
        ["torch"] = ["quantized_gru", "quantized_lstm", "device", "no_grad", "autocast", "set_grad_enabled", "inference_mode", "dtype", "layout", "memory_format", "qscheme", "from_dlpack"],
        ["torch.nn.functional"] = [],
        ["math"] = [],
        ["torch.linalg"] = [],
        ["torch.fft"] = [],
        ["torch.special"] = [],
        ["torch.nn.init"] = ["calculate_gain"],
        ["torch.cuda"] = ["stream", "device", "is_bf16_supported"],
        ["torch.distributed"] = [],
        ["torch.random"] = ["manual_seed", "fork_rng"],
        ["torch.utils.checkpoint"] = [],
    };

    private static readonly HashSet<string> names = new(StringComparer.Ordinal)
    {
        "torch.Tensor", "torch.cuda.FloatTensor", "torch.cuda.LongTensor", "torch.cuda.ByteTensor", "torch.autograd.Variable", "torch.autograd.variable.Variable",
    };

    /// <summary>For a name that the signature tables do not have.</summary>
    public static bool Contains(string dotted)
    {
        if (names.Contains(dotted)) return true;
        int dot = dotted.LastIndexOf('.');
        // What begins with a capital is a class or a type, and torch's own internals are not for users to call.
        return dot > 0 && dot + 1 < dotted.Length && char.IsAsciiLetterLower(dotted[dot + 1]) && namespaces.TryGetValue(dotted[..dot], out var taken)
            && !taken.Contains(dotted[(dot + 1)..]);
    }
}
