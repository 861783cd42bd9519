using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>One store to an attribute of self. Grows: an append to a container that is there already.</summary>
internal readonly record struct InitAssignment(
    string Name,
    TorchType Type,
    Expr? Value,
    Node Node,
    bool Conditional,
    bool Grows = false
);
