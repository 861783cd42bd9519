using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace LspTorch.Verdicts;

/// <summary>
/// What is behind a refusal of torch.jit.script: the rule whose kind it is, and what to do, in words of the source.
/// Many of the compiler's messages name neither; some name no
/// place either (hooks, objects that it cannot convert).
/// </summary>
public sealed record RefusalCause(string RuleId, string Advice)
{
    private static readonly ImmutableArray<(Regex Pattern, RefusalCause Cause)> known =
    [
        Kind(
            @"'(WeightNorm|SpectralNorm)' object has no attribute '__name__'",
            "weight-norm-hook",
            "weight_norm or spectral_norm is still on a part: remove it in __prepare_scriptable__"
        ),
        Kind(
            @"object has no attribute '__name__'|expected an indented block after 'for' statement|^(Hook|Pre-hook) '|while scripting the (forward|pre) ?hook",
            "hook-in-script",
            "a forward hook is on the module or on a part of it, and hooks are compiled too: remove it "
                + "before scripting, or in __prepare_scriptable__"
        ),
        Kind(
            "Parametrization is not working with scripting|parametrizations?\\.",
            "parametrization-in-script",
            "a parametrization is on a part: torch.nn.utils.parametrize.remove_parametrizations before scripting"
        ),
        Kind(
            "data_parallel|DataParallel|DistributedDataParallel",
            "wrapped-module",
            "the wrapper cannot be compiled: pass its '.module'"
        ),
        Kind(
            "failed to convert Python type: 'method'",
            "method-attribute",
            "an attribute holds a bound method: call the method by its name, or make it static"
        ),
        Kind(
            "failed to convert Python type|Error inferring type for|Could not get name of python class "
                + "object|Only tensors and \\(possibly nested\\)",
            "unconvertible-attribute",
            "an attribute holds a Python object that TorchScript cannot keep: keep what is needed of it as "
                + "numbers, tensors or modules, set in __init__"
        ),
        Kind(
            "This function exists as an attribute on the Python module, but we failed to compile it",
            "unconvertible-attribute",
            "the function in the attribute does not compile: a lambda has no source, others fail at the place below"
        ),
        Kind(
            "^Module '[^']*' has no attribute '",
            "attribute-missing-on-instance",
            "this instance has no such attribute: always give it a value in __init__ (None), and test "
                + "it with 'is not None' directly"
        ),
        Kind(
            "cannot call a value of type 'NoneType'|'NoneType' object has no attribute",
            "none-part",
            "the part is None on this instance: only 'if self.part is not None' makes the compiler leave the branch out"
        ),
        Kind(
            "^(function|builtin|method) cannot be used as a value",
            "function-attribute-tested",
            "an attribute or name is a function, which can only be called: no comparison with None, no condition"
        ),
        Kind(
            "Unknown type name '(torch\\.jit\\.ScriptModule|Module)'|has no attribute '__dict__'",
            "registration-in-script",
            "compiled code registers a buffer, parameter or module: do that in __init__"
        ),
        Kind(
            "'Optional\\[.*\\]' object has no attribute|^Optional\\[.*\\] cannot be used as a tuple|but "
                + "instead found type 'Optional\\[",
            "optional-not-refined",
            "the value may be None: test it first, on a local variable"
        ),
        Kind(
            "^Unsupported value kind: Tensor",
            "none-default-without-optional",
            "a parameter without annotation is left out in a call, and its default is None: annotate it Optional[...]"
        ),
        Kind("can't take variable number of arguments", "variadic-parameters", "write the parameters out"),
        Kind(
            "keyword-arg expansion|cannot statically infer the expected size of a list",
            "starred-list-argument",
            "write the arguments out, or pass a list"
        ),
        Kind(
            "Expected integer literal for index|Unable to extract string literal index",
            "module-list-indexed-by-variable",
            "loop over the container instead"
        ),
        Kind(
            "^Expected a default value of type",
            "unannotated-non-tensor-default",
            "annotate the parameter with its type"
        ),
        Kind(
            "Type mismatch: |if-expression's true branch|Expected an annotation of type|previously had type|is "
                + "set to type|^Cannot re-assign|does not support (augmented|subscripted) assignment",
            "type-changed",
            "a variable keeps one type: use another name, or annotate Optional or Union"
        ),
        Kind(
            "is not defined in the (true|false) branch|^undefined value",
            "not-defined-on-all-paths",
            "give it a value on every way, or import it where the compiler looks"
        ),
        Kind(
            "Previous return statement returned|Return value was annotated|Function was not annotated as "
                + "having type None",
            "return-type-mismatch",
            "a function returns one type"
        ),
        Kind(
            "Could not cast value of type",
            "condition-not-bool",
            "write the comparison out, 'x is not None' or 'x > 0'"
        ),
        Kind(
            "Python builtin|cannot create weak reference|Unknown builtin op|^(hasattr|getattr)'s|^object has "
                + "no attribute|Can't get source|accept any keyword arguments|incompatible constructor",
            "unsupported-function",
            "use a function of torch, or move the call into an @torch.jit.ignore function"
        ),
        Kind(
            "python value of type|cannot be used as a value|attribute (lookup|assignment) is not defined on",
            "python-value-in-script",
            "pass it as an argument, or keep it in an attribute"
        ),
        Kind(
            "cannot be compiled since it inherits from nn.Module|^Cannot instantiate class",
            "module-made-in-script",
            "make the module in __init__"
        ),
        Kind(
            "cannot be used as a tuple|is not iterable|Only tuples, lists and Modulelist|values to unpack|all "
                + "inputs of range",
            "not-iterable",
            "index it, or annotate the parameter that it comes from"
        ),
        Kind(
            "Wrong type for attribute assignment|Tried to set (nonexistent|an? )|Tried to set nonexistent attribute",
            "attribute-assignment",
            "set it in __init__ with the type that it gets here, or declare it in the class"
        ),
        Kind("is recursive|called recursively", "recursion", "write it as a loop"),
        Kind(
            "object has no attribute or method|Tried to access nonexistent attribute",
            "unknown-attribute",
            "TorchScript's type has no such member: another operator, or annotate the parameter that is taken "
                + "for a Tensor"
        ),
        Kind(
            "Unsupported annotation|Unknown type|type expression|without a contained type|Expected type hint",
            "unsupported-annotation",
            "write a type that TorchScript has"
        ),
        Kind(
            "aren't supported|are not supported|is not supported|[Dd]on't support|Expected a single top-level "
                + "function|unsupported kind of aug|we emit iteration over modulelists|Sliced expression|starred "
                + "expansion|currently supported|Cannot emit expr|Unknown Constant expression|must derive from "
                + "BaseException|does not have an __init__",
            "unsupported-syntax",
            "write it with what TorchScript has"
        ),
        Kind(
            "expected type comment|Number of type annotations|annotation prefix|Return type line|^expected .* "
                + "but found '.*' here",
            "unsupported-annotation",
            "a '# type:' comment is not written as TorchScript reads it: one type for each parameter, and '-> "
                + "type' behind them"
        ),
        Kind(
            "without contained types|^Cannot create dict for key type|Attempting to declare and annotate",
            "unsupported-annotation",
            "write a type that TorchScript has, where the variable is first assigned"
        ),
        Kind(
            "did not match the types? of|is annotated with type .* but is being assigned",
            "annotated-value",
            "the value has to have exactly the annotated type: lists and dictionaries are not converted"
        ),
        Kind("^Dict keys must contain|^Dict values must", "bad-literal", "all keys have one type, and all values"),
        Kind(
            "TorchScript classes does not support inheritance|^Class does not define|^First assignment cannot "
                + "be in a control-flow block|^Cannot emit inplace op",
            "unsupported-class",
            "a TorchScript class has no bases, sets its attributes at the top level of __init__, and has the "
                + "methods that are used of it"
        ),
        Kind("^Enum<.*has no attribute", "unknown-attribute", "the Enum has no such member"),
        Kind("multidimensional indexing|^tuple index must", "bad-index", "index with ints, slices and Tensors"),
        Kind("Legacy Tensor Constructor", "unsupported-function", "use torch.tensor, torch.zeros or torch.empty"),
        Kind(
            "left-hand side of assignment|^lhs of assignment|Starred expression may only",
            "unsupported-syntax",
            "assign to names, one for each element"
        ),
        Kind(
            "Can not iterate over a module list or tuple",
            "not-iterable",
            "loop over the modules with enumerate, and index the other"
        ),
        Kind("^Tried to set read-only", "attribute-assignment", "the property has no setter"),
        Kind(
            "expected (at least|exactly) \\d+ arguments",
            "no-matching-overload",
            "another number of arguments is taken"
        ),
        Kind("cannot call a value", "not-callable", "the compiler knows it as a value that cannot be called"),
        Kind(
            "indices must be integer|out of range|Unsupported operation: index|followed by tensor indexing|not "
                + "subscriptable|Cannot index into|aten::_set_item|aten::__getitem__|aten::slice",
            "bad-index",
            "index with ints, slices and Tensors"
        ),
        Kind(
            "Arguments for call are not valid|Expected a value of type|Expected at most|missing value for "
                + "argument|Unknown keyword argument|^[\\w.:<>]+\\(.*\\) -> .*:?$",
            "no-matching-overload",
            "an argument has another type than the function takes; a parameter without annotation is a Tensor"
        ),
    ];

    /// <summary>The cause of a refusal by its text; null for one that is of no known kind.</summary>
    /// <param name="type">The class that was asked about.</param>
    public static RefusalCause? Of(string message, string type = "")
    {
        if (type is "DataParallel" or "DistributedDataParallel")
            message = type;
        foreach (var (pattern, cause) in known)
            if (pattern.IsMatch(message))
                return cause;
        return null;
    }

    private static (Regex, RefusalCause) Kind(string pattern, string rule, string advice) =>
        (new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.Multiline), new RefusalCause(rule, advice));
}
