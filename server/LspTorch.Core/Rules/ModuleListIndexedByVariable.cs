using System.Collections.Immutable;
using LspTorch.Core.Refactorings;
using LspTorch.Core.Semantics;
using LspTorch.Core.Syntax;
using LspTorch.Core.Text;
using LspTorch.Core.TorchScript;
using Attribute = LspTorch.Core.Syntax.Attribute;

namespace LspTorch.Core.Rules;

/// <summary>Module containers are unrolled at compile time, so an index must be a literal there.</summary>
public sealed class ModuleListIndexedByVariable : Rule
{
    private static readonly TorchVersion literals = new(1, 5);

    /// <summary>The releases from which a variable of interface type takes the module (pytorch/pytorch #45716 and #53410).</summary>
    private static readonly TorchVersion interfaceOfDict = new(1, 8), interfaceOfList = new(1, 9);

    public override string Id => "module-list-indexed-by-variable";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        var model = file.Model;
        var loopsSeen = new HashSet<Node>();
        foreach (var node in context.Compiled.Live<Subscript>())
        {
            var subscript = node.Node;
            if (model.TypeOf(subscript.Value) is not ModuleContainerType container || subscript.Index is Slice) continue;
            if (IsAnnotatedWithInterface(subscript) && file.Options.Torch >= (container.Kind == ModuleContainerKind.ModuleDict ? interfaceOfDict : interfaceOfList)) continue;
            string what = container.Kind.ToString();
            string shown = file.Text[subscript.Span];
            if (IsLiteral(model, subscript.Index, container.Kind, file.Options.Torch, out bool constant))
            {
                if (file.Options.Torch >= literals || constant) continue;
                context.Report(this, node.Severity, subscript.Span,
                    $"'{shown}' indexes a {what}; torch {file.Options.Torch} cannot index module containers at all: loop over it, or keep the module in an attribute of its own.",
                    node.Body);
                continue;
            }
            var fixes = new List<Fix>();
            if (LoopRewriting.Of(file, subscript) is { } rewriting && loopsSeen.Add(rewriting.Loop)) fixes.Add(rewriting.Fix);
            else if (LoopRewriting.Of(file, subscript) is null && OneStatementLoop(file, subscript, container.Kind) is { } search) fixes.Add(search);
            string key = container.Kind == ModuleContainerKind.ModuleDict ? "key" : "variable";
            context.Report(this, node.Severity, subscript.Span,
                $"'{shown}' indexes a {what} with a {key}; torch {file.Options.Torch} unrolls module containers and needs a literal: loop over it instead.",
                node.Body, fixes);
        }
    }

    /// <summary><c>m: Interface = self.layers[i]</c> is the one way to index with a variable.</summary>
    private static bool IsAnnotatedWithInterface(Subscript subscript) =>
        subscript.Parent is AnnAssign assign && ReferenceEquals(assign.Value, subscript);

    private static bool IsLiteral(SemanticModel model, Expr index, ModuleContainerKind kind, TorchVersion version, out bool uncertain)
    {
        uncertain = false;
        switch (index)
        {
            case Constant { Kind: ConstantKind.Int or ConstantKind.Str }: return true;
            case UnaryOp { Op: UnaryOperator.USub, Operand: Constant { Kind: ConstantKind.Int } }: return true;
            // A constant attribute is a literal to the compiler.
            case Attribute { Value: Name { Id: "self" } } attribute:
                uncertain = model.EnclosingClass(index)?.FindAttribute(attribute.Name) is not { IsConstant: false };
                return uncertain;
            default: return false;
        }
    }

    /// <summary>
    /// <c>x = self.layers[i](x)</c> as a loop that calls the one whose turn it is; only where what is assigned is also read, so that it
    /// surely has a value and type before.
    /// </summary>
    private static Fix? OneStatementLoop(FileSnapshot file, Subscript subscript, ModuleContainerKind kind)
    {
        if (subscript.Index is not Name key || subscript.Parent is not Call call || !ReferenceEquals(call.Func, subscript)) return null;
        if (call.Parent is not Assign { Targets: [Name target] } assign || !ReferenceEquals(assign.Value, call)) return null;
        if (call.Args.All(a => a is not Name name || name.Id != target.Id)) return null;
        var text = file.Text;
        int line = text.LineOf(assign.Start);
        if (text.LineOf(assign.End) != line || text.Text[text.LineStart(line)..assign.Start].Trim().Length > 0) return null;
        if (assign.Ancestors().Any(a => a is For or While && Blocks.Of(a).Any(b => b.Any(s => s is Break or Continue)))) return null;
        string indent = text.IndentationOf(line), unit = indent.EndsWith('\t') ? "\t" : "    ", end = text.DominantLineBreak;
        string module = UniqueNames.For(file, "module"), position = UniqueNames.For(file, kind == ModuleContainerKind.ModuleDict ? "name" : "index");
        string container = text[subscript.Value.Span];
        string items = kind == ModuleContainerKind.ModuleDict ? $"{container}.items()" : $"enumerate({container})";
        string called = text[assign.Span][..(subscript.Start - assign.Start)] + module + text.Text[subscript.End..assign.End];
        string written = $"for {position}, {module} in {items}:{end}{indent}{unit}if {position} == {key.Id}:{end}{indent}{unit}{unit}{called}";
        return new Fix($"Loop over {container} and call the one at '{key.Id}'", FixSafety.Suggested, [new TextEdit(assign.Span, written)]);
    }
}

