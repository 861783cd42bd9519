using LspTorch.Editing;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// Which expressions and variables of one function hold numpy values, seen from how they are made (and from what was
/// observed).
/// </summary>
internal sealed class NumpyValues
{
    private static readonly HashSet<string> PlainAttributes = ["shape", "size", "ndim", "nbytes", "itemsize"];
    private static readonly HashSet<string> PlainMethods = ["item", "tolist", "tobytes"];
    private readonly FileSnapshot file;
    private readonly SemanticModel model;
    private readonly HashSet<string> variables = [];

    public NumpyValues(FileSnapshot file, FunctionDef function)
    {
        this.file = file;
        model = file.Model;
        var assignments = new Assignments();
        foreach (var statement in function.Body)
            assignments.Visit(statement);
        foreach (var parameter in function.Args.All())
            if (IsObservedAsNumpy(file.Observations.Find(PlaceKind.Parameter, parameter.NameSpan)))
                variables.Add(parameter.Name);
        bool changed = true;
        while (changed)
        {
            changed = false;
            foreach (var (target, value, elements) in assignments.Found)
            foreach (var name in NameFlow.TargetNames(target))
                if (
                    !variables.Contains(name.Id)
                    && (
                        value is not null && (elements ? IsNumpy(value) : IsNumpyFor(target, name, value))
                        || IsObservedAsNumpy(file.Observations.Find(PlaceKind.Variable, name.Span))
                    )
                )
                    changed |= variables.Add(name.Id);
        }
    }

    public bool IsVariable(string name) => variables.Contains(name);

    /// <summary>True when the value is surely numpy's (an array or one of its scalars).</summary>
    public bool IsNumpy(Expr expression) =>
        expression switch
        {
            Name name => variables.Contains(name.Id),
            Call call => IsNumpyCall(call),
            Attribute a => !PlainAttributes.Contains(a.Name) && IsNumpy(a.Value),
            Subscript s => IsNumpy(s.Value),
            BinOp b => IsNumpy(b.Left) && model.TypeOf(b.Right) != TorchType.Tensor
                || IsNumpy(b.Right) && model.TypeOf(b.Left) != TorchType.Tensor,
            UnaryOp { Op: not UnaryOperator.Not } u => IsNumpy(u.Operand),
            Compare c => IsNumpy(c.Left) || c.Comparators.Any(IsNumpy),
            IfExp i => IsNumpy(i.Body) || IsNumpy(i.OrElse),
            NamedExpr n => IsNumpy(n.Value),
            _ => false,
        } || IsObservedAsNumpy(file.Observations.Find(PlaceKind.Expression, expression.Span));

    /// <summary>True for <c>np.f(...)</c> and for <c>t.numpy()</c>, whatever <c>t</c> is.</summary>
    public static bool IsConversion(Call call) => call is { Func: Attribute { Name: "numpy" } };

    public bool IsNumpyFunction(Expr function) =>
        function is Name or Attribute
        && model.ResolveName(function) is { } name
        && name.StartsWith("numpy.", StringComparison.Ordinal);

    private bool IsNumpyCall(Call call)
    {
        if (IsConversion(call) || IsNumpyFunction(call.Func))
            return true;
        return call.Func is Attribute method && !PlainMethods.Contains(method.Name) && IsNumpy(method.Value);
    }

    private bool IsNumpyFor(Expr target, Name name, Expr value)
    {
        if (target is TupleExpr targets && value is TupleExpr values && targets.Elements.Count == values.Elements.Count)
        {
            for (int i = 0; i < targets.Elements.Count; i++)
                if (NameFlow.TargetNames(targets.Elements[i]).Contains(name))
                    return IsNumpyFor(targets.Elements[i], name, values.Elements[i]);
            return false;
        }
        return IsNumpy(value);
    }

    private static bool IsObservedAsNumpy(ObservedPlace? place) =>
        place is not null && place.Types.Any(t => t.Type.StartsWith("numpy.", StringComparison.Ordinal));

    /// <summary>Every store to a name with the value; Elements: the names get the value's elements (a loop).</summary>
    private sealed class Assignments : SyntaxWalker
    {
        public List<(Expr Target, Expr? Value, bool Elements)> Found { get; } = [];

        public override void Visit(Node node)
        {
            switch (node)
            {
                case Assign a:
                    foreach (var target in a.Targets)
                        Found.Add((target, a.Value, false));
                    break;
                case AnnAssign { Value: { } value } a:
                    Found.Add((a.Target, value, false));
                    break;
                case AugAssign a:
                    Found.Add((a.Target, a.Value, false));
                    break;
                case NamedExpr n:
                    Found.Add((n.Target, n.Value, false));
                    break;
                case For f:
                    Found.Add((f.Target, f.Iter, true));
                    break;
                case WithItem { OptionalVars: { } vars }:
                    Found.Add((vars, null, false));
                    break;
                case FunctionDef or ClassDef or Lambda:
                    return;
            }
            base.Visit(node);
        }
    }
}
