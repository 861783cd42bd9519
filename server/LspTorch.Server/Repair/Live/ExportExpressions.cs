using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>Calls of functions that keep their results by argument (<c>lru_cache</c>): a symbolic size cannot be a key.</summary>
internal sealed record UncachedCall(string Path, string Statement)
    : LiveRepair(Path, "export-cached", $"Call the function in '{Statement}' without its cache")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        var cached = file
            .Tree.Definitions.OfType<FunctionDef>()
            .Where(f => f.Decorators.Any(d => IsCache(file, d)))
            .ToLookup(f => f.Name);
        return
        [
            .. ExportStatement
                .Of(file, Statement)
                .SelectMany(ExportStatement.Own<Call>)
                .SelectMany(c => Uncached(c, (c.Func as Name)?.Id ?? (c.Func as Attribute)?.Name)),
        ];

        IEnumerable<TextEdit> Uncached(Call call, string? name)
        {
            if (name is null || !cached[name].Any())
                yield break;
            yield return TextEdit.Insert(call.Func.End, ".__wrapped__");
            // The function behind a method is not bound.
            if (
                call.Func is Attribute { Value: var on }
                && cached[name].Any(f => f.Args.All().Any(a => a.Name == "self"))
            )
                yield return TextEdit.Insert(
                    call.ArgumentListSpan.Start + 1,
                    file.Text[on.Span] + (call.Args.Count + call.Keywords.Count > 0 ? ", " : "")
                );
        }
    }

    private static bool IsCache(FileSnapshot file, Expr decorator) =>
        file.Model.ResolveName(decorator is Call call ? call.Func : decorator)
            is "functools.lru_cache"
                or "functools.cache";
}

/// <summary>A condition on sizes given where torch wants a bool.</summary>
internal sealed record BoolWritten(string Path, string Statement, string Argument)
    : LiveRepair(Path, "export-bool", $"Give '{Argument}' a bool in '{Statement}'")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file) =>
        [
            .. ExportStatement
                .Of(file, Statement)
                .SelectMany(Nodes<Keyword>.In)
                .Where(k => k.Name == Argument && k.Value is not (Constant or Call { Func: Name { Id: "bool" } }))
                .Select(k => new TextEdit(k.Value.Span, $"bool({file.Text[k.Value.Span]})")),
        ];
}

/// <summary>Values of torch or numpy that Python or torch tells without them.</summary>
internal sealed record ValuesOfPython(string Path, string Statement)
    : LiveRepair(Path, "export-values", $"Take numbers from Python and torch in '{Statement}'")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        TextEdit? import = null;
        var edits = ExportStatement
            .Of(file, Statement)
            .SelectMany(s => ExportStatement.Edits(file, s, Written))
            .ToImmutableArray();
        return edits.IsEmpty || import is not { } needed ? edits : [.. edits, needed];

        string? Written(Expr expression)
        {
            switch (expression)
            {
                // torch.arange(1, 3).tolist()
                case Call { Func: Attribute { Name: "tolist", Value: Call { Keywords.Count: 0 } range } }
                    when file.Model.ResolveName(range.Func) == "torch.arange"
                        && range.Args.All(a => !Nodes<Constant>.In(a).Any(c => c.Kind == ConstantKind.Float)):
                    return $"list(range({string.Join(", ", range.Args.Select(a => file.Text[a.Span]))}))";
                // np.finfo(x.numpy().dtype), np.iinfo(torch.tensor(0, dtype=x.dtype).numpy().dtype)
                case Call { Args: [var of] } limits
                    when file.Model.ResolveName(limits.Func) is "numpy.finfo" or "numpy.iinfo"
                        && DTypeOf(of) is { } dtype:
                    string name = file.Model.ResolveName(limits.Func) == "numpy.finfo" ? "finfo" : "iinfo";
                    string written = TorchNames.Member(file, name, out var needed);
                    import ??= needed;
                    return $"{written}({dtype})";
                default:
                    return null;
            }
        }

        string? DTypeOf(Expr type) =>
            type
                is not Attribute
                {
                    Name: "dtype",
                    Value: Call { Func: Attribute { Name: "numpy" } numpy, Args.Count: 0 }
                }
                ? null
            : numpy.Value is Call { Keywords: var keywords } made
            && file.Model.ResolveName(made.Func) == "torch.tensor"
            && keywords.FirstOrDefault(k => k.Name == "dtype") is { } given
                ? file.Text[given.Value.Span]
            : file.Text[TensorValue.WithoutDetours(numpy.Value).Span] + ".dtype";
    }
}

