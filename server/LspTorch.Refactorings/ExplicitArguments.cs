using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// <c>*args</c> and <c>**kwargs</c> spelled out: those that are only passed on become the parameters of the function
/// that takes them, a dictionary of which only known keys are read becomes those keys, and what no recorded call gave
/// and nothing reads is left out. Every call that worked still works.
/// </summary>
internal sealed class ExplicitArguments
{
    private readonly FileSnapshot file;
    private readonly CompiledCode code;
    private readonly FunctionDef function;
    private readonly SourceText text;
    private readonly Arg? rest;
    private readonly Arg? named;
    private readonly List<Name> restUses;
    private readonly List<Name> namedUses;

    private ExplicitArguments(FileSnapshot file, CompiledCode code, FunctionDef function)
    {
        (this.file, this.code, this.function, text) = (file, code, function, file.Text);
        (rest, named) = (function.Args.VarArg, function.Args.KwArg);
        restUses = UsesOf(rest);
        namedUses = UsesOf(named);
    }

    private List<Name> UsesOf(Arg? parameter) =>
        parameter is null ? [] : [.. function.Body.SelectMany(s => s.Find<Name>()).Where(n => n.Id == parameter.Name)];

    public static Fix? Of(FileSnapshot file, CompiledCode code, FunctionDef function)
    {
        var args = function.Args;
        if (
            args is { VarArg: null, KwArg: null }
            || args.PosOnly.Count > 0
            || args.KwOnly.Count > 0
            || args.Args.Count == 0
            || function.TypeComment is not null
            || file.Text.Text[function.Start..function.ParametersEnd].Contains('#')
        )
            return null;
        var rewrite = new ExplicitArguments(file, code, function);
        return rewrite.restUses.Count + rewrite.namedUses.Count == 0 ? rewrite.Unused()
            : rewrite.rest is null && rewrite.namedUses.All(u => KeyOf(u) is not null) ? rewrite.Keys()
            : rewrite.PassedOn()
                ?? NarrowedFunction.PassedOn(
                    file,
                    function,
                    rewrite.Signature([]),
                    rewrite.restUses,
                    rewrite.namedUses
                );
    }

    private Fix? Unused()
    {
        bool never = Recorded() && new[] { rest, named }.OfType<Arg>().All(IsSeenEmpty);
        string title = $"Remove {Shown()}";
        var edits = Signature([]);
        return never
            ? new Fix($"{title}, which no recorded call gave", FixSafety.Suggested, [edits])
            : NarrowedFunction.Unused(file, function, edits)
                ?? Fix.Changing(title, "calls that give more arguments fail", [edits]);

        bool Recorded() =>
            new[] { rest, named }
                .OfType<Arg>()
                .All(a => file.Observations.Find(PlaceKind.Parameter, a.NameSpan) is { Stale: false, Count: > 0 });
    }

    private bool IsSeenEmpty(Arg parameter) =>
        file.Observations.Find(PlaceKind.Parameter, parameter.NameSpan) is { } seen
        && seen.Types.All(t => t.Type is "Dict[?, ?]" or "Tuple[()]");

    private string Shown() =>
        string.Join(
            " and ",
            new[]
            {
                rest is null ? null : $"'*{rest.Name}'",
                named is null ? null : $"'**{named.Name}'",
            }.OfType<string>()
        );

    /// <summary>
    /// The key that a use of the dictionary reads, the place it stands in, and the text of what is taken where it is
    /// missing; null for another use.
    /// </summary>
    private static (string Key, Expr Place, Expr? Default, bool Pops)? KeyOf(Name use) =>
        use.Parent switch
        {
            Subscript { Index: Constant { Value: string key }, Context: ExprContext.Load } entry
                when ReferenceEquals(entry.Value, use) => (key, entry, null, false),
            Attribute
            {
                Name: "get" or "pop",
                Parent: Call { Args: [Constant { Value: string key }, Constant other], Keywords.Count: 0 } call
            } method => (key, call, other, method.Name == "pop"),
            Attribute
            {
                Name: "get",
                Parent: Call { Args: [Constant { Value: string key }], Keywords.Count: 0 } call
            } => (key, call, null, false),
            _ => null,
        };

