using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Rules;

/// <summary>
/// An import inside a function, moved to the top of the file. There it runs with the module's own import, which fails
/// where it fails: only what is surely there
/// moves without a change of behaviour. What stands in a try statement stays.
/// </summary>
internal static class ImportRepair
{
    private static readonly HashSet<string> loadedByTorch =
    [
        "torch",
        "torch.nn",
        "torch.nn.functional",
        "torch.nn.init",
        "torch.nn.utils",
        "torch.nn.utils.rnn",
        "torch.jit",
        "torch.utils",
        "torch.utils.data",
        "torch.autograd",
        "torch.optim",
        "torch.cuda",
        "torch.distributions",
        "torch.linalg",
    ];

    /// <summary>
    /// Modules of the standard library whose import does nothing that is seen, with names that each has had since
    /// Python 3.8; null: none is listed.
    /// </summary>
    private static readonly Dictionary<string, string[]?> standard = new()
    {
        ["math"] =
        [
            "acos",
            "asin",
            "atan",
            "atan2",
            "ceil",
            "comb",
            "copysign",
            "cos",
            "cosh",
            "degrees",
            "e",
            "erf",
            "exp",
            "expm1",
            "fabs",
            "factorial",
            "floor",
            "fmod",
            "gcd",
            "hypot",
            "inf",
            "isclose",
            "isfinite",
            "isinf",
            "isnan",
            "ldexp",
            "log",
            "log10",
            "log1p",
            "log2",
            "modf",
            "nan",
            "pi",
            "pow",
            "prod",
            "radians",
            "sin",
            "sinh",
            "sqrt",
            "tan",
            "tanh",
            "tau",
            "trunc",
        ],
        ["typing"] =
        [
            "Any",
            "Callable",
            "Dict",
            "Final",
            "Iterable",
            "List",
            "NamedTuple",
            "Optional",
            "Sequence",
            "Set",
            "Tuple",
            "Type",
            "TypeVar",
            "Union",
            "cast",
        ],
        ["collections"] = ["Counter", "OrderedDict", "defaultdict", "deque", "namedtuple"],
        ["functools"] = ["lru_cache", "partial", "reduce", "wraps"],
        ["itertools"] = ["chain", "count", "cycle", "product", "repeat", "zip_longest"],
        ["copy"] = ["copy", "deepcopy"],
        ["time"] = ["perf_counter", "sleep", "time"],
        ["warnings"] = ["warn"],
        ["enum"] = ["Enum", "IntEnum"],
        ["dataclasses"] = ["dataclass", "field"],
        ["random"] = null,
        ["operator"] = null,
        ["os"] = null,
        ["os.path"] = null,
        ["sys"] = null,
        ["re"] = null,
        ["json"] = null,
        ["string"] = null,
        ["logging"] = null,
        ["numbers"] = null,
    };

    public static Fix? AtTop(FileSnapshot file, Node node)
    {
        if (
            node is not (Import or ImportFrom)
            || node is not Stmt statement
            || !Indentation.StartsItsLine(file.Text, statement.Start)
            || !Indentation.EndsItsLine(file.Text, statement.End)
        )
            return null;
        if (
            node is ImportFrom { Names: [{ Name: "*" }] } or ImportFrom { Module: "__future__" }
            || Blocks.Containing(statement) is not { Count: >= 2 }
        )
            return null;
        if (
            statement.FirstAncestor<FunctionDef>() is not { } function
            || statement.Ancestors().TakeWhile(a => !ReferenceEquals(a, function)).Any(a => a is Try or With)
        )
            return null;
        int firstLine = file.Text.LineOf(node.Start),
            lastLine = file.Text.LineOf(node.End);
        var removal = TextEdit.Delete(
            TextSpan.FromBounds(file.Text.LineStart(firstLine), file.Text.LineEndWithBreak(lastLine))
        );
        var bound = Bound(statement).ToList();
        // Were the function to bind the name once more, it would have no value before that.
        if (
            function.Find<Name>().Any(n => n.Context != ExprContext.Load && bound.Contains(n.Id))
            || function.Find<Stmt>().Any(s => !ReferenceEquals(s, statement) && Bound(s).Any(bound.Contains))
        )
            return null;
        if (IsThere(file, statement, function))
            return new Fix("Remove the import, which is at the top of the file", FixSafety.Safe, [removal]);

        const string title = "Import at the top of the file";
        var insertion = TextEdit.Insert(
            Blocks.OffsetBehindImports(file),
            file.Text[node.Span] + file.Text.DominantLineBreak
        );
        if (bound.FirstOrDefault(name => MeansSomethingElse(file, function, name)) is { } shadowed)
            return Fix.Changing(
                title,
                $"'{shadowed}' then means what is imported in the whole file",
                [insertion, removal]
            );
        if (IsCertainlyImportable(file, statement))
            return new Fix(title, FixSafety.Suggested, [insertion, removal]);
        return Fix.Changing(
            title,
            $"'{ModuleOf(statement)}' is imported with this file, which fails where it is missing or imports this file",
            [insertion, removal]
        );
    }

