using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Divergence;

/// <summary>Expressions that surely give a tensor with memory of its own.</summary>
internal static class FreshTensors
{
    public static bool IsFresh(Place place, Expr expr) =>
        expr switch
        {
            BinOp or UnaryOp or Compare => place.IsTensor(expr),
            Call { Func: Syntax.Attribute method } call
                when place.Model.ResolveName(method) is null && place.TypeOf(method.Value) is var owner => owner
            == TorchType.Tensor
                ? IsFreshOperator(method.Name) || method.Name is "clone" or "new_zeros" or "new_ones" or "new_full"
                : owner is ModuleType && IsLayer(place, call),
            Call call when place.CalleeOf(call) is { } callee => IsFreshFunction(call, callee),
            Call call => IsLayer(place, call),
            _ => false,
        };

    private static bool IsFreshFunction(Call call, string callee)
    {
        if (call.Keywords.Any(k => k.Name is "inplace" or "out" or null))
            return false;
        if (callee.StartsWith("torch.nn.functional.", StringComparison.Ordinal))
            return callee["torch.nn.functional.".Length..] is var layer
                && (
                    IsFreshOperator(layer)
                    || layer
                        is "linear"
                            or "conv1d"
                            or "conv2d"
                            or "conv3d"
                            or "gelu"
                            or "silu"
                            or "elu"
                            or "leaky_relu"
                            or "layer_norm"
                            or "embedding"
                            or "log_softmax"
                            or "softplus"
                            or "max_pool2d"
                            or "avg_pool2d"
                            or "one_hot"
                )
                && call.Args.Count <= 2;
        return callee.StartsWith("torch.", StringComparison.Ordinal)
            && callee["torch.".Length..] is var name
            && (
                IsFreshOperator(name)
                || name
                    is "zeros"
                        or "ones"
                        or "full"
                        or "rand"
                        or "randn"
                        or "zeros_like"
                        or "ones_like"
                        or "full_like"
                        or "rand_like"
                        or "randn_like"
                        or "arange"
                        or "empty"
                        or "eye"
                        or "linspace"
                        or "cat"
                        or "stack"
                        or "tensor"
                        or "clone"
                        or "randint"
                        or "randperm"
            );
    }

    private static bool IsFreshOperator(string name) =>
        name
            is "add"
                or "sub"
                or "mul"
                or "div"
                or "pow"
                or "exp"
                or "log"
                or "sqrt"
                or "rsqrt"
                or "sin"
                or "cos"
                or "tanh"
                or "sigmoid"
                or "relu"
                or "abs"
                or "neg"
                or "softmax"
                or "matmul"
                or "mm"
                or "bmm"
                or "where"
                or "clamp"
                or "sum"
                or "mean"
                or "cumsum"
                or "masked_fill"
                or "logical_not"
                or "logical_and"
                or "logical_or"
                or "eq"
                or "ne"
                or "lt"
                or "gt"
                or "le"
                or "ge"
                or "floor"
                or "ceil"
                or "round"
                or "sign"
                or "index_select"
                or "gather";

    /// <summary>
    /// A layer of torch that computes: not one that may hand its input on, as Identity and Dropout do.
    /// </summary>
    private static bool IsLayer(Place place, Call call) =>
        place.TypeOf(call.Func) is ModuleType { Name: var name }
        && name
            is "torch.nn.Linear"
                or "torch.nn.Conv1d"
                or "torch.nn.Conv2d"
                or "torch.nn.Conv3d"
                or "torch.nn.LayerNorm"
                or "torch.nn.BatchNorm1d"
                or "torch.nn.BatchNorm2d"
                or "torch.nn.Embedding"
                or "torch.nn.GELU"
                or "torch.nn.Sigmoid"
                or "torch.nn.Tanh"
                or "torch.nn.Softmax";
}
