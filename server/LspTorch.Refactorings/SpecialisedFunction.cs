using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// A function that takes functions gets a copy for each that its compiled callers pass, which they call instead; itself
/// it stays as it is for Python.
/// </summary>
internal sealed class SpecialisedFunction
{
    private readonly FileSnapshot file;
    private readonly SourceText text;
    private readonly FunctionDef function;
    private readonly bool isMethod;
    private string[] parameters;

    /// <summary>More copies than that are no help to a reader.</summary>
    private const int MaxCopies = 8;

    private sealed record Copy(
        string Name,
        string Key,
        IReadOnlyList<(string Parameter, string? Value)> Values,
        string Text
    );

    private SpecialisedFunction(FileSnapshot file, FunctionDef function, string[] parameters)
    {
        this.file = file;
        this.function = function;
        this.parameters = parameters;
        text = file.Text;
        isMethod = function.Parent is ClassDef;
    }

    /// <summary>
    /// Null where one of the calls passes what is not certain, or what cannot be named in a function.
    /// </summary>
    public static Fix? For(FileSnapshot file, CompiledCode code, CompiledBody body)
    {
        var function = body.Def;
        if (!MayBeCopied(file, function))
            return null;
        // Handed to the compiler for its own sake, it is refused as it was.
        if (body.Function.Reason.Caller is null && !file.Options.Entries.Any(e => e.All))
            return null;
        var calls = code.CallsTo(function).Distinct().ToArray();
        if (calls.Length == 0)
            return null;
        var written = NameFlow.Writes(function.Body);
        var parameters = function
            .Args.All()
            .Skip(function.Parent is ClassDef ? 1 : 0)
            .Where(p => IsDeclaredFunction(file, p) || CalledParameter.FirstCall(code, body, p) is not null)
            .Select(p => p.Name)
            .ToArray();
        return parameters.Any(written.Contains)
            ? null
            : new SpecialisedFunction(file, function, parameters).Plan(calls);
    }

    /// <summary>True where the annotation is a function's, or that of a function or None.</summary>
    public static bool IsDeclaredFunction(FileSnapshot file, Arg parameter)
    {
        if (parameter.Annotation is not { } annotation)
            return false;
        var type =
            annotation is Subscript { Index: not TupleExpr } optional
            && file.Model.ResolveName(optional.Value) == "typing.Optional"
                ? optional.Index
                : annotation;
        return file.Model.ResolveName(type is Subscript generic ? generic.Value : type)
            is "typing.Callable"
                or "collections.abc.Callable";
    }

    private static bool MayBeCopied(FileSnapshot file, FunctionDef function)
    {
        if (
            function.IsAsync
            || function.Decorators.Count > 0
            || function.TypeComment is not null
            || function.FirstAncestor<FunctionDef>() is not null
        )
            return false;
        if (
            function.Args is not { VarArg: null, KwArg: null, PosOnly.Count: 0 }
            || function.Name.StartsWith("__", StringComparison.Ordinal)
        )
            return false;
        if (
            function.Parent is ClassDef owner
            && (function.Name == "forward" || Overrides.Any(file, owner, function.Name))
        )
            return false;
        if (
            function.Body.Count == 0
            || !Indentation.StartsItsLine(file.Text, function.Body[0].Start)
            || !Indentation.StartsItsLine(file.Text, function.Start)
            || !Indentation.EndsItsLine(file.Text, function.End)
        )
            return false;
        int end = file.Text.LineEnd(file.Text.LineOf(function.End));
        if (file.Tree.Errors.Any(e => e.Span.End >= function.Start && e.Span.Start <= end))
            return false;
        return !OtherScopes.AreIn(function.Body, generators: false);
    }

    private Fix? Plan(Call[] calls)
    {
        parameters = [.. parameters, .. HandedOn(calls)];
        var copies = new List<Copy>();
        var edits = new List<TextEdit>();
        foreach (var call in calls)
        {
            if (CopyFor(call, copies) is not { } copy)
                return null;
            edits.AddRange(Redirect(call, copy));
        }
        if (copies.Count is 0 or > MaxCopies)
            return null;
        edits.Add(Insertion(copies));
        return new Fix(Title(copies), FixSafety.Suggested, [.. edits]);
    }

    /// <summary>Parameters that get functions as well, which the function only hands on.</summary>
    private IEnumerable<string> HandedOn(Call[] calls) =>
        from parameter in function.Args.All().Skip(isMethod ? 1 : 0)
        where
            parameter.Annotation is null
            && !parameters.Contains(parameter.Name)
            && !NameFlow.Writes(function.Body).Contains(parameter.Name)
        where
            calls.Any(c =>
                CallArguments
                    .Bind(function, c, isMethod)
                    ?.FirstOrDefault(b => ReferenceEquals(b.Parameter, parameter))
                    .Value
                    is { } value
                && Describe(value, c, isCalled: false) is { Written: not null }
            )
        select parameter.Name;

    private string Title(List<Copy> copies)
    {
        string With(Copy copy) => string.Join(", ", copy.Values.Select(v => $"{v.Parameter}={v.Value ?? "None"}"));
        return copies is [var only]
            ? $"Make '{only.Name}': '{function.Name}' with {With(only)}"
            : $"Make copies of '{function.Name}': {string.Join("; ", copies.Select(c => $"'{c.Name}' with {With(c)}"))}";
    }

