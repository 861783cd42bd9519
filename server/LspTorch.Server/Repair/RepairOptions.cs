namespace LspTorch.Server.Repair;

/// <summary>What the user asks of a repair. Classes: only these; empty for the modules that the program calls.</summary>
internal sealed record RepairOptions
{
    public IReadOnlyList<string> Classes { get; init; } = [];

    public const string Script = "script",
        Export = "export";

    /// <summary>The compiler that judges: torch.jit.script or torch.export.</summary>
    public string Mode { get; init; } = Script;
    public TimeSpan Budget { get; init; } = TimeSpan.FromSeconds(300);
}
