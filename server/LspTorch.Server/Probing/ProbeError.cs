namespace LspTorch.Server.Probing;

/// <summary>How the program ended, by its own account.</summary>
public sealed record ProbeError(string Type, string? Message, string? Path, int? Line, string? Context);