/// <summary><c>for i in range(len(c)): ... c[i] ...</c> as <c>for i, m in enumerate(c): ... m ...</c>.</summary>
internal static class LoopRewriting
{
    public static (For Loop, Fix Fix)? Of(FileSnapshot file, Subscript subscript)
    {
        if (subscript.Index is not Name index) return null;
        var loop = subscript.Ancestors().TakeWhile(a => a is not (FunctionDef or Lambda)).OfType<For>().FirstOrDefault(f => Counts(f, index.Id));
        if (loop is null || loop.OrElse.Count > 0) return null;
        // Unrolled loops know neither break nor continue, and a container's modules cannot be rebound.
        if (HasJump(loop.Body) || NameFlow.Writes(loop.Body).Contains(index.Id)) return null;
        var uses = new ContainerUses(file, index.Id);
        foreach (var statement in loop.Body) uses.Visit(statement);
        if (uses.OtherIndexing || uses.Containers.Count == 0) return null;
        var containers = uses.Containers.Keys.ToList();
        var names = new List<string>();
        foreach (string container in containers) names.Add(ElementName(file, container, names));

        bool safe;
        string? first = null;
        switch (loop.Iter)
        {
            case Call { Func: Name { Id: "range" }, Args: [var bound], Keywords.Count: 0 }:
                first = LengthOf(file, bound);
                safe = containers.Count == 1 && first == containers[0] || KnownLengths(file, uses, bound);
                break;
            case Call { Func: Name { Id: "enumerate" }, Args: [var sequence], Keywords.Count: 0 } when file.Model.TypeOf(sequence) is ModuleContainerType:
                return OfEnumerate(file, loop, sequence, uses, containers, names);
            default: return null;
        }
        if (first is not null && !containers.Contains(first)) safe = false;
        bool counterUsed = uses.PlainUses > 0 || IsReadLater(loop, index.Id);
        string items = containers.Count == 1 ? containers[0] : $"zip({string.Join(", ", containers)})";
        string target = containers.Count == 1 ? names[0] : string.Join(", ", names);
        if (counterUsed) (target, items) = ($"{index.Id}, {(containers.Count == 1 ? target : $"({target})")}", $"enumerate({items})");
        var edits = new List<TextEdit> { new(TextSpan.FromBounds(loop.Target.ParenthesizedSpan.Start, loop.Iter.ParenthesizedSpan.End), $"{target} in {items}") };
        AddUses(uses, containers, names, edits);
        return (loop, new Fix($"Iterate over {string.Join(" and ", containers)} instead of indexing", safe ? FixSafety.Safe : FixSafety.Suggested, [.. edits]));
    }

    /// <summary>A second container indexed by the counter of <c>enumerate(first)</c>: both in one zip.</summary>
    private static (For, Fix)? OfEnumerate(
        FileSnapshot file, For loop, Expr sequence, ContainerUses uses, List<string> containers, List<string> names)
    {
        if (loop.Target is not TupleExpr { Elements: [Name counter, Name element] }) return null;
        string iterated = file.Text[sequence.Span];
        var others = containers.Where(c => c != iterated).ToList();
        var edits = new List<TextEdit>();
        var otherNames = others.Select(c => names[containers.IndexOf(c)]).ToList();
        if (containers.Contains(iterated)) names[containers.IndexOf(iterated)] = element.Id;
        if (others.Count > 0)
            edits.Add(new TextEdit(TextSpan.FromBounds(loop.Target.ParenthesizedSpan.Start, loop.Iter.ParenthesizedSpan.End),
                $"{counter.Id}, ({string.Join(", ", [element.Id, .. otherNames])}) in enumerate(zip({string.Join(", ", [iterated, .. others])}))"));
        AddUses(uses, containers, names, edits);
        return (loop, new Fix($"Iterate over {string.Join(" and ", [iterated, .. others])} instead of indexing",
            others.Count == 0 ? FixSafety.Safe : FixSafety.Suggested, [.. edits]));
    }

