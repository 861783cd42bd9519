using System.Collections.Immutable;
using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>
/// Follows a constructor as Python would run it, only as far as types of values are certain: module constructors,
/// literals, tensors made by
/// torch, arithmetic of known numbers. Not TorchScript's typing: here None, lists of modules and any Python may stand.
/// </summary>
internal sealed partial class InitEvaluator(
    SemanticModel model,
    ClassModel? self,
    Action<InitAssignment>? record,
    InitCalls? calls = null,
    int depth = 0
)
{
    /// <summary>From here on an attribute of bytes is certainly kept (1.13 refuses one, 2.6 does not).</summary>
    private static readonly TorchVersion keepsBytes = new(2, 0);
    private readonly InitCalls calls = calls ?? new InitCalls();
    private readonly InitLocals locals = new();
    private readonly Dictionary<string, TorchType> attributes = new(StringComparer.Ordinal);
    private readonly List<TorchType> returned = [];
    private string selfName = "";
    private int conditions;

    /// <summary>What a function returns when it is called; Unknown where its returns differ.</summary>
    public TorchType Run(FunctionDef function)
    {
        var positional = function.Args.PosOnly.Concat(function.Args.Args).ToArray();
        if (
            self is not null
            && positional.Length > 0
            && !function.Decorators.Any(d => d is Name { Id: "staticmethod" })
        )
            selfName = positional[0].Name;
        foreach (var parameter in positional.Concat(function.Args.KwOnly))
        {
            var declared = parameter.Annotation is { } annotation
                ? model.Annotations.Read(annotation)
                : TorchType.Unknown;
            // Of a script class, the constructor is compiled: what has no annotation is a Tensor.
            if (
                self is { Kind: ClassKind.Plain }
                && parameter.Annotation is null
                && function.Name == "__init__"
                && parameter.Default is null
            )
            {
                locals[parameter.Name] = TorchType.Tensor;
                continue;
            }
            // float is what people write for "a number": an int is passed as often.
            locals[parameter.Name] =
                declared == TorchType.Int || declared == TorchType.Str || declared == TorchType.Bool
                    ? declared
                    : TorchType.Unknown;
        }
        if (selfName.Length > 0)
            locals.Remove(selfName);
        Run(function.Body);
        return returned.Count > 0 ? Same(returned) : TorchType.Unknown;
    }

    private void Run(NodeList<Stmt> body)
    {
        foreach (var statement in body)
            Run(statement);
    }

    private void Run(Stmt statement)
    {
        switch (statement)
        {
            case Assign assign:
                var value = Evaluate(assign.Value);
                foreach (var target in assign.Targets)
                    Store(target, value, assign.Value, assign);
                break;
            case AnnAssign { Value: { } annotated } assign:
                // The compiler compiles the constructor of a script class, and reads annotations there; that of a
                // module runs in Python.
                var declared = self is { Kind: ClassKind.Plain }
                    ? model.Annotations.Read(assign.Annotation)
                    : TorchType.Unknown;
                Store(assign.Target, declared.IsUnknown ? Evaluate(annotated) : declared, annotated, assign);
                break;
            case AugAssign aug:
                Augment(aug);
                break;
            case ExprStmt { Value: Call call }:
                Effect(call);
                break;
            case Return { Value: { } result }:
                returned.Add(Evaluate(result));
                break;
            case If branch:
                Branch(branch.Body, branch.OrElse);
                break;
            case For loop:
                Loop(() =>
                {
                    Bind(loop.Target, TorchType.Unknown);
                    Run(loop.Body);
                });
                Conditionally(() => Run(loop.OrElse));
                break;
            case While loop:
                Loop(() => Run(loop.Body));
                break;
            case With with:
                foreach (var item in with.Items)
                    if (item.OptionalVars is { } bound)
                        Bind(bound, TorchType.Unknown);
                Run(with.Body);
                break;
            case Try attempt:
                Conditionally(() =>
                {
                    Run(attempt.Body);
                    foreach (var handler in attempt.Handlers)
                        Run(handler.Body);
                    Run(attempt.OrElse);
                });
                Run(attempt.FinalBody);
                break;
            case FunctionDef or ClassDef:
                break;
        }
    }

    private void Augment(AugAssign aug)
    {
        var left = Evaluate(aug.Target);
        var right = Evaluate(aug.Value);
        if (
            left is ModuleContainerType
            && right is PythonListType added
            && aug.Target is Syntax.Attribute { Value: Name { Id: var of } } kept
            && of == selfName
        )
        {
            Record(kept.Name, Grow(left, added.Elements, conditions == 0 && added.Exact), null, aug, grows: true);
            return;
        }
        var sum =
            left is PythonListType a && right is PythonListType b ? Concatenate(a, b) : Arithmetic(aug.Op, left, right);
        Store(aug.Target, sum, null, aug);
    }

    private void Branch(NodeList<Stmt> body, NodeList<Stmt> orElse)
    {
        conditions++;
        int mark = locals.Mark();
        Run(body);
        bool bodyEnds = body.Count > 0 && body[^1] is Raise or Return;
        var afterBody = locals.Undo(mark);
        Run(orElse);
        if (!bodyEnds)
            locals.Join(mark, afterBody, elseEnds: orElse.Count > 0 && orElse[^1] is Raise or Return);
        conditions--;
    }

    private void Conditionally(Action run)
    {
        conditions++;
        run();
        conditions--;
    }

    /// <summary>
    /// A loop's body runs any number of times: what it changes in type is not certain afterwards, lists it grows are
    /// not exact.
    /// </summary>
    private void Loop(Action run)
    {
        int mark = locals.Mark();
        Conditionally(run);
        foreach (var (name, before, after) in locals.ChangedSince(mark))
            if (before is not null && after != before)
                locals[name] = after is PythonListType grown ? grown with { Exact = false } : TorchType.Unknown;
    }

    private void Bind(Expr target, TorchType type) => Store(target, type, null, target);

    private void Store(Expr target, TorchType type, Expr? value, Node node)
    {
        switch (target)
        {
            case Name name:
                locals[name.Id] = type;
                break;
            case Syntax.Attribute { Value: Name { Id: var owner } } attribute
                when owner == selfName && selfName.Length > 0:
                Record(attribute.Name, type, value, node);
                break;
            case TupleExpr tuple:
                StoreAll(tuple.Elements, type, node);
                break;
            case ListExpr list:
                StoreAll(list.Elements, type, node);
                break;
            case Starred starred:
                Store(starred.Value, TorchType.Unknown, null, node);
                break;
        }
    }

    private void StoreAll(NodeList<Expr> targets, TorchType type, Node node)
    {
        for (int i = 0; i < targets.Count; i++)
            Store(
                targets[i],
                type is TupleType tuple && tuple.Elements.Length == targets.Count ? tuple.Elements[i]
                    : type is PythonListType { Exact: true } list && list.Elements.Length == targets.Count
                        ? list.Elements[i]
                    : TorchType.Unknown,
                targets[i] is Name or Syntax.Attribute ? AssignedValues.ValueOf(targets[i]) : null,
                node
            );
    }

    private void Record(string name, TorchType type, Expr? value, Node node, bool grows = false)
    {
        if (conditions > 0 && attributes.TryGetValue(name, out var earlier) && earlier != type && !grows)
            attributes[name] = ModuleChoice.Of(earlier, type);
        else
            attributes[name] = type;
        record?.Invoke(new InitAssignment(name, type, value, node, conditions > 0, grows));
    }

    /// <summary>Calls for their effect: append, extend, add_module, register_buffer.</summary>
    private void Effect(Call call)
    {
        if (call.Func is not Syntax.Attribute method)
            return;
        if (method.Value is Name { Id: var owner } && owner == selfName)
        {
            if (
                call.Args is [Constant { Value: string name }, var value, ..]
                && method.Name is "register_buffer" or "register_parameter" or "add_module" or "register_module"
            )
            {
                var type = Evaluate(value);
                if (type.IsUnknown && method.Name == "register_buffer" && value is Call or BinOp or Subscript)
                    type = TorchType.Tensor;
                Record(name, type, value, call);
            }
            else if (method.Name is not "__init__" && self?.FindMethod(method.Name) is { } helper && record is not null)
                CallMethod(helper.Class.Owner, helper.Function);
            return;
        }
        if (method.Name is not ("append" or "extend" or "insert"))
            return;
        var added =
            call.Args.Count == 0 ? []
            : method.Name == "extend"
                ? Evaluate(call.Args[0]) is PythonListType list ? list.Elements
                    : [TorchType.Unknown]
            : ImmutableArray.Create(Evaluate(call.Args[^1]));
        bool exact = conditions == 0 && method.Name == "append";
        if (method.Value is Name { Id: var local } && locals.TryGetValue(local, out var grown))
            locals[local] = Grow(grown, added, exact);
        else if (
            method.Value is Syntax.Attribute { Value: Name { Id: var receiver } } attribute
            && receiver == selfName
            && attributes.TryGetValue(attribute.Name, out var current)
        )
            Record(attribute.Name, Grow(current, added, exact), null, call, grows: true);
    }

    private static TorchType Grow(TorchType type, ImmutableArray<TorchType> added, bool exact) =>
        type switch
        {
            PythonListType list => list.Exact && exact
                ? list with
                {
                    Elements = list.Elements.AddRange(added),
                }
                : new PythonListType([.. list.Elements.Concat(added).Distinct()], false),
            ModuleContainerType { Exact: true } container when exact => container with
            {
                Elements = container.Elements.AddRange(added),
            },
            ModuleContainerType { Exact: true } container => container with
            {
                Elements = [.. container.Elements.Concat(added).Distinct()],
                Exact = false,
            },
            ModuleContainerType { Elements.Length: > 0 } container => container with
            {
                Elements = [.. container.Elements.Concat(added).Distinct()],
            },
            _ => type,
        };

    private static TorchType Concatenate(PythonListType a, PythonListType b) =>
        a.Exact && b.Exact
            ? new PythonListType(a.Elements.AddRange(b.Elements), true)
            : new PythonListType([.. a.Elements.Concat(b.Elements).Distinct()], false);

    private static bool IsScalar(TorchType type) =>
        type == TorchType.Int
        || type == TorchType.Float
        || type == TorchType.Bool
        || type == TorchType.Str
        || type == TorchType.None;

    private static TorchType Same(IEnumerable<TorchType> types)
    {
        var distinct = types.Distinct().Take(2).ToArray();
        return distinct.Length == 1 ? distinct[0] : types.Aggregate(InitLocals.Either);
    }

    private TorchType Comprehend(ComprehensionExpr comprehension, int nesting)
    {
        int mark = locals.Mark();
        foreach (var generator in comprehension.Generators)
            Bind(generator.Target, TorchType.Unknown);
        var element = Evaluate(comprehension.Element, nesting);
        locals.Undo(mark);
        return comprehension.Kind == ComprehensionKind.Set
            ? new PythonOnlyType(UnconvertibleForm.Set)
            : new PythonListType([element], false);
    }

    public static TorchType TypeOf(Constant constant) =>
        constant.Kind switch
        {
            ConstantKind.None => TorchType.None,
            ConstantKind.True or ConstantKind.False => TorchType.Bool,
            ConstantKind.Int => TorchType.Int,
            ConstantKind.Float => TorchType.Float,
            ConstantKind.Complex => TorchType.Complex,
            ConstantKind.Str => TorchType.Str,
            _ => TorchType.Unknown,
        };

    private static TorchType Arithmetic(BinaryOperator op, TorchType left, TorchType right)
    {
        bool tensor = left == TorchType.Tensor || right == TorchType.Tensor;
        if (tensor)
            return (left == TorchType.Tensor || IsNumber(left)) && (right == TorchType.Tensor || IsNumber(right))
                ? TorchType.Tensor
                : TorchType.Unknown;
        if (left == TorchType.Str && right == TorchType.Str && op == BinaryOperator.Add)
            return TorchType.Str;
        if (left == TorchType.Str && op == BinaryOperator.Mod)
            return TorchType.Str;
        // A negative number to a broken power is complex; what is written here is a number of channels or of heads.
        if (op == BinaryOperator.Pow && right == TorchType.Float && left == TorchType.Int)
            return TorchType.Float;
        if (!IsNumber(left) || !IsNumber(right) || op is BinaryOperator.Pow or BinaryOperator.MatMult)
            return TorchType.Unknown;
        if (op == BinaryOperator.Div)
            return TorchType.Float;
        return left == TorchType.Int && right == TorchType.Int ? TorchType.Int : TorchType.Float;
    }

    private static bool IsNumber(TorchType type) => type == TorchType.Int || type == TorchType.Float;

    /// <summary>
    /// How the compiler types an attribute that holds this Python value; Unknown where that is not certain.
    /// </summary>
    public static TorchType AsAttribute(TorchType value) =>
        value switch
        {
            PythonListType list => list.Elements.Length > 0
            && Same(list.Elements.Select(AsAttribute)) is var element
            && !element.HasUnknown
            && element is not (ModuleType or ModuleContainerType or ModuleChoice)
                ? new ListType(element)
                : TorchType.Unknown,
            TupleType tuple => tuple.Elements.Any(e => e is ModuleType or ModuleContainerType or ModuleChoice)
                ? TorchType.Unknown
                : new TupleType([.. tuple.Elements.Select(AsAttribute)]),
            PythonOnlyType => TorchType.Unknown,
            DictType dict => dict.HasUnknown || dict.Value is ModuleType or ModuleContainerType or PythonListType
                ? TorchType.Unknown
                : dict,
            _ => value,
        };
}
