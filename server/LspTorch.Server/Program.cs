using LspTorch.Server.Cli;

return EntryPoint.Run(args);
