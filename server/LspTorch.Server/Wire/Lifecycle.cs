using LspTorch.Server.Protocol;

namespace LspTorch.Server.Wire;

/// <summary>
/// What LSP allows when, judged in the order in which messages arrive: nothing before `initialize`, one `initialize`,
/// nothing but
/// `exit` after `shutdown`.
/// </summary>
internal sealed class Lifecycle
{
    private enum State
    {
        Started,
        Initialized,
        ShutDown,
    }

    private volatile State state = State.Started;

    public bool IsShutDown => state == State.ShutDown;

    /// <summary>Between `initialize` and `shutdown`.</summary>
    public bool IsOpen => state == State.Initialized;

    /// <summary>An `initialize` that could not be read was none: the client may send another.</summary>
    public void Reopen() => state = State.Started;

    /// <summary>Null: let it through. Otherwise the error a request gets; a notification is dropped.</summary>
    public (int Code, string Message)? Judge(string method)
    {
        switch (method)
        {
            case "exit":
                return null;
            case "initialize":
                if (state != State.Started)
                    return (ErrorCodes.InvalidRequest, "initialize may be sent only once.");
                state = State.Initialized;
                return null;
            default:
                if (state == State.Started)
                    return (ErrorCodes.ServerNotInitialized, $"{method} came before initialize.");
                if (state == State.ShutDown)
                    return (ErrorCodes.InvalidRequest, $"{method} came after shutdown.");
                if (method == "shutdown")
                    state = State.ShutDown;
                return null;
        }
    }
}
