using System.Security.Cryptography;
using System.Text;

namespace LspTorch.Server.Tests.Probing;

/// <summary>Who may read and write what is kept, through the real program.</summary>
public sealed class UserCacheTests
{
    private const string Source = "def f(x):\n    return x\n";
    private const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        All = (UnixFileMode)0b111_111_111;

    private static string Trace(string path) =>
        $$"""{"event":"file","file":0,"path":"{{path}}","sha256":"{{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Source)))}}"}"""
        + "\n"
        + """{"event":"place","place":0,"file":0,"kind":"parameter","name":"x","context":"f","at":[1,6,1,7],"value":null}"""
        + "\n"
        + """{"event":"seen","place":0,"calls":2,"last":0,"types":[{"type":"int","scriptable":true,"dtype":null,"device":null,"shape":null,"count":2,"sampled":2}]}"""
        + "\n";

    private static async Task<(ServerProgram.Outcome Outcome, string Cache)> MergeAsync(TestFolder folder)
    {
        string model = folder.Write("model.py", Source),
            cache = Path.Combine(folder.Path, "cache");
        folder.Write("t.jsonl", Trace(model));
        return (
            await ServerProgram.RunAsync(
                folder.Path,
                ["merge", "t.jsonl"],
                start => start.Environment["XDG_CACHE_HOME"] = cache
            ),
            Path.Combine(cache, "lsptorch")
        );
    }

    private static UnixFileMode ModeOf(string path) =>
        OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path);

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }

    [Test]
    public async Task What_is_kept_is_this_users_alone()
    {
        using var folder = new TestFolder();
        var (outcome, cache) = await MergeAsync(folder);
        Assert.That(outcome.Status, Is.Zero, outcome.Errors);
        string kept = Directory.EnumerateFiles(Path.Combine(cache, "traces")).Single();
        Assert.That(
            new[] { ModeOf(cache), ModeOf(Path.Combine(cache, "traces")), ModeOf(kept) },
            Is.EqualTo(new[] { Mine | UnixFileMode.UserExecute, Mine | UnixFileMode.UserExecute, Mine })
        );
        // As earlier releases left them.
        SetMode(cache, All & ~(UnixFileMode.OtherWrite | UnixFileMode.GroupWrite));
        SetMode(Path.Combine(cache, "traces"), All & ~UnixFileMode.OtherWrite);
        SetMode(kept, Mine | UnixFileMode.OtherRead);
        Assert.That((await MergeAsync(folder)).Outcome.Status, Is.Zero);
        Assert.That(
            new[] { ModeOf(cache), ModeOf(Path.Combine(cache, "traces")), ModeOf(kept) },
            Is.EqualTo(new[] { Mine | UnixFileMode.UserExecute, Mine | UnixFileMode.UserExecute, Mine })
        );
    }

    [TestCase("")]
    [TestCase("traces")]
    public async Task A_folder_that_everybody_can_write_to_is_refused(string name)
    {
        using var folder = new TestFolder();
        var (_, cache) = await MergeAsync(folder);
        SetMode(Path.Combine(cache, name), All);
        var (outcome, _) = await MergeAsync(folder);
        Assert.That(outcome.Status, Is.EqualTo(2));
        Assert.That(
            outcome.Errors,
            Does.Contain($"{Path.Combine(cache, name).TrimEnd('/')} is writable by everybody").And.Contain("chmod 700")
        );
        var types = await ServerProgram.RunAsync(
            folder.Path,
            ["types", "model.py"],
            start => start.Environment["XDG_CACHE_HOME"] = Path.GetDirectoryName(cache)
        );
        Assert.That(types.Output, Does.Not.Contain("observed"), "what somebody may have put there is not shown");
    }

    [Test]
    public async Task A_folder_of_somebody_else_is_refused()
    {
        if (Environment.UserName != "root")
            Assert.Ignore("Only root can give a folder to somebody else.");
        using var folder = new TestFolder();
        var (_, cache) = await MergeAsync(folder);
        using (var given = System.Diagnostics.Process.Start("chown", ["12345", Path.Combine(cache, "traces")]))
            await given.WaitForExitAsync();
        var (outcome, _) = await MergeAsync(folder);
        Assert.That(outcome.Status, Is.EqualTo(2));
        Assert.That(outcome.Errors, Does.Contain("belongs to another user"));
    }
}
