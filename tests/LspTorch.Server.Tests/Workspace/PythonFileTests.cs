using System.Text;
using LspTorch.Server.Files;

namespace LspTorch.Server.Tests.Workspace;

public sealed class PythonFileTests
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    [Test]
    public void Utf8_without_and_with_a_mark_is_written_back_as_it_was()
    {
        foreach (
            byte[] bytes in new[]
            {
                Encoding.UTF8.GetBytes("x = 'é音😀'\r\ny = 1\r"),
                [.. Mark, .. Encoding.UTF8.GetBytes("x = 'é'\n")],
            }
        )
        {
            Assert.That(PythonFile.TryDecode(bytes, out var file, out _), Is.True);
            Assert.That(file?.Text, Does.StartWith("x = 'é"));
            Assert.That(file?.Encode(file.Text), Is.EqualTo(bytes));
        }
    }

    [TestCase("# -*- coding: latin-1 -*-\n", "iso-8859-1")]
    [TestCase("#!/usr/bin/env python\n# vim: set fileencoding=iso-8859-15 :\n", "iso-8859-15")]
    [TestCase("# coding=cp1252\n", "windows-1252")]
    [TestCase("\n# coding: shift_jis\n", "shift_jis")]
    [TestCase("# coding: euc-jp\r\n", "euc-jp")]
    public void Pep_263_decides(string head, string encoding)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        string text =
            head
            + (
                encoding.StartsWith("shift", StringComparison.Ordinal)
                || encoding.StartsWith("euc", StringComparison.Ordinal)
                    ? "x = '音声'\n"
                    : "x = 'é'\n"
            );
        byte[] bytes = Encoding.GetEncoding(encoding).GetBytes(text);
        Assert.That(PythonFile.TryDecode(bytes, out var file, out string? problem), Is.True, problem);
        Assert.That(file?.Text, Is.EqualTo(text));
        Assert.That(file?.Encode(text), Is.EqualTo(bytes));
    }

    [TestCase("x = 1\n# coding: latin-1\n", TestName = "code comes first")]
    [TestCase("\n\n# coding: latin-1\n", TestName = "third line")]
    public void A_declaration_elsewhere_counts_for_nothing(string head)
    {
        byte[] bytes = [.. Encoding.ASCII.GetBytes(head), .. Encoding.UTF8.GetBytes("y = 'é'\n")];
        Assert.That(PythonFile.TryDecode(bytes, out var file, out _), Is.True);
        Assert.That(file?.Text, Does.EndWith("y = 'é'\n"));
    }

    [Test]
    public void What_cannot_be_decoded_says_where()
    {
        Assert.That(
            PythonFile.TryDecode("x = '"u8.ToArray().Append((byte)0xFF).ToArray(), out _, out string? problem),
            Is.False
        );
        Assert.That(problem, Does.Contain("utf-8").And.Contain("byte 5"));
        Assert.That(PythonFile.TryDecode(Encoding.ASCII.GetBytes("# coding: klingon\n"), out _, out problem), Is.False);
        Assert.That(problem, Does.Contain("klingon"));
    }

    /// <summary>
    /// Small ones are read into borrowed memory, large ones, links and what has no length (a pipe, /proc) as they come.
    /// </summary>
    [Test]
    public void Files_are_read_whole_whatever_they_are()
    {
        string folder = Directory.CreateTempSubdirectory("lsptorch-").FullName;
        try
        {
            string small = Path.Combine(folder, "small.py"),
                large = Path.Combine(folder, "large.py"),
                empty = Path.Combine(folder, "empty.py"),
                link = Path.Combine(folder, "link.py");
            File.WriteAllText(small, "x = '音'\n");
            File.WriteAllText(large, string.Concat(Enumerable.Repeat("x = '音'\n", 200_000)));
            File.WriteAllText(empty, "");
            if (!OperatingSystem.IsWindows())
                File.CreateSymbolicLink(link, small);
            foreach (string path in new[] { small, large, empty, link, small })
            {
                if (!File.Exists(path))
                    continue;
                Assert.That(PythonFile.TryRead(path, out var file, out string? problem), Is.True, problem);
                Assert.That(file?.Text, Is.EqualTo(File.ReadAllText(path)), path);
            }
            if (File.Exists("/proc/self/status"))
            {
                Assert.That(
                    PythonFile.TryRead("/proc/self/status", out var file, out string? problem),
                    Is.True,
                    problem
                );
                Assert.That(file?.Text, Does.Contain("Pid:"));
            }
            Assert.That(PythonFile.TryRead(Path.Combine(folder, "none.py"), out _, out string? missing), Is.False);
            Assert.That(missing, Does.Contain("none.py"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
