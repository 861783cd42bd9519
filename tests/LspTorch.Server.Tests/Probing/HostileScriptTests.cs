using LspTorch.Observations;
using LspTorch.Server.Probing;

namespace LspTorch.Server.Tests.Probing;

/// <summary>
/// Whatever a script does, the run ends with a clear word, what was seen before is kept, and the next run works.
/// </summary>
[Parallelizable(ParallelScope.Children)]
public sealed class HostileScriptTests
{
    private const string Before = "seen_before = 1.5\n";

    private static readonly (string Name, string Script, ProbeStatus Status, string Message)[] Scripts =
    [
        ("sys.exit with a number", "import sys; sys.exit(3)", ProbeStatus.Exit, "exit status 3"),
        ("sys.exit with a text", "import sys; sys.exit('text')", ProbeStatus.Exit, "exit status 1"),
        ("exception", "raise ValueError('no')", ProbeStatus.Exception, "ValueError: no"),
        (
            "exception that cannot be printed",
            "class E(Exception):\n    def __str__(self): raise RuntimeError\nraise E",
            ProbeStatus.Exception,
            "ended with E"
        ),
        ("os._exit", "import os; os._exit(5)", ProbeStatus.Exit, "exit status 5"),
        ("os._exit of success", "import os; os._exit(0)", ProbeStatus.Exit, "ran to its end"),
        ("os.abort", "import os; os.abort()", ProbeStatus.Killed, "SIGABRT"),
        (
            "segmentation fault",
            "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
            ProbeStatus.Killed,
            "SIGSEGV"
        ),
        ("bus error", "import os, signal; os.kill(os.getpid(), signal.SIGBUS)", ProbeStatus.Killed, "SIGBUS"),
        ("kills itself", "import os; os.kill(os.getpid(), 9)", ProbeStatus.Killed, "SIGKILL"),
        ("endless loop", "while True: pass", ProbeStatus.Timeout, "longer than 1 s"),
        ("endless loop in C", "import itertools; all(itertools.repeat(1))", ProbeStatus.Timeout, "longer than 1 s"),
        (
            "threads that never end",
            "import threading, time\nthreading.Thread(target=lambda: time.sleep(1000)).start()",
            ProbeStatus.Timeout,
            "longer than"
        ),
        (
            "atexit that never ends",
            "import atexit, time\natexit.register(time.sleep, 1000)",
            ProbeStatus.Timeout,
            "longer than"
        ),
        (
            "swallows KeyboardInterrupt",
            "while True:\n    try:\n        while True: x = 1\n    except BaseException: pass",
            ProbeStatus.Timeout,
            "longer than"
        ),
        (
            "ignores every signal",
            "import signal, time\nfor s in range(1, 32):\n    try: signal.signal(s, signal.SIG_IGN)\n    "
                + "except OSError: pass\ntime.sleep(1000)",
            ProbeStatus.Timeout,
            "longer than"
        ),
        ("stops itself", "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", ProbeStatus.Timeout, "longer than"),
        (
            "eats memory",
            "x = []\nwhile True: x.append(bytearray(b'x' * (16 << 20)))",
            ProbeStatus.Memory,
            "used more than 400 MB"
        ),
        (
            "children eat memory",
            "import os\nfor i in range(4):\n    if os.fork() == 0:\n        b = bytearray(b'x' * (150 << "
                + "20))\n        import time; time.sleep(1000)\nos.wait()",
            ProbeStatus.Memory,
            "used more than 400 MB"
        ),
        (
            "closes 0 to 2",
            "import os\nfor fd in range(3): os.close(fd)\nafter = 's'\ntry: print('x')\nexcept OSError: "
                + "pass\nfor i in range(3): os.open('/dev/null', os.O_RDWR)",
            ProbeStatus.Ok,
            "ran to its end"
        ),
        ("closes 3 to 255", "import os; os.closerange(3, 256)", ProbeStatus.Ok, "ran to its end"),
        ("closes everything", "import os; os.closerange(0, 4096)", ProbeStatus.Exit, "ran to its end"),
        (
            "writes into every descriptor",
            "import os\nfor fd in range(3, 1024):\n    try: os.write(fd, b'{\"event\":\"seen\",\\n\\xff\\xfe "
                + "garbage\\n{}\\n[1]\\n')\n    except OSError: pass",
            ProbeStatus.Ok,
            "ran to its end"
        ),
        (
            "replaces standard output",
            "import sys, io, os\nsys.stdout = io.StringIO(); os.dup2(os.open('/dev/null', os.O_WRONLY), 1); "
                + "print('gone')",
            ProbeStatus.Ok,
            "ran to its end"
        ),
        ("reads standard input", "input()", ProbeStatus.Exception, "EOFError"),
        (
            "children left running",
            "import os, time\nfor i in range(30):\n    if os.fork() == 0:\n        time.sleep(1000)",
            ProbeStatus.Ok,
            "ran to its end"
        ),
        ("becomes another program", "import os; os.execv('/bin/true', ['true'])", ProbeStatus.Exit, "ran to its end"),
        (
            "monkey-patched builtins",
            "import builtins\nfor n in ('len', 'type', 'isinstance', 'id', 'any', 'list', 'tuple', 'dict'): "
                + "setattr(builtins, n, None)\ny = [1]",
            ProbeStatus.Ok,
            "ran to its end"
        ),
        ("empty sys.modules", "import sys\nsys.modules.clear()\ny = [1]", ProbeStatus.Ok, "ran to its end"),
        (
            "a signal handler that raises",
            "import signal\nclass Late(Exception): pass\ndef h(*a): raise Late\nsignal.signal(signal.SIGALRM, "
                + "h)\nsignal.setitimer(signal.ITIMER_REAL, .1)\ndef work():\n    while True: x = {'a': [1, (2, "
                + "3)]}\ntry: work()\nexcept Late: caught = 1",
            ProbeStatus.Ok,
            "ran to its end"
        ),
        (
            "recursion limit",
            "def f(x):\n    y = x\n    return f(y)\ntry: f(1)\nexcept RecursionError: pass",
            ProbeStatus.Ok,
            "ran to its end"
        ),
        (
            "raises in __del__",
            "class D:\n    def __del__(self): raise RuntimeError\nfor i in range(100): d = D()",
            ProbeStatus.Ok,
            "ran to its end"
        ),
        (
            "a name that is no file",
            "raise SystemExit(__import__('zipimport') and 0)",
            ProbeStatus.Exit,
            "ran to its end"
        ),
    ];