    private Fix? Keys()
    {
        var edits = new List<TextEdit>();
        var parameters = new List<string>();
        var imports = new List<NeededImport>();
        var uses = namedUses
            .Select(u => KeyOf(u))
            .OfType<(string Key, Expr Place, Expr? Default, bool Pops)>()
            .ToList();
        bool defaulted = function.Args.Defaults.Count > 0;
        foreach (var group in uses.GroupBy(u => u.Key))
        {
            string key = group.Key;
            var places = group.OrderBy(u => u.Place.Start).ToList();
            var assigned = AssignmentTo(key, places[0].Place);
            if (
                !IsName(key)
                || function.Args.All().Any(a => a.Name == key)
                || IsAnother(key, assigned)
                || places.Any(p => p.Pops) && places.Count > 1
                || places.Select(p => p.Default is { } d ? text[d.Span] : null).Distinct().Count() > 1
            )
                return null;
            string value = places[0].Default is { } other ? text[other.Span] : "None";
            bool needed = places[0].Place is Subscript && !defaulted && AllGive(key);
            parameters.Add(Declared(key, needed ? null : value, imports));
            defaulted |= !needed;
            foreach (var place in places)
                if (place.Place is Subscript && !needed && ReferenceEquals(place.Place, assigned?.Value))
                    edits.Add(new TextEdit(assigned.Span, $"assert {key} is not None"));
                else if (ReferenceEquals(place.Place, assigned?.Value) && WholeLines(assigned) is { } lines)
                    edits.Add(TextEdit.Delete(lines));
                else
                    edits.Add(new TextEdit(place.Place.Span, key));
        }
        // Those without a default stand first.
        if (!parameters.Select(p => p.Contains('=')).SequenceEqual(parameters.Select(p => p.Contains('=')).Order()))
            parameters = [.. parameters.OrderBy(p => p.Contains('='))];
        if (Calls().Any(c => c.Keywords.Any(k => k.Name is null || !IsKnown(k.Name, uses.Select(u => u.Key)))))
            return null;
        return new Fix(
            $"Name what '**{named?.Name}' gives: {string.Join(", ", parameters)}",
            FixSafety.Suggested,
            [Signature(parameters), .. edits, .. AnnotationWriter.ImportEdits(file.Model, imports)]
        );
    }

    /// <summary>The parameter, with the type that the calls of this file give it where that is one and no Tensor.</summary>
    private string Declared(string key, string? value, List<NeededImport> imports)
    {
        var types = Calls()
            .SelectMany(c => c.Keywords)
            .Where(k => k.Name == key)
            .Select(k => file.Model.TypeOf(k.Value))
            .ToHashSet();
        var type = types.Count == 1 && !types.First().IsUnknown ? types.First() : Observed();
        if (
            !type.IsWritable
            || type == TorchType.Tensor
            || type == TorchType.None
            || AnnotationWriter.Write(file.Model, value == "None" ? TorchType.Optional(type) : type, function.Start)
                is not { } written
        )
            return value is null ? key : $"{key}={value}";
        imports.AddRange(written.Imports);
        return value is null ? $"{key}: {written.Text}" : $"{key}: {written.Text} = {value}";

        // Where all values were of one type, so was this one.
        TorchType Observed() =>
            named is not null
            && file
                .Observations.Find(PlaceKind.Parameter, named.NameSpan)
                ?.Types.Select(t => t.Type)
                .Where(t => t != "Dict[?, ?]")
                .Distinct()
                .ToList()
                is [var only]
            && TorchType.TryParse(only, out var parsed)
            && parsed is DictType dict
                ? dict.Value
                : TorchType.Unknown;
    }

    private bool IsKnown(string name, IEnumerable<string> keys) =>
        keys.Contains(name) || function.Args.Args.Any(a => a.Name == name);

