using LspTorch.Server.Cli;

return Startup.Run(args);