    public static IEnumerable<TestCaseData> Cases() =>
        Scripts.SelectMany(
            s => (bool[])[false, true],
            (s, standalone) =>
                new TestCaseData(s.Script, s.Status, s.Message, standalone).SetArgDisplayNames(
                    s.Name,
                    standalone ? "standalone" : "embedded"
                )
        );

    [TestCaseSource(nameof(Cases))]
    public async Task TheRunEndsAndTheNextOneWorks(string script, ProbeStatus status, string message, bool standalone)
    {
        using var harness = new ProbeHarness();
        var events = new Events();
        var summary = await harness.RunAsync(
            Before + script,
            r =>
                r with
                {
                    Standalone = standalone,
                    Timeout = TimeSpan.FromSeconds(status == ProbeStatus.Timeout ? 1 : 30),
                    MemoryLimit = 400L << 20,
                },
            events
        );
        Assert.Multiple(() =>
        {
            Assert.That(summary.Message, Does.Contain(message), events.Output);
            Assert.That(summary.Status, Is.EqualTo(status), events.Output);
            Assert.That(summary.Mode, Is.EqualTo(standalone ? "standalone" : "embedded"));
            var seen = summary.Files.Single().Observations.Places.Single(p => p.Name == "seen_before");
            Assert.That(seen.JoinedType, Is.EqualTo("float"));
        });
        var next = await harness.RunAsync("x = 1\n");
        Assert.That(next.Status, Is.EqualTo(ProbeStatus.Ok), next.Message);
    }

