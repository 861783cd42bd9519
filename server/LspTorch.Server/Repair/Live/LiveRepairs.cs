using System.Text.RegularExpressions;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.Verdicts;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>What could fix a refusal, by the compiler's sentence and the live program: the likeliest first.</summary>
internal sealed partial class LiveRepairs(IReadOnlyList<ChosenModule> chosen, LiveFacts facts) : IRepairCandidates
{
    public IEnumerable<LiveRepair> For(Refusal refusal) =>
        [
            .. OfValues(refusal),
            .. OfAttributes(refusal),
            .. OfParts(refusal),
            .. OfFunction(refusal),
            .. OfTypes(refusal),
            .. OfUnions(refusal),
            .. OfCallees(refusal),
            .. OfText(refusal),
            .. OfUnreached(refusal),
        ];

    /// <summary>What could fix a compiled module that computes something else: types that were guessed.</summary>
    public IEnumerable<LiveRepair> ForDifference(
        CompiledModule module,
        IReadOnlyDictionary<string, SourceText> texts,
        Func<string, FileSnapshot> open
    )
    {
        foreach (string path in texts.Keys)
        {
            var file = open(path);
            foreach (var compiled in file.Model.CompiledFunctions)
                if (compiled.QualifiedName is { } name && new ParametersAsObserved(path, name).Edits(file).Length > 0)
                    yield return new ParametersAsObserved(path, name);
        }
    }

    /// <summary>Values that the compiler cannot read where they are: written out, copied, converted.</summary>
    private IEnumerable<LiveRepair> OfValues(Refusal refusal)
    {
        string message = refusal.Message;
        if (refusal.Place is { } place && facts.Globals.TryGetValue(place.File.Path, out var values))
            foreach (string chain in ValueWritten.At(place.File, place.Span).Distinct())
                if (values.TryGetValue(chain, out string? literal))
                    yield return new ValueWritten(place.File.Path, chain, literal);
        if (Unconvertible().Match(message) is { Success: true } attribute)
        {
            string name = attribute.Groups["name"].Value;
            foreach (var (path, type) in ClassesNamed(attribute.Groups["class"].Value))
            {
                if (NumberConverted.PythonType(attribute.Groups["type"].Value) is { } number)
                    yield return new NumberConverted(path, type, name, number);
                if (attribute.Groups["type"].Value == "functools.partial")
                    yield return new PartialCalled(path, type, name);
                yield return new ConfigurationCopied(path, type, name);
            }
        }
        if (Uncompiled().Match(message) is { Success: true } uncompiled)
            foreach (var (path, type) in ClassesNamed(uncompiled.Groups["class"].Value))
                yield return new LambdaAsMethod(path, type, uncompiled.Groups["name"].Value);
        // The compiler took the object's class for a class of TorchScript's.
        if (ScriptClass().IsMatch(message) && refusal.Problem.Place is { } read && LineAt(refusal, read) is { } line)
            foreach (string member in MemberOfMember().Matches(line).Select(m => m.Groups["name"].Value).Distinct())
            foreach (var (path, type) in chosen.SelectMany(m => m.Owners).Where(o => o.Path == read.Path).Distinct())
                yield return new ConfigurationCopied(path, type, member);
        if (FloatParameter().Match(message) is { Success: true } parameter)
        {
            foreach (string path in refusal.Texts.Keys)
                yield return new FloatArguments(path);
            foreach (string path in refusal.Texts.Keys)
                yield return new FloatKeyword(path, parameter.Groups["name"].Value);
        }
        if (Element().IsMatch(message) && refusal.Place is { } at)
            if (ContainersAsObserved.FunctionAt(at.File, at.Span.Start) is { } function)
                yield return new ContainersAsObserved(at.File.Path, function);
    }

