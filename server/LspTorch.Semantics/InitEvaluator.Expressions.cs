using System.Collections.Immutable;
using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

internal sealed partial class InitEvaluator
{
    public TorchType Evaluate(Expr expr, int nesting = 0)
    {
        if (nesting > 60)
            return TorchType.Unknown;
        nesting++;
        switch (expr)
        {
            case Constant { Kind: ConstantKind.Bytes }:
                return model.File.Options.Torch < keepsBytes
                    ? new PythonOnlyType(UnconvertibleForm.Bytes)
                    : TorchType.Unknown;
            case Constant constant:
                return TypeOf(constant);
            case Lambda:
                return new PythonOnlyType(UnconvertibleForm.Lambda);
            case SetExpr:
                return new PythonOnlyType(UnconvertibleForm.Set);
            case DictExpr { Keys.Count: 0 }:
                return emptyDict;
            case JoinedStr { IsTemplate: false }:
                return TorchType.Str;
            case Name name:
                return locals.TryGetValue(name.Id, out var local) ? local : PythonOnlyName(name) ?? TorchType.Unknown;
            case Syntax.Attribute attribute:
                return EvaluateAttribute(attribute, nesting);
            case TupleExpr tuple:
                return new TupleType([.. EvaluateEach(tuple.Elements, nesting)]);
            case ListExpr list:
                return list.Elements.Any(e => e is Starred)
                    ? new PythonListType([TorchType.Unknown], false)
                    : new PythonListType([.. EvaluateEach(list.Elements, nesting)], true);
            case ComprehensionExpr comprehension:
                return Comprehend(comprehension, nesting);
            case DictExpr dict when dict.Keys.Count > 0 && dict.Keys.All(k => k is not null):
                return EvaluateDict(dict, nesting);
            case BinOp binary:
                return EvaluateOperation(binary, nesting);
            case UnaryOp { Op: UnaryOperator.Not }:
                return TorchType.Bool;
            case UnaryOp unary:
                var operand = Evaluate(unary.Operand, nesting);
                return operand == TorchType.Int || operand == TorchType.Float || operand == TorchType.Tensor
                    ? operand
                    : TorchType.Unknown;
            case Compare compare:
                return
                    compare.Ops.All(o =>
                        o is CompareOperator.Is or CompareOperator.IsNot or CompareOperator.In or CompareOperator.NotIn
                    )
                    || (
                        IsScalar(Evaluate(compare.Left, nesting))
                        && EvaluateEach(compare.Comparators, nesting).All(IsScalar)
                    )
                    ? TorchType.Bool
                    : TorchType.Unknown;
            case BoolOp logic:
                return Same(EvaluateEach(logic.Values, nesting));
            case IfExp choice:
                return Same([Evaluate(choice.Body, nesting), Evaluate(choice.OrElse, nesting)]);
            case Call call:
                return EvaluateCall(call, nesting);
            default:
                return TorchType.Unknown;
        }
    }

    private TorchType EvaluateAttribute(Syntax.Attribute attribute, int nesting)
    {
        if (attribute.Value is Name { Id: var owner } && owner == selfName && selfName.Length > 0)
            return attributes.TryGetValue(attribute.Name, out var own) ? own
                : self?.FindMethod(attribute.Name) is { } method && method.Function.Decorators.Count == 0
                    ? new PythonOnlyType(UnconvertibleForm.BoundMethod)
                : TorchType.Unknown;
        if (PythonOnlyName(attribute) is { } type)
            return type;
        if (model.ResolveName(attribute) is { } dotted)
            return model.Tables.Function(dotted) is ConstantEntry known ? known.Type : TorchType.Unknown;
        return
            Evaluate(attribute.Value, nesting) is ModuleType { Definition: null } module
            && model.Tables.Module(module.Name)?.Attributes.GetValueOrDefault(attribute.Name) is { } field
            ? field.Type
            : TorchType.Unknown;
    }

    private TorchType EvaluateDict(DictExpr dict, int nesting)
    {
        var keys = EvaluateEach(dict.Keys.OfType<Expr>(), nesting).Distinct().ToArray();
        var values = EvaluateEach(dict.Values, nesting).Distinct().ToArray();
        if (values.Length > 1 && values.All(v => IsScalar(v) && v != TorchType.None))
            return new PythonOnlyType(UnconvertibleForm.MixedDictionary) { Types = new TupleType([.. values]) };
        return new DictType(
            keys.Length == 1 ? keys[0] : TorchType.Unknown,
            values.Length == 1 ? values[0] : TorchType.Unknown
        );
    }

    private TorchType EvaluateOperation(BinOp binary, int nesting)
    {
        var left = Evaluate(binary.Left, nesting);
        var right = Evaluate(binary.Right, nesting);
        if (binary.Op == BinaryOperator.Add && left is PythonListType a && right is PythonListType b)
            return Concatenate(a, b);
        if (binary.Op == BinaryOperator.Mult && left is PythonListType repeated && right == TorchType.Int)
            return repeated with { Elements = [.. repeated.Elements.Distinct()], Exact = false };
        if (binary.Op == BinaryOperator.Pow && left == TorchType.Int && right == TorchType.Int)
            return binary.Right switch
            {
                Constant => TorchType.Int,
                UnaryOp { Op: UnaryOperator.USub, Operand: Constant } => TorchType.Float,
                _ => TorchType.Unknown,
            };
        return Arithmetic(binary.Op, left, right);
    }

    /// <summary>
    /// In order, each when it is asked for. On its own, so that the methods that call it need no closure for their
    /// other cases.
    /// </summary>
    private IEnumerable<TorchType> EvaluateEach(IEnumerable<Expr> exprs, int nesting) =>
        exprs.Select(e => Evaluate(e, nesting));
}
