using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>A parameter without annotation is a Tensor to the compiler, and its default is none.</summary>
public sealed class UnannotatedNonTensorDefault : Rule
{
    public override string Id => "unannotated-non-tensor-default";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var model = context.File.Model;
        foreach (var body in context.Compiled.Bodies)
        foreach (var parameter in body.Def.Args.PosOnly.Concat(body.Def.Args.Args))
        {
            if (
                parameter.Default is not { } value
                || model.DeclaredTypeOf(parameter) is not null
                || parameter.Annotation is not null
            )
                continue;
            if (
                DefaultValues.TypeOf(context.File, value) is not { } type
                || type == TorchType.None
                || type == TorchType.Tensor
            )
                continue;
            if (body.HasOverloads(model))
                break;
            if (value is TupleExpr && DefaultValueMismatch.Mutable(value, 0) is not null)
                continue;
            string shown = Shown(context.File, value);
            if (type is ListType or DictType)
            {
                context.Report(
                    this,
                    body.Severity,
                    body.SignatureSpan(context.File, parameter),
                    $"The default {shown} of '{parameter.Name}' is mutable, which TorchScript refuses: make the "
                        + "default None and build the value inside.",
                    body
                );
                continue;
            }
            context.Report(
                this,
                body.Severity,
                body.SignatureSpan(context.File, parameter),
                $"TorchScript assumes '{parameter.Name}' is a Tensor, but its default is "
                    + $"{shown}{Advice(parameter, type)}.",
                body,
                Fixes(context, body, parameter, type)
            );
        }
    }

    private static string Advice(Arg parameter, TorchType type) =>
        type.IsWritable ? $": annotate it '{parameter.Name}: {type}'" : ": annotate it";

    private static IEnumerable<Fix> Fixes(RuleContext context, CompiledBody body, Arg parameter, TorchType fromDefault)
    {
        var file = context.File;
        // An int default says little where floats were seen to be passed.
        var observed = file.Observations.Find(PlaceKind.Parameter, parameter.NameSpan);
        if (
            observed?.JoinedType is { } seen
            && TorchType.TryParse(seen, out var seenType)
            && seenType != fromDefault
            && seenType.IsWritable
            && (seenType == TorchType.Float && fromDefault == TorchType.Int || fromDefault.IsUnknown)
        )
        {
            if (
                ParameterUses.Annotated(
                    file,
                    parameter,
                    seenType,
                    $" (observed {observed.Counted} times)",
                    FixSafety.Suggested
                ) is
                { } fix
            )
                yield return fix;
        }
        var safety =
            ParameterUses.NeedTensor(file, parameter, fromDefault).Count > 0
                ? FixSafety.Safe
                : Annotations.SafetyOf(context.Compiled, body, parameter, fromDefault);
        if (ParameterUses.Annotated(file, parameter, fromDefault, "", safety) is { } plain)
            yield return plain;
    }

    private static string Shown(FileSnapshot file, Expr value)
    {
        string text = file.Text[value.Span];
        return text.Length <= 30 && !text.Contains('\n') ? text : text[..27].ReplaceLineEndings(" ") + "...";
    }
}

/// <summary>The TorchScript type of what Python evaluates as a default.</summary>
internal static class DefaultValues
{
    /// <summary>
    /// Null where it is not certain. Unknown: certainly no Tensor, but of no type that could be written.
    /// </summary>
    public static TorchType? TypeOf(FileSnapshot file, Expr value, int depth = 0)
    {
        if (depth > 20)
            return null;
        switch (value)
        {
            case Constant constant:
                return constant.Kind switch
                {
                    ConstantKind.None => TorchType.None,
                    ConstantKind.True or ConstantKind.False => TorchType.Bool,
                    ConstantKind.Int => TorchType.Int,
                    ConstantKind.Float => TorchType.Float,
                    ConstantKind.Complex => TorchType.Complex,
                    ConstantKind.Str => TorchType.Str,
                    _ => null,
                };
            case JoinedStr { IsTemplate: false }:
                return TorchType.Str;
            case UnaryOp { Op: UnaryOperator.Not }:
                return TorchType.Bool;
            case UnaryOp sign:
                return TypeOf(file, sign.Operand, depth + 1) is { } operand && IsNumber(operand) ? operand : null;
            case BinOp operation:
                return OfOperation(file, operation, depth);
            case TupleExpr tuple:
                var elements = tuple.Elements.Select(e => TypeOf(file, e, depth + 1)).ToArray();
                return elements.Length > 0 && elements.All(e => e is not null && e != TorchType.Tensor)
                    ? TorchType.Tuple([.. elements.OfType<TorchType>()])
                    : null;
            case ListExpr or ComprehensionExpr { Kind: ComprehensionKind.List }:
                return new ListType(TorchType.Unknown);
            case DictExpr or DictComp:
                return new DictType(TorchType.Unknown, TorchType.Unknown);
            case Call { Func: Name { Id: "float" } } when IsBuiltin(file, ((Call)value).Func, "float"):
                return TorchType.Float;
            case Call { Func: Name { Id: "int" } } when IsBuiltin(file, ((Call)value).Func, "int"):
                return TorchType.Int;
            case Attribute:
                return OfName(file, value);
            case Name name:
                return
                    file.Model.Names.FindVariable(name)
                        is { Bindings: [{ Kind: Semantics.BindingKind.Variable, Value: { } given }] } variable
                    ? TypeOf(variable.Owner.File, given, depth + 1)
                    : null;
            case Call call when file.Model.ResolveName(call.Func) == "torch.device":
                return TorchType.Device;
            default:
                return null;
        }
    }

    private static TorchType? OfOperation(FileSnapshot file, BinOp operation, int depth)
    {
        if (
            TypeOf(file, operation.Left, depth + 1) is not { } left
            || TypeOf(file, operation.Right, depth + 1) is not { } right
        )
            return null;
        if (!IsNumber(left) || !IsNumber(right))
            return null;
        return operation.Op switch
        {
            BinaryOperator.Div => TorchType.Float,
            BinaryOperator.Pow when left == TorchType.Int && right == TorchType.Int && operation.Right is UnaryOp =>
                TorchType.Float,
            BinaryOperator.Add
            or BinaryOperator.Sub
            or BinaryOperator.Mult
            or BinaryOperator.FloorDiv
            or BinaryOperator.Mod
            or BinaryOperator.Pow => left == TorchType.Float || right == TorchType.Float ? TorchType.Float
            : left == TorchType.Int && right == TorchType.Int ? TorchType.Int
            : null,
            _ => null,
        };
    }

    private static TorchType? OfName(FileSnapshot file, Expr value) =>
        file.Model.ResolveName(value) switch
        {
            "math.pi" or "math.e" or "math.inf" or "math.nan" or "math.tau" => TorchType.Float,
            "torch.float32"
            or "torch.float"
            or "torch.float64"
            or "torch.double"
            or "torch.float16"
            or "torch.half"
            or "torch.bfloat16"
            or "torch.int64"
            or "torch.long"
            or "torch.int32"
            or "torch.int"
            or "torch.uint8"
            or "torch.int8"
            or "torch.bool" => new UnknownType(),
            _ => null,
        };

    private static bool IsBuiltin(FileSnapshot file, Expr function, string name) =>
        file.Model.ResolveName(function) == "builtins." + name;

    private static bool IsNumber(TorchType type) => type == TorchType.Int || type == TorchType.Float;
}
