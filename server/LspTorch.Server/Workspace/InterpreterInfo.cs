namespace LspTorch.Server.Workspace;

/// <summary>
/// A Python interpreter as it described itself. Torch: the version found by looking for the package, without importing
/// it; null where
/// there is none. LibPython: null where it cannot be embedded and the recorder runs by itself. Source: why this one
/// ("setting", ".venv", …).
/// </summary>
public sealed record InterpreterInfo(
    string Executable,
    string Version,
    string Prefix,
    string BasePrefix,
    string? Torch,
    string? LibPython,
    string Source
);
