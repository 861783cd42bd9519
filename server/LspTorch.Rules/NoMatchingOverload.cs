using System.Collections.Immutable;
using System.Diagnostics;
using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Problems;
using LspTorch.Refactorings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>A call or operator whose arguments no signature takes.</summary>
public sealed class NoMatchingOverload : RefusalRule<SignatureProblem>
{
    public override string Id => "no-matching-overload";

    protected override string MessageOf(SignatureProblem problem) =>
        problem switch
        {
            ArgumentTypeDiffers(_, var function, var parameter, var formal, var given, var isRest) differs =>
                SignatureWords.Of(function, parameter, formal, given, isRest) + Advice(differs) + ".",
            ArgumentsDiffer(_, var function, var mismatch) =>
                $"{SignatureWords.Begin(function)}: {SignatureWords.Of(mismatch)}.",
            NoSignature(_, var function, var given) =>
                $"{SignatureWords.Begin(function)}: its arguments are ({string.Join(", ", given.Select(Written))}).",
            SliceKeywords => "TorchScript's 'slice' takes no keyword arguments: pass them by position.",
            TupleOfIterable(_, var value) =>
                $"The length of a tuple is known at compile time, and that of '{value}' is not: make a "
                    + "list, or write the elements out.",
            TupleOfValue(_, { Type: ListType }) =>
                "The length of a tuple is known at compile time, and that of a list is not: keep the "
                    + "list, or write the elements out.",
            TupleOfValue(_, var type) =>
                $"The length of a tuple is known at compile time, and that of {TypeWords.Of(type)} is "
                    + "not: write the elements out.",
            RangeOfValue(_, var type) when type.Type == TorchType.Tensor =>
                "'range' takes ints, but got Tensor: write 'int(...)'.",
            RangeOfValue(_, var type) when type.Type == TorchType.Float =>
                "'range' takes ints, but got float: divide with '//'.",
            RangeOfValue(_, var type) => $"'range' takes ints, but got {type}.",
            ArgumentCount(_, "tuple", _, _, 0) =>
                "TorchScript's 'tuple' takes one argument: an empty tuple is written '()'.",
            ArgumentCount(_, var function, var least, var most, var given) => $"'{function}' takes "
                + $"{(given < least ? $"at least {Arguments(least)}" : $"at most {Arguments(most)}")}, but got "
                + $"{given}.",
            ModulePassed(_, var value, var parameter, var function, var type) =>
                $"'{value}' is a module or None, and '{parameter}' of '{function}' takes "
                    + $"{TypeWords.Of(type)}: write '{value} is not None' here, without a function.",
            IgnoredDefault(_, var function, var parameter) =>
                $"TorchScript does not know the defaults of '{function}', which it does not compile: "
                    + $"pass '{parameter}' too.",
            UnannotatedParameter(_, var parameter, var function, var given) =>
                $"'{parameter}' of '{function}' has no annotation, so TorchScript takes it for a Tensor, "
                    + $"but got {TypeWords.Of(given)}: annotate the parameter.",
            GetitemCount(_, var given) =>
                $"'__getitem__' of a Tensor takes one index, but got {given}: write 'x[...]'.",
            SequentialCount(_, var given) => $"A Sequential takes one argument, but got {given}.",
            NoGradArguments => "'torch.no_grad' takes no arguments.",
            WaitOfValue(_, var function, var given) =>
                $"'{function}' takes the result of torch.jit.fork, but got {TypeWords.Of(given)}.",
            UnwrappedNone => "'_unwrap_optional' got None, which has no value to unwrap.",
            LegacyConstructorKeyword(_, var function) =>
                $"'torch.{function}' takes no keyword but 'device' in TorchScript: write "
                    + "'torch.tensor(..., dtype=...)'.",
            LegacyConstructorSizes(_, var function) =>
                $"'torch.{function}' takes sizes, all ints, or one value in TorchScript: write "
                    + "'torch.tensor(..., dtype=...)'.",
            SpecialMethodMissing(_, var use, var method, var type) =>
                $"'{use}' needs a method '{method}' in '{type}': write it.",
            NoOperator(_, var symbol, var left, var right) => $"TorchScript has no '{symbol}' for "
                + $"{left}{(right is null ? "" : $" and {right}")}{OperatorAdvice(symbol, left.Type, right?.Type)}.",
            WithOfValue(_, var type) => "'with' takes an object with '__enter__' and '__exit__', but got "
                + $"{(type.Type is TupleType { Elements.IsEmpty: true } ? "nothing" : TypeWords.Of(type))}.",
            ContextMethodsMissing(_, var type) =>
                $"'with' needs the methods '__enter__' and '__exit__' in '{type}': write both.",
            EnterWithParameters(_, var type) => $"'__enter__' of '{type}' takes nothing but self in TorchScript.",
            ExitParameterCount(_, var type) =>
                $"'__exit__' of '{type}' takes self and three arguments in TorchScript, each annotated Any.",
            ExitParameterNotAny(_, var parameter) =>
                $"'{parameter}' of '__exit__' must be annotated Any: TorchScript passes None, never an exception.",
            MethodWithoutSelf(_, var method) =>
                $"'{method}' is a method and has no 'self': add it, or put @staticmethod above.",
            _ => throw new UnreachableException(),
        };

