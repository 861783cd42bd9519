using LspTorch.Syntax;

namespace LspTorch.Semantics;

/// <summary>
/// Which variables of modules and classes certainly hold a plain Python value: no function, class, module or None, of
/// which compiled code can make something.
/// </summary>
internal static class PythonValues
{
    private const int MaxDepth = 20;

    public static bool ArePlain(SemanticModel owner, NodeList<Binding> bindings, int depth = 0) =>
        bindings.Count > 0
        && bindings.All(b => b.Kind == BindingKind.Variable && b.Value is { } value && IsPlain(owner, value, depth));

    /// <summary>
    /// Whether compiled code can certainly not look up attributes of the value: also of an object that can be called.
    /// </summary>
    public static bool HaveNoAttributes(SemanticModel owner, NodeList<Binding> bindings) =>
        ArePlain(owner, bindings)
        || bindings.Count > 0
            && bindings.All(b =>
                b is { Kind: BindingKind.Variable, Value: Call { Func: Name or Syntax.Attribute } call }
                && owner.Names.Resolve(call.Func) is { } made
                && (
                    made is { Class: { } type, Owner: { } home }
                        ? IsObject(home.ClassOf(type)) || home.ClassOf(type).IsModule && type.Decorators.Count == 0
                        : made.Definition is null && owner.Tables.Module(made.DottedName) is not null
                )
            );

    private static bool IsPlain(SemanticModel owner, Expr value, int depth) =>
        ++depth < MaxDepth
        && value switch
        {
            Constant { Kind: not (ConstantKind.None or ConstantKind.Ellipsis) }
            or JoinedStr
            or DictExpr
            or SetExpr
            or ComprehensionExpr
            or DictComp
            or Compare => true,
            ListExpr list => list.Elements.All(e => e is not Starred),
            TupleExpr tuple => tuple.Elements.All(e => IsPlain(owner, e, depth)),
            UnaryOp unary => unary.Op == UnaryOperator.Not || IsPlain(owner, unary.Operand, depth),
            BinOp binary => IsPlain(owner, binary.Left, depth) && IsPlain(owner, binary.Right, depth),
            IfExp choice => IsPlain(owner, choice.Body, depth) && IsPlain(owner, choice.OrElse, depth),
            Syntax.Attribute
            {
                Value: Call { Func: Name or Syntax.Attribute } made,
                Name: "eps" or "min" or "max" or "tiny"
            } when owner.ResolveName(made.Func) is "numpy.finfo" or "numpy.iinfo" or "torch.finfo" or "torch.iinfo" =>
                true,
            Name or Syntax.Attribute => IsPlainName(owner, value, depth),
            Call { Func: Syntax.Attribute { Value: Constant { Kind: ConstantKind.Str } } } => true,
            Call { Func: Syntax.Attribute { Value: Name parser, Name: "parse_args" or "parse_known_args" } } =>
                IsParser(owner, parser),
            Call { Func: Name or Syntax.Attribute } call => IsPlainCall(owner, call, depth),
            _ => false,
        };

    private static bool IsPlainName(SemanticModel owner, Expr name, int depth)
    {
        if (name is Name { Id: var id } && owner.Names.FindVariable(id) is { } variable)
            return ArePlain(variable.Owner, variable.Bindings, depth);
        return owner.ResolveName(name) is { } dotted && owner.Tables.Function(dotted) is TorchScript.ConstantEntry;
    }

    private static bool IsParser(SemanticModel owner, Name name) =>
        owner.Names.FindVariable(name) is { } variable
        && variable.Bindings.Any(b =>
            b.Value is Call made && variable.Owner.ResolveName(made.Func) == "argparse.ArgumentParser"
        );

    private static bool IsPlainCall(SemanticModel owner, Call call, int depth)
    {
        if (owner.Names.Resolve(call.Func) is not { } symbol)
            return false;
        if (symbol is { Class: { } type, Owner: { } home })
            return IsPlainInstance(home.ClassOf(type));
        if (symbol is { Function: { Decorators.Count: 0, IsAsync: false } function, Owner: { } writer })
            return GivesPlain(writer, function, depth);
        if (symbol.Definition is not null || symbol.DottedName is not { } dotted)
            return false;
        return dotted
                is "torch.device"
                    or "torch.Generator"
                    or "random.Random"
                    or "threading.Lock"
                    or "threading.RLock"
                    or "logging.getLogger"
                    or "re.compile"
                    or "argparse.ArgumentParser"
                    or "pathlib.Path"
                    or "os.getenv"
                    or "os.environ.get"
                    or "os.path.join"
                    or "os.path.dirname"
                    or "os.path.abspath"
                    or "time.time"
                    or "collections.OrderedDict"
                    or "collections.defaultdict"
                    or "collections.deque"
                    or "collections.Counter"
                    or "builtins.int"
                    or "builtins.float"
                    or "builtins.bool"
                    or "builtins.str"
                    or "builtins.len"
                    or "builtins.range"
                    or "builtins.dict"
                    or "builtins.list"
                    or "builtins.set"
                    or "builtins.tuple"
                    or "builtins.sorted"
                    or "builtins.frozenset"
                    or "builtins.sum"
                    or "builtins.round"
            || dotted.StartsWith("math.", StringComparison.Ordinal)
            || InitEvaluator.IsArrayMaker(dotted)
            || owner.Tables.Function(dotted) is TorchScript.OperatorEntry op
                && owner.Tables.Operator(op.Operator) is { Length: > 0 } overloads
                && overloads.All(o => o.Returns == TorchScript.TorchType.Tensor);
    }

    /// <summary>
    /// Whether a function has one return, at its end, of a plain value: what a logger is got from, say.
    /// </summary>
    private static bool GivesPlain(SemanticModel owner, FunctionDef function, int depth)
    {
        if (function.Body is not [.., Return { Value: { } value }] || ReturnCounter.Of(function) != 1)
            return false;
        if (
            value is not Name local
            || owner.Names.Lookup(local.Id, local) is not { } found
            || !ReferenceEquals(found.Scope.Node, function)
        )
            return IsPlain(owner, value, depth);
        return ArePlain(owner, found.Bindings, depth);
    }

    private sealed class ReturnCounter : SyntaxWalker
    {
        private int returns;

        public static int Of(FunctionDef function)
        {
            var counter = new ReturnCounter();
            counter.Visit(function.Body);
            return counter.returns;
        }

        public override void Visit(Node node)
        {
            if (node is Return or ExprStmt { Value: Yield or YieldFrom })
                returns++;
            if (node is Stmt and not (FunctionDef or ClassDef))
                base.Visit(node);
        }
    }

    /// <summary>An object of a Python class that cannot be called, and is no enum's member.</summary>
    private static bool IsPlainInstance(ClassModel type) => IsObject(type) && type.FindMethod("__call__") is null;

    private static bool IsObject(ClassModel type) =>
        type.Kind is ClassKind.Plain or ClassKind.NamedTuple
        && type.HasAllBases
        && type.Node.Decorators.All(d =>
            type.Owner.ResolveName(d is Call made ? made.Func : d) is "dataclasses.dataclass"
        );
}