    /// <summary>What an instance has, has not, or has as None.</summary>
    private IEnumerable<LiveRepair> OfAttributes(Refusal refusal)
    {
        string message = refusal.Message;
        if (Hook().IsMatch(message) && facts.Hooks.Count > 0 && refusal.Texts.ContainsKey(refusal.Module.Path))
            yield return new HooksTakenOff(refusal.Module.Path, refusal.Module.Class, facts.Hooks);
        if (ClassName().Match(message) is { Success: true } named)
            foreach (var (path, type) in ClassesNamed(named.Groups["class"].Value))
                yield return new ClassNameWritten(path, type);
        // What torch says of self.__class__, without a place.
        if (message.Contains("type object 'type' has no attribute", StringComparison.Ordinal))
            foreach (var (path, type) in chosen.SelectMany(m => m.Owners).Distinct())
                yield return new ClassNameWritten(path, type);
        if (FirstParameter().IsMatch(message))
            foreach (var (type, parameterName) in facts.FirstParameter.OrderBy(f => f.Key, StringComparer.Ordinal))
            foreach (var (path, _) in ClassesNamed(type))
                yield return new FirstParameterNamed(path, type, parameterName);
        if (Missing().Match(message) is { Success: true } missing)
        {
            string name = missing.Groups["name"].Value;
            foreach (var (path, type) in ClassesNamed(missing.Groups["class"].Value))
                if (AttributeBegun.Observed(refusal.Open(path), type, name) is { } seen)
                    yield return new AttributeBegun(path, type, name, seen);
            if (refusal.Place is { } use && Refusal.FunctionAt(use.File, use.Span.Start) is { } function)
                if (PresenceTested.At(use.File, use.Span, name) is { } attribute)
                    yield return new PresenceTested(
                        use.File.Path,
                        use.File.Model.QualifiedNameAt(function) ?? "",
                        attribute,
                        IsNone: false
                    );
        }
        if (NewAttribute().Match(message) is { Success: true } made && refusal.Place is { } store)
            foreach (
                var (path, type) in chosen.SelectMany(m => m.Owners).Where(o => o.Path == store.File.Path).Distinct()
            )
                if (AttributeBegun.Observed(store.File, type, made.Groups["name"].Value) is { } seen)
                    yield return new AttributeBegun(path, type, made.Groups["name"].Value, seen);
        if (NoneUsed().IsMatch(message) && refusal.Place is { } none)
            if (Refusal.FunctionAt(none.File, none.Span.Start) is { } function)
                if (PresenceTested.At(none.File, none.Span, null) is { } attribute)
                    yield return new PresenceTested(
                        none.File.Path,
                        none.File.Model.QualifiedNameAt(function) ?? "",
                        attribute,
                        IsNone: true
                    );
        if (ToBool().IsMatch(message) && refusal.Place is { } condition)
            foreach (var repair in OfCondition(condition.File, condition.Span))
                yield return repair;
        if (BecameValue().Match(message) is { Success: true } became && refusal.Place is { } assigned)
            if (
                Refusal.FunctionAt(assigned.File, assigned.Span.Start) is { } function
                && assigned.File.Model.QualifiedNameAt(function) is { } within
            )
                yield return new NoneVariable(
                    assigned.File.Path,
                    within,
                    became.Groups["name"].Value,
                    became.Groups["type"].Value
                );
        if (Branches().IsMatch(message))
            foreach (var (path, type) in OwnersAround(refusal))
                yield return new FlagsAsConstants(path, type);
    }

    /// <summary>A condition whose value is no bool: what is None, or a module, is tested otherwise.</summary>
    private IEnumerable<LiveRepair> OfCondition(FileSnapshot file, TextSpan condition)
    {
        var function = Refusal.FunctionAt(file, condition.Start);
        string? within = function is null ? null : file.Model.QualifiedNameAt(function);
        if (NoneGuarded.At(file, condition) is var (branch, tested) && within is not null)
            yield return new NoneGuarded(file.Path, within, OnlyEager.Short(file, branch), tested);
        foreach (var (path, type) in chosen.SelectMany(m => m.Owners).Where(o => o.Path == file.Path).Distinct())
            if (PresenceTested.At(file, condition, null) is ['s', 'e', 'l', 'f', '.', .. var part])
                yield return new ModuleTested(path, type, part);
        if (
            function is not null
            && within is not null
            && file.Text[condition] is { Length: > 0 } word
            && function.Args.All().Any(a => a.Name == word)
        )
            yield return new NoneTested(file.Path, within, word);
    }