    private static IEnumerable<string> Bound(Stmt import) =>
        Aliases(import).Select(a => a.AsName ?? (import is Import ? a.Name.Split('.')[0] : a.Name));

    private static IEnumerable<Alias> Aliases(Node import) =>
        import switch
        {
            Import i => i.Names,
            ImportFrom f => f.Names,
            _ => [],
        };

    private static string ModuleOf(Node import) =>
        import is ImportFrom from
            ? new string('.', from.Level) + from.Module
            : string.Join(", ", Aliases(import).Select(a => a.Name));

    /// <summary>
    /// The same import stands at the top, before the function, and nothing else in the module has its names.
    /// </summary>
    private static bool IsThere(FileSnapshot file, Stmt import, FunctionDef function)
    {
        var before = file
            .Tree.Root.Body.TakeWhile(s => s.Start < function.Start)
            .Where(s => s.GetType() == import.GetType() && ModuleIfFrom(s) == ModuleIfFrom(import))
            .ToList();
        return Aliases(import).All(a => before.Any(s => Aliases(s).Any(b => a.Name == b.Name && a.AsName == b.AsName)))
            && Bound(import).All(name => IsBoundOnceInModule(file, name));
    }

    private static string? ModuleIfFrom(Stmt import) => import is ImportFrom ? ModuleOf(import) : null;

    private static bool IsBoundOnceInModule(FileSnapshot file, string name) =>
        file.Tree.Root.Body.SelectMany(Bindings).Count(n => n == name) == 1
        && !file.Tree.Root.Find<Global>().Any(g => g.Names.Contains(name));

    /// <summary>What a statement of the module binds, in any block of its own.</summary>
    private static IEnumerable<string> Bindings(Stmt statement) =>
        statement switch
        {
            Import or ImportFrom => Bound(statement),
            _ => NameFlow.Writes([statement]),
        };

    /// <summary>
    /// The module, a builtin or another function's variable has this name, so that a name of the whole file would
    /// change what it means somewhere.
    /// </summary>
    private static bool MeansSomethingElse(FileSnapshot file, FunctionDef function, string name)
    {
        if (file.Tree.Root.Body.SelectMany(Bindings).Contains(name))
            return true;
        foreach (var use in file.Tree.Root.Find<Name>())
        {
            if (use.Id != name || function.Span.Contains(use.Start))
                continue;
            if (use.FirstAncestor<FunctionDef>() is not { } other || !new NameFlow(other).Locals.Contains(name))
                return true;
        }
        return false;
    }

    private static bool IsCertainlyImportable(FileSnapshot file, Stmt import)
    {
        if (import is ImportFrom { Level: > 0 })
            return false;
        var loaded = Loaded(file);
        if (import is ImportFrom { Module: { } module } from)
        {
            if (IsOfWorkspace(file, module))
                return false;
            if (standard.TryGetValue(module, out var names))
                return names is not null && from.Names.All(a => names.Contains(a.Name));
            return loaded.Contains(module)
                && (
                    !module.StartsWith("torch", StringComparison.Ordinal)
                    || from.Names.All(a => IsOfTorch(file, $"{module}.{a.Name}"))
                );
        }
        return Aliases(import)
            .All(a => !IsOfWorkspace(file, a.Name) && (standard.ContainsKey(a.Name) || loaded.Contains(a.Name)));
    }

    private static bool IsOfTorch(FileSnapshot file, string name) =>
        loadedByTorch.Contains(name)
        || name == "torch.Tensor"
        || file.Model.Tables.Function(name) is not null
        || file.Model.Tables.Module(name) is not null;

    /// <summary>The modules that the file's own import has loaded for sure.</summary>
    private static HashSet<string> Loaded(FileSnapshot file)
    {
        var loaded = new HashSet<string>();
        foreach (var statement in file.Tree.Root.Body)
        {
            if (statement is ImportFrom { Level: 0, Module: { } module })
                Add(module);
            else if (statement is Import import)
                foreach (var alias in import.Names)
                    Add(alias.Name);
        }
        if (loaded.Contains("torch"))
            loaded.UnionWith(loadedByTorch);
        return loaded;

        void Add(string module)
        {
            for (int dot = module.Length; dot > 0; dot = module.LastIndexOf('.', dot - 1))
                loaded.Add(module[..dot]);
        }
    }

    private static bool IsOfWorkspace(FileSnapshot file, string module) =>
        file.Modules?.Find(module, 0, file.Path) is { } found && file.Modules.IsOfWorkspace(found.Path);
}
