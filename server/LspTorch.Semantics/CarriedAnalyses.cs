using System.Collections.Concurrent;
using System.Collections.Immutable;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>
/// What was found of a file's functions before an edit inside the body of one, as far as it still holds. Each analysis
/// knows what it hangs on: whose
/// returned types it asked for, and whose bodies were looked into on the way. Everything else that it can hang on is
/// compared once for the file:
/// the text outside of the edited body, the classes' attributes, how attributes are used, and the imported files.
/// </summary>
internal sealed class CarriedAnalyses
{
    /// <summary>
    /// Of what was asked of the file as a whole: from here on all is found afresh. No file of which much is known asks
    /// for so much.
    /// </summary>
    public const int MaxAsked = 20_000;

    private enum Validity
    {
        Holds,
        Changed,
        NotReusable,
    }

    private readonly SemanticModel before,
        after;
    private readonly BodyEdit edit;
    private readonly ConcurrentDictionary<CompiledUnit, Validity> validities = new();

    private CarriedAnalyses(SemanticModel before, SemanticModel after, BodyEdit edit) =>
        (this.before, this.after, this.edit) = (before, after, edit);

    /// <summary>Worked out when first asked. Made here, so that nothing else keeps the earlier version.</summary>
    public static Lazy<CarriedAnalyses?> WhenAsked(SemanticModel before, SemanticModel after) =>
        new(() => Between(before, after), LazyThreadSafetyMode.PublicationOnly);

    /// <summary>Null where nothing can be carried over: then everything is found anew.</summary>
    public static CarriedAnalyses? Between(SemanticModel before, SemanticModel after)
    {
        if (before.File.Options.Torch != after.File.Options.Torch || before.File.Path != after.File.Path)
            return null;
        if (BodyEdit.Between(before.File.Tree, after.File.Tree) is not { } edit)
            return null;
        if (before.Names.HasWalrus != after.Names.HasWalrus || !after.Names.FindsTheSameModules(before.Names))
            return null;
        var carried = new CarriedAnalyses(before, after, edit);
        if (before.AttributeUsesIfAsked is { } uses && !after.AttributeUses.AnswersAlike(uses, edit))
            return null;
        if (!carried.ClassesAreAlike())
            return null;
        after.Classes.RelyOn(before.Classes, edit);
        return carried;
    }

    /// <summary>The analysis of a function of the new version, where that of the old one holds.</summary>
    public FunctionAnalysis? Find(CompiledUnit unit, InferenceContext context)
    {
        if (
            OldOf(unit) is not { } old
            || ValidityOf(old, context) != Validity.Holds
            || before.AnalysisAt(old) is not { } analysis
        )
            return null;
        return Carry(analysis, unit);
    }

    private Validity ValidityOf(CompiledUnit old, InferenceContext context)
    {
        if (validities.TryGetValue(old, out var known))
            return known;
        // A function that reaches itself is found anew: what its calls return hangs on where one began.
        if (!context.BeingValidated.Add(old))
            return Validity.NotReusable;
        try
        {
            return validities[old] = Validate(old, context);
        }
        finally
        {
            context.BeingValidated.Remove(old);
        }
    }

    private Validity Validate(CompiledUnit old, InferenceContext context)
    {
        if (before.AnalysisAt(old) is not { IsReusable: true } analysis)
            return Validity.NotReusable;
        var validity =
            edit.IsInside(old.Function) || analysis.Reads.Any(edit.Touches) ? Validity.Changed : Validity.Holds;
        foreach (var use in analysis.Uses)
        {
            if (!ReferenceEquals(use.Owner, before))
            {
                // A method inherited from another file calls those of this file's class.
                if (ReferenceEquals(use.Self?.Owner, before))
                    return Validity.NotReusable;
                continue;
            }
            switch (ValidityOf(use, context))
            {
                case Validity.NotReusable:
                    return Validity.NotReusable;
                case Validity.Changed when validity == Validity.Holds && !ReturnsTheSame(use, context):
                    validity = Validity.Changed;
                    break;
            }
        }
        return validity;
    }

    private bool ReturnsTheSame(CompiledUnit old, InferenceContext context) =>
        NewOf(old) is { } unit
        && after.AnalysisOf(unit, context)?.Returns is { } returns
        && before.AnalysisAt(old) is { } was
        && Translate(was.Returns) is { } translated
        && translated == returns;

    private FunctionAnalysis? Carry(FunctionAnalysis old, CompiledUnit unit)
    {
        var carried = new FunctionAnalysis(unit, old, Translate);
        if (Translate(old.Returns) is not { } returns)
            return null;
        carried.Returns = returns;
        foreach (var call in old.Calls)
        {
            if (NewOf(call.Callee) is not { } callee || NewNode(call.At, unit.Function) is not { } at)
                return null;
            carried.Calls.Add(new CallEdge(callee, at, call.Certain));
        }
        foreach (var problem in old.Problems)
        {
            if (NewNode(problem.At, unit.Function) is not { } at)
                return null;
            var related = problem.Related is { } place
                ? edit.IsOfOldTree(place)
                    ? edit.NewOf(place)
                    : place
                : null;
            if (related is null != problem.Related is null)
                return null;
            var wanted = problem.Wanted is { } type ? Translate(type) : null;
            if (wanted is null != problem.Wanted is null)
                return null;
            carried.Problems.Add(problem with { At = at, Related = related, Wanted = wanted });
        }
        foreach (var use in old.Uses)
        {
            if (NewOf(use) is not { } callee)
                return null;
            carried.Uses.Add(callee);
        }
        foreach (var read in old.Reads)
        {
            if (!edit.IsOfOldTree(read))
                carried.Reads.Add(read);
            else if (edit.NewOf(read) is { } function)
                carried.Reads.Add(function);
            else
                return null;
        }
        return carried.IsWhole ? carried : null;
    }

