using System.Collections.Immutable;
using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

internal sealed partial class FunctionInference
{
    /// <summary>
    /// Runs the statements of a block; true when it ends in a return, raise, break or continue on every path.
    /// </summary>
    private bool Run(NodeList<Stmt> body)
    {
        for (int i = 0; i < body.Count; i++)
        {
            if (!Run(body[i]))
                continue;
            for (int rest = i + 1; rest < body.Count; rest++)
                Mark(body[rest], uncertainExit ? CompileState.Uncertain : CompileState.Dead);
            return true;
        }
        return false;
    }

    /// <summary>True when the last exit seen hangs on a condition that may be decided at compile time.</summary>
    private bool uncertainExit;

    private bool Run(Stmt statement)
    {
        if (++nesting > MaxNesting)
        {
            nesting--;
            return false;
        }
        try
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            switch (statement)
            {
                case ExprStmt expr:
                    Infer(expr.Value);
                    return false;
                case Assign assign:
                    RunAssign(assign);
                    return false;
                case AnnAssign assign:
                    RunAnnAssign(assign);
                    return false;
                case AugAssign aug:
                    RunAugAssign(aug);
                    return false;
                case Return result:
                    RunReturn(result);
                    uncertainExit = uncertain > 0;
                    return true;
                case Raise raise:
                    RunRaise(raise);
                    uncertainExit = uncertain > 0;
                    return true;
                // To the compiler a block goes on behind them: only 'return' and 'raise' leave it.
                case Break or Continue:
                    return false;
                case If branch:
                    return RunIf(branch);
                case For loop:
                    RunFor(loop);
                    return false;
                case While loop:
                    RunWhile(loop);
                    return false;
                case Assert assert:
                    return RunAssert(assert);
                case With with:
                    foreach (var item in with.Items)
                    {
                        var entered = Enter(item.ContextExpr);
                        if (item.OptionalVars is { } bound)
                            Assign(bound, entered);
                    }
                    return Run(with.Body);
                case Try attempt:
                    RunTry(attempt);
                    return false;
                case Delete delete:
                    foreach (var target in delete.Targets)
                        Delete(target);
                    return false;
                default:
                    return false; // not TorchScript: other rules say so
            }
        }
        finally
        {
            nesting--;
        }
    }

    private void RunRaise(Raise raise)
    {
        if (raise.Exception is not { } exception)
            return;
        Infer(exception);
        if (
            exception is Constant
            || exception is Name { Id: "NotImplemented" } wrong && Model.ResolveName(wrong) == "builtins.NotImplemented"
        )
            Report(new NotAnException(exception, Shown(exception), exception is Name));
    }

    /// <summary>True where it always fails.</summary>
    private bool RunAssert(Assert assert)
    {
        var condition = InferCondition(assert.Test);
        CheckModuleTest(condition);
        if (assert.Message is { } message)
            InFrame(condition.WhenFalse, message, null);
        if (condition.Static == false)
        {
            uncertainExit = false;
            return true;
        }
        Refine(condition.WhenTrue);
        return false;
    }

    /// <summary>The compiler refuses it; what stands inside is still worth knowing.</summary>
    private void RunTry(Try attempt)
    {
        uncertain++;
        var before = frame;
        NodeList<Stmt>[] parts =
        [
            attempt.Body,
            .. attempt.Handlers.Select(h => h.Body),
            attempt.OrElse,
            attempt.FinalBody,
        ];
        foreach (var part in parts)
        {
            frame = new Frame(before);
            Mark(part, CompileState.Uncertain);
            Run(part);
            foreach (string name in frame.Variables.Keys)
                before.Define(name, TorchType.Unknown);
        }
        frame = before;
        uncertain--;
    }

    private void RunAssign(Assign assign)
    {
        // A type comment of a variable says nothing to the compiler, and is refused (FunctionTypeComment).
        var value = Infer(assign.Value);
        if (assign.Targets.Count > 1)
        {
            foreach (var target in assign.Targets)
                Assign(target, value);
            return;
        }
        Assign(assign.Targets[0], value);
    }

    private void RunAnnAssign(AnnAssign assign)
    {
        var annotated = Model.Annotations.Read(assign.Annotation);
        if (assign.Value is not { } value)
            return;
        var type = InferValue(value, annotated);
        if (assign.Target is Name name)
        {
            if (
                frame.Parent?.Find(name.Id) is { IsUnknown: false } and not UndefinedValue
                && uncertain == 0
                && !annotated.IsUnknown
            )
                Report(new AnnotatedAgain(assign, name.Id));
            CheckAnnotated(assign, name.Id, annotated, value, type);
            CheckElementsFit(assign, annotated, value);
        }
        Assign(assign.Target, annotated, annotated);
    }

    private void RunReturn(Return statement)
    {
        if (statement.Value is not { } value)
        {
            CheckReturn(statement, TorchType.None);
            returns.Add((TorchType.None, uncertain == 0));
            return;
        }
        var type = InferValue(value, declaredReturn);
        CheckReturn(statement, type);
        returns.Add((type is SugaredType ? TorchType.Unknown : type, uncertain == 0));
    }

    /// <summary>Stores a value to a target of any form.</summary>
    private void Assign(Expr target, TorchType value, TorchType? annotated = null)
    {
        switch (target)
        {
            case Name name:
                Record(name, SetVariable(name.Id, value, annotated, name));
                break;
            case TupleExpr tuple:
                CheckUnpack(tuple, tuple.Elements, value);
                AssignAll(tuple.Elements, value);
                Record(tuple, value);
                break;
            case ListExpr list:
                CheckUnpack(list, list.Elements, value);
                AssignAll(list.Elements, value);
                break;
            case Starred starred:
                Assign(starred.Value, TorchType.Unknown);
                break;
            case Syntax.Attribute attribute:
                CheckAttributeStore(attribute, Infer(attribute.Value), value);
                if (attribute.Value is Name holder && frame.Find($"{holder.Id}.{attribute.Name}") is not null)
                    frame.Define($"{holder.Id}.{attribute.Name}", TorchType.Unknown);
                Record(
                    attribute,
                    AttributeOf(Infer(attribute.Value), attribute) is { IsUnknown: false } known
                        ? known
                        : TorchType.Unknown
                );
                break;
            case Subscript subscript:
                var stored = Infer(subscript.Value);
                InferIndex(subscript.Index);
                if (stored == TorchType.Tensor)
                    CheckTensorStore(subscript, value);
                else
                    CheckElementStore(subscript, stored, value);
                break;
        }
    }

    private void AssignAll(NodeList<Expr> targets, TorchType value)
    {
        int star = -1;
        for (int i = 0; i < targets.Count; i++)
            if (targets[i] is Starred)
                star = i;
        ImmutableArray<TorchType>? parts = value switch
        {
            TupleType tuple => tuple.Elements,
            ClassType { Role: ClassRole.NamedTuple } named => [.. named.Fields.Select(f => f.Type)],
            SugaredTuple { Exact: true } sugared => sugared.Elements,
            _ => null,
        };
        for (int i = 0; i < targets.Count; i++)
        {
            if (star < 0 && parts is { } elements && elements.Length == targets.Count)
                Assign(targets[i], elements[i]);
            else if (star >= 0 && i == star && parts is { } many && many.Length >= targets.Count - 1)
                Assign(
                    ((Starred)targets[i]).Value,
                    new TupleType([.. many.Skip(star).Take(many.Length - targets.Count + 1)])
                );
            else if (star >= 0 && parts is { } around && around.Length >= targets.Count - 1)
                Assign(targets[i], i < star ? around[i] : around[around.Length - (targets.Count - i)]);
            else
                Assign(targets[i], star < 0 && value is ListType list ? list.Element : TorchType.Unknown);
        }
    }

    private bool RunIf(If branch)
    {
        var condition = InferCondition(branch.Test);
        CheckModuleTest(condition);
        if (condition.Static is { } taken)
        {
            Mark(taken ? branch.OrElse : branch.Body, CompileState.Dead);
            if (taken)
                Refine(condition.WhenTrue);
            return Run(taken ? branch.Body : branch.OrElse);
        }
        if (condition.MayBeStatic)
        {
            uncertain++;
            Mark(branch.Body, CompileState.Uncertain);
            Mark(branch.OrElse, CompileState.Uncertain);
        }
        var outer = frame;
        var onTrue = frame = new Frame(outer);
        Refine(condition.WhenTrue);
        bool trueExits = Run(branch.Body);
        bool trueUncertain = uncertainExit;
        var onFalse = frame = new Frame(outer);
        Refine(condition.WhenFalse);
        bool falseExits = Run(branch.OrElse);
        frame = outer;
        if (condition.MayBeStatic)
            uncertain--;
        Merge(branch, onTrue, onFalse, trueExits, falseExits, condition.MayBeStatic);
        uncertainExit |= trueUncertain;
        return trueExits && falseExits;
    }

    /// <summary>
    /// Variables after a branch, as the compiler joins them; of a branch that may be cut away only what both agree on.
    /// </summary>
    private void Merge(If branch, Frame onTrue, Frame onFalse, bool trueExits, bool falseExits, bool mayBeStatic)
    {
        foreach (string name in onTrue.Variables.Keys.Union(onFalse.Variables.Keys))
        {
            if (trueExits && falseExits)
                continue;
            var a = onTrue.Find(name);
            var b = onFalse.Find(name);
            if (name.Contains('.'))
            {
                // What a condition tells of an attribute holds after it only where the other way does not lead on.
                if (
                    (
                        trueExits ? b
                        : falseExits ? a
                        : null
                    ) is
                    { } refined
                )
                    frame.Define(name, refined);
                continue;
            }
            if (trueExits)
                a = b;
            else if (falseExits)
                b = a;
            frame.Define(name, Joined(branch, name, a, b, onTrue, onFalse, mayBeStatic));
        }
    }

    /// <summary>What a variable is after a branch.</summary>
    /// <param name="a">At the end of the body; null where it has no value.</param>
    /// <param name="b">At the end of else.</param>
    private TorchType Joined(
        If branch,
        string name,
        TorchType? a,
        TorchType? b,
        Frame onTrue,
        Frame onFalse,
        bool mayBeStatic
    )
    {
        bool lacksA = a is null or UndefinedValue,
            lacksB = b is null or UndefinedValue;
        if (lacksA && lacksB)
        {
            // On neither way there is a value: the compiler goes on speaking of the branch that it last saw leave
            // the variable without one.
            var last = onFalse.Variables.GetValueOrDefault(name) ?? onTrue.Variables.GetValueOrDefault(name) ?? a ?? b;
            return mayBeStatic || last is null ? TorchType.Unknown : last;
        }
        if (a is null || b is null || lacksA || lacksB)
        {
            // Of one branch only: the compiler refuses to read it later, unless the other was never compiled.
            if (!mayBeStatic)
                return new UndefinedValue(
                    branch,
                    lacksA ? UndefinedReason.MissingWhenTrue : UndefinedReason.MissingWhenFalse
                );
            return (
                    a is null ? b
                    : b is null ? a
                    : null
                ) ?? TorchType.Unknown;
        }
        if (IsNoValue(a) && IsNoValue(b) && (onTrue.Variables.ContainsKey(name) || onFalse.Variables.ContainsKey(name)))
            return !mayBeStatic ? new UndefinedValue(null, UndefinedReason.FunctionOfBranch)
                : a == b ? a
                : TorchType.Unknown;
        if (a is SugaredType || b is SugaredType)
            return a == b ? a : TorchType.Unknown;
        var full = frame.Find(name);
        return a == b ? a
            : mayBeStatic || a.IsUnknown || b.IsUnknown ? TorchType.Unknown
            : TypeRelations.Unify(a, b, full is UnionType) ?? Differing(branch, name, a, b, full);
    }

    /// <summary>What the compiler keeps by name only as long as a block lasts.</summary>
    private static bool IsNoValue(TorchType type) =>
        type
            is FunctionValue
                or OperatorValue { Self: null }
                or SignaturesValue
                or DispatchValue
                or IterableValue
                or SliceValue
                or ModuleType
                or ModuleContainerType;
}