    private static void AddUses(ContainerUses uses, List<string> containers, List<string> names, List<TextEdit> edits)
    {
        for (int i = 0; i < containers.Count; i++)
            foreach (var use in uses.Containers[containers[i]]) edits.Add(new TextEdit(use.Span, names[i]));
    }

    private static bool Counts(For loop, string index) =>
        loop.Target is Name name && name.Id == index || loop.Target is TupleExpr { Elements: [Name counter, _] } && counter.Id == index;

    private static string? LengthOf(FileSnapshot file, Expr bound) =>
        bound is Call { Func: Name { Id: "len" }, Args: [var sequence] } ? file.Text[sequence.Span] : null;

    /// <summary>True where the bound is a literal and every container has exactly that many modules.</summary>
    private static bool KnownLengths(FileSnapshot file, ContainerUses uses, Expr bound) =>
        bound is Constant { Value: long count } && uses.Containers.Values.All(u =>
            file.Model.TypeOf(u[0].Value) is ModuleContainerType { Exact: true } c && c.Elements.Length == count);

    private static bool IsReadLater(For loop, string name) =>
        loop.FirstAncestor<FunctionDef>() is { } function && Blocks.Containing(loop) is { } block
        && new NameFlow(function).MayBeReadAfter(name, block, IndexIn(block, loop));

    private static int IndexIn(NodeList<Stmt> block, Stmt statement)
    {
        int index = 0;
        while (!ReferenceEquals(block[index], statement)) index++;
        return index;
    }

    private static string ElementName(FileSnapshot file, string container, List<string> taken)
    {
        string last = container[(container.LastIndexOf('.') + 1)..].TrimStart('_');
        string singular = last.EndsWith("ies", StringComparison.Ordinal) ? last[..^3] + "y" : last.EndsWith('s') && last.Length > 2 ? last[..^1] : "module";
        if (!singular.All(c => char.IsLetterOrDigit(c) || c == '_') || char.IsDigit(singular[0])) singular = "module";
        string name = UniqueNames.For(file, singular);
        for (int i = 2; taken.Contains(name); i++) name = UniqueNames.For(file, $"{singular}_{i}");
        return name;
    }

    private static bool HasJump(NodeList<Stmt> block)
    {
        foreach (var statement in block)
        {
            if (statement is Break or Continue) return true;
            if (statement is For or While or FunctionDef or ClassDef) continue;
            if (Blocks.Of(statement).Any(HasJump)) return true;
        }
        return false;
    }

    /// <summary>What the body does with the counter: indexes containers by it, or something else.</summary>
    private sealed class ContainerUses(FileSnapshot file, string index) : SyntaxWalker
    {
        public Dictionary<string, List<Subscript>> Containers { get; } = [];
        public bool OtherIndexing { get; private set; }
        public int PlainUses { get; private set; }

        public override void Visit(Node node)
        {
            switch (node)
            {
                case Subscript { Index: Name name } subscript when name.Id == index && file.Model.TypeOf(subscript.Value) is ModuleContainerType { Kind: not ModuleContainerKind.ModuleDict }:
                    if (subscript.Context != ExprContext.Load) { OtherIndexing = true; return; }
                    string container = file.Text[subscript.Value.Span];
                    if (container.Contains('\n')) { OtherIndexing = true; return; }
                    if (!Containers.TryGetValue(container, out var uses)) Containers[container] = uses = [];
                    uses.Add(subscript);
                    return;
                // The modules around this one would still be indexed by a variable.
                case Subscript other when file.Model.TypeOf(other.Value) is ModuleContainerType && other.Index is not Constant:
                    OtherIndexing = true;
                    return;
                case Name use when use.Id == index: PlainUses++; return;
            }
            base.Visit(node);
        }
    }
}
