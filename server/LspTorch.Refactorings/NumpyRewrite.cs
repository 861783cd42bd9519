using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// Writes what one compiled function computes with numpy in torch instead, so that it can be compiled and saved: all
/// expressions that share variables are
/// rewritten together or not at all.
/// </summary>
internal sealed class NumpyRewrite
{
    /// <summary>
    /// An expression that hands a value from numpy's side to the rest of the function, or to a variable of numpy's.
    /// </summary>
    private sealed record Root(Expr Expression)
    {
        public HashSet<string> Variables { get; } = [];

        /// <summary>The variable it is stored to; null where it is used otherwise.</summary>
        public string? Target { get; init; }

        /// <summary>Eager code, which stays as it is, or text that cannot be written anew.</summary>
        public bool Stays { get; init; }
        public string? NewText { get; set; }
    }

    private readonly FileSnapshot file;
    private readonly NumpyValues numpy;
    private readonly List<Root> roots = [];
    private readonly Dictionary<string, ArrayValue> variables = [];
    private readonly HashSet<string> lost = [];
    private readonly TorchMembers torch;
    private readonly NumpyTranslator translator;
    private readonly Dictionary<Root, Fix?> fixes = new(ReferenceEqualityComparer.Instance);
    private Dictionary<Node, Root>? rootsByExpression;
    private Dictionary<string, List<Root>>? rootsByVariable;

    public NumpyRewrite(FileSnapshot file, FunctionDef function)
    {
        this.file = file;
        numpy = new NumpyValues(file, function);
        torch = new TorchMembers(file);
        translator = new NumpyTranslator(file, numpy, new ObservedDTypes(file, function), variables, torch);
        new RootFinder(this).Visit(function.Body);
        foreach (var root in roots)
            new UseFinder(this, root).Visit(root.Expression);
        foreach (var parameter in function.Args.All())
            if (numpy.IsVariable(parameter.Name))
                lost.Add(parameter.Name);
        // What a variable holds is known when the expressions stored to it are; a loop may need it before.
        for (int turn = 0; turn < 4; turn++)
            if (!TranslateAll())
                break;
    }

    /// <summary>
    /// As the fix of what is wrong with a node; null where not all that hangs together with it has its like in torch.
    /// </summary>
    public Fix? FixOf(Node node)
    {
        var start = RootOf(node);
        if (start is null)
            return null;
        if (fixes.TryGetValue(start, out var known))
            return known;
        var (component, names) = Connected(start);
        var fix = FixOf(component, names);
        foreach (var root in component)
            fixes[root] = fix;
        return fix;
    }

    /// <summary>The first expression that holds the node.</summary>
    private Root? RootOf(Node node)
    {
        if (rootsByExpression is null)
        {
            rootsByExpression = new Dictionary<Node, Root>(ReferenceEqualityComparer.Instance);
            foreach (var root in roots)
                rootsByExpression.TryAdd(root.Expression, root);
        }
        Root? found = null;
        foreach (var holder in node.Ancestors().Prepend(node))
            if (rootsByExpression.TryGetValue(holder, out var outer))
                found = outer;
        return found;
    }

    /// <summary>The expressions that share variables with this one, directly or through others.</summary>
    private (HashSet<Root> Roots, HashSet<string> Names) Connected(Root start)
    {
        if (rootsByVariable is null)
        {
            rootsByVariable = [];
            foreach (var root in roots)
            foreach (string name in root.Variables)
            {
                if (!rootsByVariable.TryGetValue(name, out var sharing))
                    rootsByVariable[name] = sharing = [];
                sharing.Add(root);
            }
        }
        var component = new HashSet<Root>(ReferenceEqualityComparer.Instance) { start };
        var names = new HashSet<string>();
        var work = new Stack<Root>([start]);
        while (work.TryPop(out var root))
            foreach (string name in root.Variables)
                if (names.Add(name))
                    foreach (var other in rootsByVariable[name])
                        if (component.Add(other))
                            work.Push(other);
        return (component, names);
    }

    private Fix? FixOf(HashSet<Root> component, HashSet<string> names)
    {
        if (names.Overlaps(lost) || component.Any(r => r.Stays || r.NewText is null))
            return null;
        var edits = component
            .OrderBy(r => r.Expression.Start)
            .Select(r => new TextEdit(r.Expression.Span, r.NewText!))
            .Where(e => file.Text[e.Span] != e.NewText)
            .ToList();
        if (edits.Count == 0)
            return null;
        bool Names(string module) => edits.Any(e => e.NewText.Contains(module + ".", StringComparison.Ordinal));
        string title =
            Names("torch") ? "Write it with torch instead of numpy"
            : Names("math") ? "Write it with math instead of numpy"
            : "Write it without numpy";
        edits.AddRange(torch.Imports.Where(i => Names(i.NewText.Trim()["import ".Length..])));
        return new Fix(title, FixSafety.Suggested, [.. edits]);
    }

