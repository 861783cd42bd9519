using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// A variable or attribute that starts as None and gets a value later. A variable assigned again in the same block
/// simply changes its type;
/// in a branch or loop it cannot. An attribute never can.
/// </summary>
public sealed class NoneThenValue : Rule
{
    public override string Id => "none-then-value";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        foreach (var (assign, body, _, certain) in context.Compiled.Live<Assign>())
        foreach (var (target, value) in AssignedValues.Of(assign))
            if (target is Name name && value is Constant { Kind: ConstantKind.None })
                CheckVariable(context, body, assign, name, certain);
        CheckAttributes(context);
    }

    private void CheckVariable(RuleContext context, CompiledBody body, Assign start, Name target, bool certain)
    {
        if (IsDeclared(body.Def, target.Id) || Blocks.Containing(start) is not { } block)
            return;
        bool behind = false;
        foreach (var statement in block)
        {
            if (!behind)
            {
                behind = ReferenceEquals(statement, start);
                continue;
            }
            if (Stores(statement).Contains(target.Id))
                return;
            // A condition that the compiler decides leaves the branch in the same scope, and so does a loop that it
            // unrolls.
            if (FirstStoreInside(context, statement, target.Id) is not { } store)
                continue;
            if (!OpensAScope(context.File, statement))
                return;
            certain &= !store
                .Target.Ancestors()
                .TakeWhile(a => !ReferenceEquals(a, statement))
                .OfType<If>()
                .Any(i => StaticBranches.MayBeStatic(context.File.Model, i.Test));
            if (store.Value is Constant { Kind: ConstantKind.None })
                return;
            var type = StoredTypes.Of(context.File.Model, store.Target);
            if (type == TorchType.None || type is OptionalType)
                return;
            Report(
                context,
                body,
                target,
                store.Target,
                type,
                certain && (!type.IsUnknown || store.Value is BinOp or Constant or Subscript or Compare)
            );
            return;
        }
    }

    private void Report(RuleContext context, CompiledBody body, Name target, Name store, TorchType type, bool certain)
    {
        var file = context.File;
        var fixes = new List<Fix>();
        if (
            type.IsWritable
            && Annotations.OfVariable(file, target, TorchType.Optional(type), "", FixSafety.Safe) is { } safe
        )
            fixes.Add(safe);
        else
        {
            var observed = file.Observations.Find(PlaceKind.Variable, store.Span);
            if (
                observed?.JoinedType is { } seen
                && TorchType.TryParse(seen, out var seenType)
                && seenType.IsWritable
                && seenType != TorchType.None
                && Annotations.OfVariable(
                    file,
                    target,
                    TorchType.Optional(seenType),
                    $" (observed {observed.Counted} times)",
                    FixSafety.Suggested
                )
                    is { } fix
            )
                fixes.Add(fix);
        }
        string advice = type.IsWritable
            ? $"annotate '{target.Id}: Optional[{type}] = None'"
            : $"annotate '{target.Id}: Optional[...] = None'";
        context.Report(
            new Finding(
                Id,
                certain ? Severity.Error : Severity.Warning,
                store.Span,
                $"'{target.Id}' was None and gets a value in a branch or loop, which TorchScript refuses "
                    + $"without an annotation: {advice}.",
                body.Function.QualifiedName,
                [.. fixes],
                [new RelatedPlace(target.Span, $"'{target.Id}' is None from here"), .. body.WhyCompiled()]
            )
        );
    }

    private static bool OpensAScope(FileSnapshot file, Stmt statement) =>
        statement switch
        {
            If branch => !StaticBranches.MayBeStatic(file.Model, branch.Test),
            While => true,
            For loop => file.Model.TypeOf(loop.Iter) is ListType or DictType
                || file.Model.TypeOf(loop.Iter) == TorchType.Tensor
                || loop.Iter is Call { Func: Name { Id: "range" } },
            _ => false,
        };

    /// <summary>
    /// The first store to the name inside a branch or loop, in live code, with its value where it is a plain
    /// assignment.
    /// </summary>
    private static (Name Target, Expr? Value)? FirstStoreInside(RuleContext context, Stmt statement, string name)
    {
        foreach (var block in Blocks.Of(statement))
        foreach (var inner in block)
        {
            if (context.File.Model.CompileStateOf(inner) == CompileState.Dead)
                continue;
            switch (inner)
            {
                case Assign assign
                    when AssignedValues.Of(assign).FirstOrDefault(s => s.Target is Name of && of.Id == name)
                        is { Target: Name target } stored:
                    return (target, stored.Value);
                case AnnAssign { Target: Name declared } when declared.Id == name:
                    return null;
                default:
                    if (Stores(inner).Contains(name))
                        return null;
                    break;
            }
            if (FirstStoreInside(context, inner, name) is { } found)
                return found;
        }
        return null;
    }

    private static IEnumerable<string> Stores(Stmt statement) =>
        statement switch
        {
            Assign a => a.Targets.SelectMany(Editing.NameFlow.TargetNames).Select(n => n.Id),
            AnnAssign { Target: Name n } => [n.Id],
            AugAssign { Target: Name n } => [n.Id],
            For f => Editing.NameFlow.TargetNames(f.Target).Select(n => n.Id),
            With w => w
                .Items.Where(i => i.OptionalVars is not null)
                .SelectMany(i => i.OptionalVars is { } v ? Editing.NameFlow.TargetNames(v) : [])
                .Select(n => n.Id),
            _ => [],
        };

    private static bool IsDeclared(FunctionDef function, string name) =>
        function.Args.All().Any(p => p.Name == name)
        || FunctionNames.Of(function).Places(name).Any(p => p.Parent is AnnAssign declared && declared.Target == p);

    private void CheckAttributes(RuleContext context)
    {
        var model = context.File.Model;
        foreach (var (attribute, body, _, certain) in context.Compiled.Live<Attribute>())
        {
            if (attribute.Context != ExprContext.Store || body.Class is null || body.Def.Name == "__init__")
                continue;
            if (attribute.Value is not Name self || self.Id != body.Def.Args.All().FirstOrDefault()?.Name)
                continue;
            var owner = model.ClassOf(body.Class);
            if (
                !owner.IsModule
                || owner.FindAttribute(attribute.Name) is not { IsDeclared: false } known
                || !StartsAsNone(owner, attribute.Name)
            )
                continue;
            // A condition on an attribute that is always None is decided at compile time, and its branch dropped.
            if (IsGuarded(attribute, body.Def))
                continue;
            if (
                AssignedValues.StatementOf(attribute) is null
                || AssignedValues.ValueOf(attribute) is Constant { Kind: ConstantKind.None }
            )
                continue;
            var type = StoredTypes.Of(model, attribute);
            if (type == TorchType.None)
                continue;
            var fixes = new List<Fix>();
            var observed = context.File.Observations.Find(PlaceKind.Attribute, attribute.Span);
            var safety = IsOnlyComparedWithNone(context, attribute.Name) ? FixSafety.Safe : FixSafety.Suggested;
            if (
                type.IsWritable
                && Annotations.OfAttribute(
                    context.File,
                    body.Class,
                    attribute.Name,
                    TorchType.Optional(type),
                    "",
                    safety
                )
                    is { } plain
            )
                fixes.Add(plain);
            else if (
                observed?.JoinedType is { } seen
                && TorchType.TryParse(seen, out var seenType)
                && seenType.IsWritable
                && seenType != TorchType.None
                && Annotations.OfAttribute(
                    context.File,
                    body.Class,
                    attribute.Name,
                    TorchType.Optional(seenType),
                    $" (observed {observed.Counted} times)",
                    FixSafety.Suggested
                )
                    is { } fix
            )
                fixes.Add(fix);
            string shown = type.IsWritable ? $"{TorchType.Optional(type)}" : "Optional[...]";
            context.Report(
                new Finding(
                    Id,
                    certain || body.Certain && IsOnlyGuardedByNoneTests(attribute, body.Def)
                        ? Severity.Error
                        : Severity.Warning,
                    attribute.Span,
                    $"'self.{attribute.Name}' is None after __init__, so its type is NoneType and it cannot get "
                        + $"a value: annotate '{attribute.Name}: {shown}' at class level.",
                    body.Function.QualifiedName,
                    [.. fixes],
                    [new RelatedPlace(known.Node.Span, $"'self.{attribute.Name}' is None here"), .. body.WhyCompiled()]
                )
            );
        }
    }

    /// <summary>
    /// Compiled code reads the attribute only to compare it with None, or into a variable. Anything else is refused for
    /// an Optional, for the compiler
    /// does not know what an attribute was compared with.
    /// </summary>
    private static bool IsOnlyComparedWithNone(RuleContext context, string name)
    {
        foreach (var (attribute, _, _, _) in context.Compiled.Live<Attribute>())
        {
            if (attribute.Name != name || attribute.Context != ExprContext.Load || attribute.Value is not Name)
                continue;
            bool compared =
                attribute.Parent is Compare
                {
                    Ops: [CompareOperator.Is or CompareOperator.IsNot],
                    Comparators: [Constant { Kind: ConstantKind.None }]
                };
            if (!compared && attribute.Parent is not Assign { Targets: [Name] })
                return false;
        }
        return true;
    }

    /// <summary>
    /// Every assignment of the constructor gives None, and nothing else about the attribute is left open.
    /// </summary>
    private static bool StartsAsNone(ClassModel owner, string name)
    {
        bool found = false;
        foreach (var type in owner.Lineage())
        {
            if (!type.OwnAttributes.TryGetValue(name, out var attribute))
                continue;
            if (type.ClassAnnotations.ContainsKey(name))
                return false;
            if (attribute.StartsAsNone)
                found = true;
            else if (attribute.IsSetInConstructor)
                return false;
        }
        return found && owner.HasAllBases;
    }

    private static bool IsGuarded(Attribute store, FunctionDef function) =>
        store
            .Ancestors()
            .TakeWhile(a => !ReferenceEquals(a, function))
            .OfType<If>()
            .Any(i => Mentions(i.Test, store.Name) && !IsNoneTest(i.Test, store.Name, store));

    private static bool IsOnlyGuardedByNoneTests(Attribute store, FunctionDef function) =>
        store
            .Ancestors()
            .TakeWhile(a => !ReferenceEquals(a, function))
            .OfType<If>()
            .All(i => IsNoneTest(i.Test, store.Name, store))
        && function.Body.TakeWhile(s => s.End < store.Start).All(s => s is not If);

    /// <summary>
    /// True for <c>if self.x is None:</c> around the store, and for the <c>else</c> of <c>if self.x is not None:</c>:
    /// that branch is compiled.
    /// </summary>
    private static bool IsNoneTest(Expr test, string name, Node store) =>
        test.Parent is If branch
        && (
            branch.Body.Any(s => s.Span.Contains(store.Span)) && Asks(test, name, CompareOperator.Is, BoolOperator.Or)
            || branch.OrElse.Any(s => s.Span.Contains(store.Span))
                && Asks(test, name, CompareOperator.IsNot, BoolOperator.And)
        );

    /// <summary>The comparison with None, alone or as a part that decides the whole.</summary>
    private static bool Asks(Expr test, string name, CompareOperator wanted, BoolOperator deciding) =>
        test switch
        {
            BoolOp logic when logic.Op == deciding => logic.Values.Any(v => Asks(v, name, wanted, deciding)),
            Compare { Ops: [var asked], Comparators: [Constant { Kind: ConstantKind.None }], Left: Attribute a } =>
                asked == wanted && a.Name == name,
            _ => false,
        };

    private static bool Mentions(Expr test, string name) => test.Has(n => n is Attribute a && a.Name == name);
}
