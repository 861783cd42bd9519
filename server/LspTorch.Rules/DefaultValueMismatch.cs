using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>
/// A default that TorchScript cannot keep as the type that its parameter is declared with: of another type, or mutable.
/// </summary>
public sealed class DefaultValueMismatch : Rule
{
    public override string Id => "default-value-mismatch";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var model = context.File.Model;
        foreach (var body in context.Compiled.Bodies)
        foreach (var parameter in body.Def.Args.PosOnly.Concat(body.Def.Args.Args))
        {
            if (parameter.Default is not { } value || body.HasOverloads(model))
                continue;
            string shown = context.File.Text[value.Span].ReplaceLineEndings(" ");
            if (shown.Length > 30)
                shown = shown[..27] + "...";
            // Of a parameter without annotation unannotated-non-tensor-default tells a list or dictionary itself.
            if (Mutable(value, 0) is { } mutable && (mutable != value || model.DeclaredTypeOf(parameter) is not null))
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
            if (
                model.DeclaredTypeOf(parameter) is not { } declared
                || DefaultValues.TypeOf(context.File, value) is not { } given
                || Fits(given, declared)
                || IsBroadcasting(model, parameter)
            )
                continue;
            context.Report(
                this,
                body.Severity,
                body.SignatureSpan(context.File, parameter),
                $"'{parameter.Name}' is declared {declared}, and its default {shown} is {given}: annotate "
                    + $"'{parameter.Name}: {given}', or write a default of type {declared}.",
                body,
                model.TypeCommentOf(body.Def) is null
                && Annotations.OfParameter(context.File, parameter, given, "", FixSafety.Suggested) is { } fix
                    ? [fix]
                    : []
            );
        }
    }

    /// <summary>torch's own annotation of lists for which one number may stand.</summary>
    private static bool IsBroadcasting(SemanticModel model, Arg parameter) =>
        parameter.Annotation is Subscript list
        && model.ResolveName(list.Value)?.Contains("BroadcastingList", StringComparison.Ordinal) == true;

    /// <summary>The list, dictionary or set that a default is or holds.</summary>
    internal static Expr? Mutable(Expr value, int depth) =>
        value switch
        {
            ListExpr
            or DictExpr
            or SetExpr
            or ComprehensionExpr { Kind: not ComprehensionKind.Generator }
            or DictComp => value,
            TupleExpr tuple when depth < 20 => tuple
                .Elements.Select(e => Mutable(e, depth + 1))
                .FirstOrDefault(e => e is not null),
            _ => null,
        };

    /// <summary>Whether pybind11 casts Python's value to the type (toIValue); true where that is not certain.</summary>
    private static bool Fits(TorchType given, TorchType wanted)
    {
        if (given.IsUnknown || wanted.IsUnknown || given == TorchType.None)
            return true;
        switch (wanted)
        {
            case OptionalType optional:
                return Fits(given, optional.Element);
            case UnionType:
                return wanted.HasUnknown || given.HasUnknown || given is TupleType || given.IsSubtypeOf(wanted);
            case TupleType tuple:
                return given is TupleType { Elements.Length: var count } parts
                    ? count == tuple.Elements.Length
                        && tuple.Elements.Zip(parts.Elements).All(e => Fits(e.Second, e.First))
                    : given is not PrimitiveType;
            case ListType or DictType:
                return given is not PrimitiveType || given == TorchType.Str;
            case PrimitiveType { Kind: PrimitiveKind.Int }:
                return given == TorchType.Int || given == TorchType.Bool || !IsPlain(given);
            case PrimitiveType { Kind: PrimitiveKind.Float }:
                return given == TorchType.Float || given == TorchType.Int || given == TorchType.Bool || !IsPlain(given);
            case PrimitiveType { Kind: PrimitiveKind.Complex }:
                return given != TorchType.Str && given is not TupleType;
            case PrimitiveType { Kind: PrimitiveKind.Bool }:
                return given != TorchType.Str;
            case PrimitiveType { Kind: PrimitiveKind.Str }:
                return given == TorchType.Str || !IsPlain(given);
            case PrimitiveType { Kind: PrimitiveKind.Tensor }:
                return given == TorchType.Tensor || !IsPlain(given);
            default:
                return true;
        }
    }

    private static bool IsPlain(TorchType type) => type is PrimitiveType { Kind: <= PrimitiveKind.Str } or TupleType;
}
