using System.Diagnostics;
using System.Globalization;
using LspTorch.Ide;
using LspTorch.Observations;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

// lsptorch-bench FILE.py [ROUNDS]: one JSON object with the median milliseconds of each stage on this file, in one warm
// process. Each stage
// starts from the finished result of the stages before it, so the figures add up to an edit's work (without the
// protocol).
if (args.Length is < 1 or > 2)
{
    Console.Error.WriteLine("usage: lsptorch-bench FILE.py [ROUNDS]");
    return 2;
}
string path = Path.GetFullPath(args[0]);
int rounds = args.Length == 2 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 30;
string content = File.ReadAllText(path);
var text = SourceText.From(content);
var tree = SyntaxTree.Parse(text);
double parse = Median(() => text, input => SyntaxTree.Parse(input));

// As the file stands (only what torch.jit.script reaches is looked at), and as if each function and class were handed
// to it.
var reached = Stages([]);
var everything = Stages([new EntryPoint(null, null, All: true)]);
Console.WriteLine(
    string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"lines":{{text.LineCount}},"parse":{{parse:F2}},"reached":{{reached}},"everything":{{everything}}}"""
    )
);
return 0;

string Stages(System.Collections.Immutable.ImmutableArray<EntryPoint> entries)
{
    var options = new AnalysisOptions { Torch = new TorchVersion(1, 13), Entries = entries };
    FileSnapshot Snapshot() => new(path, tree, options, FileObservations.Empty);
    FileSnapshot Modelled()
    {
        var file = Snapshot();
        _ = file.Model.CompiledFunctions;
        return file;
    }

    int functions = Snapshot().Model.CompiledFunctions.Count;
    double model = Median(Snapshot, file => file.Model.CompiledFunctions);
    double rules = Median(Modelled, file => RuleRunner.Run(file, CancellationToken.None));
    double inlay = Median(
        Modelled,
        file => InlayHints.In(file, new TextSpan(0, content.Length), new InlayOptions(), CancellationToken.None)
    );
    var stops = Stops(options, TimeSpan.FromMilliseconds(model + rules));
    string stop = string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"moments":{{stops.Count}},"median":{{Quantile(stops, 0.5):F2}},"p95":{{Quantile(stops, 0.95):F2}}}"""
    );
    return string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"functions":{{functions}},"model":{{model:F2}},"rules":{{rules:F2}},"inlay":{{inlay:F2}},"stop":{{stop}}}"""
    );
}

// Milliseconds from the moment at which a version is superseded to the end of its analysis, over moments spread evenly
// over the time that the analysis takes.
List<double> Stops(AnalysisOptions options, TimeSpan whole)
{
    const int moments = 100;
    var stops = new List<double>();
    for (int moment = 0; moment < moments; moment++)
    {
        using var superseded = new CancellationTokenSource();
        var file = new FileSnapshot(path, tree, options, FileObservations.Empty) { Superseded = superseded.Token };
        long ended = 0;
        var analysis = new Thread(() =>
        {
            try
            {
                RuleRunner.Run(file, superseded.Token);
            }
            catch (OperationCanceledException)
            {
                ended = Stopwatch.GetTimestamp();
            }
        });
        long started = Stopwatch.GetTimestamp();
        analysis.Start();
        while (Stopwatch.GetElapsedTime(started) < whole * moment / moments)
            Thread.SpinWait(20);
        long cancelled = Stopwatch.GetTimestamp();
        superseded.Cancel();
        analysis.Join();
        if (ended != 0)
            stops.Add(Stopwatch.GetElapsedTime(cancelled, ended).TotalMilliseconds);
    }
    stops.Sort();
    return stops;
}

static double Quantile(List<double> sorted, double part) =>
    sorted.Count == 0 ? 0 : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * part))];

double Median<T, TResult>(Func<T> prepare, Func<T, TResult> work)
{
    var times = new List<double>();
    for (int round = -5; round < rounds; round++)
    {
        var input = prepare();
        long started = Stopwatch.GetTimestamp();
        var result = work(input);
        double milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        GC.KeepAlive(result);
        if (round >= 0)
            times.Add(milliseconds);
    }
    times.Sort();
    return times[times.Count / 2];
}
