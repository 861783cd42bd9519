using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Divergence;

/// <summary>
/// Changes of what stands in a list or tuple literal, which the compiler takes for dead code: it sees the list used,
/// and not that the list holds what is changed.
/// Proven for elements that nothing else can reach, reached by a constant index, by unpacking or by a name, and never
/// read alone after the change, and a literal that is
/// then only joined by torch or returned, in its own block; all else is silent.
/// </summary>
internal sealed class ElementMutations
{
    private readonly Place place;
    private readonly Assign literal;
    private readonly NodeList<Expr> elements;
    private readonly NodeList<Stmt> block;

    /// <summary>
    /// The changes of each element; by its definition where it has a name of its own, else by its expression.
    /// </summary>
    private readonly List<(Node Element, Stmt Statement, Expr Changed)> changes = [];
    private readonly List<(Node Element, Expr At)> reads = [];
    private readonly List<Expr> joined = [];
    private readonly HashSet<Node> followed = [];

    private ElementMutations(Place place, Assign literal, NodeList<Expr> elements, NodeList<Stmt> block) =>
        (this.place, this.literal, this.elements, this.block) = (place, literal, elements, block);

    public static IEnumerable<DivergenceMatch> Of(Place place, Assign assign)
    {
        if (assign is not { Targets: [Name list] })
            return [];
        if (assign.Value is not (ListExpr { Elements.Count: > 0 } or TupleExpr { Elements.Count: > 0 }))
            return [];
        var elements = assign.Value is ListExpr display ? display.Elements : ((TupleExpr)assign.Value).Elements;
        if (Blocks.Containing(assign) is not { } block || assign.Ancestors().Any(a => a is For or While))
            return [];
        return new ElementMutations(place, assign, elements, block).Find(list);
    }

    private IEnumerable<DivergenceMatch> Find(Name list)
    {
        if (!FollowWhole(list))
            yield break;
        if (
            joined.Count == 0
            || joined.Any(j => Blocks.StatementOf(j) is not { } statement || !block.Contains(statement))
        )
            yield break;
        int last = joined.Max(j => j.Start);
        if (ExitsEarly(last))
            yield break;
        foreach (var element in elements.Distinct())
            if (element is Name name && !FollowName(name))
                yield break;
        foreach (var (element, statement, changed) in changes)
        {
            if (
                !IsOwn(element)
                || !joined.Any(j => j.Start > statement.End)
                || reads.Any(r => ReferenceEquals(r.Element, element) && IsReadAfter(r.At, statement))
            )
                continue;
            yield return place.Match(
                "element-of-literal",
                statement,
                place.Text(changed),
                () => ElementFixes.AssignedBack(place, statement, changed) ?? StoredAgain(list, changed, statement)
            );
        }
    }

    /// <summary>
    /// A read behind the change, or in a loop with it; or one before it whose result may be the same tensor.
    /// </summary>
    private static bool IsReadAfter(Expr read, Stmt change)
    {
        if (
            read.Start > change.End
            || read.Ancestors().OfType<Stmt>().Any(s => s is For or While && s.Span.Contains(change.Span))
        )
            return true;
        return read.Parent is not (BinOp or UnaryOp or Compare or ListExpr or TupleExpr or FormattedValue)
            && read.Parent is not Call { Func: Name { Id: "len" or "print" or "sum" or "max" or "min" } };
    }

    /// <summary>A return or the like inside a branch puts what follows into a block of its own.</summary>
    private bool ExitsEarly(int before)
    {
        var exits = new Exits();
        foreach (var statement in block)
            if (statement.Start > literal.Start && statement.Start < before && statement is If or For or While or With)
                exits.Visit(statement);
        return exits.Found;
    }