    [Test]
    public async Task AFloodOfOutputIsPassedOnAndFillsNoMemory()
    {
        using var harness = new ProbeHarness();
        long characters = 0;
        var events = new Counting(text => characters += text.Length);
        var summary = await harness.RunAsync(
            "line = 'x' * 999\nfor i in range(100_000): print(line)\n",
            r => r with { MemoryLimit = 400L << 20 },
            events
        );
        Assert.That(summary.Status, Is.EqualTo(ProbeStatus.Ok));
        Assert.That(characters, Is.EqualTo(100_000_000));
        Assert.That(summary.Files.Single().Observations.Places.Single(p => p.Name == "i").Count, Is.EqualTo(100_000));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task CancelWorksAtOnceAndKeepsWhatWasSeen(bool standalone)
    {
        using var harness = new ProbeHarness();
        using var cancel = new CancellationTokenSource();
        var clock = new System.Diagnostics.Stopwatch();
        var events = new Events
        {
            Then = e =>
            {
                if (e is not ProbeEvent.Output || clock.IsRunning)
                    return;
                clock.Start();
                cancel.Cancel();
            },
        };
        // The word that brings the cancellation comes when y has been seen: before that there is nothing to keep.
        var summary = await harness.RunAsync(
            "x = 'before'\nfor i in range(200): y = x\nprint('go', flush=True)\nwhile True: y = x\n",
            r => r with { Standalone = standalone },
            events,
            cancel.Token
        );
        clock.Stop();
        Assert.That(summary.Status, Is.EqualTo(ProbeStatus.Cancelled));
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(3)));
        var named = summary.Files.Single().Observations.Places.Where(p => p.Kind != PlaceKind.Expression).ToArray();
        Assert.That(named.Select(p => p.Name).Take(3), Is.EqualTo(new[] { "x", "i", "y" }));
        Assert.That(named[2].Count, Is.EqualTo(200));
    }

    [Test]
    public async Task NothingIsLeftRunning()
    {
        using var harness = new ProbeHarness();
        string mark = $"lsptorch-left-{Guid.NewGuid():N}";
        var summary = await harness.RunAsync(
            "import subprocess, sys\nx = 1\nsubprocess.Popen([sys.executable, '-c', 'import time; "
                + $"time.sleep(1000)', '{mark}'])\n"
        );
        Assert.That(summary.Status, Is.EqualTo(ProbeStatus.Ok));
        for (int i = 0; i < 50 && Running(mark); i++)
            await Task.Delay(20);
        Assert.That(Running(mark), Is.False);
    }

    private static bool Running(string mark) =>
        Directory
            .EnumerateDirectories("/proc")
            .Any(folder =>
            {
                try
                {
                    return int.TryParse(Path.GetFileName(folder), out _)
                        && File.ReadAllText(Path.Combine(folder, "cmdline")).Contains(mark);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    return false;
                }
            });

    [Test]
    public async Task AnInterpreterThatDoesNotRunIsSaid()
    {
        using var harness = new ProbeHarness();
        var summary = await harness.RunAsync(
            "x = 1\n",
            r => r with { Interpreter = r.Interpreter with { Executable = "/bin/false" } }
        );
        Assert.That(summary.Status, Is.EqualTo(ProbeStatus.Failed));
        Assert.That(summary.Message, Does.Contain("/bin/false"));
        var missing = await new ProbeService(harness.Store, Path.Combine(harness.Folder, "no-worker")).RunAsync(
            await harness.RequestAsync(harness.Write("script.py", "x = 1\n")),
            null,
            CancellationToken.None
        );
        Assert.That(missing.Status, Is.EqualTo(ProbeStatus.Failed));
        Assert.That(missing.Message, Does.StartWith("cannot start"));
    }

    private sealed class Counting(Action<string> receive) : IProgress<ProbeEvent>
    {
        public void Report(ProbeEvent value)
        {
            if (value is ProbeEvent.Output(var text))
                receive(text);
        }
    }
}
