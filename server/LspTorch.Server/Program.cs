using LspTorch.Server.Cli;
using LspTorch.Server.Handlers;
using LspTorch.Server.Protocol;

// Editors start the server thousands of times: nothing of the command line is loaded for it.
return args is ["lsp"] || args.Contains("--stdio") ? Serve() : Run(args);

static int Run(string[] args)
{
    using var terminal = new Terminal();
    try
    {
        if (args is ["--version"])
        {
            terminal.Line($"{Product.Name} {Product.Version}");
            return 0;
        }
        return new CommandLine(terminal, Serve).Run(args is [] ? ["--help"] : args);
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

static int Serve()
{
    var input = Console.OpenStandardInput();
    var output = Console.OpenStandardOutput();
    // stdout is the wire: whoever writes to the console from here on writes to stderr.
    Console.SetOut(Console.Error);
    return new LanguageServer(input, output).RunAsync().GetAwaiter().GetResult();
}
