using System.Text.Json;

namespace LspTorch.Server.Protocol;

public enum MessageType
{
    Error = 1,
    Warning = 2,
    Info = 3,
    Log = 4,
    Debug = 5,
}

public sealed record LogMessageParams(MessageType Type, string Message);

public sealed record ShowMessageParams(MessageType Type, string Message);

public sealed record MessageActionItem(string Title);

public sealed record ShowMessageRequestParams(
    MessageType Type,
    string Message,
    IReadOnlyList<MessageActionItem>? Actions = null
);

public sealed record ShowDocumentParams(
    string Uri,
    bool? External = null,
    bool? TakeFocus = null,
    Range? Selection = null
);

public sealed record WorkDoneProgressCreateParams(JsonElement Token);

public sealed record WorkDoneProgressCancelParams(JsonElement Token);

public sealed record ProgressParams(JsonElement Token, JsonElement Value);

public sealed record WorkDoneProgressBegin(
    string Kind,
    string Title,
    bool? Cancellable = null,
    string? Message = null,
    int? Percentage = null
);

public sealed record WorkDoneProgressReport(
    string Kind,
    bool? Cancellable = null,
    string? Message = null,
    int? Percentage = null
);

public sealed record WorkDoneProgressEnd(string Kind, string? Message = null);
