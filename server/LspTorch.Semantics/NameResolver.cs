using System.Collections.Concurrent;
using LspTorch.Syntax;

namespace LspTorch.Semantics;

/// <summary>
/// Python's name lookup over one file, followed through imports and, where their source is at hand, into other files.
/// </summary>
internal sealed class NameResolver(SemanticModel model)
{
    private const int MaxHops = 12;
    private readonly ConcurrentDictionary<Node, Scope> scopes = new();

    /// <summary>
    /// What names of the module scope stand for, and members of names that are only known by name: asked for again and
    /// again.
    /// </summary>
    private readonly ConcurrentDictionary<string, ResolvedSymbol?> ofModule = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Owner, string Name), ResolvedSymbol> members = new();
    private readonly ConcurrentDictionary<string, FileSnapshot?> modules = new(StringComparer.Ordinal);
    private Scope? moduleScope;

    public Scope ScopeOf(Node node) => scopes.GetOrAdd(node, static (n, walrus) => Scope.Of(n, walrus), HasWalrus);

    /// <summary>False where no expression of the file can bind a name.</summary>
    public bool HasWalrus { get; } = model.File.Text.Text.Contains(":=", StringComparison.Ordinal);

    /// <summary>
    /// The absolute name of this file's module where its path says so: what stands below a folder of installed
    /// packages. Null elsewhere.
    /// </summary>
    public string? ModuleName { get; } = ModuleNameOf(model.File.Path);

    private static string? ModuleNameOf(string path)
    {
        foreach (string folder in (ReadOnlySpan<string>)["/site-packages/", "/dist-packages/"])
        {
            string normal = path.Replace('\\', '/');
            int at = normal.LastIndexOf(folder, StringComparison.Ordinal);
            if (at < 0 || !normal.EndsWith(".py", StringComparison.Ordinal))
                continue;
            string name = normal[(at + folder.Length)..^3].Replace('/', '.');
            return name.EndsWith(".__init__", StringComparison.Ordinal) ? name[..^".__init__".Length] : name;
        }
        return null;
    }

    /// <summary>A relative name made absolute where this file's own name is known.</summary>
    private string Absolute(string dotted)
    {
        if (dotted.Length == 0 || dotted[0] != '.' || ModuleName is not { } own)
            return dotted;
        int level = dotted.TakeWhile(c => c == '.').Count();
        var parts = own.Split('.').ToList();
        int drop = model.File.Path.EndsWith("__init__.py", StringComparison.Ordinal) ? level - 1 : level;
        if (drop > parts.Count)
            return dotted;
        string package = string.Join('.', parts.Take(parts.Count - drop));
        string rest = dotted[level..];
        return package.Length == 0 ? rest
            : rest.Length == 0 ? package
            : $"{package}.{rest}";
    }

    public Scope ModuleScope => moduleScope ??= ScopeOf(model.File.Tree.Root);

    /// <summary>
    /// The scope that binds a name as seen from a node, and its bindings; null where no scope of this file binds it.
    /// </summary>
    public (Scope Scope, NodeList<Binding> Bindings)? Lookup(string name, Node from)
    {
        bool crossedFunction = false;
        Node child = from;
        for (var node = from.Parent; node is not null; child = node, node = node.Parent)
        {
            bool inside = node switch
            {
                FunctionDef function => child is Stmt && IsIn(function.Body, child),
                Lambda lambda => ReferenceEquals(child, lambda.Body),
                ClassDef type => !crossedFunction && child is Stmt && IsIn(type.Body, child),
                ComprehensionExpr comprehension => !IsFirstIterable(comprehension.Generators, child, from),
                DictComp comprehension => !IsFirstIterable(comprehension.Generators, child, from),
                Module => true,
                _ => false,
            };
            if (!inside)
                continue;
            // The root of another tree: a string annotation, whose names are those of the module.
            if (node is Module && !ReferenceEquals(node, model.File.Tree.Root))
                return Fallback(name);
            if (node is FunctionDef or Lambda)
                crossedFunction = true;
            var scope = ScopeOf(node);
            var found = scope.Find(name);
            if (found.Count == 0)
                continue;
            if (AreGlobal(found))
                return Fallback(name);
            return (scope, found);
        }
        // A node outside any tree (a parsed string annotation): module level.
        return from.Parent is null && from is not Module ? Fallback(name) : null;
    }

    private static bool AreGlobal(NodeList<Binding> bindings)
    {
        for (int i = 0; i < bindings.Count; i++)
            if (bindings[i].Kind != BindingKind.Global)
                return false;
        return true;
    }

    private (Scope, NodeList<Binding>)? Fallback(string name)
    {
        var found = ModuleScope.Find(name);
        return found.Count == 0 ? null : (ModuleScope, found);
    }

    private static bool IsIn(NodeList<Stmt> body, Node child) =>
        body.Count > 0 && child.Start >= body[0].Start && child is Stmt;

    /// <summary>The first iterable of a comprehension is evaluated outside its scope.</summary>
    private static bool IsFirstIterable(NodeList<Comprehension> generators, Node child, Node from) =>
        generators.Count > 0
        && ReferenceEquals(child, generators[0])
        && generators[0].Iter.Span.Contains(from.Span)
        && !generators[0].Target.Span.Contains(from.Span);

    public ResolvedSymbol? Resolve(Expr expr, int hops = 0)
    {
        if (hops > MaxHops)
            return null;
        switch (expr)
        {
            case Name name:
                return ResolveName(name.Id, name, hops);
            case Syntax.Attribute attribute:
                if (attribute.Value is Name module)
                    return ResolveName(module.Id, module, hops) is { } of ? Member(of, attribute.Name, hops) : null;
                // A chain is walked without recursion on its length: a.b.c… of a thousand parts is still one loop.
                var parts = new List<string>();
                Expr root = attribute;
                while (root is Syntax.Attribute step && parts.Count < 64)
                {
                    parts.Add(step.Name);
                    root = step.Value;
                }
                if (root is not Name first)
                    return null;
                var symbol = ResolveName(first.Id, first, hops);
                for (int i = parts.Count - 1; i >= 0 && symbol is not null; i--)
                    symbol = Member(symbol, parts[i], hops);
                return symbol;
            default:
                return null;
        }
    }

    private ResolvedSymbol? Member(ResolvedSymbol symbol, string name, int hops)
    {
        if (symbol.Definition is ClassDef type)
        {
            foreach (var statement in type.Body)
            {
                if (statement is FunctionDef f && f.Name == name)
                    return new(Join(symbol.DottedName, name), f, symbol.Owner);
                if (statement is ClassDef c && c.Name == name)
                    return new(Join(symbol.DottedName, name), c, symbol.Owner);
            }
            return symbol.DottedName is null ? null : new(Join(symbol.DottedName, name), null, null);
        }
        if (symbol.Definition is Module && symbol.Owner is { } owner)
            return owner.Names.ResolveExported(name, hops + 1) is { } exported
                    ? exported with
                    {
                        DottedName = exported.DottedName ?? Join(symbol.DottedName, name),
                    }
                : symbol.DottedName is { } dotted ? FromDotted(Join(dotted, name) ?? name, hops + 1)
                : null;
        if (symbol.DottedName is null || symbol.Definition is not null)
            return null;
        return hops > 0
            ? FromDotted($"{symbol.DottedName}.{name}", hops + 1)
            : members.GetOrAdd(
                (symbol.DottedName, name),
                static (key, names) => names.FromDotted($"{key.Owner}.{key.Name}", 1),
                this
            );
    }

    private static string? Join(string? dotted, string name) =>
        dotted is null ? null
        : dotted.EndsWith('.') ? dotted + name
        : $"{dotted}.{name}";

    private ResolvedSymbol? ResolveName(string id, Node from, int hops)
    {
        if (Lookup(id, from) is not { } found)
        {
            if (ModuleScope.HasStarImport)
                return FromStarImports(id, hops);
            return PythonBuiltins.Contains(id) ? new($"builtins.{id}", null, null) : null;
        }
        return hops > 0 || !ReferenceEquals(found.Scope, ModuleScope)
            ? FromBindings(found.Bindings, hops)
            : ofModule.GetOrAdd(
                id,
                static (_, at) => at.Names.FromBindings(at.Bindings, 0),
                (Names: this, found.Bindings)
            );
    }

    private ResolvedSymbol? FromStarImports(string id, int hops)
    {
        foreach (string module in ModuleScope.StarImports)
        {
            if (FindModule(module) is not { } file)
                return null;
            if (file.Model.Names.ResolveExported(id, hops + 1) is { } exported)
                return exported;
        }
        return PythonBuiltins.Contains(id) ? new($"builtins.{id}", null, null) : null;
    }

    /// <summary>What a name of this module stands for at its end.</summary>
    public ResolvedSymbol? FindExported(string name) => ResolveExported(name, 0);

    /// <summary>A name of this module as another file imports it.</summary>
    internal ResolvedSymbol? ResolveExported(string name, int hops)
    {
        if (hops > MaxHops)
            return null;
        var found = ModuleScope.Find(name);
        return found.Count > 0 ? FromBindings(found, hops)
            : ModuleScope.HasStarImport ? FromStarImports(name, hops)
            : null;
    }

    /// <summary>
    /// The module-level variable that a name means, in this file or where it is imported from; null where it is no
    /// variable or not at hand.
    /// </summary>
    public (SemanticModel Owner, NodeList<Binding> Bindings)? FindVariable(Name name) =>
        Lookup(name.Id, name) is { } found && ReferenceEquals(found.Scope, ModuleScope) ? FindVariable(name.Id) : null;

    /// <summary>As seen at module level.</summary>
    public (SemanticModel Owner, NodeList<Binding> Bindings)? FindVariable(string name, int hops = 0)
    {
        var found = ModuleScope.Find(name);
        if (hops > MaxHops || found.Count == 0)
            return null;
        if (found.All(b => b.Kind == BindingKind.Variable))
            return (model, found);
        if (found is not [{ Kind: BindingKind.Import, Target: { } target }])
            return null;
        string dotted = Absolute(target);
        if (ForeignModules.AreKnownWithoutSource(dotted))
            return null;
        int level = dotted.TakeWhile(c => c == '.').Count(),
            cut = dotted.LastIndexOf('.');
        if (cut < 0 || cut + 1 == dotted.Length || FindModule(dotted) is not null)
            return null;
        return
            FindModule(cut < level ? dotted[..level] : dotted[..cut]) is { } file
            && !ReferenceEquals(file.Tree.Root, model.File.Tree.Root)
            ? file.Model.Names.FindVariable(dotted[(cut + 1)..], hops + 1)
            : null;
    }

    private ResolvedSymbol? FromBindings(NodeList<Binding> bindings, int hops)
    {
        ResolvedSymbol? symbol = null;
        foreach (var binding in bindings)
        {
            // `try: import x` with `x = None` on failure: what is not None counts.
            if (binding.Value is Constant { Kind: ConstantKind.None })
                continue;
            var next = binding.Kind switch
            {
                BindingKind.Import => FromDotted(binding.Target ?? "", hops + 1),
                BindingKind.Function or BindingKind.Class => new ResolvedSymbol(
                    model.QualifiedNameOf(binding.Node),
                    binding.Node,
                    model
                ),
                BindingKind.Variable when binding.Value is Name or Syntax.Attribute && bindings.Count == 1 => Resolve(
                    binding.Value,
                    hops + 2
                ),
                // A name that torch itself makes in a way not read here is what the tables say.
                BindingKind.Variable
                    when binding.Value is Call
                        && ModuleName is { } own
                        && own.StartsWith("torch.", StringComparison.Ordinal)
                        && IdOf(binding) is { } id => new ResolvedSymbol($"{own}.{id}", null, null),
                _ => null,
            };
            if (next is null)
                return null;
            if (
                symbol is not null
                && (
                    Public(symbol.DottedName) != Public(next.DottedName)
                    || !ReferenceEquals(symbol.Definition, next.Definition)
                )
            )
            {
                // Overloads and conditional definitions of one name: the last is what a reader of the module gets, when
                // all are defs.
                if (symbol.Definition is FunctionDef && next.Definition is FunctionDef)
                {
                    symbol = next;
                    continue;
                }
                return null;
            }
            symbol = next;
        }
        return symbol;
    }

    /// <summary>The name of a class of torch.nn under which torch shows it: files import one by two names.</summary>
    private string? Public(string? dotted) =>
        dotted is "torch.nn.modules.Module" or "torch.nn.modules.module.Module" ? "torch.nn.Module"
        : dotted is "torch.nn.parameter.Parameter" ? "torch.nn.Parameter"
        : dotted is not null && model.Tables.Module(dotted) is { } module ? module.Name
        : dotted;

    private static string? IdOf(Binding binding) => binding.Stored?.Id;

    /// <summary>
    /// Finds the def, class or module behind a dotted name where the source is at hand; else the name alone.
    /// </summary>
    private ResolvedSymbol FromDotted(string dotted, int hops)
    {
        dotted = Absolute(dotted);
        var named = new ResolvedSymbol(dotted, null, null);
        if (model.File.Modules is null || hops > MaxHops)
            return named;
        if (ForeignModules.AreKnownWithoutSource(dotted))
            return IsPlainFunctionOfTorch(dotted) ? FunctionOfTorch(named, dotted, hops) : named;
        if (FindModule(dotted) is { } whole)
            return new(dotted, whole.Tree.Root, whole.Model);
        int level = dotted.TakeWhile(c => c == '.').Count();
        int cut = dotted.LastIndexOf('.');
        if (cut < 0)
            return named;
        string module = cut < level ? dotted[..level] : dotted[..cut];
        string member = dotted[(cut + 1)..];
        if (
            member.Length == 0
            || FindModule(module) is not { } file
            || ReferenceEquals(file.Tree.Root, model.File.Tree.Root)
        )
            return named;
        return file.Model.Names.ResolveExported(member, hops + 1) is { } exported
            ? exported.Definition is null && exported.DottedName is { Length: > 0 }
                ? exported
                : exported with
                {
                    DottedName = dotted,
                }
            : named;
    }

    /// <summary>
    /// A function of torch's Python code that no table describes: <c>torch.nn.utils.rnn.pad_sequence</c>. Those are
    /// compiled as a user's are.
    /// </summary>
    private bool IsPlainFunctionOfTorch(string dotted) =>
        dotted.StartsWith("torch.nn.utils.", StringComparison.Ordinal) && model.Tables.Function(dotted) is null;

    private ResolvedSymbol FunctionOfTorch(ResolvedSymbol named, string dotted, int hops)
    {
        int cut = dotted.LastIndexOf('.');
        return
            FindModule(dotted[..cut]) is { } file
            && !ReferenceEquals(file.Tree.Root, model.File.Tree.Root)
            && file.Model.Names.ResolveExported(dotted[(cut + 1)..], hops + 1) is { Function: not null } exported
            ? exported with
            {
                DottedName = dotted,
            }
            : named;
    }

    private FileSnapshot? FindModule(string dotted) =>
        modules.GetOrAdd(
            dotted,
            static (name, from) =>
            {
                int level = 0;
                while (level < name.Length && name[level] == '.')
                    level++;
                return from.Modules?.Find(name[level..], level, from.Path);
            },
            model.File
        );

    /// <summary>
    /// Whether the imported files that another version of this file has looked for are the very same here, unchanged.
    /// </summary>
    public bool FindsTheSameModules(NameResolver other)
    {
        bool same = other.modules.Count < CarriedAnalyses.MaxAsked;
        foreach (var (name, file) in other.modules)
            same &= ReferenceEquals(FindModule(name), file);
        return same;
    }
}
