using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// The statements around <c>self.layers[i]</c> in an unrolled loop over the container, for the one module whose turn it
/// is; whatever the index may be. What
/// eager mode raises for an index out of range is raised too, unless the index is surely in range.
/// </summary>
internal sealed class ModuleSearch
{
    private readonly FileSnapshot file;
    private readonly Expr index;
    private readonly bool isDict;
    private readonly NodeList<Stmt> block;
    private readonly int first;
    private int last;
    private readonly List<Subscript> uses = [];

    private ModuleSearch(FileSnapshot file, Expr index, bool isDict, NodeList<Stmt> block, int first)
    {
        (this.file, this.index, this.isDict, this.block, this.first) = (file, index, isDict, block, first);
        last = first;
    }

    /// <summary>The fix, and the statements it writes anew: the same for each subscript in them.</summary>
    public static (TextSpan Span, Fix Fix)? Of(
        FileSnapshot file,
        ContainerLengths lengths,
        Subscript subscript,
        ModuleContainerKind kind
    )
    {
        bool isDict = kind == ModuleContainerKind.ModuleDict;
        if (
            file.Model.TypeOf(subscript.Index) != (isDict ? TorchType.Str : TorchType.Int)
            || !IsLoopInvariant(subscript.Index)
            || !IsChain(subscript.Value)
        )
            return null;
        if (
            subscript.FirstAncestor<FunctionDef>() is not { } function
            || Blocks.StatementOf(subscript) is not (Assign or AugAssign or AnnAssign or ExprStmt or Return)
        )
            return null;
        if (Blocks.StatementOf(subscript) is not { } statement || Blocks.Containing(statement) is not { } block)
            return null;
        int first = 0;
        while (!ReferenceEquals(block[first], statement))
            first++;
        var search = new ModuleSearch(file, subscript.Index, isDict, block, first);
        if (!search.Extend(new NameFlow(function)) || !search.FindUses(lengths))
            return null;
        if (search.uses.All(u => !ReferenceEquals(u, subscript)))
            return null;
        return search.Written(lengths, function);
    }

    /// <summary>
    /// As many further statements as read what these give a value first: a branch gives none to what follows it. False
    /// where that is not enough.
    /// </summary>
    private bool Extend(NameFlow flow)
    {
        while (true)
        {
            var region = Region();
            var written = NameFlow.Writes(region);
            if (
                OtherScopes.AreIn(new NodeList<Stmt>([.. region]), generators: true)
                || region.SkipLast(1).Any(Leaves)
                || region[^1] is not Return && Leaves(region[^1])
            )
                return false;
            if (index.Find<Name>().Append(index).OfType<Name>().Any(n => written.Contains(n.Id)))
                return false;
            if (
                !written.Any(name =>
                    !flow.IsDefinitelyAssignedBefore(name, block, first) && flow.IsLiveAfter(name, block, last)
                )
            )
                return true;
            if (++last == block.Count)
                return false;
        }
    }

    private List<Stmt> Region() => [.. block.Skip(first).Take(last - first + 1)];

    /// <summary>A jump out of the statement, which the unrolled loop would catch.</summary>
    private static bool Leaves(Stmt statement) =>
        statement is Return or Break or Continue || statement.Find<Stmt>().Any(s => s is Return or Break or Continue);

    /// <summary>
    /// The modules of this index, of one container or several; one that is not surely taken only where its index is in
    /// range: raising for it would be
    /// wrong. False where a container is given another value on the way.
    /// </summary>
    private bool FindUses(ContainerLengths lengths)
    {
        string shown = file.Text[index.Span];
        var written = NameFlow.Writes(Region());
        foreach (var statement in Region())
        {
            foreach (var use in statement.Find<Subscript>())
            {
                if (use.Context != ExprContext.Load || !IsChain(use.Value) || file.Text[use.Index.Span] != shown)
                    continue;
                if (
                    file.Model.TypeOf(use.Value) is not ModuleContainerType container
                    || container.Kind == ModuleContainerKind.ModuleDict != isDict
                )
                    continue;
                if (RootOf(use.Value) is { } root && written.Contains(root))
                    return false;
                if (isDict && uses.Count > 0 && file.Text[uses[0].Value.Span] != file.Text[use.Value.Span])
                    continue;
                var between = use.Ancestors().TakeWhile(a => !ReferenceEquals(a, statement)).ToList();
                if (between.Any(BindsPartOfIndex))
                    continue;
                if (
                    between.Any(a => a is IfExp or BoolOp or ComprehensionExpr or DictComp or Stmt)
                    && !IsInRange(lengths, use)
                )
                    continue;
                uses.Add(use);
            }
        }
        return true;
    }

    private bool IsInRange(ContainerLengths lengths, Subscript use) =>
        !isDict && lengths.IsNotNegative(index, use.Value) && lengths.IsBelow(index, use.Value);