    /// <summary>Statements that compiled code can do without.</summary>
    private static IEnumerable<LiveRepair> OfText(Refusal refusal)
    {
        // Said without a place: the compiler stopped in a class of torch that a property led to.
        if (
            refusal.Place is null
            || Refusal.FunctionAt(refusal.Place.Value.File, refusal.Place.Value.Span.Start) is { Decorators.Count: > 0 }
        )
            foreach (string path in refusal.Texts.Keys)
            foreach (string type in PropertyUnused.ClassesIn(refusal.Open(path)))
                yield return new PropertyUnused(path, type);
        if (refusal.Place is { } place && Refusal.StatementAt(place.File, place.Span.Start) is { } statement)
        {
            if (OnlyEager.Is(statement))
                yield return new OnlyEager(place.File.Path, OnlyEager.Short(place.File, statement));
            if (Refusal.FunctionAt(place.File, place.Span.Start) is { } called)
                foreach (string path in refusal.Texts.Keys)
                {
                    var file = refusal.Open(path);
                    foreach (var call in Nodes<ExprStmt>.In(file.Tree.Root))
                        if (
                            call.Value is Call { Func: Attribute method }
                            && method.Name == called.Name
                            && OnlyEager.CallsOnlySuch(file, call)
                        )
                            yield return new OnlyEager(path, OnlyEager.Short(file, call));
                }
        }
        if (refusal.Message.Contains("aten::finfo", StringComparison.Ordinal))
            foreach (string path in refusal.Texts.Keys)
                yield return new FloatLimitsWritten(path);
        // Said in torch's own code, without a place: memory laid out anew, or a part moved to a device.
        bool moves = refusal.Message.Contains("module.py", StringComparison.Ordinal);
        if (moves || refusal.Message.Contains("rnn.py", StringComparison.Ordinal) || Imports().IsMatch(refusal.Message))
            foreach (string path in refusal.Texts.Keys)
            {
                var file = refusal.Open(path);
                foreach (var call in Nodes<ExprStmt>.In(file.Tree.Root).Where(OnlyEager.Is))
                    if (
                        moves
                            ? OnlyEager.Moves(call)
                            : file.Text[call.Span].Contains("flatten_parameters()", StringComparison.Ordinal)
                    )
                        yield return new OnlyEager(path, OnlyEager.Short(file, call));
            }
    }

    /// <summary>Parts that are chosen, zipped or called in a row.</summary>
    private IEnumerable<LiveRepair> OfParts(Refusal refusal)
    {
        if (refusal.Message.Contains("not provided", StringComparison.Ordinal))
            foreach (var (path, type) in chosen.SelectMany(m => m.Owners).Distinct())
                if (refusal.Texts.ContainsKey(path))
                    foreach (string list in SequentialAsList.NamesIn(refusal.Open(path), type))
                        yield return new SequentialAsList(path, type, list);
        if (refusal.Place is not { } place)
            yield break;
        if (
            refusal.Message.Contains("method '__call__'", StringComparison.Ordinal)
            && Refusal.FunctionAt(place.File, place.Span.Start) is { } slicing
            && place.File.Model.QualifiedNameAt(slicing) is { } sliced
        )
            yield return new SlicesZipped(place.File.Path, sliced);
        if (Chosen().IsMatch(refusal.Message))
            foreach (var (path, type) in OwnersAround(refusal).Where(o => o.Path == place.File.Path))
                yield return new PartCalled(path, type, facts.PartsOf(type));
        if (Refusal.FunctionAt(place.File, place.Span.Start) is { } asking)
            foreach (string type in ClassByAttribute.In(asking))
                if (facts.PartsOf(type).Concat(facts.AttributesOf(type)).FirstOrDefault() is { } sign)
                    yield return new ClassByAttribute(place.File.Path, type, sign);
        foreach (
            var one in Nodes<ComprehensionExpr>
                .In(place.File.Tree.Root)
                .Where(c => c.Start <= place.Span.Start && place.Span.Start < c.End)
        )
            if (ComprehensionUnrolled.Written(place.File, one) is not null)
                yield return new ComprehensionUnrolled(place.File.Path, ComprehensionUnrolled.Short(place.File, one));
        if (
            refusal.Message.Contains("container", StringComparison.Ordinal)
            && Refusal.StatementAt(place.File, place.Span.Start) is { } statement
            && SequentialWritten.NameIn(statement) is { } name
        )
            yield return new SequentialWritten(place.File.Path, name, OnlyEager.Short(place.File, statement));
    }