    /// <summary>Whether anything new came of it.</summary>
    private bool TranslateAll()
    {
        bool changed = false;
        foreach (var root in roots)
        {
            torch.IsTooNew = false;
            var value = root.Stays ? null : translator.Translate(root.Expression);
            if (torch.IsTooNew)
                value = null;
            if (value is not null && root.Target is null && !FitsIn(root, ref value))
                value = null;
            if (root.Target is { } target)
            {
                // A scalar becomes a number, as which it may be an index or an end of a range.
                if (value is { IsNumber: false, IsScalar: true, DType: "int64" or "float64" or "bool" } scalar)
                    value = ArrayValue.Number(
                        $"{(scalar.IsBool ? "bool" : scalar.IsInteger ? "int" : "float")}({scalar.Text})",
                        scalar.IsBool ? "bool"
                            : scalar.IsInteger ? "int"
                            : "float"
                    );
                if (value?.DType == "shape")
                    value = null;
                if (value is not null)
                    changed |= Store(target, value);
            }
            changed |= root.NewText != value?.Text;
            root.NewText = value?.Text;
        }
        return changed;
    }

    private bool Store(string name, ArrayValue value)
    {
        var held = value with { Text = name, IsAtom = true };
        if (!variables.TryGetValue(name, out var before))
        {
            variables[name] = held;
            return true;
        }
        if (before == held)
            return false;
        if (before.IsNumber != held.IsNumber || before.DType != held.DType)
        {
            // Two dtypes at different times: what is made of it later cannot be known.
            return lost.Add(name);
        }
        var joined = held with { IsScalar = null };
        if (before == joined)
            return false;
        variables[name] = joined;
        return true;
    }

    /// <summary>Whether what stands around the expression takes the new value as it took numpy's.</summary>
    private bool FitsIn(Root root, ref ArrayValue value)
    {
        switch (root.Expression.Parent)
        {
            case AugAssign { Target: Name target } changed when numpy.IsVariable(target.Id):
                return variables.TryGetValue(target.Id, out var into) && Keeps(changed.Op, into, value);
            case AugAssign { Target: Subscript { Value: Name target } } changed
                when numpy.IsVariable(target.Id) && !ReferenceEquals(changed.Target, root.Expression):
                return variables.TryGetValue(target.Id, out var part)
                    && Keeps(changed.Op, part with { IsScalar = false }, value);
            case Assign { Targets: [Subscript { Value: Name target }] } stored
                when numpy.IsVariable(target.Id) && ReferenceEquals(stored.Value, root.Expression):
                return variables.TryGetValue(target.Id, out var of)
                    && (
                        value.IsNumber
                            ? value.DType != "float" || of.IsFloating
                            : value.DType is { } dtype && dtype == of.DType
                    );
            case Subscript
            or Assign
            or AugAssign when root.Expression is Subscript { Context: ExprContext.Store } element:
                return element.Value is Name;
        }
        if (value.IsNumber || root.Expression is Call && translator.IsExit(root.Expression))
            return Wrap(root, ref value);
        switch (root.Expression.Parent)
        {
            case If or While or Assert or IfExp or BoolOp or UnaryOp { Op: UnaryOperator.Not }:
                if (value.IsScalar != true)
                    return false;
                if (value.DType is "bool")
                    value = ArrayValue.Number($"bool({value.Text})", "bool");
                return true;
            case Subscript element when ReferenceEquals(element.Index, root.Expression):
                return IndexesTensor(element, ref value);
            case TupleExpr { Parent: Subscript element }:
                return IndexesTensor(element, ref value);
            case Slice or Call { Func: Name { Id: "range" } }:
                if (value is not { IsScalar: true, IsInteger: true })
                    return false;
                value = ArrayValue.Number($"int({value.Text})", "int");
                return true;
            default:
                return false;
        }
    }

    private bool IndexesTensor(Subscript element, ref ArrayValue value)
    {
        if (file.Model.TypeOf(element.Value) is var of && of != TorchType.Tensor)
            return false;
        if (value is { IsScalar: true, IsInteger: true })
            value = ArrayValue.Number($"int({value.Text})", "int");
        return value.IsNumber || value is { IsScalar: false, DType: "int64" or "bool" };
    }

    /// <summary>In-place arithmetic keeps the dtype of what it changes, where numpy allows it at all.</summary>
    private static bool Keeps(BinaryOperator op, ArrayValue into, ArrayValue value) =>
        into.IsNumber
            ? value.IsNumber
                && into.DType != "bool"
                && (
                    into.DType == "float"
                    || value.DType == "int" && op is BinaryOperator.Add or BinaryOperator.Sub or BinaryOperator.Mult
                )
            : into.IsScalar == false
                && into.DType is { } dtype
                && (into.IsFloating || op != BinaryOperator.Div)
                && op is BinaryOperator.Add or BinaryOperator.Sub or BinaryOperator.Mult or BinaryOperator.Div
                && (value.IsNumber ? into.IsFloating || value.DType == "int" : value.DType == dtype)
                && dtype != "bool";

