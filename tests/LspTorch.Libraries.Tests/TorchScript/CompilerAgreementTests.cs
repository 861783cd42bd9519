using System.Text;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.TorchScript;

/// <summary>
/// Judges inference by the compiler: for every value of the graphs that torch.jit.script makes of installed libraries,
/// the inferred type at its
/// place must be the graph's. Set LSPTORCH_AGREEMENT to a file name to get every disagreement and every place that is
/// not known; set
/// LSPTORCH_GRAPHS to the output of graph_types.py for other code to judge by that code alone.
/// </summary>
public class CompilerAgreementTests
{
    private sealed record Tally
    {
        public int Compared,
            Equal,
            Unknown,
            Unmapped;
        public StringBuilder Report { get; } = new();
    }

    [Test]
    public void Inferred_types_are_those_of_the_compiled_graphs()
    {
        var options = new AnalysisOptions
        {
            Torch = Rules.TorchCompiler.Release,
            Entries = [new EntryPoint(null, null, All: true)],
        };
        var tally = new Tally();
        var graphs = CompilerGraphs.Read();
        foreach (var (path, (values, functions)) in graphs.OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var packages = new SitePackages(RootOf(path), options);
            if (packages.Open(path) is not { } file)
                throw new InvalidOperationException($"The compiler read {path}, which is not here.");
            var places = new Places(file);
            foreach (var value in values)
                Compare(file, places, value, tally);
            foreach (var function in functions)
                Compare(file, places, function, tally);
        }
        if (Environment.GetEnvironmentVariable("LSPTORCH_AGREEMENT") is { Length: > 0 } report)
            File.WriteAllText(report, tally.Report.ToString());
        double agreement = 100.0 * tally.Equal / Math.Max(1, tally.Compared),
            unknown = 100.0 * tally.Unknown / Math.Max(1, tally.Compared + tally.Unknown);
        TestContext.Out.WriteLine(
            $"compared {tally.Compared}, equal {tally.Equal} ({agreement:F2} %), unknown {tally.Unknown} "
                + $"({unknown:F1} %), places not mapped {tally.Unmapped}"
        );
        Assert.Multiple(() =>
        {
            Assert.That(tally.Compared, Is.GreaterThan(5000));
            Assert.That(
                agreement,
                Is.GreaterThanOrEqualTo(99.5),
                tally.Report.ToString()[..Math.Min(4000, tally.Report.Length)]
            );
        });
    }

    private static string RootOf(string path)
    {
        string folder = Path.GetDirectoryName(path) ?? "/";
        while (File.Exists(Path.Combine(folder, "__init__.py")))
            folder = Path.GetDirectoryName(folder) ?? "/";
        return folder;
    }

    private static void Compare(FileSnapshot file, Places places, GraphValue value, Tally tally)
    {
        if (
            value.Kind.EndsWith("Implicit", StringComparison.Ordinal)
            || value.Type.Contains("__torch__", StringComparison.Ordinal)
        )
            return;
        if (places.Find(value) is not { } expr)
        {
            tally.Unmapped++;
            return;
        }
        // At the place of a condition stands its conversion to bool too; at a constructor's, the call of __init__; at a
        // branch, what it leaves.
        if (value.Kind is "aten::Bool" or "aten::Int" or "aten::Float" && expr is not Call { Func: Name })
            return;
        if (value.Kind is "aten::len" or "aten::gt" && expr is Name or LspTorch.Syntax.Attribute)
            return; // a str or list as a condition
        if (value.Type == "NoneType" && (value.Kind == "prim::If" || file.Model.TypeOf(expr) is ClassType))
            return;
        Count(file, expr, file.Model.TypeOf(expr), value.Type, $"{value.Kind} {value.Name}", tally);
    }

    private static void Compare(FileSnapshot file, Places places, GraphFunction function, Tally tally)
    {
        if (places.FunctionAt(function.Line) is not { } def || def.Name != function.Name)
        {
            tally.Unmapped++;
            return;
        }
        if (JitDecorators.IsIgnoredOrUnused(file.Model, def))
            return; // the compiler keeps only a signature that takes anything
        foreach (var (name, type) in function.Parameters)
        {
            if (type.Contains("__torch__", StringComparison.Ordinal))
                continue;
            if (def.Args.All().FirstOrDefault(a => a.Name == name) is { } parameter)
                Count(file, parameter, file.Model.ParameterTypeOf(parameter).Type, type, "parameter", tally);
        }
        if (!function.Returns.Contains("__torch__", StringComparison.Ordinal))
            Count(file, def, file.Model.ReturnTypeOf(def), function.Returns, "return", tally);
    }

