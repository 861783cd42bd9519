namespace LspTorch.Problems;

/// <summary>What sort of value TorchScript cannot keep in an attribute.</summary>
public enum UnconvertibleForm
{
    Bytes,
    Lambda,
    Set,
    BoundMethod,
    Class,
    Partial,
    Range,
    Slice,
    Iterator,
    File,
    Deque,
    Generator,
    NumpyArray,
    EmptyDictionary,
    EmptyList,

    /// <summary>Values of several types, which <see cref="Unconvertible.Types"/> has.</summary>
    MixedDictionary,
    MixedList,
    ListOfModules,
    TupleOfModules,
    DictionaryOfModules,
    ListOfPythonObjects,
    TupleOfPythonObjects,
}

/// <summary>A value that the constructor stores and that TorchScript cannot keep in an attribute.</summary>
public sealed record Unconvertible(UnconvertibleForm Form)
{
    /// <summary>A tuple of the types of what it holds, each once.</summary>
    public DetachedType? Types { get; init; }
}