    /// <summary>Whether the function has a variable of that name which is not simply what the dictionary has.</summary>
    private bool IsAnother(string key, Assign? assigned)
    {
        var names = function.Body.SelectMany(s => s.Find<Name>()).Where(n => n.Id == key).ToList();
        return names.Count > 0
            && (
                assigned is null
                || names.Min(n => n.Start) != assigned.Targets[0].Start
                || names.Count(n => n.Context != ExprContext.Load) != 1
            );
    }

    /// <summary><c>key = kwargs["key"]</c>, at the top of the function or in a branch.</summary>
    private static Assign? AssignmentTo(string key, Expr place) =>
        place.Parent is Assign { Targets: [Name { Id: var target }] } assign && target == key ? assign : null;

    private TextSpan? WholeLines(Stmt statement) =>
        Indentation.StartsItsLine(text, statement.Start)
        && Indentation.EndsItsLine(text, statement.End)
        && Blocks.Containing(statement) is { Count: > 1 }
            ? TextSpan.FromBounds(
                text.LineStart(text.LineOf(statement.Start)),
                text.LineEndWithBreak(text.LineOf(statement.End))
            )
            : null;

    /// <summary>The calls of this file that may mean the function, by its name.</summary>
    private IEnumerable<Call> Calls() =>
        file
            .Tree.Root.Find<Call>()
            .Where(c =>
                (c.Func as Name)?.Id == function.Name && function.Parent is not ClassDef
                || (c.Func as Attribute)?.Name == function.Name
            );

    private bool AllGive(string key)
    {
        var calls = Calls().ToList();
        return calls.Count > 0 && calls.All(c => c.Keywords.Any(k => k.Name == key));
    }

    private Fix? PassedOn()
    {
        var calls = new List<Call>();
        foreach (var use in restUses.Concat(namedUses))
        {
            var call =
                use.Parent is Starred { Parent: Call starred } ? starred
                : use.Parent is Keyword { Name: null, Parent: Call keyword } ? keyword
                : null;
            if (
                call is null
                || !ReferenceEquals(call.FirstAncestor<FunctionDef>(), function)
                || call.FirstAncestor<Lambda>() is not null
            )
                return null;
            if (!calls.Contains(call))
                calls.Add(call);
        }
        if (calls.Count == 0 || calls.Any(c => Takes(c) != Takes(calls[0]) || text[c.Span].Contains('#')))
            return null;
        var callees = calls.Select(CalleeOf).ToList();
        if (
            callees[0] is not { Args: { VarArg: null, KwArg: null, PosOnly.Count: 0 } taken } callee
            || callees.Any(c => !ReferenceEquals(c, callee))
        )
            return null;
        bool spreads = Takes(calls[0]).Starred;
        if (spreads != (rest is not null) || Takes(calls[0]).Named != (named is not null))
            return null;
        var positional = taken.Args.Skip(callee.Parent is ClassDef ? 1 : 0).ToList();
        int given = Takes(calls[0]).Given;
        var explicitly = calls[0].Keywords.Select(k => k.Name).OfType<string>().ToList();
        if (given > positional.Count)
            return null;
        var behind = positional.Skip(given).Where(p => !explicitly.Contains(p.Name)).ToList();
        var keywords = named is null ? [] : taken.KwOnly.Where(p => !explicitly.Contains(p.Name)).ToList();
        if (spreads && behind.Count != positional.Count - given)
            return null;
        List<Arg> added = [.. behind.Concat(keywords).OrderBy(p => p.Default is not null)];
        if (
            function.Args.Defaults.Count > 0 && added.Any(p => p.Default is null)
            || added.Any(p => p.Default is not (null or Constant) || IsTaken(p.Name))
        )
            return null;
        string first = string.Join(", ", added.Select(Written));
        return new Fix(
            $"Spell {Shown()} out: {(first.Length == 0 ? "nothing" : first)}",
            FixSafety.Suggested,
            [
                Signature([.. added.Select(Written)]),
                .. calls.Select(c => Call(c, spreads ? behind : [], spreads ? keywords : added)),
            ]
        );
    }

