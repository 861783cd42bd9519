using System.Globalization;
using LspTorch.Semantics;
using LspTorch.Syntax;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// What a constructor makes the length of a container from, as a text that is the same where the numbers are: "3",
/// "layers", "len(widths)". Null where the
/// class stores the attribute more than once, changes the container, or gives the name another value on the way.
/// </summary>
internal sealed class ConstructedLengths(FileSnapshot file, ClassDef owner, FunctionDef init)
{
    private const int MaxDepth = 6;
    private static readonly HashSet<string> changing =
    [
        "append",
        "extend",
        "insert",
        "pop",
        "remove",
        "clear",
        "add_module",
        "register_module",
    ];

    public string? ContainerLength(string attribute)
    {
        if (
            OnlyValue(attribute) is not Call { Keywords.Count: 0 } made
            || file.Model.ResolveName(made.Func) != "torch.nn.ModuleList"
        )
            return null;
        var calls = owner
            .Find<Call>()
            .Where(c =>
                c.Func is Attribute { Value: Attribute { Value: Name { Id: "self" } } of } method
                && of.Name == attribute
                && changing.Contains(method.Name)
            )
            .ToList();
        if (made.Args is [])
            return calls is [var append] ? OfAppending(append) : null;
        if (calls.Count > 0 || made.Args is not [var items])
            return null;
        return items switch
        {
            ListExpr list when list.Elements.All(e => e is not Starred) => list.Elements.Count.ToString(
                CultureInfo.InvariantCulture
            ),
            ComprehensionExpr
            {
                Kind: ComprehensionKind.List or ComprehensionKind.Generator,
                Generators: [{ Ifs.Count: 0 } generator]
            } => Passes(generator.Iter, 0),
            _ => null,
        };
    }

    /// <summary>One module in each pass of one loop.</summary>
    private string? OfAppending(Call append) =>
        append
            is {
                Func: Attribute { Name: "append" },
                Parent: ExprStmt { Parent: For { OrElse.Count: 0 } loop } statement
            }
        && loop.Body.Contains(statement)
        && init.Body.Contains(loop)
        && !loop.Find<Node>().Any(n => n is Break or Continue or Return)
            ? Passes(loop.Iter, 0)
            : null;

    /// <summary>How many elements are walked over.</summary>
    private string? Passes(Expr iterated, int depth) =>
        iterated switch
        {
            Call { Func: Name f, Args: [var stop], Keywords.Count: 0 }
                when file.Model.ResolveName(f) == "builtins.range" => Number(stop, depth + 1),
            Call { Func: Name f, Args: [var sequence], Keywords.Count: 0 }
                when file.Model.ResolveName(f) == "builtins.enumerate" => Passes(sequence, depth + 1),
            Name or Attribute => Named(iterated, depth + 1) is { } name ? $"len({name})" : null,
            _ => null,
        };

    public string? Number(Expr value, int depth)
    {
        if (depth > MaxDepth)
            return null;
        switch (value)
        {
            case Constant { Kind: ConstantKind.Int, Value: long number }:
                return number.ToString(CultureInfo.InvariantCulture);
            case Call { Func: Name f, Args: [var sequence], Keywords.Count: 0 }
                when file.Model.ResolveName(f) == "builtins.len":
                return Passes(sequence, depth + 1);
            case Attribute { Value: Name { Id: "self" } } attribute:
                return OnlyValue(attribute.Name) is { } given ? Number(given, depth + 1) : null;
            case Name name:
                return Named(name, depth + 1);
            case BinOp
            {
                Op: BinaryOperator.Add or BinaryOperator.Sub or BinaryOperator.Mult or BinaryOperator.FloorDiv
            } operation:
                return Number(operation.Left, depth + 1) is { } left && Number(operation.Right, depth + 1) is { } right
                    ? $"({left} {operation.Op} {right})"
                    : null;
            default:
                return null;
        }
    }

    /// <summary>
    /// A parameter that keeps its value in the constructor, and is not changed there, or an attribute that is one.
    /// </summary>
    private string? Named(Expr value, int depth)
    {
        if (depth > MaxDepth)
            return null;
        if (value is Attribute { Value: Name { Id: "self" } } attribute)
            return OnlyValue(attribute.Name) is { } given ? Named(given, depth + 1) : null;
        if (value is not Name name || init.Args.All().All(p => p.Name != name.Id))
            return null;
        foreach (var use in init.Find<Name>())
        {
            if (use.Id != name.Id)
                continue;
            if (
                use.Context != ExprContext.Load
                || use.Parent is Subscript { Context: not ExprContext.Load }
                || use.Parent is AugAssign
            )
                return null;
            if (use.Parent is Attribute { Parent: Call } method && changing.Contains(method.Name))
                return null;
        }
        return name.Id;
    }

    /// <summary>
    /// The value of an attribute that the class sets once, in the constructor, whatever happens there.
    /// </summary>
    private Expr? OnlyValue(string attribute)
    {
        var stores = owner
            .Find<Attribute>()
            .Where(a => a.Context != ExprContext.Load && a.Name == attribute && a.Value is Name { Id: "self" })
            .ToList();
        return
            stores is [{ Parent: Assign { Targets: [var target] } assign } store]
            && ReferenceEquals(target, store)
            && init.Body.Contains(assign)
            ? assign.Value
            : null;
    }
}
