namespace LspTorch.Server.Workspace;

internal static class PyProject
{
    public static Settings Read(string toml, Settings onto, ICollection<string> complaints) => onto;
}
