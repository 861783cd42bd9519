using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// <c>for i in range(len(c)): ... c[i] ...</c> as <c>for i, m in enumerate(c): ... m ...</c>; only where the loop
/// surely walks over all of <c>c</c>. A second
/// container joins by <c>zip</c> where it is surely no shorter: else eager mode raises where zip would stop.
/// </summary>
internal static class ContainerLoop
{
    public static (For Loop, Fix Fix)? Of(FileSnapshot file, ContainerLengths lengths, Subscript subscript)
    {
        if (subscript.Index is not Name index)
            return null;
        var loop = subscript
            .Ancestors()
            .TakeWhile(a => a is not (FunctionDef or Lambda))
            .OfType<For>()
            .FirstOrDefault(f => Counts(f, index.Id));
        if (loop is null || loop.OrElse.Count > 0 || loop.FirstAncestor<FunctionDef>() is not { } function)
            return null;
        // Unrolled loops know neither break nor continue; a nested scope may see the counter or the module later than
        // it is written there.
        if (
            HasJump(loop.Body)
            || OtherScopes.AreIn(function.Body, generators: true) && MayBeSeenElsewhere(function, loop, index.Id)
        )
            return null;
        var uses = new ContainerUses(file, loop, index.Id);
        foreach (var statement in loop.Body)
            uses.Visit(statement);
        if (uses.Rebound)
            return null;
        bool whole = loop.Target is Name;
        var primary = whole ? Whole(lengths, loop, uses) : Enumerated(file, loop);
        if (primary is null)
            return null;
        var others = uses
            .Containers.Where(c => c.Key != file.Text[primary.Span] && lengths.AtLeast(c.Value[0].Value, primary))
            .Select(c => c.Key)
            .ToList();
        string container = file.Text[primary.Span];
        if (!others.Append(container).Contains(file.Text[subscript.Value.Span]))
            return null;
        return (
            loop,
            whole
                ? Written(
                    file,
                    lengths.IsLengthByText(lengths.RangeOf(loop)?.Stop ?? primary, primary),
                    loop,
                    uses,
                    [container, .. others]
                )
                : Joined(file, loop, uses, container, others)
        );
    }

    /// <summary>The indexed container, if any, that <c>range(...)</c> counts through from first to last.</summary>
    private static Expr? Whole(ContainerLengths lengths, For loop, ContainerUses uses)
    {
        if (
            lengths.RangeOf(loop) is not var (start, stop, step)
            || step != 1
            || start is not null && ContainerLengths.Literal(start) != 0
        )
            return null;
        return uses.Containers.Values.Select(u => u[0].Value).FirstOrDefault(c => lengths.IsLength(stop, c));
    }

    private static Expr? Enumerated(FileSnapshot file, For loop) =>
        loop
            is {
                Target: TupleExpr { Elements: [Name, Name element] },
                Iter: Call { Func: Name f, Args: [var sequence], Keywords.Count: 0 }
            }
        && file.Model.ResolveName(f) == "builtins.enumerate"
        && file.Model.TypeOf(sequence) is ModuleContainerType { Kind: not ModuleContainerKind.ModuleDict }
        && !NameFlow.Writes(loop.Body).Contains(element.Id)
            ? sequence
            : null;

    private static Fix Written(FileSnapshot file, bool byText, For loop, ContainerUses uses, List<string> containers)
    {
        string index = ((Name)loop.Target).Id;
        var names = new List<string>();
        foreach (string container in containers)
            names.Add(ElementName(file, container, names));
        bool counterUsed = uses.PlainUses > uses.UsesOf(containers) || IsReadLater(loop, index);
        string items = containers.Count == 1 ? containers[0] : $"zip({string.Join(", ", containers)})";
        string target = string.Join(", ", names);
        if (counterUsed)
            (target, items) = ($"{index}, {(containers.Count == 1 ? target : $"({target})")}", $"enumerate({items})");
        var edits = new List<TextEdit>
        {
            new(
                TextSpan.FromBounds(loop.Target.ParenthesizedSpan.Start, loop.Iter.ParenthesizedSpan.End),
                $"{target} in {items}"
            ),
        };
        AddUses(uses, containers, names, edits);
        // A number that is the length here may be another in a subclass.
        bool safe = containers.Count == 1 && byText;
        return new Fix(
            $"Iterate over {string.Join(" and ", containers)} instead of indexing",
            safe ? FixSafety.Safe : FixSafety.Suggested,
            [.. edits]
        );
    }

    /// <summary>Further containers indexed by the counter of <c>enumerate(first)</c>: all in one zip.</summary>
    private static Fix Joined(FileSnapshot file, For loop, ContainerUses uses, string iterated, List<string> others)
    {
        var (counter, element) = (
            (Name)((TupleExpr)loop.Target).Elements[0],
            (Name)((TupleExpr)loop.Target).Elements[1]
        );
        var edits = new List<TextEdit>();
        var names = new List<string> { element.Id };
        foreach (string other in others)
            names.Add(ElementName(file, other, names));
        if (others.Count > 0)
            edits.Add(
                new TextEdit(
                    TextSpan.FromBounds(loop.Target.ParenthesizedSpan.Start, loop.Iter.ParenthesizedSpan.End),
                    $"{counter.Id}, ({string.Join(", ", names)}) in "
                        + $"enumerate(zip({string.Join(", ", [iterated, .. others])}))"
                )
            );
        List<string> containers = [iterated, .. others];
        AddUses(uses, containers, names, edits);
        return new Fix(
            $"Iterate over {string.Join(" and ", containers)} instead of indexing",
            others.Count == 0 ? FixSafety.Safe : FixSafety.Suggested,
            [.. edits]
        );
    }