    /// <summary>A number in an operand's place keeps what it was bound by.</summary>
    private static bool Wrap(Root root, ref ArrayValue value)
    {
        if (
            !value.IsAtom
            && root.Expression.Parent is BinOp or UnaryOp or Compare or Attribute or Subscript
            && root.Expression.ParenthesizedSpan == root.Expression.Span
        )
            value = value with { Text = value.Atom, IsAtom = true };
        return true;
    }

    private sealed class RootFinder(NumpyRewrite rewrite) : SyntaxWalker
    {
        public override void Visit(Node node)
        {
            switch (node)
            {
                case FunctionDef or ClassDef or Lambda:
                    return;
                case Name { Context: not ExprContext.Load } stored
                    when rewrite.numpy.IsVariable(stored.Id) && !IsKnownStore(stored):
                    rewrite.lost.Add(stored.Id);
                    return;
                case Expr expression when rewrite.IsRoot(expression):
                    rewrite.Add(expression);
                    return;
                default:
                    base.Visit(node);
                    return;
            }
        }
    }

    private bool IsRoot(Expr expression) =>
        expression switch
        {
            // A store to a variable or an element of it; what is stored is found by itself.
            Name { Context: not ExprContext.Load } or Attribute { Context: not ExprContext.Load } => false,
            Subscript { Context: not ExprContext.Load } element => numpy.IsNumpy(element.Value),
            _ => translator.IsExit(expression)
                || numpy.IsNumpy(expression)
                || expression is Subscript { Value: Attribute { Name: "shape" } shape } && translator.IsExit(shape)
                || IsStoredToNumpy(expression),
        };

    /// <summary>A value that goes to a variable of numpy's, or into an array, though it is none itself.</summary>
    private bool IsStoredToNumpy(Expr expression) =>
        expression.Parent switch
        {
            Assign { Targets: [var target] } assign when ReferenceEquals(assign.Value, expression) => IsNumpyTarget(
                target
            ),
            AugAssign changed when ReferenceEquals(changed.Value, expression) => IsNumpyTarget(changed.Target),
            _ => false,
        };

    private bool IsNumpyTarget(Expr target) =>
        target is Name name ? numpy.IsVariable(name.Id) : target is Subscript element && numpy.IsNumpy(element.Value);

    /// <summary>Whether the value stored is a root of its own.</summary>
    private static bool IsKnownStore(Name name) =>
        name.Parent is Assign { Targets: [Name] } or AugAssign
        || name.Parent is TupleExpr { Parent: Assign { Targets: [TupleExpr targets], Value: TupleExpr values } }
            && values.Elements.Count == targets.Elements.Count
            && targets.Elements.Contains(name);

    private void Add(Expr expression)
    {
        if (expression.FirstAncestor<Stmt>() is not { } statement)
            return;
        bool comments = file.Text[expression.Span].Contains('#');
        roots.Add(
            new Root(expression)
            {
                Target = TargetOf(expression),
                Stays = comments || file.Model.CompileStateOf(statement) == CompileState.Dead,
            }
        );
    }

    private static string? TargetOf(Expr value) =>
        value.Parent switch
        {
            Assign { Targets: [Name only] } assign when ReferenceEquals(assign.Value, value) => only.Id,
            TupleExpr { Parent: Assign { Targets: [TupleExpr targets] } assign } values
                when ReferenceEquals(assign.Value, values) && values.Elements.Count == targets.Elements.Count =>
                targets.Elements[values.Elements.ToList().IndexOf(value)] is Name name ? name.Id : null,
            _ => null,
        };

    /// <summary>The variables of numpy's that an expression reads, and the one it is stored to.</summary>
    private sealed class UseFinder : SyntaxWalker
    {
        private readonly NumpyRewrite rewrite;
        private readonly Root root;

        public UseFinder(NumpyRewrite rewrite, Root root)
        {
            (this.rewrite, this.root) = (rewrite, root);
            if (root.Target is { } target)
                root.Variables.Add(target);
            if (root.Expression.Parent is AugAssign { Target: Name changed })
                root.Variables.Add(changed.Id);
            if (root.Expression.Parent is Assign { Targets: [Subscript { Value: Name of }] })
                root.Variables.Add(of.Id);
            if (root.Expression.Parent is AugAssign { Target: Subscript { Value: Name part } })
                root.Variables.Add(part.Id);
        }

        public override void Visit(Node node)
        {
            if (node is Name name && rewrite.numpy.IsVariable(name.Id))
                root.Variables.Add(name.Id);
            base.Visit(node);
        }
    }
}
