namespace LspTorch.Tracing;

/// <summary>What a value is while torch.jit.trace records the run that makes it.</summary>
internal enum TracedKind
{
    /// <summary>Not certain: rules are silent.</summary>
    Unknown,

    /// <summary>
    /// A Python value that is the same in every run, or one that the trace has already turned into a constant.
    /// </summary>
    Constant,

    /// <summary>A Tensor that depends on the inputs.</summary>
    Tensor,

    /// <summary>A list or tuple of such Tensors.</summary>
    Tensors,

    /// <summary>One dimension of such a Tensor: the tracer records arithmetic with it.</summary>
    Size,

    /// <summary>All its dimensions: <c>x.shape</c>.</summary>
    Sizes,
}
