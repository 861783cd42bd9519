using System.Collections.Immutable;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

internal sealed partial class FunctionInference
{
    /// <summary>
    /// Python's builtin functions that are operators to the compiler; those that are casts give back what has the type
    /// already.
    /// </summary>
    private static (string Operator, TorchType? Cast)? OperatorOfBuiltin(string name) =>
        name switch
        {
            "int" => ("aten::Int", TorchType.Int),
            "float" => ("aten::Float", TorchType.Float),
            "bool" => ("aten::Bool", TorchType.Bool),
            "complex" => ("aten::Complex", TorchType.Complex),
            "str" => ("aten::str", TorchType.Str),
            "min" or "max" or "abs" => ($"prim::{name}", null),
            "len"
            or "all"
            or "any"
            or "bin"
            or "chr"
            or "divmod"
            or "hash"
            or "hex"
            or "oct"
            or "ord"
            or "pow"
            or "round"
            or "sorted"
            or "sum" => ($"aten::{name}", null),
            _ => null,
        };

    private void CheckBuiltin(string name, Call call, List<Argument> positional, List<Argument> keywords, bool spread)
    {
        if (Model.Tables.Refusal("builtins." + name) != Presence.Absent)
        {
            Refuse(ProblemKind.UnsupportedFunction, call, $"TorchScript has no '{name}'.");
            return;
        }
        if (
            name == "zip"
            && call.Args.FirstOrDefault(a =>
                a is Starred { Value: var whole } && analysis.TypeOf(whole) is null or UnknownType or TupleType
            )
                is { } many
        )
        {
            Refuse(
                ProblemKind.UnsupportedFunction,
                call,
                $"TorchScript cannot unpack the arguments of 'zip', '{Shown(many)}': name the lists one by one."
            );
            return;
        }
        if (!spread && CheckCount(name, call, positional, keywords))
            return;
        if (name == "slice" && keywords.Count > 0)
            Refuse(
                ProblemKind.NoMatchingOverload,
                call,
                "TorchScript's 'slice' takes no keyword arguments: give them by position."
            );
        if (
            name == "tuple"
            && !spread
            && positional
                is [{ Type: IterableValue { Kind: IterableKind.Range or IterableKind.Enumerate or IterableKind.Zip } }]
        )
        {
            Refuse(
                ProblemKind.NoMatchingOverload,
                call,
                $"A tuple has a length known at compile time, and '{Shown(call.Args[0])}' has none to "
                    + "TorchScript: make a list, or write the elements out."
            );
            return;
        }
        if (!spread && name is "list" or "enumerate" or "zip")
            CheckIterated(call, positional);
        if (spread || positional.Concat(keywords).Any(a => !IsOperand(a.Type)))
            return;
        var first = positional.Count > 0 ? positional[0].Type : TorchType.Unknown;
        switch (name)
        {
            case "range":
                foreach (var argument in positional)
                    if (argument.Type != TorchType.Int)
                        Refuse(
                            ProblemKind.NoMatchingOverload,
                            call,
                            $"'range' takes ints, and {argument.Type} is given{(argument.Type == TorchType.Tensor ? ": write 'int(...)'" : argument.Type == TorchType.Float ? ": divide with '//'" : "")}."
                        );
                break;
            case "tuple"
                when positional.Count == 1 && TypeRelations.TupleElements(first) is null && first is not ListType:
                Refuse(
                    ProblemKind.NoMatchingOverload,
                    call,
                    $"A tuple has a length known at compile time, and of {TypeWords.Of(first)} there is none: "
                        + "write the elements out."
                );
                break;
            case "tuple" when positional.Count == 1 && first is ListType:
                Refuse(
                    ProblemKind.NoMatchingOverload,
                    call,
                    "A tuple has a length known at compile time, and a list has none: stay with the list, or "
                        + "write the elements out."
                );
                break;
            case "id" when positional.Count == 1 && first != TorchType.None:
                Refuse(
                    ProblemKind.UnsupportedFunction,
                    call,
                    $"'id' is there for objects of script classes only, and {TypeWords.Of(first)} is given."
                );
                break;
            case "len" when first is UnionType:
                Refuse(
                    ProblemKind.LengthOfUnion,
                    call,
                    $"'len' of a value of type {first} is 1 in TorchScript, whatever it holds: ask with "
                        + "isinstance which it is, and take the length there."
                );
                break;
            case "bool" when first is ListType or DictType || first == TorchType.Str:
                break;
            default:
                if (
                    OperatorOfBuiltin(name) is not { } known
                    || known.Cast is { } cast && positional.Count == 1 && keywords.Count == 0 && first.IsSubtypeOf(cast)
                )
                    break;
                CheckResolved(call, name, known.Operator, positional, keywords);
                break;
        }
    }

