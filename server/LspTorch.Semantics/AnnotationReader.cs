using System.Collections.Concurrent;
using System.Collections.Immutable;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>
/// Reads annotations and type comments as TorchScript of the target version does; Unknown where it has no such type.
/// </summary>
internal sealed class AnnotationReader(SemanticModel model)
{
    private const int MaxDepth = 40;
    private static readonly TorchVersion builtinGenerics = new(1, 9),
        unions = new(1, 10),
        unionOperator = new(2, 2);

    /// <summary>The signature of a function is asked for at each of its calls.</summary>
    private readonly ConcurrentDictionary<Expr, TorchType> read = new();

    private TorchVersion Version => model.File.Options.Torch;

    public TorchType Read(Expr annotation) =>
        read.GetOrAdd(annotation, static (expr, reader) => reader.Read(expr, comment: false), this);

    /// <param name="comment">True for the text of a type comment, where the compiler itself supplies Tensor, List and
    /// the like.</param>
    private TorchType Read(Expr annotation, bool comment, int depth = 0)
    {
        if (depth > MaxDepth)
            return TorchType.Unknown;
        switch (annotation)
        {
            case Constant { Kind: ConstantKind.None }:
                return TorchType.None;
            case Constant { Kind: ConstantKind.Str, Value: string text }:
                return ReadText(text, comment, depth + 1);
            case BinOp { Op: BinaryOperator.BitOr } either when Version >= unionOperator:
                return TypeRelations.MakeUnion([
                    Read(either.Left, comment, depth + 1),
                    Read(either.Right, comment, depth + 1),
                ]);
            case Subscript subscript:
                return ReadSubscript(subscript, comment, depth);
            case Name or Syntax.Attribute:
                return ReadName(annotation, comment);
            default:
                return TorchType.Unknown;
        }
    }

    public TorchType ReadText(string text, bool comment, int depth = 0)
    {
        if (depth > MaxDepth || text.Length > 2000)
            return TorchType.Unknown;
        return ParseExpression(text) is { } expr ? Read(expr, comment, depth + 1) : TorchType.Unknown;
    }

    /// <summary>A type in a type comment.</summary>
    public TorchType ReadComment(Expr type) =>
        read.GetOrAdd(
            type,
            static (expr, reader) => reader.Read(expr is Starred s ? s.Value : expr, comment: true),
            this
        );

    public static Expr? ParseExpression(string text)
    {
        var tree = SyntaxTree.Parse(SourceText.From(text.Trim()));
        return tree.Errors.Count == 0 && tree.Root.Body is [ExprStmt { Value: var value }] ? value : null;
    }

    private TorchType ReadName(Expr name, bool comment)
    {
        var symbol = model.Names.Resolve(name);
        if (symbol?.Class is { } type && symbol.Owner is { } owner)
            return FromClass(owner.ClassOf(type));
        string? dotted = symbol?.DottedName ?? (comment ? CommentName(name) : null);
        return dotted switch
        {
            "torch.Tensor"
            or "torch.LongTensor"
            or "torch.FloatTensor"
            or "torch.nn.parameter.Parameter"
            or "torch.nn.Parameter"
            or "torch.BoolTensor"
            or "torch.IntTensor" => dotted is "torch.Tensor" ? TorchType.Tensor : TorchType.Unknown,
            "builtins.int" or "torch.dtype" or "torch.layout" or "torch.memory_format" => TorchType.Int,
            "builtins.float" => TorchType.Float,
            "builtins.bool" => TorchType.Bool,
            "builtins.complex" => TorchType.Complex,
            "builtins.str" or "typing.Text" => TorchType.Str,
            "typing.Any" => TorchType.Any,
            "torch.device" => TorchType.Device,
            "torch.Generator" => TorchType.Generator,
            _ => TorchType.Unknown,
        };
    }

    private static TorchType FromClass(ClassModel type) =>
        type.Kind switch
        {
            ClassKind.NamedTuple => type.InstanceType,
            ClassKind.Enum => type.InstanceType,
            ClassKind.Interface => type.InstanceType,
            ClassKind.Plain => type.InstanceType,
            _ => TorchType.Unknown,
        };

    /// <summary>
    /// The names the compiler supplies to the text of a type comment (torch/jit/annotations.py, EvalEnv).
    /// </summary>
    private static string? CommentName(Expr name) =>
        name is Name { Id: var id }
            ? id switch
            {
                "Tensor" => "torch.Tensor",
                "Tuple" or "List" or "Dict" or "Optional" or "Union" => $"typing.{id}",
                "Future" => "torch.jit.Future",
                _ => null,
            }
        : name is Syntax.Attribute { Value: Name { Id: "torch" }, Name: "Tensor" } ? "torch.Tensor"
        : null;

    private TorchType ReadSubscript(Subscript subscript, bool comment, int depth)
    {
        string? constructor =
            model.Names.Resolve(subscript.Value)?.DottedName ?? (comment ? CommentName(subscript.Value) : null);
        TorchType[] Arguments() =>
            subscript.Index is TupleExpr tuple
                ? [.. tuple.Elements.Select(e => Read(e, comment, depth + 1))]
                : [Read(subscript.Index, comment, depth + 1)];
        switch (constructor)
        {
            case "typing.List":
            case "builtins.list" when Version >= builtinGenerics:
                return Arguments() is [var element] ? new ListType(element) : TorchType.Unknown;
            case "typing.Optional":
                return Arguments() is [var some] ? TorchType.Optional(some) : TorchType.Unknown;
            case "typing.Dict":
            case "builtins.dict" when Version >= builtinGenerics:
                return Arguments() is [var key, var value] ? new DictType(key, value) : TorchType.Unknown;
            case "typing.Tuple":
            case "builtins.tuple" when Version >= builtinGenerics:
                if (subscript.Index is TupleExpr { Elements.Count: 0 })
                    return new TupleType([]);
                if (
                    subscript.Index is TupleExpr many
                    && many.Elements.Any(e => e is Constant { Kind: ConstantKind.Ellipsis })
                )
                    return TorchType.Unknown;
                return new TupleType([.. Arguments()]);
            case "typing.Union":
                var members = Arguments();
                if (Version < unions && !(members.Length == 2 && members.Contains(TorchType.None)))
                    return TorchType.Unknown;
                return TypeRelations.MakeUnion([.. members]);
            case "torch.jit.Future" or "torch.futures.Future":
                return Arguments() is [var future] ? new FutureType(future) : TorchType.Unknown;
            case "typing.Final" or "torch.jit.Final" or "typing_extensions.Final":
                return Arguments() is [var final] ? final : TorchType.Unknown;
            default:
                // Lists that take one number for all their places: torch's own annotation in nn.functional.
                return
                    constructor?.StartsWith("torch._jit_internal.BroadcastingList", StringComparison.Ordinal) == true
                    && Arguments() is [var broadcast]
                    ? new ListType(broadcast)
                    : TorchType.Unknown;
        }
    }

    public bool IsFinal(Expr annotation) =>
        model.Names.Resolve(annotation is Subscript s ? s.Value : annotation)?.DottedName
            is "typing.Final"
                or "torch.jit.Final"
                or "typing_extensions.Final";
}