    /// <summary>Parameters that are taken for Tensors: of the function that was called, and of the one at the place.</summary>
    private static IEnumerable<LiveRepair> OfTypes(Refusal refusal)
    {
        var functions = new List<(string, string)>();
        if (Inferred().Match(refusal.Message) is { Success: true } inferred)
            foreach (string path in refusal.Texts.Keys)
            {
                var file = refusal.Open(path);
                foreach (var function in file.Tree.Definitions.OfType<FunctionDef>())
                    if (
                        function.Args.All().Any(a => a.Annotation is null && a.Name == inferred.Groups["name"].Value)
                        && file.Model.QualifiedNameAt(function) is { } name
                    )
                        functions.Add((path, name));
            }
        if (refusal.Place is { } place && Refusal.FunctionAt(place.File, place.Span.Start) is { } around)
            if (place.File.Model.QualifiedNameAt(around) is { } name)
                functions.Add((place.File.Path, name));
        string called = CalledMethod().Match(refusal.Message) is { Success: true } method
            ? $"{method.Groups["class"].Value}.{method.Groups["name"].Value}"
            : "";
        foreach (var (path, name) in functions.Distinct().OrderByDescending(f => f.Item2 == called))
            yield return new ParametersAsObserved(path, name);
        if (
            WantedOptional().Match(refusal.Message) is { Success: true } wanted
            && refusal.Place is { } given
            && Refusal.StatementAt(given.File, given.Span.Start) is { } call
            && Refusal.FunctionAt(given.File, given.Span.Start) is { } owner
            && given.File.Model.QualifiedNameAt(owner) is { } passing
        )
            foreach (string name in ParameterAsWanted.NamesIn(owner, call))
                yield return new ParameterAsWanted(given.File.Path, passing, name, wanted.Groups["type"].Value);
        if (
            refusal.Message.Contains("Optional[", StringComparison.Ordinal)
            && refusal.Place is { } optional
            && Refusal.StatementAt(optional.File, optional.Span.Start) is { } statement
            && Refusal.FunctionAt(optional.File, optional.Span.Start) is { } within
            && optional.File.Model.QualifiedNameAt(within) is { } inside
        )
            foreach (string name in OptionalAsserted.NamesIn(optional.File, statement))
                yield return new OptionalAsserted(
                    optional.File.Path,
                    inside,
                    OnlyEager.Short(optional.File, statement),
                    name
                );
    }

    /// <summary>Code that no call came to: at the place, then what leads there, then all of the function.</summary>
    private static IEnumerable<LiveRepair> OfUnreached(Refusal refusal)
    {
        if (refusal.Place is not { } place)
            yield break;
        var functions = Nodes<FunctionDef>
            .In(place.File.Tree.Root)
            .Where(f => f.Start <= place.Span.Start && place.Span.Start < f.End)
            .ToList();
        if (functions.Count == 0)
            yield break;
        var function = functions[0];
        var here = BlocksOf(place.File, function).ToList();
        foreach (var (repair, _) in here.Where(b => b.Span.Contains(place.Span.Start)))
            yield return repair;
        // Calls of it that were not reached.
        foreach (string path in refusal.Texts.Keys)
        {
            var file = refusal.Open(path);
            var callers = Nodes<Call>
                .In(file.Tree.Root)
                .Where(c =>
                    c.Func is Name n && n.Id == function.Name || c.Func is Attribute a && a.Name == function.Name
                )
                .ToList();
            foreach (var caller in callers.Select(c => c.FirstAncestor<FunctionDef>()).OfType<FunctionDef>().Distinct())
            foreach (var (repair, span) in BlocksOf(file, caller))
                if (callers.Any(c => span.Contains(c.Start)))
                    yield return repair;
        }
        if (
            here.Any(b => b.Span.Start <= function.Body[0].End)
            && place.File.Model.QualifiedNameAt(function) is { } name
        )
            yield return new UnreachedUnused(place.File.Path, name);
        foreach (var (repair, _) in here.Where(b => !b.Span.Contains(place.Span.Start)))
            yield return repair;

        IEnumerable<(UnreachedRaises Repair, TextSpan Span)> BlocksOf(FileSnapshot file, FunctionDef of) =>
            refusal.Ran.TryGetValue(file.Path, out var ran) ? UnreachedRaises.In(file, of, ran) : [];
    }

    /// <summary>The classes in the file of the place, that of the place first.</summary>
    private IEnumerable<(string Path, string Class)> OwnersAround(Refusal refusal)
    {
        var all = chosen.SelectMany(m => m.Owners).Distinct().ToList();
        if (refusal.Place is not { } place)
            return all;
        string around = place
            .File.Tree.Definitions.OfType<ClassDef>()
            .LastOrDefault(c => c.Start <= place.Span.Start && place.Span.Start < c.End)
            is { } type
            ? place.File.Model.QualifiedNameAt(type) ?? ""
            : "";
        return all.OrderByDescending(o => o == (place.File.Path, around))
            .ThenByDescending(o => o.Path == place.File.Path);
    }

    private IEnumerable<(string Path, string Class)> ClassesNamed(string name) =>
        chosen
            .SelectMany(m => m.Owners)
            .Where(o => o.Class == name || o.Class.EndsWith("." + name, StringComparison.Ordinal))
            .Distinct();