    protected override string RelatedMessageOf(SignatureProblem problem) =>
        problem is UnannotatedParameter { Parameter: var name } ? $"'{name}' has no annotation" : "";

    private static string Written((string? Name, DetachedType Type) argument) =>
        (argument.Name is null ? "" : $"{argument.Name}=") + TypeWords.Bare(argument.Type);

    private static string Arguments(int count) => count == 1 ? "1 argument" : $"{count} arguments";

    private static string Advice(ArgumentTypeDiffers problem) =>
        problem.Lacks is { } lacks ? $": {InterfaceWords.Of(lacks)}"
        : problem.Given.Type == TorchType.Int && TypeRelations.WithoutNone(problem.Formal.Type) == TorchType.Float
            ? ": TorchScript does not convert int to float; write the number as '2.0', or 'float(...)'"
        : problem.Assumed is { } assumed ? $"; '{assumed}' is assumed to be a Tensor because it has no annotation"
        : "";

    /// <summary>What to write instead, where there is something.</summary>
    private static string OperatorAdvice(string symbol, TorchType left, TorchType? right) =>
        (left, right) switch
        {
            (UnionType or PrimitiveType { Kind: PrimitiveKind.Any }, _)
            or (_, UnionType or PrimitiveType { Kind: PrimitiveKind.Any }) => ": test its type with isinstance first",
            _ when TypeRelations.TupleElements(left) is not null
                    && right is not null
                    && TypeRelations.TupleElements(right) is not null => ": compare the elements one by one",
            (ClassType { Role: ClassRole.Enum }, _) or (_, ClassType { Role: ClassRole.Enum }) => ": take its '.value'",
            (PrimitiveType { Kind: PrimitiveKind.Bool }, _)
            or (_, PrimitiveType { Kind: PrimitiveKind.Bool }) when symbol is not ("in" or "==" or "!=") =>
                ": write 'int(...)' around the bool",
            (
                PrimitiveType { Kind: PrimitiveKind.Str },
                PrimitiveType { Kind: PrimitiveKind.Int or PrimitiveKind.Float }
            ) when symbol == "+" => ": write 'str(...)'",
            _ => "",
        };

    protected override ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, SignatureProblem problem) =>
        (
            Annotating(context, problem)
            ?? AsFloat(context.File, problem)
            ?? TensorSum.Of(context.File, problem.At)
            ?? TupleOfList.Of(context.File, problem.At)
            ?? TupleOfList.WithoutOut(context.File, problem.At)
        )
            is { } fix
            ? [fix]
            : [];

    private static Fix? AsFloat(FileSnapshot file, SignatureProblem problem) =>
        problem is ArgumentTypeDiffers { At: Call call, Formal.Type: var formal } differs
        && TypeRelations.WithoutNone(formal) is var taken
        && (taken == TorchType.Float || taken is ListType { Element: var element } && element == TorchType.Float)
        && CallArguments.Given(call, differs.Position, differs.Parameter) is { } given
            ? FloatLiteral.Of(file, call, given)
            : null;

    /// <summary>Where the callee's parameter lacks its annotation, that is what is to be fixed.</summary>
    private static Fix? Annotating(RuleContext context, SignatureProblem problem) =>
        problem is { Related: Arg { Annotation: null, Default: null } parameter, Wanted: { IsWritable: true } given }
        && given != TorchType.None
        && given != TorchType.Any
        && given is not ListType { IsEmptyLiteral: true }
        && parameter.FirstAncestor<FunctionDef>() is { } callee
        && !Annotations.ACallGivesAnother(context.Compiled, callee, parameter, given)
        && ParameterUses.Annotated(context.File, parameter, given, "", FixSafety.Suggested) is { } fix
            ? fix
            : null;
}
