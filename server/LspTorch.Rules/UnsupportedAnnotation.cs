using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Refactorings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>
/// An annotation that is not a TorchScript type: the compiler reads those of parameters, returns and variables.
/// </summary>
public sealed class UnsupportedAnnotation : Rule
{
    private static readonly HashSet<string> names = new(StringComparer.Ordinal)
    {
        "typing.Callable",
        "typing.Sequence",
        "typing.Iterable",
        "typing.Iterator",
        "typing.Mapping",
        "typing.Collection",
        "typing.Set",
        "typing.Type",
        "typing.Generator",
        "collections.abc.Callable",
        "collections.abc.Sequence",
        "collections.abc.Iterable",
        "builtins.object",
        "builtins.dict",
        "builtins.set",
        "torch.tensor",
        "torch.nn.Module",
        "torch.nn.modules.Module",
        "torch.nn.modules.module.Module",
        "typing.List",
        "typing.Dict",
        "typing.Optional",
        "typing.Tuple",
        "typing.Union",
        "torch.jit.Future",
        "torch.futures.Future",
        "torch.Size",
        "torch.jit.ScriptModule",
        "torch.layout",
        "torch.memory_format",
        "torch.cuda.FloatTensor",
        "torch.nn.parallel.DistributedDataParallel",
        "torch.nn.DataParallel",
        "torch.nn.parallel.DataParallel",
        "torch.nn.modules.batchnorm._BatchNorm",
        "torch.nn.modules.instancenorm._InstanceNorm",
        "torch.nn.modules.conv._ConvNd",
        "os.PathLike",
        "collections.OrderedDict",
        "typing.OrderedDict",
        "typing.DefaultDict",
        "typing.Deque",
        "typing.MutableMapping",
        "typing.FrozenSet",
        "typing.Hashable",
        "typing.NoReturn",
        "typing.NamedTuple",
        "typing.ClassVar",
        "typing.Annotated",
        "typing.AnyStr",
        "builtins.frozenset",
        "builtins.range",
        "builtins.slice",
        "builtins.bytearray",
        "builtins.Exception",
        "datetime.datetime",
        "decimal.Decimal",
        "types.ModuleType",
        "types.FunctionType",
        "re.Pattern",
        "io.BytesIO",
        "io.StringIO",
        "functools.partial",
        "typing.IO",
        "typing.TextIO",
        "typing.BinaryIO",
        "typing.Literal",
        "typing_extensions.Literal",
        "builtins.bytes",
        "builtins.type",
        "collections.abc.Iterator",
        "collections.abc.Mapping",
    };

    private static readonly TorchVersion builtinGenericAttributes = new(2, 1);

