using System.Collections.Immutable;

namespace LspTorch.Rules;

/// <summary>Every rule, in the order in which the index of the rule pages lists them.</summary>
public static class RuleCatalogue
{
    /// <summary>
    /// The id under which what the parser could not read is reported; no rule, no page, never suppressed.
    /// </summary>
    public const string SyntaxErrorId = "syntax-error";

    public static ImmutableArray<Rule> All { get; } =
    [
        new NumpyInScript(),
        new ModuleListIndexedByVariable(),
        new ReversedModuleList(),
        new UnannotatedNonTensorDefault(),
        new UnannotatedNonTensorParameter(),
        new DefaultValueMismatch(),
        new UnsupportedClass(),
        new NoneDefaultWithoutOptional(),
        new ParameterCalled(),
        new NoneThenValue(),
        new EmptyContainerOfNonTensors(),
        new ForwardWithoutReturnAnnotation(),
        new EntryMethodNotExported(),
        new UnsupportedSyntax(),
        new VariadicParameters(),
        new StarredListArgument(),
        new Recursion(),
        new SuperCallInScript(),
        new WeightNormHook(),
        new AttributeMissingOnInstance(),
        new NonePart(),
        new FunctionAttributeTested(),
        new MethodAttribute(),
        new UnconvertibleAttribute(),
        new NamedTupleAttribute(),
        new HookInScript(),
        new ParametrizationInScript(),
        new WrappedModule(),
        new NoGradDecorator(),
        new RegistrationInScript(),
        new FlattenParametersInScript(),
        new IgnoredCallNotSaved(),
        new UnknownAttribute(),
        new NoMatchingOverload(),
        new OptionalNotRefined(),
        new TypeChanged(),
        new NotDefinedOnAllPaths(),
        new ReturnTypeMismatch(),
        new ConditionNotBool(),
        new NotCallable(),
        new PythonValueInScript(),
        new ModuleMadeInScript(),
        new UnsupportedFunction(),
        new NotIterable(),
        new BadIndex(),
        new AttributeAssignment(),
        new AnnotatedValue(),
        new BadLiteral(),
        new LengthOfUnion(),
        new UnsupportedAnnotation(),
        new ImplicitTensorConversion(),
        new InPlaceOnListElement(),
        new TracedBranchIsFixed(),
        new TracedLoopIsUnrolled(),
        new TracedValueBecomesConstant(),
        new TracedStateIsLost(),
        new TracedOutput(),
        new ModuleInTrainingMode(),
        new FreezeDropsMethods(),
        new StateDictLacksBuffer(),
        new EnumReturnedFromSaved(),
        new BooleanOperatorReturnsBool(),
        new InPlaceOperatorRebinds(),
        new ListIndexIsNotAMask(),
        new NumberBecomesFloat(),
        new TextOfValueDiffers(),
        new PythonFunctionOfTensor(),
        new ComparisonDiffers(),
        new EvaluatedTwice(),
        new PythonLibraryDifference(),
        new TupleBecomesList(),
        new ValueDiffers(),
        new ObservedValueDiffers(),
        new ScriptedModuleLacksForward(),
        new AlwaysRaises(),
        new CannotBeLoaded(),
    ];

    public static Rule? Find(string id) => All.FirstOrDefault(r => r.Id == id);
}
