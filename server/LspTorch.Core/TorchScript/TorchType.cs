namespace LspTorch.Core.TorchScript;

/// <summary>A type of TorchScript's type system; <see cref="ToString"/> writes it as TorchScript does.</summary>
public abstract record TorchType
{
    /// <summary>Nothing certain is known: rules and hints are silent about it.</summary>
    public static TorchType Unknown { get; } = new UnknownType();

    public bool IsUnknown => this is UnknownType;
}

public sealed record UnknownType : TorchType
{
    public override string ToString() => "Unknown";
}