    private static string? LineAt(Refusal refusal, VerdictPlace place) =>
        refusal.Texts.TryGetValue(place.Path, out var text) && place.StartLine < text.LineCount
            ? text[TextSpan.FromBounds(text.LineStart(place.StartLine), text.LineEnd(place.StartLine))]
            : null;

    [GeneratedRegex(@"aten::(append|_set_item|extend|insert)|List\[(Tensor|t)\]|Dict\[str, Tensor\]")]
    private static partial Regex Element();

    [GeneratedRegex("^'__torch__[^']*' object has no attribute or method")]
    private static partial Regex ScriptClass();

    [GeneratedRegex(@"self\.(?<name>\w+)\.\w+")]
    private static partial Regex MemberOfMember();

    [GeneratedRegex("Norm' object has no attribute '__name__'|[Pp]arametrization")]
    private static partial Regex Hook();

    [GeneratedRegex(
        "^Module '(?<class>[^']*)' has no attribute '(?<name>[^']*)' \\(This attribute exists[^']*'(?<type>[^']*)'"
    )]
    private static partial Regex Unconvertible();

    [GeneratedRegex(
        "Expected a value of type '(Optional\\[)?(List\\[)?float\\]*' for argument '(?<name>\\w+)' but instead found type "
            + "'(?<found>int|List\\[int\\]|Tuple\\[int[^']*)'",
        RegexOptions.Singleline
    )]
    private static partial Regex FloatParameter();

    [GeneratedRegex("^Module '(?<class>[^']*)' has no attribute '__(name|class)__'")]
    private static partial Regex ClassName();

    [GeneratedRegex("<built-in function next>|'next'|parameters")]
    private static partial Regex FirstParameter();

    [GeneratedRegex(
        "^Previous return statement|^Cannot re-assign|^Return value was annotated|^Type mismatch|is not defined in the false branch|"
            + "^Module '[^']*' has no attribute|has no attribute or method '__call__'|cannot call a value of type 'NoneType'"
    )]
    private static partial Regex Branches();

    [GeneratedRegex("^Module '(?<class>[^']*)' has no attribute '(?<name>[^']*)'(?! \\(This)")]
    private static partial Regex Missing();

    [GeneratedRegex("^Tried to set nonexistent attribute: (?<name>\\w+)")]
    private static partial Regex NewAttribute();

    [GeneratedRegex("'NoneType' object|type 'NoneType'|value of type NoneType")]
    private static partial Regex NoneUsed();

    [GeneratedRegex("^Could not cast value of type (__torch__|NoneType|Optional)[^ ]* to bool")]
    private static partial Regex ToBool();

    [GeneratedRegex(
        "^Expected integer literal for index|getattr|Unable to extract string literal index|integer literal"
    )]
    private static partial Regex Chosen();

    [GeneratedRegex("^Module '(?<class>[^']*)' has no attribute '(?<name>[^']*)' \\(This function exists")]
    private static partial Regex Uncompiled();

    [GeneratedRegex(
        "^Variable '(?<name>\\w+)' previously had type NoneType but is now being assigned to a value of type (?<type>.+)"
    )]
    private static partial Regex BecameValue();

    [GeneratedRegex(
        "^(Previous return statement returned a value of type (?<first>.+) but this return statement returns a value of type "
            + "(?<second>.+)|Return value was annotated as having type (?<first>.+) but is actually of type (?<second>.+))"
    )]
    private static partial Regex Returned();

    [GeneratedRegex("^(?<name>\\w+)\\(__torch__\\.(\\w+\\.)*(?<class>\\w+) self")]
    private static partial Regex CalledMethod();

    [GeneratedRegex("^undefined value (?<name>\\w+)")]
    private static partial Regex Undefined();

    [GeneratedRegex("now being assigned to a value of type (int|float)$")]
    private static partial Regex BecameNumber();

    [GeneratedRegex(
        "^'(int|float)' object has no attribute|previously had type (int|float) |^Type mismatch: |"
            + "now being assigned to a value of type (int|float)$"
    )]
    private static partial Regex NumberOrTensor();

    [GeneratedRegex(
        "Expected a value of type '(?<type>Optional\\[[^']+\\])' for argument '\\w+' but instead found type '(Optional|Tensor)"
    )]
    private static partial Regex WantedOptional();

    [GeneratedRegex("Inferred '(?<name>\\w+)' to be of type 'Tensor'")]
    private static partial Regex Inferred();

    [GeneratedRegex("^import statements aren't supported")]
    private static partial Regex Imports();
}
