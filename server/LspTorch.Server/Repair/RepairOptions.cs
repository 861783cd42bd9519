namespace LspTorch.Server.Repair;

/// <summary>What the user asks of a repair. Classes: only these; empty for the modules that the program calls.</summary>
internal sealed record RepairOptions
{
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>"script" or "export": the compiler that judges.</summary>
    public string Mode { get; init; } = "script";
    public TimeSpan Budget { get; init; } = TimeSpan.FromSeconds(300);
}