    private Copy? CopyFor(Call call, List<Copy> copies)
    {
        if (
            call.Ancestors().Any(a => ReferenceEquals(a, function))
            || file.Tree.Errors.Any(e => e.Span.IntersectsWith(call.Span))
        )
            return null;
        if (
            call.Func is Name name
                ? isMethod || name.Id != function.Name
                : !isMethod || call.Func is not Attribute method || method.Name != function.Name
        )
            return null;
        if (CallArguments.Bind(function, call, isMethod) is not { } bound)
            return null;
        var values = new List<(string Parameter, string? Value)>();
        var keys = new List<string>();
        foreach (string parameter in parameters)
        {
            var (declared, given) = bound.First(b => b.Parameter.Name == parameter);
            if ((given ?? declared.Default) is not { } value || Describe(value, call) is not var (written, meaning))
                return null;
            values.Add((parameter, written));
            keys.Add(meaning);
        }
        string key = string.Join(", ", keys);
        if (copies.FirstOrDefault(c => c.Key == key) is { } known)
            return known;
        string wanted =
            function.Name
            + string.Concat(
                values
                    .Where(v => v.Value is not null)
                    .Select(v => "_" + v.Value?[(v.Value.LastIndexOf('.') + 1)..].TrimStart('_'))
            );
        string unique = UniqueNames.For(file, wanted == function.Name ? wanted + "_plain" : wanted);
        for (int i = 2; copies.Any(c => c.Name == unique); i++)
            unique = UniqueNames.For(file, $"{wanted}_{i}");
        if (
            SpecialisedText.Write(text, function, unique, values.ToDictionary(v => v.Parameter, v => v.Value))
            is not { } copy
        )
            return null;
        copies.Add(new Copy(unique, key, values, copy));
        return copies[^1];
    }

    /// <summary>
    /// How the value is written, null for None, and what it is; null where it is no function that the copy can name and
    /// the compiler may know.
    /// </summary>
    private (string? Written, string Meaning)? Describe(Expr value, Call call, bool isCalled = true)
    {
        if (value is Constant { Kind: ConstantKind.None })
            return (null, "None");
        Expr root = value;
        while (root is Attribute part)
            root = part.Value;
        if (root is not Name first)
            return null;
        string written = text[value.Span];
        if (written.Any(char.IsWhiteSpace))
            return null;
        // An attribute of the very object whose method is called.
        if (
            isMethod
            && value is Attribute { Value: Name }
            && call.Func is Attribute { Value: Name receiver }
            && receiver.Id == first.Id
            && call.FirstAncestor<FunctionDef>() is { Parent: ClassDef } caller
            && ReferenceEquals(caller.Parent, function.Parent)
            && caller.Args.All().First().Name == first.Id
            && function.Args.All().First().Name is var self
        )
            // What is called there is a module or a function, whatever made it.
            return file.Model.TypeOf(value) is var type && (type is ModuleType || isCalled && type.IsUnknown)
                ? (self + written[first.Id.Length..], written)
                : null;
        if (
            file.Model.Names.Lookup(first.Id, first) is { } found
                ? !ReferenceEquals(found.Scope, file.Model.Names.ModuleScope)
                : value is Attribute
        )
            return null;
        if (file.Model.Names.ScopeOf(function).Find(first.Id).Count > 0)
            return null;
        if (file.Model.Names.Resolve(value) is not { } symbol)
            return null;
        if (symbol.Function is { } passed)
            return passed.Parent is Module && !ReferenceEquals(passed, function)
                ? (written, symbol.DottedName ?? written)
                : null;
        if (symbol.Definition is not null || symbol.DottedName is not { } dotted)
            return null;
        bool known =
            dotted is "builtins.abs" or "builtins.round"
            || file.Model.Tables.Function(dotted) is OperatorEntry or FunctionEntry or DispatchEntry;
        return known ? (written, dotted) : null;
    }

    private IEnumerable<TextEdit> Redirect(Call call, Copy copy)
    {
        yield return new TextEdit(call.Func is Attribute method ? method.NameSpan : call.Func.Span, copy.Name);
        Node[] arguments = [.. call.Args.Select(a => (Node)a).Concat(call.Keywords).OrderBy(a => a.Start)];
        var bound = CallArguments.Bind(function, call, isMethod) ?? [];
        var spans = arguments
            .Select(a =>
                a is Keyword keyword
                    ? TextSpan.FromBounds(keyword.Start, keyword.Value.ParenthesizedSpan.End)
                    : ((Expr)a).ParenthesizedSpan
            )
            .ToArray();
        var inside = TextSpan.FromBounds(call.ArgumentListSpan.Start + 1, call.ArgumentListSpan.End - 1);
        foreach (var edit in ListItems.Remove(text, inside, spans, i => parameters.Contains(bound[i].Parameter.Name)))
            yield return edit;
    }

    /// <summary>Behind the function, and behind comments that still belong to it.</summary>
    private TextEdit Insertion(List<Copy> copies)
    {
        string lineBreak = text.DominantLineBreak,
            gap = function.Parent is Module ? lineBreak + lineBreak : lineBreak;
        int line = text.LineOf(function.End),
            own = text.IndentationOf(text.LineOf(function.Start)).Length;
        while (
            line + 1 < text.LineCount
            && text.IndentationOf(line + 1).Length > own
            && text.Text[text.LineStart(line + 1)..text.LineEnd(line + 1)].TrimStart() is ['#', ..]
        )
            line++;
        return TextEdit.Insert(text.LineEnd(line), string.Concat(copies.Select(c => lineBreak + gap + c.Text)));
    }
}