    /// <summary>A new tensor, list or dict that nothing but this literal and names of its own can reach.</summary>
    private bool IsOwn(Node element)
    {
        var value = element is Expr expr and not Name ? expr : ReachingDefinitions.ValueOf(element);
        return value switch
        {
            ListExpr list => list.Elements.All(e =>
                place.TypeOf(e) is PrimitiveType { Kind: not PrimitiveKind.Tensor }
            ),
            DictExpr dict => dict.Values.All(e => place.TypeOf(e) is PrimitiveType { Kind: not PrimitiveKind.Tensor }),
            not null => FreshTensors.IsFresh(place, value),
            null => false,
        };
    }

    /// <summary>False where the list is used in a way of which it is not known what the compiler makes.</summary>
    private bool FollowWhole(Name definition)
    {
        if (!followed.Add(definition))
            return true;
        foreach (var use in place.Flow.UsesOf(definition))
        {
            if (place.Flow.OnlyDefinitionOf(use) is null)
                return false;
            switch (use.Parent)
            {
                case Subscript { Context: ExprContext.Load } element
                    when ReferenceEquals(element.Value, use) && ElementAt(element.Index) is { } at:
                    if (!FollowElement(at, element))
                        return false;
                    break;
                case Return:
                    joined.Add(use);
                    break;
                case Call { Args: [var first, ..] } call
                    when ReferenceEquals(first, use)
                        && literal.Value is ListExpr
                        && place.CalleeOf(call)
                            is "torch.stack"
                                or "torch.cat"
                                or "torch.hstack"
                                or "torch.vstack"
                                or "torch.dstack"
                                or "torch.block_diag":
                    joined.Add(use);
                    break;
                case Assign { Targets: [Name other] } copy when ReferenceEquals(copy.Value, use):
                    if (!FollowWhole(other))
                        return false;
                    break;
                case Assign { Targets: [TupleExpr targets] } unpacked
                    when ReferenceEquals(unpacked.Value, use)
                        && targets.Elements.Count == elements.Count
                        && targets.Elements.All(t => t is Name):
                    for (int i = 0; i < elements.Count; i++)
                        if (!FollowAlias(KeyOf(elements[i]), (Name)targets.Elements[i]))
                            return false;
                    break;
                default:
                    return false;
            }
        }
        return true;
    }

    /// <summary>The element itself, or where it was put in by a name the definition of that name.</summary>
    private Node KeyOf(Expr element) =>
        element is Name name && place.Flow.OnlyDefinitionOf(name) is { } definition ? definition : element;

    private Node? ElementAt(Expr index)
    {
        long? at = index switch
        {
            Constant { Kind: ConstantKind.Int, Value: long value } => value,
            UnaryOp { Op: UnaryOperator.USub, Operand: Constant { Kind: ConstantKind.Int, Value: long value } } =>
                elements.Count - value,
            _ => null,
        };
        return at >= 0 && at < elements.Count ? KeyOf(elements[(int)at]) : null;
    }

    /// <summary>What else is done with a tensor or list that was put in by its name.</summary>
    private bool FollowName(Name element) =>
        place.Flow.OnlyDefinitionOf(element) switch
        {
            Arg => true,
            Name definition => FollowAlias(definition, definition),
            _ => false,
        };

    private bool FollowAlias(Node key, Node definition)
    {
        if (!followed.Add(definition))
            return true;
        foreach (var use in place.Flow.UsesOf(definition))
        {
            if (place.Flow.OnlyDefinitionOf(use) is null)
                return false;
            if (use.Parent is ListExpr or TupleExpr && ReferenceEquals(use.Parent, literal.Value))
                continue;
            if (use.Start < literal.Start && use.Parent is not (BinOp or UnaryOp or Compare))
                return false;
            if (!FollowElement(key, use))
                return false;
        }
        return true;
    }

