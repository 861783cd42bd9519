using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>Loops: real ones, and those that the compiler unrolls.</summary>
internal sealed partial class FunctionInference
{
    private void RunFor(For loop)
    {
        var iterated = Infer(loop.Iter);
        if (ElementsOf(iterated) is { } unrolled)
        {
            CheckUnrolled(loop.Iter, iterated);
            if (!unrolled.Elements.IsEmpty && FirstJump(loop.Body) is { } jump)
                Report(new JumpInUnrolledLoop(jump, jump is Break));
            Unroll(loop.Target, unrolled, () => Run(loop.Body));
            return;
        }
        if (iterated is UnknownType or ModuleChoice)
        {
            // Perhaps modules or a tuple, over which the compiler writes the loop out and lets types change.
            Unroll(loop.Target, new SugaredTuple([], false), () => Run(loop.Body));
            return;
        }
        // A class of its own that derives from a container: what it holds gives Tensors as a rule, but nothing is said
        // of it.
        if (iterated is ModuleType or IterableValue { Children: [ModuleType, ..] })
            returnsDiffer = ofOwnModules = true;
        CheckIterable(loop.Iter, iterated);
        InLoop(
            () =>
            {
                Assign(loop.Target, ElementOf(iterated));
                Run(loop.Body);
            },
            IsRealLoop(iterated)
        );
        if (loop.OrElse.Count > 0)
            Run(loop.OrElse);
    }

    /// <summary>The first break or continue that belongs to the loop with this body.</summary>
    private static Stmt? FirstJump(NodeList<Stmt> body)
    {
        foreach (var statement in body)
        {
            var found = statement switch
            {
                Break or Continue => statement,
                If branch => FirstJump(branch.Body) ?? FirstJump(branch.OrElse),
                With with => FirstJump(with.Body),
                _ => null,
            };
            if (found is not null)
                return found;
        }
        return null;
    }

    private void RunWhile(While loop)
    {
        var outer = frame;
        frame = new Frame(outer);
        var condition = InferCondition(loop.Test);
        Refine(condition.WhenTrue);
        Run(loop.Body);
        LeaveLoop(outer);
        if (loop.OrElse.Count > 0)
            Run(loop.OrElse);
    }

    private void InLoop(Action body, bool certain)
    {
        var outer = frame;
        frame = new Frame(outer);
        body();
        LeaveLoop(outer, certain);
    }

    /// <summary>
    /// A loop leaves outer variables with the types they had: the compiler allows no other. What only the body defines
    /// is gone.
    /// </summary>
    private void LeaveLoop(Frame outer, bool certain = true)
    {
        foreach (string name in frame.Variables.Keys)
            if (!name.Contains('.') && outer.Find(name) is null or UndefinedValue)
                outer.Define(name, certain ? new UndefinedValue(null, UndefinedReason.AfterLoop) : TorchType.Unknown);
        frame = outer;
    }

    /// <summary>A loop over modules or a tuple is written out by the compiler, each turn with its own types.</summary>
    private void Unroll(Expr target, SugaredTuple elements, Action body)
    {
        if (elements.Exact && elements.Elements.Length <= 64)
        {
            if (elements.Elements.Length == 0)
            {
                Assign(target, TorchType.Unknown);
                Infer(target);
                return;
            }
            foreach (var element in elements.Elements)
            {
                Assign(target, element);
                body();
            }
            return;
        }
        // So many turns as nobody knows: what one turn changes in type is not certain afterwards.
        var before = new Dictionary<string, TorchType>(frame.Variables, StringComparer.Ordinal);
        var kinds = elements.Elements.IsEmpty ? [TorchType.Unknown] : elements.Elements;
        if (kinds.Length != 1)
            speculationDepth++;
        foreach (var element in kinds.Concat(kinds.Take(1)))
        {
            Assign(target, element);
            body();
        }
        if (kinds.Length != 1)
            speculationDepth--;
        foreach (var (name, type) in before)
            if (frame.Variables[name] != type)
                frame.Variables[name] = TorchType.Unknown;
    }
}
