using LspTorch.Server.Handlers;

namespace LspTorch.Server.Cli;

internal static class Startup
{
    public static int Run(string[] args)
    {
        // Editors start the server thousands of times: nothing of the command line is loaded for it.
        if (args is ["lsp"] || args.Contains("--stdio"))
            return ServeStdio();
        using var terminal = new Terminal();
        try
        {
            if (args is ["--version"])
            {
                terminal.Line($"lsptorch {LanguageServer.Version}");
                return 0;
            }
            return new CommandLine(terminal).Run(args is [] ? ["--help"] : args);
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
        catch (IOException) when (Console.IsOutputRedirected)
        {
            // The reader of our output (head, less) has had enough.
            return 0;
        }
    }

    public static int ServeStdio()
    {
        var input = Console.OpenStandardInput();
        var output = Console.OpenStandardOutput();
        // stdout is the wire: whoever writes to the console from here on writes to stderr.
        Console.SetOut(Console.Error);
        return new LanguageServer(input, output).RunAsync().GetAwaiter().GetResult();
    }
}
