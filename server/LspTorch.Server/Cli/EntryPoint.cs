using LspTorch.Server.Handlers;

namespace LspTorch.Server.Cli;

internal static class EntryPoint
{
    public static int Run(string[] args)
    {
        // Editors start the server thousands of times: nothing of the command line is loaded for it.
        if (args is ["lsp", ..] || args.Contains("--stdio")) return ServeStdio();
        return 2;
    }

    private static int ServeStdio()
    {
        var input = Console.OpenStandardInput();
        var output = Console.OpenStandardOutput();
        // stdout is the wire: whoever writes to the console from here on writes to stderr.
        Console.SetOut(Console.Error);
        return new LanguageServer(input, output).RunAsync().GetAwaiter().GetResult();
    }
}