    private bool BindsPartOfIndex(Node scope) =>
        scope is ComprehensionExpr or DictComp
        && scope
            .Find<Comprehension>()
            .Any(c =>
                NameFlow
                    .TargetNames(c.Target)
                    .Any(t => index.Find<Name>().Append(index).OfType<Name>().Any(n => n.Id == t.Id))
            );

    private (TextSpan, Fix)? Written(ContainerLengths lengths, FunctionDef function)
    {
        var text = file.Text;
        int firstLine = text.LineOf(block[first].Start),
            lastLine = text.LineOf(block[last].End);
        if (!Indentation.StartsItsLine(text, block[first].Start) || !Indentation.EndsItsLine(text, block[last].End))
            return null;
        string indent = text.IndentationOf(firstLine),
            unit = Indentation.Unit(text, function),
            end = text.DominantLineBreak;
        var containers = uses.Select(u => text[u.Value.Span]).Distinct().ToList();
        var names = new List<string>();
        foreach (string container in containers)
            names.Add(ContainerLoop.ElementName(file, container, names));
        var open = uses.Where(u => !IsInRange(lengths, u)).Select(u => text[u.Value.Span]).Distinct().ToList();
        bool fromEnd = !isDict && !uses.All(u => lengths.IsNotNegative(index, u.Value));
        if (fromEnd && containers.Count > 1)
            return null;

        string key = text[index.ParenthesizedSpan],
            position = UniqueNames.For(file, isDict ? "name" : "index");
        string items = containers.Count == 1 ? containers[0] : $"zip({string.Join(", ", containers)})";
        string target = containers.Count == 1 ? names[0] : $"({string.Join(", ", names)})";
        string raise = isDict
            ? $"raise KeyError({key})"
            : $"raise IndexError(\"index {{}} is out of range\".format({key}))";
        bool returns = block[last] is Return;
        string head =
            returns || open.Count == 0
                ? ""
                : $"{indent}if "
                    + $"{string.Join(" or ", open.Select(c => OutOfRange(key, c, fromEnd)))}:{end}{indent}{unit}{raise}{end}";
        string found = fromEnd
            ? $"{position} == {key} or {position} - len({containers[0]}) == {key}"
            : $"{position} == {key}";
        head +=
            $"{indent}for {position}, {target} in "
            + $"{(isDict ? $"{items}.items()" : $"enumerate({items})")}:{end}{indent}{unit}if {found}:{end}";
        string tail = returns ? $"{end}{indent}{raise}" : "";

        var span = TextSpan.FromBounds(text.LineStart(firstLine), text.LineEnd(lastLine));
        var edits = uses.Select(u => new TextEdit(u.Span, names[containers.IndexOf(text[u.Value.Span])]))
            .Concat(
                Indentation.Shift(
                    text,
                    firstLine,
                    lastLine,
                    indent,
                    indent + unit + unit,
                    Indentation.LinesInsideStrings(text, Region())
                )
            );
        string changed = text.WithEdits([.. edits]).Text;
        string body = changed[span.Start..(changed.Length - (text.Text.Length - span.End))];
        return (
            span,
            new Fix(
                $"Loop over {string.Join(" and ", containers)} and call the one at '{key}'",
                FixSafety.Suggested,
                [new TextEdit(span, head + body + tail)]
            )
        );
    }

    private string OutOfRange(string key, string container, bool fromEnd) =>
        isDict
            ? $"{key} not in {container}"
            : $"{(fromEnd ? $"{key} < -len({container}) or " : "")}{key} >= len({container})";

    /// <summary>Evaluated again it gives the same, and does nothing else.</summary>
    private static bool IsLoopInvariant(Expr expression) =>
        expression switch
        {
            Name or Constant => true,
            UnaryOp { Op: UnaryOperator.USub } sign => IsLoopInvariant(sign.Operand),
            BinOp { Op: BinaryOperator.Add or BinaryOperator.Sub or BinaryOperator.Mult } operation => IsLoopInvariant(
                operation.Left
            ) && IsLoopInvariant(operation.Right),
            BinOp { Op: BinaryOperator.FloorDiv or BinaryOperator.Mod } part => IsLoopInvariant(part.Left)
                && ContainerLengths.Literal(part.Right) is > 0,
            Call { Func: Name { Id: "len" }, Args: [var sequence], Keywords.Count: 0 } => IsChain(sequence),
            Attribute { Value: Name { Id: "self" } } attribute => IsSetOnlyInConstructor(attribute),
            _ => false,
        };

    private static bool IsSetOnlyInConstructor(Attribute attribute) =>
        attribute.FirstAncestor<ClassDef>() is { } owner
        && owner
            .Find<Attribute>()
            .All(a =>
                a.Name != attribute.Name
                || a.Context == ExprContext.Load
                || a.FirstAncestor<FunctionDef>() is { Name: "__init__" }
            );

    private static bool IsChain(Expr container) =>
        container is Name || container is Attribute attribute && IsChain(attribute.Value);

    private static string? RootOf(Expr container) =>
        container switch
        {
            Name name => name.Id,
            Attribute attribute => RootOf(attribute.Value),
            _ => null,
        };
}
