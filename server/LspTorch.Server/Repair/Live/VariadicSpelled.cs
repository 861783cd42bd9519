using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// <c>*args</c> and <c>**kwargs</c> that a function takes and does not read: written as the parameters that compiled
/// code passes, each of which may be left out.
/// </summary>
internal sealed record VariadicSpelled(string Path, string Function)
    : LiveRepair(Path, "variadic-parameters", $"Write what is passed to {Function} instead of *args and **kwargs")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (
            Refusal.Function(file, Function) is not { TypeComment: null } function
            || function.Args is not { PosOnly.Count: 0 } arguments
            || arguments.VarArg is null && arguments.KwArg is null
            || Nodes<Name>.In(function).Any(n => n.Id == arguments.VarArg?.Name || n.Id == arguments.KwArg?.Name)
        )
            return [];
        var text = file.Text;
        int self = function.Parent is ClassDef ? 1 : 0;
        var known = arguments
            .All()
            .Where(a => a != arguments.VarArg && a != arguments.KwArg)
            .Select(a => a.Name)
            .ToHashSet();
        var positional = new List<(string Name, Expr Value)>();
        var named = new List<(string Name, Expr Value)>();
        foreach (var call in Calls(file, function))
        {
            for (int i = arguments.Args.Count - self; i < call.Args.Count && arguments.VarArg is not null; i++)
                if (i - (arguments.Args.Count - self) >= positional.Count)
                    positional.Add((NameOf(call.Args[i], known, positional.Count), call.Args[i]));
            if (arguments.KwArg is not null)
                foreach (var keyword in call.Keywords)
                    if (keyword.Name is { } name && known.Add(name))
                        named.Add((name, keyword.Value));
        }
        var needed = new List<NeededImport>();
        var parameters = positional
            .Select(p => Written(file, p.Name, p.Value, needed))
            .Concat(
                arguments.KwOnly.Select(a =>
                    text[TextSpan.FromBounds(a.Start, a.Default?.ParenthesizedSpan.End ?? a.End)]
                )
            )
            .Concat(named.Select(p => Written(file, p.Name, p.Value, needed)))
            .ToList();
        var first = arguments.VarArg ?? arguments.KwOnly.FirstOrDefault() ?? arguments.KwArg;
        int start = text.Text.LastIndexOf('*', first?.NameSpan.Start ?? 0);
        if (arguments is { VarArg: null, KwOnly.Count: 0 })
            start--;
        // Behind the last parameter that stays; with it goes the comma before the star.
        int comma = text.Text.LastIndexOf(',', start);
        if (comma < function.NameSpan.End || text.Text[(comma + 1)..start].Trim().Length > 0)
            return [];
        int end = function.ParametersEnd - 1;
        return
        [
            new TextEdit(TextSpan.FromBounds(comma, end), string.Concat(parameters.Select(p => ", " + p))),
            .. AnnotationWriter.ImportEdits(file.Model, needed),
        ];
    }

    /// <summary>The compiled calls that may be of this function: of parts, by a variable or by an attribute.</summary>
    private static IEnumerable<Call> Calls(FileSnapshot file, FunctionDef function) =>
        file
            .Model.CompiledFunctions.Select(c => c.Function)
            .Distinct()
            .Where(f => f != function)
            .SelectMany(f => f.Body)
            .SelectMany(Nodes<Call>.In)
            .Where(c => !c.Args.Any(a => a is Starred) && c.Keywords.All(k => k.Name is not null))
            .Where(c =>
                function.Name == "forward"
                    ? c.Func is Name or Subscript or Syntax.Attribute { Value: Name { Id: "self" } }
                        && file.Model.ResolveName(c.Func) is null
                    : c.Func is Name name && name.Id == function.Name || IsOfSelf(c.Func, function.Name)
            )
            .Where(c => Fits(function, c));

    /// <summary>Whether a call can be of the function at all, and needs its stars.</summary>
    private static bool Fits(FunctionDef function, Call call)
    {
        var arguments = function.Args;
        int self = function.Parent is ClassDef ? 1 : 0,
            most = arguments.Args.Count - self;
        var names = arguments.All().Select(a => a.Name).ToHashSet();
        bool more = call.Args.Count > most,
            other = call.Keywords.Any(k => !names.Contains(k.Name ?? ""));
        return (more || other)
            && (!more || arguments.VarArg is not null)
            && (!other || arguments.KwArg is not null)
            && call.Args.Count + call.Keywords.Count >= most - arguments.Defaults.Count;
    }

    private static string NameOf(Expr value, HashSet<string> known, int place)
    {
        string name = value is Name n ? n.Id : $"argument_{place + 1}";
        while (!known.Add(name))
            name += "_";
        return name;
    }

    private static string Written(FileSnapshot file, string name, Expr value, List<NeededImport> needed)
    {
        var type = file.Model.TypeOf(value);
        string inner =
            type is OptionalType optional ? optional.Element.ToString() ?? "Tensor"
            : type.IsUnknown || type == TorchType.None ? "Tensor"
            : type.ToString() ?? "Tensor";
        var written =
            AnnotationWriter.Write(file.Model, $"Optional[{inner}]")
            ?? AnnotationWriter.Write(file.Model, "Optional[Tensor]");
        if (written is null)
            return $"{name}=None";
        needed.AddRange(written.Imports);
        return $"{name}: {written.Text} = None";
    }
}
