using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>The outcome of planning the move: edits, or why it cannot be done.</summary>
internal sealed record MovePlan(
    string Title,
    ImmutableArray<TextEdit> Edits,
    string? DisabledReason,
    bool FromObservation
);

/// <summary>
/// Moves statements or an expression of a compiled function into a new function that the compiler leaves to Python
/// (@torch.jit.ignore), with what it reads as parameters and what is read later as result, and a call in its place.
/// </summary>
internal static class MoveToIgnored
{
    /// <summary>The refactoring for a selection; null where the selection is nothing that could be moved.</summary>
    public static MovePlan? ForSelection(FileSnapshot file, TextSpan selection)
    {
        if (selection.IsEmpty || MovedPiece.At(file, selection) is not { } piece)
            return null;
        if (file.Model.CompiledFunctionAt(FirstNode(piece)) is null)
            return null;
        return new Planner(file, piece.Function).Plan(piece);
    }

    /// <summary>
    /// The smallest run of statements around a node that can be moved, as a fix of what is wrong with the node; null
    /// where there is none.
    /// </summary>
    public static Fix? AsFix(Planners planners, Node node, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (MovedPiece.OfStatement(node) is not { } piece)
            return null;
        var planner = planners.Of(piece.Function);
        if (planner.Grow(piece) is not { } grown)
            return null;
        var plan = planner.Plan(grown);
        return plan is { DisabledReason: null } ? new Fix(plan.Title, FixSafety.Suggested, plan.Edits) : null;
    }

    /// <summary>
    /// What moves out of the functions of one file have in common, worked out once for each function. Not thread-safe.
    /// </summary>
    public sealed class Planners(FileSnapshot file)
    {
        private readonly Dictionary<FunctionDef, Planner> known = new(ReferenceEqualityComparer.Instance);

        internal Planner Of(FunctionDef function)
        {
            if (!known.TryGetValue(function, out var planner))
                known[function] = planner = new Planner(file, function);
            return planner;
        }
    }

    private static Node FirstNode(MovedPiece piece) =>
        piece switch
        {
            MovedPiece.Statements s => s.Block[s.First],
            MovedPiece.Value v => v.Expression,
            _ => piece.Function,
        };

    internal sealed class Planner
    {
        private readonly FileSnapshot file;
        private readonly FunctionDef function;
        private readonly CompiledFunction? compiled;
        private readonly NameFlow flow;
        private readonly NumpyValues numpy;
        private readonly BoundaryTypes types;
        private readonly string? self;

        public Planner(FileSnapshot file, FunctionDef function)
        {
            this.file = file;
            this.function = function;
            compiled = file.Model.CompiledFunctions.FirstOrDefault(c => ReferenceEquals(c.Function, function));
            flow = new NameFlow(function);
            numpy = new NumpyValues(file, function);
            types = new BoundaryTypes(file, function, numpy);
            self = function.Parent is ClassDef && !IsStatic() ? function.Args.All().FirstOrDefault()?.Name : null;
        }

        private bool IsStatic() => function.Decorators.Any(d => d is Name { Id: "staticmethod" or "classmethod" });

        /// <summary>
        /// Takes in neighbours until no value that compiled code cannot hold crosses the edge; at most to the whole
        /// block.
        /// </summary>
        public MovedPiece.Statements? Grow(MovedPiece.Statements piece)
        {
            while (true)
            {
                var selected = piece.Selected;
                int first = piece.First,
                    last = piece.Last;
                var inputs = flow.ReadsBeforeWrite(selected);
                foreach (string name in NameFlow.Writes(selected))
                    if (numpy.IsVariable(name) && flow.IsLiveAfter(name, piece.Block, piece.Last))
                    {
                        int reader = LastReader(piece.Block, piece.Last, name);
                        if (reader < 0)
                            return null;
                        last = Math.Max(last, reader);
                    }
                foreach (string name in inputs.Keys)
                    if (numpy.IsVariable(name))
                    {
                        int writer = FirstWriter(piece.Block, piece.First, name);
                        if (writer < 0)
                            return null;
                        first = Math.Min(first, writer);
                    }
                if (first == piece.First && last == piece.Last)
                    return piece;
                piece = piece with
                {
                    First = first,
                    Last = last,
                    Start = first == piece.First ? piece.Start : MovedPiece.StartOf(piece.Block[first]),
                };
            }
        }

        private int LastReader(NodeList<Stmt> block, int after, string name)
        {
            int found = -1;
            for (int i = after + 1; i < block.Count; i++)
            {
                if (flow.ReadsBeforeWrite([block[i]]).ContainsKey(name))
                    found = i;
                if (flow.DefinitelyAssigned([block[i]]).Contains(name))
                    break;
            }
            return found;
        }

