using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// An attribute that compiled code reads and that holds, on live instances, what TorchScript cannot keep.
/// </summary>
public sealed class UnconvertibleAttribute : Rule
{
    public override string Id => "unconvertible-attribute";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        foreach (var read in LiveInstances.Of(file).Reads)
        {
            var type = read.Class.Model;
            if (type.Lineage().Any(c => c.ClassAnnotations.ContainsKey(read.Name) || c.Constants.Contains(read.Name)))
                continue;
            if (
                read.Where(held => held is not null && WhyNot(file, held) is not null) is not { Count: > 0 } holders
                || holders[0].Find(read.Name) is not { } held
                || WhyNot(file, held) is not var (what, advice)
            )
                continue;
            context.Report(
                new Finding(
                    Id,
                    Severity.Error,
                    read.Node.Span,
                    $"'{read.Name}' holds {what} on {read.Class.Seen(holders)}, which TorchScript cannot keep "
                        + $"in an attribute: {advice}.",
                    read.Body.Function.QualifiedName,
                    FixOf(file, read, held) is { } fix ? [fix] : [],
                    read.Body.WhyCompiled()
                )
            );
        }
    }

    private static (string What, string Advice)? WhyNot(FileSnapshot file, HeldValue held)
    {
        switch (held.Kind)
        {
            case HeldKind.Numpy when Plain(held.Type) is { } plain:
                return ($"a {held.Type}", $"make it a Python number in __init__, '{plain}(...)'");
            case HeldKind.Array:
                return ("a numpy array", "make it a tensor in __init__, with torch.from_numpy and register_buffer");
            case HeldKind.DataClass:
                return (
                    $"a dataclass, '{held.Type}'",
                    "copy the fields that are needed to attributes of their own in __init__"
                );
            case HeldKind.Partial:
                return ("a functools.partial", "write a method that makes the call with these arguments");
            case HeldKind.Class:
                return ($"the class '{held.Type}'", "make the object in __init__");
            case HeldKind.Container
                when !held.Scriptable && held.Type.EndsWith("[?]", StringComparison.Ordinal)
                    || held.Type.EndsWith("[?, ?]", StringComparison.Ordinal):
                return (
                    "an empty container",
                    $"TorchScript cannot infer its type; declare it in the class, '{held.Name}: "
                        + $"{held.Type.Replace("?", "...", StringComparison.Ordinal)}'"
                );
            case HeldKind.Container when held.Type is "set" or "frozenset":
                return ("a set", "make it a list or a dictionary in __init__");
            case HeldKind.Container when !held.Scriptable && held.Type.Contains("Union[", StringComparison.Ordinal):
                return (
                    $"a value of type {held.Type}",
                    "its lists and dictionaries hold one type: keep what is of another type in an attribute of its own"
                );
            case HeldKind.Enum
                when file.Tree.Definitions.OfType<ClassDef>().FirstOrDefault(c => c.Name == held.Type) is { } type
                    && HasMixedValues(type):
                return (
                    $"a member of '{held.Type}'",
                    "the values of its members are of several types, and TorchScript's Enums have one"
                );
            default:
                return null;
        }
    }

    /// <summary>
    /// The Python type that a scalar of numpy becomes; null for those that derive from one, which the compiler takes.
    /// </summary>
    private static string? Plain(string type) =>
        type["numpy.".Length..] switch
        {
            "float64" or "str_" or "bytes_" or "complex128" => null,
            ['b', 'o', 'o', 'l', ..] => "bool",
            ['i', 'n', 't', ..] or ['u', 'i', 'n', 't', ..] or "longlong" or "ulonglong" or "intc" or "uintc" => "int",
            ['f', 'l', 'o', 'a', 't', ..] or "longdouble" => "float",
            _ => null,
        };

    private static bool HasMixedValues(ClassDef type) =>
        type
            .Body.OfType<Assign>()
            .Where(a => a.Targets is [Name { Id: not ['_', ..] }])
            .Select(a => a.Value is Constant constant ? constant.Kind : ConstantKind.Ellipsis)
            .ToList()
            is var kinds
        && !kinds.Contains(ConstantKind.Ellipsis)
        && kinds.Distinct().Count() > 1;

    private static Fix? FixOf(FileSnapshot file, LiveRead read, HeldValue held)
    {
        if (
            held.Kind != HeldKind.Numpy
            || Plain(held.Type) is not { } plain
            || !read.Class.Variants.All(v =>
                v.Find(read.Name) is { Kind: HeldKind.Numpy } other && other.Type == held.Type
            )
        )
            return null;
        if (
            read.Class.Model.FindAttribute(read.Name)
                is not { Assignments: [Assign { Targets: [Attribute], Value: var value }] }
            || !ReferenceEquals(read.Class.Model.Owner.File.Text, file.Text)
        )
            return null;
        return new Fix(
            $"Make '{read.Name}' a Python {plain}",
            FixSafety.Suggested,
            [
                TextEdit.Insert(value.ParenthesizedSpan.Start, plain + "("),
                TextEdit.Insert(value.ParenthesizedSpan.End, ")"),
            ]
        );
    }
}
