namespace LspTorch.Syntax;

internal sealed partial class Parser
{
    /// <summary>The target of a <c>for</c>: bitwise-or expressions, so that <c>in</c> is left alone.</summary>
    private Expr ParseTargetList()
    {
        int start = current.Start,
            before = wraps;
        var first = ParseTargetElement();
        Expr target = first;
        if (current.Kind == TokenKind.Comma)
        {
            int mark = exprs.Count;
            exprs.Push(first);
            start = Math.Min(start, first.Start);
            while (Eat(TokenKind.Comma))
            {
                if (!StartsStarExpression())
                    break;
                exprs.Push(ParseTargetElement());
            }
            target = Finish(new TupleExpr(exprs.Take(mark), ExprContext.Store), start);
        }
        target = Bounded(target, before);
        MakeTarget(target, ExprContext.Store, "assign to");
        return target;
    }

    private Expr ParseTargetElement() => current.Kind == TokenKind.Star ? ParseStarExpression() : ParseBinary(0);

    /// <summary>Turns an expression read as a value into a target; reports the part that cannot be one.</summary>
    private void MakeTarget(Expr target, ExprContext context, string verb)
    {
        switch (target)
        {
            case Name name:
                name.Context = context;
                break;
            case Attribute attribute:
                attribute.Context = context;
                break;
            case Subscript subscript:
                subscript.Context = context;
                break;
            case TupleExpr tuple:
                tuple.Context = context;
                foreach (var element in tuple.Elements)
                    MakeTarget(element, context, verb);
                break;
            case ListExpr list:
                list.Context = context;
                foreach (var element in list.Elements)
                    MakeTarget(element, context, verb);
                break;
            case Starred starred when context == ExprContext.Store:
                starred.Context = context;
                if (starred.Value is Starred)
                    ErrorAt(starred, "invalid syntax");
                MakeTarget(starred.Value, context, verb);
                break;
            case MissingExpr:
                Error("invalid syntax");
                break;
            default:
                ErrorAt(
                    target,
                    $"cannot {verb} {Describe(target)}"
                        + (
                            verb == "assign to" && context == ExprContext.Store && atAssignment
                                ? " here. Maybe you meant '==' instead of '='?"
                                : ""
                        )
                );
                break;
        }
    }

    private bool atAssignment;

    /// <summary>What CPython calls an expression in an error message.</summary>
    private static string Describe(Expr expression) =>
        expression switch
        {
            Attribute => "attribute",
            Subscript => "subscript",
            Starred => "starred",
            Name => "name",
            ListExpr => "list",
            TupleExpr => "tuple",
            Lambda => "lambda",
            Call => "function call",
            BoolOp or BinOp or UnaryOp => "expression",
            ComprehensionExpr { Kind: ComprehensionKind.Generator } => "generator expression",
            ComprehensionExpr { Kind: ComprehensionKind.List } => "list comprehension",
            ComprehensionExpr => "set comprehension",
            Yield or YieldFrom => "yield expression",
            Await => "await expression",
            DictComp => "dict comprehension",
            DictExpr => "dict literal",
            SetExpr => "set display",
            JoinedStr joined => joined.IsTemplate ? "t-string expression" : "f-string expression",
            Constant { Kind: ConstantKind.None } => "None",
            Constant { Kind: ConstantKind.True } => "True",
            Constant { Kind: ConstantKind.False } => "False",
            Constant { Kind: ConstantKind.Ellipsis } => "ellipsis",
            Constant => "literal",
            Compare => "comparison",
            IfExp => "conditional expression",
            NamedExpr => "named expression",
            _ => "expression",
        };
}
