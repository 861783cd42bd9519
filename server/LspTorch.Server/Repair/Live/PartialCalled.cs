using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// <c>self.act = functools.partial(f, dim=1)</c>: compiled code calls f with the bound arguments, which __init__ keeps
/// in attributes. Instances that have another function there have no such attribute, and call it as before.
/// </summary>
internal sealed record PartialCalled(string Path, string Class, string Name)
    : LiveRepair(Path, "unconvertible-attribute", $"Call what the partial self.{Name} of {Class} calls")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (
            ClassOf(file, Class) is not { } type
            || type.Body.OfType<FunctionDef>().FirstOrDefault(f => f.Name == "__init__") is not { } init
            || Nodes<Assign>.In(init).Where(a => a is { Targets: [var t], Value: Call } && IsOfSelf(t, Name)).ToList()
                is not [{ Value: Call { Args: [var function, ..] } partial } kept]
            || file.Model.ResolveName(partial.Func) != "functools.partial"
            || partial.Keywords.Any(k => k.Name is null)
            || partial.Args.Any(a => a is Starred)
            || partial.Args.Count + partial.Keywords.Count == 1
            || !IsOfModule(function, init)
        )
            return [];
        var text = file.Text;
        var taken = Nodes<Attribute>.In(type).Select(a => a.Name).ToHashSet();
        var values = partial
            .Args.Skip(1)
            .Select((a, i) => (Value: a, Keyword: (string?)null, Attribute: Free($"{Name}_{i}", taken)))
            .Concat(
                partial.Keywords.Select(k => (k.Value, Keyword: k.Name, Attribute: Free($"{Name}_{k.Name}", taken)))
            )
            .ToList();
        string indent = text.IndentationOf(text.LineOf(kept.Start)),
            end = text.DominantLineBreak;
        var edits = new List<TextEdit>();
        foreach (
            var call in file
                .Model.CompiledFunctions.Where(c => c.Class == type && c.Function != init)
                .Select(c => c.Function)
                .Distinct()
                .SelectMany(Nodes<Call>.In)
                .Where(c => IsOfSelf(c.Func, Name))
        )
        {
            var arguments = values
                .Where(v => v.Keyword is null)
                .Select(v => $"self.{v.Attribute}")
                .Concat(call.Args.Select(a => text[a.ParenthesizedSpan]))
                .Concat(
                    values
                        .Where(v => v.Keyword is not null && call.Keywords.All(k => k.Name != v.Keyword))
                        .Select(v => $"{v.Keyword}=self.{v.Attribute}")
                )
                .Concat(call.Keywords.Select(k => text[k.Span]));
            edits.Add(
                new TextEdit(
                    call.ParenthesizedSpan,
                    $"({text[function.Span]}({string.Join(", ", arguments)}) "
                        + $"if hasattr(self, \"{values[0].Attribute}\") else {text[call.Span]})"
                )
            );
        }
        if (edits.Count == 0)
            return [];
        string code = string.Concat(values.Select(v => $"{end}{indent}self.{v.Attribute} = {text[v.Value.Span]}"));
        return [TextEdit.Insert(kept.End, code), .. edits];
    }

    /// <summary>A name of the module, or a member of one: it means the same in every method.</summary>
    private static bool IsOfModule(Expr function, FunctionDef init)
    {
        while (function is Attribute member)
            function = member.Value;
        return function is Syntax.Name { Id: not "self" } root
            && init.Args.All().All(a => a.Name != root.Id)
            && Nodes<Syntax.Name>.In(init).All(n => n.Id != root.Id || n.Context == ExprContext.Load);
    }

    private static string Free(string name, HashSet<string> taken)
    {
        while (!taken.Add(name))
            name += "_";
        return name;
    }
}
