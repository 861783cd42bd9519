using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Refactorings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>
/// A parameter whose default is None but whose type does not admit it. A declared type other than Tensor is refused;
/// Tensor, declared or
/// assumed, compiles since torch 1.13 and fails when the argument is left out.
/// </summary>
public sealed class NoneDefaultWithoutOptional : Rule
{
    private static readonly TorchVersion noneForTensor = new(1, 13);

    public override string Id => "none-default-without-optional";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        foreach (var body in context.Compiled.Bodies)
        {
            var parameters = body.Def.Args.PosOnly.Concat(body.Def.Args.Args).ToArray();
            for (int index = 0; index < parameters.Length; index++)
            {
                var parameter = parameters[index];
                if (parameter.Default is not Constant { Kind: ConstantKind.None })
                    continue;
                if (body.HasOverloads(file.Model))
                    break;
                var declared = file.Model.DeclaredTypeOf(parameter);
                if (
                    declared is null
                    && (parameter.Annotation is not null || file.Model.TypeCommentOf(body.Def) is not null)
                )
                    continue;
                if (declared is null && CalledParameter.FirstCall(context.Compiled, body, parameter) is not null)
                    continue;
                if (declared is not null && (declared.HasUnknown || AdmitsNone(declared)))
                    continue;
                var type = declared ?? TorchType.Tensor;
                string name = parameter.Name;
                if (type != TorchType.Tensor)
                {
                    context.Report(
                        this,
                        body.Severity,
                        body.SignatureSpan(context.File, parameter),
                        $"'{name}' is declared {type}, but its default is None: annotate it '{name}: "
                            + $"Optional[{type}]'.",
                        body,
                        Fixes(context, body, parameter, type, declared: true)
                    );
                    continue;
                }
                var advised = TorchType.Optional(
                    (declared is null ? Seen(file, parameter) ?? OtherThanTensor(context, body.Def, parameter) : null)
                        ?? type
                );
                string what = declared is null
                    ? $"TorchScript assumes '{name}' is a Tensor"
                    : $"'{name}' is declared Tensor";
                bool refused = file.Options.Torch < noneForTensor;
                if (!refused && LeftOutBy(context, body, parameter, index) is { } call)
                {
                    context.Report(
                        new Finding(
                            Id,
                            body.SeverityForCallers,
                            parameter.NameSpan,
                            $"{what}, and a compiled call leaves it out: 'Unsupported value kind: Tensor' is "
                                + $"all the compiler says. Annotate it '{name}: {advised}'.",
                            body.Function.QualifiedName,
                            [.. Fixes(context, body, parameter, type, declared is not null)],
                            [new RelatedPlace(call.Span, $"leaves '{name}' out"), .. body.WhyCompiled()]
                        )
                    );
                    continue;
                }
                string outcome = refused
                    ? "and its default is None"
                    : "so None becomes an undefined tensor that fails when it is used";
                context.Report(
                    this,
                    refused && declared is not null ? body.Severity : Severity.Warning,
                    body.SignatureSpan(context.File, parameter),
                    $"{what}, {outcome}: annotate it '{name}: {advised}'.",
                    body,
                    Fixes(context, body, parameter, type, declared is not null)
                );
            }
        }
    }

    public static bool AdmitsNone(TorchType type) =>
        type is OptionalType
        || type == TorchType.None
        || type == TorchType.Any
        || type is UnionType union && union.Members.Contains(TorchType.None);

    private static IEnumerable<Fix> Fixes(
        RuleContext context,
        CompiledBody body,
        Arg parameter,
        TorchType type,
        bool declared
    )
    {
        var file = context.File;
        if (!declared && Seen(file, parameter) is { } seen)
        {
            var wanted = TorchType.Optional(seen);
            string count = file.Observations.Find(PlaceKind.Parameter, parameter.NameSpan)?.Counted ?? "0";
            if (
                Annotations.OfParameter(file, parameter, wanted, $" (observed {count} times)", FixSafety.Suggested) is
                { } fix
            )
                yield return fix;
            if (wanted == TorchType.Optional(type))
                yield break;
        }
        if (
            !declared
            && OtherThanTensor(context, body.Def, parameter) is { } other
            && Annotations.OfParameter(file, parameter, TorchType.Optional(other), "", FixSafety.Suggested)
                is { } annotated
        )
        {
            yield return annotated;
            yield break;
        }
        // The body may use the parameter where the compiler wants a Tensor, not an Optional: look first.
        if (
            Annotations.OfParameter(
                file,
                parameter,
                TorchType.Optional(type),
                "",
                declared && type != TorchType.Tensor
                    ? Annotations.SafetyOf(context.Compiled, body, parameter, TorchType.Optional(type))
                    : FixSafety.Suggested
            ) is
            { } plain
        )
            yield return plain;
    }

    /// <summary>What a run has seen there other than None, where TorchScript has a type for it.</summary>
    private static TorchType? Seen(FileSnapshot file, Arg parameter) =>
        file.Observations.Find(PlaceKind.Parameter, parameter.NameSpan)?.JoinedType is { } seen
        && seen != "None"
        && TorchType.TryParse(seen, out var type)
        && type.IsWritable
            ? type
            : null;

    /// <summary>
    /// What the body puts in the place of None, or else what compiled calls give, where that is no Tensor.
    /// </summary>
    private static TorchType? OtherThanTensor(RuleContext context, FunctionDef function, Arg parameter)
    {
        if (
            (Refilled(context.File, function, parameter) ?? WantedByPart(context.File, function, parameter)) is
            { } found
        )
            return found;
        var given = new HashSet<TorchType>();
        foreach (var call in context.CallsTo(function))
            if (
                Editing.CallArguments.Bind(function, call, skipFirst: function.Parent is ClassDef) is { } bound
                && bound.FirstOrDefault(b => ReferenceEquals(b.Parameter, parameter)).Value is { } argument
            )
                given.Add(context.File.Model.TypeOf(argument));
        given.Remove(TorchType.None);
        var one = given.Count == 1 ? given.First() : null;
        return one is { IsWritable: true } and not OptionalType && one != TorchType.Tensor ? one : null;
    }

    /// <summary>What a module of torch that gets the parameter wants there (the state of an LSTM), or None.</summary>
    private static TorchType? WantedByPart(FileSnapshot file, FunctionDef function, Arg parameter)
    {
        foreach (var call in function.Body.SelectMany(s => s.Find<Call>()))
        {
            if (
                call.Func is not Syntax.Attribute part
                || !call.Args.Concat(call.Keywords.Select(k => k.Value)).Any(a => a is Name n && n.Id == parameter.Name)
                || file.Model.TypeOf(part) is not ModuleType { Definition: null, Name: var name }
                || file.Model.Tables.Module(name) is not { Forward: { Length: > 0 } forward }
            )
                continue;
            int place = call.Args.ToList().FindIndex(a => a is Name n && n.Id == parameter.Name);
            string? keyword = call.Keywords.FirstOrDefault(k => k.Value is Name n && n.Id == parameter.Name)?.Name;
            var wanted = forward
                .Select(f =>
                    f.Arguments.Where(a => a.Name != "self")
                        .Where((a, i) => place >= 0 ? i == place : a.Name == keyword)
                        .Select(a => a.Type)
                        .FirstOrDefault()
                )
                .Distinct()
                .ToList();
            if (wanted is [OptionalType { Element: { IsWritable: true } type }] && type != TorchType.Tensor)
                return type;
        }
        return null;
    }

    /// <summary>
    /// What the body puts in the place of None (<c>if n is None: n = int(...)</c>, <c>x.size(0) if n is None else
    /// n</c>), where that is no Tensor.
    /// </summary>
    private static TorchType? Refilled(FileSnapshot file, FunctionDef function, Arg parameter)
    {
        var types = new HashSet<TorchType>();
        foreach (var choice in function.Body.SelectMany(s => s.Find<IfExp>()))
            if (ComparesWithNone(choice.Test, parameter.Name) is { } none)
            {
                var (value, kept) = none ? (choice.Body, choice.OrElse) : (choice.OrElse, choice.Body);
                if (kept is Name name && name.Id == parameter.Name)
                    Add(value);
            }
        foreach (var branch in function.Body.SelectMany(s => s.Find<If>().Concat(s is If own ? [own] : [])))
            if (ComparesWithNone(branch.Test, parameter.Name) is { } none)
                foreach (var assign in (none ? branch.Body : branch.OrElse).OfType<Assign>())
                    if (assign.Targets is [Name target] && target.Id == parameter.Name)
                        Add(assign.Value);
        types.Remove(TorchType.None);
        return types is { Count: 1 } && types.First() is { IsWritable: true } type && type != TorchType.Tensor
            ? type
            : null;

        // As an assumed Tensor it is never None, and what replaces it is no code.
        void Add(Expr value) =>
            types.Add(file.Model.TypeIf(function, parameter, TorchType.Optional(TorchType.Tensor), value));
    }

    /// <summary>True for <c>name is None</c>, false for <c>name is not None</c>.</summary>
    private static bool? ComparesWithNone(Expr test, string name) =>
        test
            is Compare
            {
                Left: Name { Id: var left },
                Ops: [CompareOperator.Is or CompareOperator.IsNot],
                Comparators: [Constant { Kind: ConstantKind.None }]
            } compare
        && left == name
            ? compare.Ops[0] == CompareOperator.Is
            : null;

    /// <summary>A live compiled call of this file that surely calls this function without this argument.</summary>
    private static Call? LeftOutBy(RuleContext context, CompiledBody body, Arg parameter, int index)
    {
        foreach (var edge in context.CallsTo(body.Def))
        {
            if (edge.Args.Any(a => a is Starred) || edge.Keywords.Any(k => k.Name is null))
                continue;
            int given = edge.Args.Count + (body.Class is null ? 0 : 1);
            if (given <= index && edge.Keywords.All(k => k.Name != parameter.Name))
                return edge;
        }
        return null;
    }
}
