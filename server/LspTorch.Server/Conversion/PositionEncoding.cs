namespace LspTorch.Server.Conversion;

/// <summary>The unit of a client's columns, negotiated in `initialize`.</summary>
internal enum PositionEncoding
{
    Utf16,
    Utf8,
    Utf32,
}