    public override string Id => "unsupported-annotation";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        CheckAttributes(context);
        foreach (var (annotation, body) in context.Compiled.Annotations)
        {
            if (
                body.HasOverloads(context.File.Model)
                || annotation.Parent is Arg && body.Class is not null && IsSelf(annotation, body)
            )
                continue;
            if (InvalidPart(context, annotation, 0) is { } invalid)
                context.Report(
                    this,
                    body.Severity,
                    invalid.Span,
                    $"'{context.File.Text[invalid.Span]}' is not a TorchScript type: {Advice(context, invalid)}.",
                    body,
                    context.File.Model.ResolveName(invalid) == "torch.tensor" ? [AsClass(context.File, invalid)]
                        : annotation.Parent is Arg parameter
                        && SpecialisedFunction.IsDeclaredFunction(context.File, parameter)
                        && SpecialisedFunction.For(context.File, context.Compiled, body) is { } copies
                            ? [copies]
                        : []
                );
        }
        foreach (var body in context.Compiled.Bodies)
            if (context.File.Model.TypeCommentOf(body.Def) is { } comment && !body.HasOverloads(context.File.Model))
                CheckComment(context, body, comment);
        CheckIsInstance(context);
    }

    /// <summary>The function that makes a Tensor as the class that it is.</summary>
    private static Fix AsClass(FileSnapshot file, Expr function)
    {
        string written = function is Syntax.Attribute { Value: var module }
            ? $"{file.Text[module.Span]}.Tensor"
            : TorchNames.Member(file, "Tensor", out _);
        return new Fix($"Write '{written}'", FixSafety.Safe, [new TextEdit(function.Span, written)]);
    }

    /// <summary>
    /// What a "# type:" comment says must be as torch.jit reads it, and of as many parameters as there are.
    /// </summary>
    private void CheckComment(RuleContext context, CompiledBody body, FunctionTypeComment comment)
    {
        int expected = body.Def.Args.All().Count() - (SemanticModel.IsMethod(body.Def) ? 1 : 0);
        if (comment.Fault is { } fault)
            context.Report(
                this,
                body.Severity,
                comment.Span,
                $"This type comment cannot be compiled: {TypeCommentWords.Of(fault)}.",
                body
            );
        else if (comment.Parameters.Length != expected)
            context.Report(
                this,
                body.Severity,
                body.Def.NameSpan,
                $"The type comment of '{body.Def.Name}' has {Count(comment.Parameters.Length, "type")}, "
                    + $"and the function has {Count(expected, "parameter")}: give each parameter one.",
                body
            );
        else if (
            comment
                .Parameters.Append(comment.Returns)
                .OfType<Expr>()
                .Select(t => InvalidPart(context, t, 0) ?? UndefinedIn(context, body, t, 0))
                .FirstOrDefault(o => o is not null) is
            { } invalid
        )
            context.Report(
                this,
                body.Severity,
                comment.Span,
                $"{(invalid is Name named ? $"'{named.Id}'" : "A part")} of this type comment is not a "
                    + $"TorchScript type: {Advice(context, invalid)}.",
                body
            );
    }

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";

    /// <summary>
    /// A name in a type comment that nothing defines: the compiler itself supplies Tensor, List and the like.
    /// </summary>
    private static Name? UndefinedIn(RuleContext context, CompiledBody body, Expr type, int depth)
    {
        if (depth > 20 || body.Def.Parent is not (Syntax.Module or ClassDef { Parent: Syntax.Module }))
            return null;
        var names = context.File.Model.Names;
        return type switch
        {
            Subscript subscript => UndefinedIn(context, body, subscript.Value, depth + 1)
                ?? UndefinedIn(context, body, subscript.Index, depth + 1),
            TupleExpr tuple => tuple
                .Elements.Select(e => UndefinedIn(context, body, e, depth + 1))
                .FirstOrDefault(n => n is not null),
            Name name
                when names.ModuleScope.HasStarImport
                    || PythonBuiltins.Contains(name.Id)
                    || names.Lookup(name.Id, name) is not null => null,
            Name
            {
                Id: "Tensor"
                    or "Tuple"
                    or "List"
                    or "Dict"
                    or "Optional"
                    or "Union"
                    or "Future"
                    or "torch"
                    or "number"
                    or "Any"
                    or "NoneType"
                    or "Device"
                    or "Generator"
                    or "RRef"
                    or "Stream"
            } => null,
            Name name => name,
            _ => null,
        };
    }

    /// <summary>isinstance reads its types as annotations are read.</summary>
    private void CheckIsInstance(RuleContext context)
    {
        foreach (var node in context.Compiled.Live<Call>())
        {
            if (
                node.Node is not { Func: Name or Syntax.Attribute, Args: [var value, var asked] } call
                || context.File.Model.ResolveName(call.Func) is not ("builtins.isinstance" or "torch.jit.isinstance")
            )
                continue;
            // Of a module the compiler asks Python.
            if (context.File.Model.TypeOf(value) is UnknownType or ModuleType or ModuleContainerType)
                continue;
            foreach (var type in TypesIn(asked, 0))
                if (InvalidPart(context, type, 0) is { } invalid)
                {
                    context.Report(
                        this,
                        node.Severity,
                        invalid.Span,
                        $"'{context.File.Text[invalid.Span]}' is not a TorchScript type, so compiled "
                            + "code cannot test for it: decide this outside of compiled code.",
                        node.Body
                    );
                    break;
                }
        }
    }

    private static IEnumerable<Expr> TypesIn(Expr asked, int depth) =>
        asked is TupleExpr tuple && depth < 20 ? tuple.Elements.SelectMany(e => TypesIn(e, depth + 1)) : [asked];

    /// <summary>
    /// The type of an attribute written with a builtin container compiles from torch 2.1 on (pytorch/pytorch #98703).
    /// The compiler only reads it where an
    /// instance has the attribute.
    /// </summary>
    private void CheckAttributes(RuleContext context)
    {
        if (context.File.Options.Torch >= builtinGenericAttributes)
            return;
        var model = context.File.Model;
        foreach (var classes in context.Compiled.Bodies.Where(b => b.Class is not null).GroupBy(b => b.Class))
        {
            if (classes.Key is not { } definition || model.ClassOf(definition) is not { IsModule: true } type)
                continue;
            foreach (var (name, annotation) in type.ClassAnnotations)
                if (
                    annotation is Subscript subscript
                    && model.ResolveName(subscript.Value) is "builtins.list" or "builtins.dict" or "builtins.tuple"
                    && type.FindAttribute(name) is { Always: true }
                    && classes.FirstOrDefault(b => b.Certain) is { } body
                )
                    context.Report(
                        this,
                        body.Severity,
                        annotation.Span,
                        $"The type '{context.File.Text[annotation.Span]}' of an attribute cannot be compiled "
                            + "before torch 2.1: write List, Dict or Tuple of typing.",
                        body
                    );
        }
    }

    private static bool IsSelf(Expr annotation, CompiledBody body) =>
        ReferenceEquals(annotation.Parent, body.Def.Args.All().FirstOrDefault());

    private static Expr? InvalidPart(RuleContext context, Expr annotation, int depth)
    {
        if (depth > 20)
            return null;
        switch (annotation)
        {
            case Name or Syntax.Attribute:
                return
                    context.File.Model.ResolveSymbol(annotation) is { } symbol
                        && (symbol.DottedName is { } name && names.Contains(name) || IsModuleClass(context, symbol))
                    || annotation is Name plain && IsNoClass(context, plain)
                    ? annotation
                    : null;
            case Constant { Kind: ConstantKind.Str, Value: string text }:
                return
                    context.File.Model.ParseAnnotation(text) is { } parsed
                    && (InvalidPart(context, parsed, depth + 1) is not null || IsUndefined(context, annotation, parsed))
                    ? annotation
                    : null;
            case ListExpr
            or TupleExpr
            or BoolOp
            or DictExpr
            or Constant { Kind: ConstantKind.Int or ConstantKind.Float or ConstantKind.True or ConstantKind.False }:
                return annotation;
            case Subscript subscript:
                string? constructor = context.File.Model.ResolveName(subscript.Value);
                if (
                    constructor
                    is "typing.List"
                        or "typing.Dict"
                        or "typing.Optional"
                        or "typing.Union"
                        or "typing.Tuple"
                        or "builtins.list"
                        or "builtins.dict"
                        or "builtins.tuple"
                        or "torch.jit.Future"
                        or "torch.futures.Future"
                )
                {
                    var arguments = subscript.Index is TupleExpr tuple ? tuple.Elements : [subscript.Index];
                    if (
                        constructor is "typing.Tuple"
                        && arguments.FirstOrDefault(a => a is Constant { Kind: ConstantKind.Ellipsis }) is { } dots
                    )
                        return dots;
                    if (
                        constructor is "typing.Dict" or "builtins.dict"
                        && arguments is [Subscript key, ..]
                        && context.File.Model.ResolveName(key.Value)
                            is "typing.List"
                                or "typing.Dict"
                                or "typing.Tuple"
                                or "typing.Optional"
                                or "builtins.list"
                                or "builtins.dict"
                                or "builtins.tuple"
                    )
                        return key;
                    foreach (var argument in arguments)
                        if (InvalidPart(context, argument, depth + 1) is { } inner)
                            return inner;
                    return null;
                }
                return constructor is not null && names.Contains(constructor) ? subscript.Value : null;
            default:
                return null;
        }
    }

    /// <summary>A type variable, a type made by NewType, or a module of Python.</summary>
    private static bool IsNoClass(RuleContext context, Name name)
    {
        var model = context.File.Model;
        if (
            model.Names.Lookup(name.Id, name) is not { } found
            || !ReferenceEquals(found.Scope, model.Names.ModuleScope)
        )
            return false;
        return found.Bindings.All(b => b.Node is Alias { Parent: Import })
            || found.Bindings is [{ Kind: BindingKind.Variable, Value: Call { Func: Name or Syntax.Attribute } made }]
                && model.ResolveName(made.Func) is "typing.TypeVar" or "typing.NewType";
    }

    /// <summary>A name written as a string that nothing in the file defines.</summary>
    private static bool IsUndefined(RuleContext context, Expr written, Expr parsed)
    {
        while (parsed is Syntax.Attribute member)
            parsed = member.Value;
        var names = context.File.Model.Names;
        return parsed is Name { Id: var id } name
            && !names.ModuleScope.HasStarImport
            && !PythonBuiltins.Contains(id)
            && names.Lookup(id, name) is null
            && names.Lookup(id, written) is null;
    }

    private static bool IsModuleClass(RuleContext context, ResolvedSymbol symbol) =>
        symbol is { Class: { } type, Owner: { } owner }
            ? owner.ClassOf(type).IsModule
            : symbol.Definition is null
                && symbol.DottedName is { } dotted
                && context.File.Model.Tables.Module(dotted) is not null;

    private static string Advice(RuleContext context, Expr invalid)
    {
        if (invalid is Constant { Kind: ConstantKind.Ellipsis })
            return "a tuple has a fixed number of elements, write List[...]";
        if (invalid is TupleExpr)
            return "write Tuple[...]";
        if (invalid is Subscript)
            return "the keys of a dictionary are ints, floats, bools, strs, Tensors or devices";
        if (invalid is ListExpr)
            return "write List[...]";
        if (invalid is BoolOp)
            return "write Optional[...] or Union[...]";
        return context.File.Model.ResolveSymbol(invalid) is { } symbol
            ? IsModuleClass(context, symbol)
                ? "a module cannot be passed, keep it in an attribute"
                : Advice(symbol.DottedName)
            : "write a Tensor, number, string or container type";
    }

    private static string Advice(string? name) =>
        name switch
        {
            "typing.Callable" or "collections.abc.Callable" =>
                "a function cannot be passed, keep a module in an attribute or call it by name",
            "typing.Sequence"
            or "typing.Iterable"
            or "typing.Iterator"
            or "typing.Collection"
            or "collections.abc.Sequence"
            or "collections.abc.Iterable"
            or "typing.Set"
            or "builtins.set" => "write List[...]",
            "typing.Mapping" or "builtins.dict" or "typing.Dict" => "write Dict[..., ...] with its types",
            "typing.List" => "write List[...] with the type of its elements",
            "typing.Optional" => "write Optional[...] with its type",
            "typing.Tuple" => "write Tuple[...] with the types of its elements",
            "typing.Union" => "write Union[...] with its types",
            "torch.jit.Future" or "torch.futures.Future" => "write Future[...] with the type of its value",
            "torch.tensor" => "write torch.Tensor",
            _ => "write a Tensor, number, string or container type",
        };
}
