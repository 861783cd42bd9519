using System.Text.RegularExpressions;
using LspTorch.Semantics;
using LspTorch.Text;
using LspTorch.Verdicts;

namespace LspTorch.Server.Repair.Live;

/// <summary>What could mend a refusal, by the compiler's sentence and the live program: the likeliest first.</summary>
internal sealed partial class LiveRepairs(IReadOnlyList<ChosenModule> chosen, LiveFacts facts)
{
    /// <param name="module">The module that was compiled.</param>
    /// <param name="texts">The texts of the attempt, by path.</param>
    /// <param name="open">The file of a path, as the attempt has it.</param>
    public IEnumerable<LiveRepair> For(
        VerdictProblem problem,
        CompiledModule module,
        IReadOnlyDictionary<string, SourceText> texts,
        Func<string, FileSnapshot> open
    )
    {
        string message = problem.Message;
        if (Hook().IsMatch(message) && facts.Hooks.Count > 0 && texts.ContainsKey(module.Path))
            yield return new HooksTakenOff(module.Path, module.Class, facts.Hooks);
        if (Global().IsMatch(message) && problem.Place is { } place && NameAt(place, texts) is { } name)
            if (facts.Globals.TryGetValue(place.Path, out var values) && values.TryGetValue(name, out string? literal))
                yield return new GlobalAsLiteral(place.Path, name, literal);
        if (Unconvertible().Match(message) is { Success: true } attribute)
            foreach (var (path, type) in ClassesNamed(attribute.Groups["class"].Value))
                yield return new ConfigurationCopied(path, type, attribute.Groups["name"].Value);
        // The compiler took the object's class for a class of TorchScript's.
        if (ScriptClass().IsMatch(message) && problem.Place is { } read && LineAt(read, texts) is { } line)
            foreach (string member in MemberOfMember().Matches(line).Select(m => m.Groups["name"].Value).Distinct())
            foreach (var (path, type) in chosen.SelectMany(m => m.Owners).Where(o => o.Path == read.Path).Distinct())
                yield return new ConfigurationCopied(path, type, member);
        if (FloatParameter().Match(message) is { Success: true } parameter)
        {
            foreach (string path in texts.Keys)
                yield return new FloatArguments(path);
            foreach (string path in texts.Keys)
                yield return new FloatKeyword(path, parameter.Groups["name"].Value);
        }
        if (Element().IsMatch(message) && problem.Place is { } at && texts.TryGetValue(at.Path, out var text))
            if (
                ContainersAsObserved.FunctionAt(open(at.Path), text.OffsetOf(new(at.StartLine, at.StartCharacter))) is
                { } function
            )
                yield return new ContainersAsObserved(at.Path, function);
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
        if (Branches().IsMatch(message))
            foreach (var (path, type) in chosen.SelectMany(m => m.Owners).Distinct())
                yield return new FlagsAsConstants(path, type);
    }

    private IEnumerable<(string Path, string Class)> ClassesNamed(string name) =>
        chosen
            .SelectMany(m => m.Owners)
            .Where(o => o.Class == name || o.Class.EndsWith("." + name, StringComparison.Ordinal))
            .Distinct();

    private static string? NameAt(VerdictPlace place, IReadOnlyDictionary<string, SourceText> texts)
    {
        if (!texts.TryGetValue(place.Path, out var text))
            return null;
        string marked = text[
            TextSpan.FromBounds(
                text.OffsetOf(new(place.StartLine, place.StartCharacter)),
                text.OffsetOf(new(place.EndLine, place.EndCharacter))
            )
        ];
        return Identifier().Match(marked) is { Success: true } found ? found.Value : null;
    }

    private static string? LineAt(VerdictPlace place, IReadOnlyDictionary<string, SourceText> texts) =>
        texts.TryGetValue(place.Path, out var text) && place.StartLine < text.LineCount
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

    [GeneratedRegex("^python value of type '(int|float|bool|str)' cannot be used as a value")]
    private static partial Regex Global();

    [GeneratedRegex("^Module '(?<class>[^']*)' has no attribute '(?<name>[^']*)' \\(This attribute exists")]
    private static partial Regex Unconvertible();

    [GeneratedRegex(
        "Expected a value of type 'float' for argument '(?<name>\\w+)' but instead found type 'int'",
        RegexOptions.Singleline
    )]
    private static partial Regex FloatParameter();

    [GeneratedRegex("^Module '(?<class>[^']*)' has no attribute '__(name|class)__'")]
    private static partial Regex ClassName();

    [GeneratedRegex("<built-in function next>|'next'|parameters")]
    private static partial Regex FirstParameter();

    [GeneratedRegex(
        "^Previous return statement|^Return value was annotated|^Type mismatch|is not defined in the false branch|"
            + "^Module '[^']*' has no attribute|has no attribute or method '__call__'|cannot call a value of type 'NoneType'"
    )]
    private static partial Regex Branches();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*")]
    private static partial Regex Identifier();
}