    /// <summary>Forms of the compiler's own that take so many arguments; true where it refuses the number.</summary>
    private bool CheckCount(string name, Call call, List<Argument> positional, List<Argument> keywords)
    {
        var (least, most) = name switch
        {
            "range" => (1, 3),
            "enumerate" => (1, 2),
            "zip" => (1, int.MaxValue),
            "list" => (0, 1),
            "tuple" => (1, 1),
            "slice" => (1, 3),
            _ => (0, int.MaxValue),
        };
        int given = positional.Count + keywords.Count;
        if (given >= least && given <= most)
            return false;
        Refuse(
            ProblemKind.NoMatchingOverload,
            call,
            name == "tuple" && given == 0
                ? "TorchScript's 'tuple' takes one argument: an empty tuple is written '()'."
                : $"'{name}' takes {(given < least ? $"at least {least}" : $"at most {most}")} argument{((given < least ? least : most) == 1 ? "" : "s")}, and {given} {(given == 1 ? "is" : "are")} given."
        );
        return true;
    }

    /// <summary>What is looped over by 'list', 'zip' and 'enumerate'.</summary>
    private void CheckIterated(Call call, List<Argument> positional)
    {
        foreach (var argument in call.Func is Name { Id: "enumerate" } ? positional.Take(1) : positional)
            if (!argument.Type.HasUnknown && argument.Source is { } source && call.Func is Name { Id: "list" })
                CheckIterable(source, argument.Type, call);
    }

    /// <summary>
    /// A zip with a tuple or modules is written out turn by turn: all else in it needs a length that the compiler
    /// knows.
    /// </summary>
    private void CheckUnrolled(Expr at, TorchType iterated, Expr? whole = null)
    {
        if (iterated is not IterableValue { Kind: IterableKind.Zip or IterableKind.Enumerate } wrapped)
            return;
        foreach (var child in wrapped.Children)
        {
            CheckUnrolled(at, child, whole);
            if (wrapped.Kind != IterableKind.Zip || ElementsOf(child) is not null)
                continue;
            if (
                child is ListType or DictType
                || child == TorchType.Tensor
                || child == TorchType.Str
                || child is IterableValue { Kind: IterableKind.Range }
            )
                Refuse(
                    ProblemKind.NotIterable,
                    whole ?? at,
                    $"'{Shown(at)}' goes over a tuple or modules, turn by turn at compile time, and over {(child is IterableValue ? "a range" : TypeWords.Of(child))}, whose length is not known then: "
                        + "loop over the first with enumerate, and index the other."
                );
            else
                CheckIterable(at, child, whole);
        }
    }

    private void CheckResolved(Call call, string shown, string op, List<Argument> positional, List<Argument> keywords)
    {
        var schemas = Model.Tables.Operator(op);
        if (
            schemas.IsEmpty
            || Model.Tables.HasUnreadableOverloads(op)
            || Matcher.Resolve(schemas, null, positional, keywords) is not null
        )
            return;
        CheckCall(call, shown, schemas.AsSpan(), null, positional, keywords);
    }

    private static bool IsRealLoop(TorchType iterated) =>
        iterated is ListType or DictType or IterableValue { Kind: IterableKind.Range }
        || iterated == TorchType.Tensor
        || iterated == TorchType.Str
        || iterated is IterableValue { Children.IsEmpty: false } wrapped && wrapped.Children.All(IsRealLoop);

    /// <param name="at">What is looped over.</param>
    /// <param name="whole">The comprehension, where it is one: the compiler names its first line.</param>
    private void CheckIterable(Expr at, TorchType iterated, Expr? whole = null)
    {
        if (iterated is IterableValue { Kind: IterableKind.Enumerate or IterableKind.Zip } wrapped)
        {
            foreach (var child in wrapped.Children)
                CheckIterable(at, child, whole);
            return;
        }
        if (ScriptClassOf(iterated) is { } made)
        {
            Refuse(
                ProblemKind.NotIterable,
                whole ?? at,
                $"'{Shown(at)}' is an object of '{made.Name}', and TorchScript loops over no objects: give it a "
                    + "method that returns a list."
            );
            return;
        }
        if (
            iterated.HasUnknown
            || iterated
                is not (PrimitiveType or OptionalType or UnionType or FutureType or ClassType { Role: ClassRole.Enum })
            || iterated == TorchType.Tensor
            || iterated == TorchType.Str
        )
            return;
        Refuse(
            iterated is OptionalType ? ProblemKind.OptionalNotRefined : ProblemKind.NotIterable,
            whole ?? at,
            iterated is OptionalType ? $"'{Shown(at)}' is {iterated} and may be None: test it first."
                : iterated is UnionType
                    ? $"A value of type {iterated} cannot be looped over: ask with isinstance which it is."
                : $"A value of type {iterated} cannot be looped over."
        );
    }
}
