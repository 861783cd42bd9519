namespace LspTorch.Core.TorchScript.Inference;

/// <summary>Functions of torch that the compiler refuses whatever the arguments are.</summary>
internal static class UnsupportedFunctions
{
    private static readonly HashSet<string> names = new(StringComparer.Ordinal)
    {
        "torch.Tensor", "torch.cuda.FloatTensor", "torch.cuda.LongTensor", "torch.cuda.ByteTensor", "torch.from_numpy", "torch.load", "torch.get_rng_state",
        "torch.set_rng_state", "torch.enable_grad", "torch.autograd.Variable", "torch.is_tensor",
    };

    public static bool Contains(string dotted) => names.Contains(dotted);
}