    private Node? NewNode(Node old, FunctionDef within) =>
        !edit.IsOfOldTree(old) ? null
        : old is FunctionDef function ? edit.NewOf(function)
        : edit.NewOf(old, within);

    private CompiledUnit? OldOf(CompiledUnit unit)
    {
        if (!ReferenceEquals(unit.Owner, after) || edit.OldOf(unit.Function) is not { } function)
            return null;
        if (unit.Self is not { } self || !ReferenceEquals(self.Owner, after))
            return unit with { Function = function, Owner = before };
        return edit.OldOf(self.Node) is { } type ? new CompiledUnit(function, before.ClassOf(type), before) : null;
    }

    private CompiledUnit? NewOf(CompiledUnit old)
    {
        var self = old.Self;
        if (self is not null && ReferenceEquals(self.Owner, before))
        {
            if (edit.NewOf(self.Node) is not { } type)
                return null;
            self = after.ClassOf(type);
        }
        if (!ReferenceEquals(old.Owner, before))
            return old with { Self = self };
        return edit.NewOf(old.Function) is { } function ? new CompiledUnit(function, self, after) : null;
    }

    /// <summary>The type with the new version's classes for the old one's; null where that cannot be told.</summary>
    private TorchType? Translate(TorchType type)
    {
        switch (type)
        {
            case PrimitiveType or UnknownType or VariableType:
                return type;
            case ListType list:
                return Translate(list.Element) is { } element
                    ? ReferenceEquals(element, list.Element)
                        ? list
                        : list with
                        {
                            Element = element,
                        }
                    : null;
            case OptionalType optional:
                return Translate(optional.Element) is { } inner
                    ? ReferenceEquals(inner, optional.Element)
                        ? optional
                        : new OptionalType(inner)
                    : null;
            case FutureType future:
                return Translate(future.Element) is { } value
                    ? ReferenceEquals(value, future.Element)
                        ? future
                        : new FutureType(value)
                    : null;
            case DictType dict:
                return Translate(dict.Key) is { } key && Translate(dict.Value) is { } held
                    ? new DictType(key, held)
                    : null;
            case TupleType tuple:
                return Translate(tuple.Elements) is { } elements ? tuple with { Elements = elements } : null;
            case UnionType union:
                return Translate(union.Members) is { } members ? new UnionType(members) : null;
            case ModuleContainerType container:
                return Translate(container.Elements) is { } modules ? container with { Elements = modules } : null;
            case ModuleChoice choice:
                return Translate(choice.Options) is { } options ? new ModuleChoice(options) : null;
            case ModuleType { Definition: ClassModel of } module:
                return NewOf(of) is { } now ? module with { Definition = now } : null;
            case ModuleType:
                return type;
            case ClassType named:
                if (named.Definition is ClassModel definition)
                {
                    if (NewOf(definition) is not { } became)
                        return null;
                    named = named with { Definition = became };
                }
                var fields = ImmutableArray.CreateBuilder<(string, TorchType)>(named.Fields.Length);
                foreach (var (name, field) in named.Fields)
                {
                    if (Translate(field) is not { } known)
                        return null;
                    fields.Add((name, known));
                }
                return named with { Fields = fields.ToImmutable() };
            default:
                return null;
        }
    }

    private ImmutableArray<TorchType>? Translate(ImmutableArray<TorchType> types)
    {
        var translated = ImmutableArray.CreateBuilder<TorchType>(types.Length);
        foreach (var type in types)
        {
            if (Translate(type) is not { } known)
                return null;
            translated.Add(known);
        }
        return translated.ToImmutable();
    }

    private ClassModel? NewOf(ClassModel old) =>
        !ReferenceEquals(old.Owner, before) ? old
        : edit.NewOf(old.Node) is { } type ? after.ClassOf(type)
        : null;

    /// <summary>
    /// Constructors and what they call give a class its attributes. Where the edited body was looked into for them,
    /// each class must still have the same
    /// ones, none of them assigned in the edited body: whoever asks for an attribute may look at its assignments too.
    /// </summary>
    private bool ClassesAreAlike()
    {
        if (!before.Classes.HaveRead(edit.Touches))
            return true;
        foreach (var type in before.Classes.ReliedOn())
        {
            if (edit.IsInside(type.Node) || NewOf(type) is not { } now)
                return false;
            if (type.OwnAttributes.Count != now.OwnAttributes.Count)
                return false;
            foreach (var (name, was) in type.OwnAttributes)
                if (!now.OwnAttributes.TryGetValue(name, out var attribute) || !AreAlike(was, attribute))
                    return false;
        }
        return true;
    }

    private bool AreAlike(AttributeModel was, AttributeModel now)
    {
        if (
            edit.Touches(was.Node)
            || edit.TouchesNew(now.Node)
            || was.Assignments.Any(edit.Touches)
            || now.Assignments.Any(edit.TouchesNew)
        )
            return false;
        return (
                was.IsDeclared,
                was.IsConstant,
                was.Always,
                was.IsSetInConstructor,
                was.StartsAsNone,
                was.Unconvertible,
                was.UnconvertibleAtFirst,
                was.Assignments.Length
            )
                == (
                    now.IsDeclared,
                    now.IsConstant,
                    now.Always,
                    now.IsSetInConstructor,
                    now.StartsAsNone,
                    now.Unconvertible,
                    now.UnconvertibleAtFirst,
                    now.Assignments.Length
                )
            && Equals(was.ConstantValue, now.ConstantValue)
            && Translate(was.Type) is { } type
            && type == now.Type
            && Translate(was.AtFirst) is { } first
            && first == now.AtFirst;
    }
}
