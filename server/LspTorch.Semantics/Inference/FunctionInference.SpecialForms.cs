using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>Calls of torch.jit and of builtins whose arguments are not ordinary expressions.</summary>
internal sealed partial class FunctionInference
{
    /// <summary>
    /// Forms whose arguments are not ordinary expressions; null where the call is to be treated as any other.
    /// </summary>
    private TorchType? SpecialForm(string name, Call call)
    {
        switch (name)
        {
            case "hasattr" or "isinstance":
                InferCondition(call);
                return TorchType.Bool;
            // It is only good for calling a method of a base class; what the compiler makes of it is left open.
            case "super" when unit.Self is not null && call.Args.Count is 0 or 2:
                return TorchType.Unknown;
            case "getattr" when call.Args.Count >= 2:
                CheckLiteralName(call);
                var owner = Infer(call.Args[0]);
                if (call.Args.Count > 2)
                    Infer(call.Args[2]);
                if (call.Args[1] is Constant { Value: string asked } && RefuseGetattr(call, owner, asked))
                    return TorchType.Unknown;
                if (
                    call.Args.Count == 2
                    && owner is ModuleType { Definition: ClassModel { IsModule: true, HasAllBases: true } definition }
                    && call.Args[1] is Constant { Value: string attributeName }
                    && LacksAttribute(definition, attributeName)
                )
                    Report(new ModuleLacksAttribute(call, definition.Name, attributeName));
                return call.Args[1] is Constant { Value: string attribute }
                    ? AttributeOf(
                        owner,
                        new Syntax.Attribute(call.Args[0], attribute, call.Args[1].Span, ExprContext.Load)
                    )
                    : TorchType.Unknown;
            default:
                return null;
        }
    }

    /// <summary>The attribute of a plain value by its name; a default is for objects and modules only.</summary>
    private bool RefuseGetattr(Call call, TorchType owner, string name)
    {
        if (!IsOperand(owner) || owner is ClassType or OptionalType or UnionType)
            return false;
        bool hasDefault = call.Args.Count > 2;
        if (
            !hasDefault
            && (
                HasMethod(owner, name)
                || owner == TorchType.Tensor && Model.Tables.Function("Tensor." + name) is not null
                || owner == TorchType.Device && PropertyOf("device", name) is not null
                || owner is TupleType { FieldNames: var fields } && fields.Contains(name)
                || name == "type"
            )
        )
            return false;
        Report(
            hasDefault
                ? new GetattrWithDefault(call, Shown(call.Args[0]), owner)
                : new TypeLacksAttribute(call, owner, name, Shown(call.Args[0]))
        );
        return true;
    }

    private TorchType? NamedForm(string dotted, Call call)
    {
        switch (dotted)
        {
            case "torch.jit.annotate" when call.Args.Count == 2:
                var wanted = Model.Annotations.Read(call.Args[0]);
                var annotated = InferValue(call.Args[1], wanted);
                // Here, unlike at a variable, a value is converted.
                if (
                    !wanted.HasUnknown
                    && IsOperand(annotated)
                    && !Matcher.Convert(annotated, wanted, conversions: true).IsSubtypeOf(wanted)
                )
                    Report(new AnnotateCallDiffers(call, wanted, annotated));
                return wanted;
            case "torch.jit.isinstance" or "torch.jit.is_scripting" or "torch.jit.is_tracing":
                InferCondition(call);
                return TorchType.Bool;
            case "torch.no_grad" when call.Args.Count + call.Keywords.Count > 0:
                Report(new NoGradArguments(call));
                break;
            case "torch.jit.fork" or "torch.jit._fork" when call.Args.Count > 0:
                var forked = Infer(call.Args[0]);
                foreach (var argument in call.Args.Skip(1))
                    Infer(argument);
                if (!forked.HasUnknown && IsOperand(forked))
                    Report(new ForkOfValue(call, Shown(call.Func), Shown(call.Args[0]), forked));
                var result = forked switch
                {
                    FunctionValue function => CallFunction(function.Unit, call),
                    ModuleType { Definition: ClassModel definition }
                        when MemberOf(definition, "forward") is FunctionValue own => ReturnOf(own.Unit),
                    _ => TorchType.Unknown,
                };
                return result.IsUnknown ? result : new FutureType(result);
            case "torch.jit.wait" or "torch.jit._wait" when call.Args.Count == 1:
                var awaited = Infer(call.Args[0]);
                if (awaited is not FutureType && !awaited.HasUnknown && IsOperand(awaited))
                    Report(new WaitOfValue(call, Shown(call.Func), awaited));
                return awaited is FutureType future ? future.Element : TorchType.Unknown;
            case "torch.jit._unwrap_optional" when call.Args.Count == 1:
                var unwrapped = Infer(call.Args[0]);
                if (unwrapped == TorchType.None)
                    Report(new UnwrappedNone(call));
                return TypeRelations.WithoutNone(unwrapped) ?? TorchType.Unknown;
            case "torch.Size" when call.Args.Count == 1:
                return Infer(call.Args[0]) is ListType or TupleType ? new ListType(TorchType.Int) : TorchType.Unknown;
            case "torch.device" when call.Args.Count > 0:
                foreach (var argument in call.Args)
                    Infer(argument);
                return TorchType.Device;
        }
        return null;
    }

    private static bool IsLegacyConstructor(string op) =>
        op
            is "aten::FloatTensor"
                or "aten::DoubleTensor"
                or "aten::HalfTensor"
                or "aten::LongTensor"
                or "aten::IntTensor"
                or "aten::ShortTensor"
                or "aten::CharTensor"
                or "aten::ByteTensor"
                or "aten::BoolTensor";

    /// <summary>Either the sizes, as ints one by one, or one value that <c>torch.tensor</c> takes.</summary>
    private TorchType CallLegacyConstructor(
        string name,
        Call call,
        List<Argument> positional,
        List<Argument> keywords,
        bool spread
    )
    {
        if (spread || positional.Any(p => p.Type.HasUnknown || p.Type is SugaredType))
            return TorchType.Tensor;
        if (keywords.Any(k => k.Name != "device"))
            Report(new LegacyConstructorKeyword(call, name));
        else if (positional.Count > 1 && !positional.All(p => p.Type == TorchType.Int))
            Report(new LegacyConstructorSizes(call, name));
        else if (positional is [{ Type: var only }] && only != TorchType.Int)
            CheckResolved(call, $"torch.{name}", "aten::tensor", positional, []);
        return TorchType.Tensor;
    }
}