    private static void Count(FileSnapshot file, Node node, TorchType inferred, string actual, string what, Tally tally)
    {
        string place =
            $"{file.Path}:{file.Text.LineOf(node.Start) + 1}: {what}: {(node is Expr ? file.Text[node.Span].Split('\n')[0] : "")}";
        if (inferred.HasUnknown)
        {
            tally.Unknown++;
            tally.Report.AppendLine($"UNKNOWN {inferred} is {actual} at {place}");
            return;
        }
        tally.Compared++;
        if (TorchType.TryParse(actual, out var parsed) ? parsed == inferred : actual == inferred.ToString())
            tally.Equal++;
        else
            tally.Report.Insert(0, $"WRONG {inferred} is {actual} at {place}\n");
    }

    /// <summary>
    /// Finds the expression of a graph value: by its exact span, or a call by the span of what is called.
    /// </summary>
    private sealed class Places : SyntaxWalker
    {
        private readonly FileSnapshot file;
        private readonly Dictionary<(int, int), Expr> bySpan = [];
        private readonly Dictionary<(int, int), Expr> calls = [];
        private readonly Dictionary<int, List<(Stmt Statement, Expr Target)>> stores = [];
        private readonly List<FunctionDef> functions = [];

        public Places(FileSnapshot file)
        {
            this.file = file;
            Visit(file.Tree.Root);
        }

        public override void Visit(Node node)
        {
            switch (node)
            {
                case Call call:
                    calls.TryAdd((call.Func.Start, call.Func.End), call);
                    break;
                case Subscript subscript:
                    bySpan.TryAdd((subscript.Start, subscript.End - 1), subscript);
                    break;
                case FunctionDef function:
                    functions.Add(function);
                    break;
                case Assign assign:
                    foreach (var target in assign.Targets)
                        Store(assign, target);
                    break;
                case AnnAssign assign:
                    Store(assign, assign.Target);
                    break;
                case AugAssign assign:
                    Store(assign, assign.Target);
                    break;
            }
            if (node is Expr expr and not Call)
                bySpan.TryAdd((expr.Start, expr.End), expr);
            base.Visit(node);
        }

        private void Store(Stmt statement, Expr target)
        {
            if (target is TupleExpr tuple)
            {
                foreach (var element in tuple.Elements)
                    Store(statement, element);
                return;
            }
            for (
                int line = file.Text.LineOf(statement.Start);
                line <= file.Text.LineOf(Math.Max(statement.Start, statement.End - 1));
                line++
            )
            {
                if (!stores.TryGetValue(line, out var list))
                    stores[line] = list = [];
                list.Add((statement, target));
            }
        }

        public Expr? Find(GraphValue value)
        {
            if (value.Line > file.Text.LineCount)
                return null;
            if (value.Name.Length > 0)
            {
                var targets =
                    stores
                        .GetValueOrDefault(value.Line - 1)
                        ?.Where(s => s.Target is Name name && name.Id == value.Name)
                        .ToArray()
                    ?? [];
                return targets.Length == 1 ? targets[0].Target : null;
            }
            int line = file.Text.LineStart(value.Line - 1);
            var span = (
                line + Utf8Columns.ToUtf16(file.Text, value.Line - 1, value.Start),
                line + Utf8Columns.ToUtf16(file.Text, value.Line - 1, value.End)
            );
            if (calls.TryGetValue(span, out var call) && value.Kind != "prim::GetAttr")
                return call;
            return bySpan.TryGetValue(span, out var expr) && expr is not (Name or Constant) ? expr : null;
        }

        public FunctionDef? FunctionAt(int line) =>
            functions
                .Where(f => file.Text.LineOf(f.Start) < line && file.Text.LineOf(f.End) + 1 >= line)
                .MaxBy(f => f.Start);
    }
}
