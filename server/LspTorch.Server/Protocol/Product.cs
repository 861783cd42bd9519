using System.Reflection;

namespace LspTorch.Server.Protocol;

/// <summary>What the program says of itself to clients, to people and in reports.</summary>
internal static class Product
{
    public const string Name = "lsptorch";
    public const string Home = "https://github.com/lsptorch/lsptorch";

    public static string Version { get; } =
        typeof(Product).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "0";

    /// <summary>The address of the page on runs that fail.</summary>
    public static string FailurePage { get; } = $"{Home}/blob/main/docs/run-failed.md";

    /// <summary>The address of a rule's documentation.</summary>
    public static string PageOf(string ruleId) => $"{Home}/blob/main/docs/rules/{ruleId}.md";
}