/// <summary>The class of a tensor, kept to convert another to it: its name, since while tracing it is another class.</summary>
internal sealed record TypeByName(string Path, string Function)
    : LiveRepair(Path, "export-type", $"Keep the types of tensors in {Function} by their names")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (Refusal.Function(file, Function) is not { } function)
            return [];
        var given = Nodes<Call>
            .In(function)
            .Where(c => c is { Func: Attribute { Name: "type" }, Args.Count: 1 })
            .Select(c => c.Args[0])
            .ToList();
        var names = given.OfType<Name>().Select(n => n.Id).ToHashSet();
        return
        [
            .. given
                .Concat(
                    Nodes<Assign>
                        .In(function)
                        .Where(a => a is { Targets: [Name target] } && names.Contains(target.Id))
                        .Select(a => a.Value)
                )
                .OfType<Call>()
                .Where(c => c is { Func: Name { Id: "type" }, Args: [Name] })
                .Select(c => new TextEdit(c.Span, $"{file.Text[c.Args[0].Span]}.type()")),
        ];
    }
}

/// <summary>
/// A maximum over a window of one dimension, which torch.export computes for one length, as one over two dimensions of
/// which the first is 1.
/// </summary>
internal sealed record PooledInTwoDimensions(string Path, string Statement)
    : LiveRepair(Path, "export-pool", $"Take the maximum in '{Statement}' by max_pool2d")
{
    private static readonly string[] parameters = ["kernel_size", "stride", "padding", "dilation", "ceil_mode"];

    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        TextEdit? import = null;
        var edits = ExportStatement
            .Of(file, Statement)
            .SelectMany(s => ExportStatement.Edits(file, s, Written))
            .ToImmutableArray();
        return edits.IsEmpty || import is not { } needed ? edits : [.. edits, needed];

        string? Written(Expr expression)
        {
            if (expression is not Call { Args: [var input, ..] } call)
                return null;
            string?[] values;
            if (file.Model.ResolveName(call.Func) is "torch.nn.functional.max_pool1d" or "torch.max_pool1d")
                values =
                [
                    .. parameters.Select(
                        (p, i) =>
                            (CallArguments.Given(call, i + 1, p) ?? CallArguments.Given(call, null, p)) is { } given
                                ? file.Text[given.Span]
                                : null
                    ),
                ];
            else if (call is { Args.Count: 1, Keywords.Count: 0 } && IsMaxPool(call.Func))
                values = [.. parameters.Select(p => $"{file.Text[call.Func.Span]}.{p}")];
            else
                return null;
            if (values[0] is null)
                return null;
            string function = TorchNames.Member(file, "nn.functional.max_pool2d", out var needed);
            import ??= needed;
            string[] given =
            [
                $"{ExportStatement.Operand(file.Text[input.Span], input)}.unsqueeze(-2)",
                .. values
                    .Select((v, i) => v is null ? "" : $"{parameters[i]}={(i == 4 ? v : $"({(i == 2 ? 0 : 1)}, {v})")}")
                    .Where(v => v.Length > 0),
            ];
            return $"{function}({string.Join(", ", given)}).squeeze(-2)";
        }

        bool IsMaxPool(Expr layer) =>
            layer is Attribute { Value: Name { Id: "self" } } attribute
            && Nodes<Assign>
                .In(file.Tree.Root)
                .Any(a =>
                    a.Targets.Any(t => IsOfSelf(t, attribute.Name))
                    && a.Value is Call made
                    && file.Model.ResolveName(made.Func) == "torch.nn.MaxPool1d"
                );
    }
}

/// <summary>A check of values, or a message, that a program for other inputs has no use for.</summary>
internal sealed record NotWhenExporting(string Path, string Statement)
    : LiveRepair(Path, "export-check", $"Run '{Statement}' only when not exporting")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        string test = TorchNames.Member(file, "compiler.is_exporting", out var import);
        var edits = ExportStatement
            .Of(file, Statement)
            .Where(s =>
                OnlyEager.Is(s)
                || s is If { OrElse.Count: 0 } check && check.Body.All(b => b is Raise || OnlyEager.Is(b))
            )
            .Take(1)
            .SelectMany(s => CodeLines.Wrapped(file, [s], [$"if not {test}():"], []))
            .ToImmutableArray();
        return edits.IsEmpty || import is not { } needed ? edits : [.. edits, needed];
    }
}
