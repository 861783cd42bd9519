using LspTorch.Syntax;

namespace LspTorch.Server.Repair.Live;

/// <content>What the compiler wants of whole functions: written otherwise, inlined, annotated with two types.</content>
internal sealed partial class LiveRepairs
{
    /// <summary>Functions that take modules or functions: at the place, or called there.</summary>
    private IEnumerable<LiveRepair> OfCallees(Refusal refusal)
    {
        if (refusal.Place is not { } place)
            yield break;
        var names = new List<string>();
        if (Refusal.FunctionAt(place.File, place.Span.Start) is { } function && InlinedCall.TakesFunctions(function))
            names.Add(place.File.Model.QualifiedNameAt(function) ?? "");
        var called = new InlinedCall(place.File.Path, "", facts.PartClasses);
        if (Refusal.StatementAt(place.File, place.Span.Start) is { } statement)
            foreach (var call in Nodes<Call>.In(statement))
            foreach (string name in called.CalledBy(place.File, call))
                if (Refusal.Function(place.File, name) is { } callee && InlinedCall.TakesFunctions(callee))
                    names.Add(name);
        foreach (string name in names.Distinct())
            yield return called with
            {
                Function = name,
                Title = $"Write what {name} computes where compiled code calls it",
            };
    }

    /// <summary>What the compiler wants written otherwise in the function at the place.</summary>
    private static IEnumerable<LiveRepair> OfFunction(Refusal refusal)
    {
        if (
            refusal.Place is not { } place
            || Refusal.FunctionAt(place.File, place.Span.Start) is not { } function
            || place.File.Model.QualifiedNameAt(function) is not { } name
        )
            yield break;
        if (refusal.Message.Contains("variable number of arguments", StringComparison.Ordinal))
            yield return new VariadicSpelled(place.File.Path, name);
        if (Undefined().Match(refusal.Message) is { Success: true } undefined)
            yield return new BegunBefore(place.File.Path, name, undefined.Groups["name"].Value);
        if (refusal.Message.Contains("method 'numpy'", StringComparison.Ordinal))
            yield return new NumpyDetour(place.File.Path, name);
        if (Refusal.StatementAt(place.File, place.Span.Start) is not { } statement)
            yield break;
        if (NumberOrTensor().IsMatch(refusal.Message))
        {
            // A number that a Tensor is added to stays a number for the compiler: it says so where the sum is used.
            var read = Nodes<Name>.In(statement).Select(n => n.Id).ToHashSet();
            foreach (string begun in Nodes<Name>.In(function).Select(n => n.Id).Distinct())
                if (
                    refusal.Message.Contains($"'{begun}'", StringComparison.Ordinal)
                    || refusal.Message.Contains($" {begun} is set", StringComparison.Ordinal)
                    || place.File.Text[place.Span].StartsWith($"{begun}.", StringComparison.Ordinal)
                    || BecameNumber().IsMatch(refusal.Message) && read.Contains(begun)
                )
                    if (NumberBegun.First(function, begun) is not null)
                        yield return new NumberBegun(place.File.Path, name, begun);
        }
        if (refusal.Message.Contains("None", StringComparison.Ordinal) || refusal.Message.Contains("Optional["))
            foreach (var compare in Nodes<Compare>.In(statement))
                if (
                    compare.Start <= place.Span.Start
                    && place.Span.Start <= compare.End
                    && ComparedWithNone.NameIn(place.File, compare) is not null
                )
                    yield return new ComparedWithNone(
                        place.File.Path,
                        name,
                        ValueWritten.Canonical(place.File.Text, compare)
                    );
        if (refusal.Message.Contains("slice indices must be", StringComparison.Ordinal))
            yield return new SliceByVariable(place.File.Path, name, OnlyEager.Short(place.File, statement));
        if (refusal.Message.Contains("result of tolist()", StringComparison.Ordinal))
            yield return new TolistTyped(place.File.Path, name, OnlyEager.Short(place.File, statement));
        foreach (var assign in Nodes<Assign>.In(function))
            if (assign.Value is BoolOp { Op: BoolOperator.Or, Values: [Name { Id: var parameter }, _] })
                yield return new DefaultedByOr(place.File.Path, name, parameter);
    }

    /// <summary>Functions that return one type or another, and what is done with their values.</summary>
    private static IEnumerable<LiveRepair> OfUnions(Refusal refusal)
    {
        if (
            refusal.Place is not { } place
            || Refusal.FunctionAt(place.File, place.Span.Start) is not { } function
            || place.File.Model.QualifiedNameAt(function) is not { } name
        )
            yield break;
        if (
            refusal.Message.StartsWith("Return value was annotated", StringComparison.Ordinal)
            && ReturnAsObserved.Observed(place.File, function) is { } seen
        )
            yield return new ReturnAsObserved(place.File.Path, name, seen);
        if (Returned().Match(refusal.Message) is { Success: true } returned)
            yield return new UnionReturned(
                place.File.Path,
                name,
                $"{Type(returned.Groups["first"].Value)}, {Type(returned.Groups["second"].Value)}"
            );
        if (
            refusal.Message.Contains("Union[", StringComparison.Ordinal)
            && Refusal.StatementAt(place.File, place.Span.Start) is { } statement
        )
            foreach (var (value, isTuple) in UnionNarrowed.In(place.File, function, statement, refusal.Message))
                yield return new UnionNarrowed(
                    place.File.Path,
                    name,
                    OnlyEager.Short(place.File, statement),
                    value,
                    isTuple
                );

        static string Type(string said)
        {
            string type = said.Replace(" (inferred)", "", StringComparison.Ordinal).TrimEnd(' ', ':', '.');
            return type.StartsWith("Union[", StringComparison.Ordinal) ? type["Union[".Length..^1] : type;
        }
    }
}