    /// <summary>A place where the element is read, changed, or given another name.</summary>
    private bool FollowElement(Node key, Expr access)
    {
        var at = access;
        while (
            at.Parent is Subscript part
            && ReferenceEquals(part.Value, at)
            && place.IsTensor(at)
            && part.Context == ExprContext.Load
        )
            at = part;
        switch (at.Parent)
        {
            case Syntax.Attribute { Parent: Call { Parent: ExprStmt statement } call } method
                when ReferenceEquals(call.Func, method) && IsChange(at, method.Name):
                changes.Add((key, statement, access));
                break;
            case Subscript { Context: ExprContext.Store, Parent: Assign { Targets: [_] } statement } part
                when ReferenceEquals(part.Value, at):
                changes.Add((key, statement, access));
                break;
            case Subscript { Context: ExprContext.Store, Parent: AugAssign statement } part
                when ReferenceEquals(part.Value, at):
                changes.Add((key, statement, access));
                break;
            case AugAssign { Target: Name target } statement
                when ReferenceEquals(target, at) && place.IsTensor(target) && IsInPlace(statement.Op):
                changes.Add((key, statement, access));
                return FollowAlias(key, target);
            case Call { Parent: ExprStmt statement } call
                when ReferenceEquals(call.Args.FirstOrDefault(), at) && IsChange(call):
                changes.Add((key, statement, access));
                break;
            case Keyword { Name: "out", Parent: Call { Parent: ExprStmt statement } }:
                changes.Add((key, statement, access));
                break;
            case Assign { Targets: [Name other] } copy
                when ReferenceEquals(copy.Value, at) && ReferenceEquals(at, access):
                return FollowAlias(key, other);
            default:
                reads.Add((key, access));
                break;
        }
        return true;
    }

    private bool IsChange(Expr element, string method) =>
        place.IsTensor(element)
            ? IsInPlaceOperator(method)
            : place.TypeOf(element) is ListType or DictType && SideEffects.IsChange(method) && method[^1] != '_';

    private bool IsChange(Call call) =>
        place.IsTensor(call.Args[0])
        && place.CalleeOf(call) is { } callee
        && (
            callee.StartsWith("torch.", StringComparison.Ordinal) && callee[^1] == '_'
            || call.Keywords.Any(k => k is { Name: "inplace", Value: Constant { Kind: ConstantKind.True } })
        );

    /// <summary>An operator that writes to its tensor and whose result would do as well.</summary>
    private bool IsInPlaceOperator(string name) =>
        name.Length > 1
        && name[^1] == '_'
        && !name.StartsWith('_')
        && (name is "zero_" or "fill_" or "copy_" || place.Model.Tables.HasOperator("aten::" + name[..^1]))
        && place.Model.Tables.HasOperator("aten::" + name);

    private static bool IsInPlace(BinaryOperator op) =>
        op
            is BinaryOperator.Add
                or BinaryOperator.Sub
                or BinaryOperator.Mult
                or BinaryOperator.Div
                or BinaryOperator.Mod
                or BinaryOperator.RShift;

    /// <summary>
    /// Where the change stands beside the literal: <c>l[0] = l[0]</c>, or the tuple made anew, which the compiler
    /// cannot take for dead code.
    /// </summary>
    private Fix? StoredAgain(Name list, Expr changed, Stmt statement)
    {
        if (changed is not Subscript { Value: Name owner } element || !block.Contains(statement))
            return null;
        var text = place.File.Text;
        string indentation = text[TextSpan.FromBounds(text.LineStart(text.LineOf(statement.Start)), statement.Start)];
        if (indentation.Any(c => c is not (' ' or '\t')))
            return null;
        string again =
            literal.Value is ListExpr
                ? $"{place.Text(element)} = {place.Text(element)}"
                : $"{owner.Id} = ({string.Join(", ", Enumerable.Range(0, elements.Count).Select(i => $"{owner.Id}[{i}]"))}{(elements.Count == 1 ? "," : "")})";
        return new Fix(
            $"Store it again: '{again}'",
            FixSafety.Safe,
            [TextEdit.Insert(statement.End, text.DominantLineBreak + indentation + again)]
        );
    }

    private sealed class Exits : SyntaxWalker
    {
        public bool Found { get; private set; }

        public override void Visit(Node node)
        {
            Found |= node is Return or Raise or Break or Continue;
            if (!Found)
                base.Visit(node);
        }
    }
}