    private bool IsTaken(string name) =>
        function.Args.All().Any(a => a.Name == name)
        || function.Body.SelectMany(s => s.Find<Name>()).Any(n => n.Id == name);

    private (bool Starred, bool Named, int Given, string Names) Takes(Call call) =>
        (
            call.Args.Any(a => a is Starred),
            call.Keywords.Any(k => k.Name is null),
            call.Args.Count(a => a is not Starred),
            string.Join(",", call.Keywords.Select(k => k.Name).OfType<string>().Order(StringComparer.Ordinal))
        );

    private string Written(Arg parameter) =>
        text[
            TextSpan.FromBounds(parameter.Start, Math.Max(parameter.End, parameter.Default?.ParenthesizedSpan.End ?? 0))
        ];

    private TextEdit Call(Call call, List<Arg> positional, List<Arg> keywords)
    {
        var parts = call
            .Args.Where(a => a is not Starred)
            .Select(a => text[a.ParenthesizedSpan])
            .Concat(positional.Select(p => p.Name))
            .Concat(call.Keywords.Where(k => k.Name is not null).Select(k => text[k.Span]))
            .Concat(keywords.Select(p => $"{p.Name}={p.Name}"));
        int start = Math.Min(
                call.Args.Count > 0 ? call.Args[0].ParenthesizedSpan.Start : int.MaxValue,
                call.Keywords.Count > 0 ? call.Keywords[0].Start : int.MaxValue
            ),
            end = Math.Max(
                call.Args.Count > 0 ? call.Args[^1].ParenthesizedSpan.End : 0,
                call.Keywords.Count > 0 ? call.Keywords[^1].End : 0
            );
        return new TextEdit(TextSpan.FromBounds(start, end), string.Join(", ", parts));
    }

    /// <summary>The new parameters in the place of those with stars.</summary>
    private TextEdit Signature(List<string> parameters)
    {
        var before = function.Args.Args[^1];
        int start = Math.Max(before.End, before.Default?.ParenthesizedSpan.End ?? 0),
            end = (named ?? rest)?.End ?? start;
        return new TextEdit(TextSpan.FromBounds(start, end), string.Concat(parameters.Select(p => $", {p}")));
    }

    private FunctionDef? CalleeOf(Call call)
    {
        foreach (var (callee, at) in code.Calls.CalleesOf(function))
            if (ReferenceEquals(at, call))
                return callee;
        return
            LiveClassOf(call) is { } name
            && file.Tree.Definitions.OfType<ClassDef>().FirstOrDefault(c => c.Name == name) is { } type
            && file.Model.ClassOf(type).FindMethod("forward") is var (owner, forward)
            && ReferenceEquals(owner.Owner, file.Model)
            ? forward
            : null;
    }

    /// <summary>The one class of which the last probe saw modules in the attribute, or the list, that is called.</summary>
    private string? LiveClassOf(Call call)
    {
        if (
            function.Parent is not ClassDef owner
            || LiveInstances.Of(file).Classes.FirstOrDefault(c => ReferenceEquals(c.Model.Node, owner)) is not { } live
        )
            return null;
        var held = new HashSet<string?>();
        foreach (var variant in live.Variants)
            if (call.Func is Attribute { Value: Name, Name: var attribute })
                held.Add(variant.Find(attribute) is { Kind: HeldKind.Module } one ? one.Type : null);
            else if (
                call.Func is Name item
                && call.Ancestors().OfType<For>().FirstOrDefault(f => f.Target is Name t && t.Id == item.Id)
                    is { Iter: Attribute { Value: Name, Name: var list } }
            )
                held.UnionWith(variant.Find(list)?.Parts.Select(p => (string?)p) ?? [null]);
        return held.Count == 1 ? held.First() : null;
    }

    private static bool IsName(string key) =>
        key.Length > 0
        && (char.IsLetter(key[0]) || key[0] == '_')
        && key.All(c => char.IsLetterOrDigit(c) || c == '_')
        && SyntaxTree.Parse(SourceText.From(key)).Root.Body is [ExprStmt { Value: Name }];
}
