namespace LspTorch.TorchScript;

/// <summary>Why a signature does not take its arguments: the first thing that is wrong.</summary>
public abstract record SignatureMismatch;

/// <summary>
/// An argument of another type. Wanted: type variables stand for what earlier arguments made of them, where that is
/// known. IsRest: the parameter is a list of all further arguments, and Wanted the type of its elements.
/// </summary>
public sealed record ArgumentTypeMismatch(string Parameter, TorchType Wanted, TorchType Given, bool IsRest)
    : SignatureMismatch
{
    /// <summary>Which positional argument it is, counted from 0; null for one by keyword.</summary>
    public int? Position { get; init; }
}

public sealed record PositionalCountMismatch(int Taken, int Given) : SignatureMismatch;

public sealed record UnknownArgument(string Name) : SignatureMismatch;

public sealed record ArgumentGivenTwice(string Name) : SignatureMismatch;

public sealed record ArgumentMissing(string Name) : SignatureMismatch;