    private static void AddUses(ContainerUses uses, List<string> containers, List<string> names, List<TextEdit> edits)
    {
        for (int i = 0; i < containers.Count; i++)
            foreach (var use in uses.Containers.GetValueOrDefault(containers[i]) ?? [])
                edits.Add(new TextEdit(use.Span, names[i]));
    }

    private static bool Counts(For loop, string index) =>
        loop.Target is Name name && name.Id == index
        || loop.Target is TupleExpr { Elements: [Name counter, _] } && counter.Id == index;

    /// <summary>
    /// True where a scope inside the loop, or one that reads the counter's variable, could tell the difference.
    /// </summary>
    private static bool MayBeSeenElsewhere(FunctionDef function, For loop, string index) =>
        OtherScopes.AreIn(loop.Body, generators: true)
        || function
            .Find<Node>()
            .Any(n =>
                n is Global { Names: var g } && g.Contains(index)
                || n is Nonlocal { Names: var o } && o.Contains(index)
                || n is FunctionDef or Lambda && n.Find<Name>().Any(use => use.Id == index)
            );

    private static bool IsReadLater(For loop, string name) =>
        loop.FirstAncestor<FunctionDef>() is { } function
        && Blocks.Containing(loop) is { } block
        && new NameFlow(function).IsLiveAfter(name, block, IndexIn(block, loop));

    private static int IndexIn(NodeList<Stmt> block, Stmt statement)
    {
        int index = 0;
        while (!ReferenceEquals(block[index], statement))
            index++;
        return index;
    }

    /// <summary>"conv" for "self.convs".</summary>
    internal static string ElementName(FileSnapshot file, string container, List<string> taken)
    {
        string last = container[(container.LastIndexOf('.') + 1)..].TrimStart('_');
        string singular =
            last.EndsWith("ies", StringComparison.Ordinal) ? last[..^3] + "y"
            : last.EndsWith('s') && last.Length > 2 ? last[..^1]
            : "module";
        if (!singular.All(c => char.IsLetterOrDigit(c) || c == '_') || char.IsDigit(singular[0]))
            singular = "module";
        string name = UniqueNames.For(file, singular);
        for (int i = 2; taken.Contains(name); i++)
            name = UniqueNames.For(file, $"{singular}_{i}");
        return name;
    }

    private static bool HasJump(NodeList<Stmt> block)
    {
        foreach (var statement in block)
        {
            if (statement is Break or Continue)
                return true;
            if (statement is For or While or FunctionDef or ClassDef)
                continue;
            if (Blocks.Of(statement).Any(HasJump))
                return true;
        }
        return false;
    }

    /// <summary>What the body does with the counter: indexes containers by it, or something else.</summary>
    private sealed class ContainerUses(FileSnapshot file, For loop, string index) : SyntaxWalker
    {
        private readonly IReadOnlySet<string> written = NameFlow.Writes(loop.Body);

        /// <summary>By the container's text; those that the body gives another value are left out.</summary>
        public Dictionary<string, List<Subscript>> Containers { get; } = [];

        /// <summary>The counter means something else somewhere in the body, or a module is replaced.</summary>
        public bool Rebound { get; private set; } = NameFlow.Writes(loop.Body).Contains(index);

        /// <summary>All uses of the counter.</summary>
        public int PlainUses { get; private set; }

        public int UsesOf(IEnumerable<string> containers) =>
            containers.Sum(c => Containers.TryGetValue(c, out var uses) ? uses.Count : 0);

        public override void Visit(Node node)
        {
            switch (node)
            {
                case Subscript { Index: Name name } subscript
                    when name.Id == index
                        && file.Model.TypeOf(subscript.Value)
                            is ModuleContainerType { Kind: not ModuleContainerKind.ModuleDict }:
                    if (subscript.Context != ExprContext.Load)
                        Rebound = true;
                    else if (
                        IsLoopInvariant(subscript.Value)
                        && file.Text[subscript.Value.Span] is var container
                        && !container.Contains('\n')
                    )
                    {
                        if (!Containers.TryGetValue(container, out var uses))
                            Containers[container] = uses = [];
                        uses.Add(subscript);
                    }
                    break;
                case Comprehension comprehension
                    when NameFlow.TargetNames(comprehension.Target).Any(n => n.Id == index):
                    Rebound = true;
                    break;
                case Name use when use.Id == index:
                    PlainUses++;
                    return;
            }
            base.Visit(node);
        }

        /// <summary>A chain of attributes of a variable that the body leaves alone.</summary>
        private bool IsLoopInvariant(Expr container) =>
            container switch
            {
                Name name => !written.Contains(name.Id),
                Attribute attribute => IsLoopInvariant(attribute.Value),
                _ => false,
            };
    }
}