        private static int FirstWriter(NodeList<Stmt> block, int before, string name)
        {
            for (int i = before - 1; i >= 0; i--)
                if (NameFlow.Writes([block[i]]).Contains(name))
                    return i;
            return -1;
        }

        public MovePlan Plan(MovedPiece piece) =>
            piece switch
            {
                _ when function.Parent is ClassDef && self is null => Disabled(
                    "it is in a static method or class method"
                ),
                MovedPiece.Statements statements => PlanStatements(statements),
                MovedPiece.Value value => PlanExpression(value),
                _ => throw new ArgumentException("Neither statements nor an expression.", nameof(piece)),
            };

        private MovePlan PlanExpression(MovedPiece.Value piece)
        {
            var expression = piece.Expression;
            var limits = new MoveLimits(file, self, compiled) { Moved = expression.Span };
            if (limits.Of(expression) is { } limit)
                return Disabled(limit);
            var bound = expression
                .Ancestors()
                .TakeWhile(a => a is not Stmt)
                .SelectMany(BoundByComprehension)
                .ToHashSet();
            var inputs = flow.Reads(expression, bound);
            if (
                Inputs(
                    [.. inputs.OrderBy(r => r.Value.Start).Select(r => (r.Key, (Name?)r.Value))],
                    out var parameters,
                    out bool observedInputs
                ) is
                { } reason
            )
                return Disabled(reason);
            var result = types.OfExpression(expression);
            if (Describe(result, "the value") is { } why)
                return Disabled(why);
            var known = (BoundaryType.Known)result;
            var text = new IgnoredFunctionText(file, function, self)
            {
                Name = NameFor([], expression),
                Parameters = parameters,
                Result = known.Type,
            };
            string title = Title(text.Name);
            return new MovePlan(title, text.ForExpression(expression), null, observedInputs || known.FromObservation);
        }

        private MovePlan PlanStatements(MovedPiece.Statements piece)
        {
            var selected = piece.Selected;
            var limits = new MoveLimits(file, self, compiled)
            {
                Moved = TextSpan.FromBounds(selected[0].Start, selected[^1].End),
            };
            foreach (var statement in selected)
                if (limits.Of(statement) is { } limit)
                    return Disabled(limit);
            if (IgnoredFunctionText.LinesProblem(file, piece) is { } lines)
                return Disabled(lines);

            bool returns = limits.HasReturn;
            if (returns && !MoveLimits.AlwaysReturns(selected))
                return Disabled("it returns on some ways through it only");
            var reads = new Dictionary<string, Name>(flow.ReadsBeforeWrite(selected));
            var surely = flow.DefinitelyAssigned(selected);
            List<string> outputs = returns
                ? []
                : NameFlow
                    .Writes(selected)
                    .Where(n => flow.Locals.Contains(n) && flow.IsLiveAfter(n, piece.Block, piece.Last))
                    .ToList();

            // A variable that is written on some ways only keeps its old value on the others, so the old value must go
            // in.
            var kept = outputs.Where(n => !surely.Contains(n) && !reads.ContainsKey(n)).ToList();
            foreach (string name in kept)
                if (!flow.IsDefinitelyAssignedBefore(name, piece.Block, piece.First))
                    return Disabled($"'{name}' is not assigned on every way through it");
            var inputs = reads
                .OrderBy(r => r.Value.Start)
                .Select(r => (Name: r.Key, Read: (Name?)r.Value))
                .Concat(kept.Select(n => (Name: n, Read: (Name?)null)))
                .ToList();
            if (Inputs(inputs, out var parameters, out bool observed) is { } reason)
                return Disabled(reason);

            if (AddChanged(piece, inputs.Select(i => i.Name), limits, parameters, outputs) is { } hidden)
                return Disabled(hidden);
            outputs = [.. outputs.OrderBy(n => OrderOfStore(selected, n))];

            BoundaryType Output(string name) =>
                types.OfOutput(
                    name,
                    selected,
                    inputs.Where(i => i.Name == name).Select(i => types.OfInput(name, i.Read)).FirstOrDefault()
                );
            List<(BoundaryType Type, string What)> results = [.. outputs.Select(name => (Output(name), $"'{name}'"))];
            if (returns)
                results.Add((types.OfReturn(), $"what '{function.Name}' returns"));
            var resultTypes = new List<TorchType>();
            foreach (var (type, what) in results)
            {
                if (Describe(type, what) is { } why)
                    return Disabled(why);
                var known = (BoundaryType.Known)type;
                resultTypes.Add(known.Type);
                observed |= known.FromObservation;
            }
            var text = new IgnoredFunctionText(file, function, self)
            {
                Name = NameFor(outputs, selected[0]),
                Parameters = parameters,
                Result = resultTypes switch
                {
                    _ when returns => resultTypes[^1],
                    [] => TorchType.None,
                    [var only] => only,
                    _ => TorchType.Tuple([.. resultTypes]),
                },
            };
            return new MovePlan(Title(text.Name), text.ForStatements(piece, outputs, returns), null, observed);
        }

