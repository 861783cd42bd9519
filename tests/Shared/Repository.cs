namespace LspTorch.Tests;

/// <summary>The repository that the tests stand in.</summary>
internal static class Repository
{
    /// <summary>
    /// The folder that holds the solution: LSPTORCH_TEST_ROOT (a copy in which a test tries something), else the one
    /// that the tests were built in.
    /// </summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("LSPTORCH_TEST_ROOT") is { Length: > 0 } copy)
            return copy;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "LspTorch.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }
}
