using LspTorch.Syntax;

namespace LspTorch.Refactorings;

/// <summary>
/// What conditions come to where it is known of some parameters that they are a certain function, or None. Values: the
/// text of the function, null for None.
/// </summary>
internal sealed class KnownParameters(IReadOnlyDictionary<string, string?> values)
{
    public bool Contains(Node node) => node is Name name && values.ContainsKey(name.Id);

    /// <summary>How the parameter is written; null for None.</summary>
    public string? ValueOf(Name name) => values[name.Id];

    public bool IsMentioned(Node node)
    {
        var finder = new Finder(this);
        finder.Visit(node);
        return finder.Found;
    }

    /// <summary>Whether a condition is true; null where that hangs on other things as well.</summary>
    public bool? Evaluate(Expr test)
    {
        switch (test)
        {
            case Name name when Contains(name):
                return ValueOf(name) is not null;
            case UnaryOp { Op: UnaryOperator.Not } negation:
                return !Evaluate(negation.Operand);
            case Compare { Left: Name name, Comparators: [Constant { Kind: ConstantKind.None }], Ops: [var op] }
                when Contains(name):
                return op switch
                {
                    CompareOperator.Is or CompareOperator.Eq => ValueOf(name) is null,
                    CompareOperator.IsNot or CompareOperator.NotEq => ValueOf(name) is not null,
                    _ => null,
                };
            case Call { Func: Name { Id: "callable" }, Args: [Name name], Keywords.Count: 0 } when Contains(name):
                return ValueOf(name) is not null;
            case BoolOp operation:
                bool decisive = operation.Op == BoolOperator.Or;
                bool all = true;
                foreach (var operand in operation.Values)
                {
                    var value = Evaluate(operand);
                    // What stands before is computed in any case: nobody sees that it no longer is, unless it calls
                    // something.
                    if (value == decisive)
                        return decisive;
                    if (value is null && CallFinder.Any(operand))
                        return null;
                    all &= value is not null;
                }
                return all ? !decisive : null;
            default:
                return null;
        }
    }

    private sealed class Finder(KnownParameters known) : SyntaxWalker
    {
        public bool Found { get; private set; }

        public override void Visit(Node node)
        {
            Found |= known.Contains(node);
            if (!Found)
                base.Visit(node);
        }
    }

    private sealed class CallFinder : SyntaxWalker
    {
        private bool found;

        public static bool Any(Expr expression)
        {
            var finder = new CallFinder();
            finder.Visit(expression);
            return finder.found;
        }

        public override void Visit(Node node)
        {
            found |= node is Call or Await or Yield or YieldFrom;
            if (!found)
                base.Visit(node);
        }
    }
}