        /// <summary>
        /// A list or dictionary crosses as a copy: what the piece does to it must come back as a result. Adds those
        /// that are read later to the outputs; gives why that does not do, or null.
        /// </summary>
        private string? AddChanged(
            MovedPiece.Statements piece,
            IEnumerable<string> inputs,
            MoveLimits limits,
            ImmutableArray<(string Name, TorchType Type)> parameters,
            List<string> outputs
        )
        {
            foreach (string name in inputs)
            {
                if (!limits.Mutated.Contains(name) || outputs.Contains(name))
                    continue;
                if (parameters.First(p => p.Name == name).Type == TorchType.Tensor)
                    continue;
                if (function.Args.All().Any(p => p.Name == name))
                    return $"it changes '{name}', which the caller would not see: containers are copied on the way "
                        + "to Python";
                if (flow.IsLiveAfter(name, piece.Block, piece.Last))
                    outputs.Add(name);
            }
            return null;
        }

        /// <summary>Why the inputs cannot cross, or null and the parameters for them.</summary>
        private string? Inputs(
            IReadOnlyList<(string Name, Name? Read)> reads,
            out ImmutableArray<(string Name, TorchType Type)> parameters,
            out bool observed
        )
        {
            var list = ImmutableArray.CreateBuilder<(string, TorchType)>();
            parameters = [];
            observed = false;
            foreach (var (name, read) in reads)
            {
                if (name == self || list.Any(p => p.Item1 == name))
                    continue;
                var type = types.OfInput(name, read);
                if (Describe(type, $"'{name}'") is { } why)
                    return why;
                list.Add((name, ((BoundaryType.Known)type).Type));
                observed |= ((BoundaryType.Known)type).FromObservation;
            }
            parameters = list.ToImmutable();
            return null;
        }

        private string? Describe(BoundaryType type, string what) =>
            type switch
            {
                BoundaryType.NotScriptable foreign =>
                    $"{what} is {foreign.What}, which compiled code cannot hold: select what makes and uses it too",
                BoundaryType.Unknown => $"the type of {what} is not known: annotate it, or run the probe",
                BoundaryType.Known { Type: var known } when AnnotationWriter.Write(file.Model, known) is null =>
                    $"{what} is {known}, which this file cannot name in an annotation",
                _ => null,
            };

        private static IEnumerable<string> BoundByComprehension(Node node) =>
            (
                node switch
                {
                    ComprehensionExpr c => c.Generators,
                    DictComp d => d.Generators,
                    _ => [],
                }
            )
                .SelectMany(g => NameFlow.TargetNames(g.Target))
                .Select(n => n.Id);

        private static int OrderOfStore(NodeList<Stmt> selected, string name)
        {
            for (int i = 0; i < selected.Count; i++)
                if (NameFlow.Writes([selected[i]]).Contains(name))
                    return i;
            return selected.Count;
        }

        private string Title(string name) =>
            $"Move to @torch.jit.ignore {(self is null ? "function" : "method")} '{name}'";

        private MovePlan Disabled(string reason) =>
            new("Move to @torch.jit.ignore " + (self is null ? "function" : "method"), [], reason, false);

        private string NameFor(IReadOnlyList<string> outputs, Node node)
        {
            string stem = outputs.Count == 1 ? outputs[0] : CalledName(node) ?? function.Name.Trim('_') + "_in_python";
            stem = stem.Trim('_');
            if (stem.Length == 0)
                stem = "eager";
            return UniqueNames.For(file, "_" + stem);
        }

        private static string? CalledName(Node node)
        {
            var finder = new FirstCall();
            finder.Visit(node);
            return finder.Found;
        }
    }

    private sealed class FirstCall : SyntaxWalker
    {
        /// <summary>Calls that say nothing of what is computed.</summary>
        private static readonly HashSet<string> Conversions =
        [
            "numpy",
            "from_numpy",
            "tensor",
            "int",
            "float",
            "len",
            "cpu",
            "detach",
            "array",
            "asarray",
        ];

        public string? Found { get; private set; }

        public override void Visit(Node node)
        {
            if (Found is not null)
                return;
            if (node is Call call)
                Found = call.Func switch
                {
                    Name n => n.Id,
                    Attribute a => a.Name,
                    _ => null,
                };
            if (Found is not null && Conversions.Contains(Found))
                Found = null;
            base.Visit(node);
        }
    }
}
