using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Examples;

/// <summary>
/// Values for parameters that no tensor's way tells: from annotations, defaults, what a constructor does with them, and
/// names.
/// </summary>
internal sealed class ExampleValues(SemanticModel model)
{
    private const int MaxClassDepth = 4;

    /// <summary>A value is written with types.SimpleNamespace.</summary>
    public bool UsesNamespace { get; private set; }

    /// <summary>"source.Decoder(width=16)": what has a default is left out.</summary>
    public string Construction(ClassModel type, int depth = 0)
    {
        var words = new List<string>();
        if (type.FindMethod("__init__") is { } constructor)
        {
            var parameters = constructor.Function.Args;
            foreach (var parameter in parameters.PosOnly.Concat(parameters.Args).Skip(1))
                if (parameter.Default is null)
                    words.Add(
                        (parameters.PosOnly.Contains(parameter) ? "" : parameter.Name + "=")
                            + Of(parameter, constructor.Class, constructor.Function, depth)
                    );
            foreach (var parameter in parameters.KwOnly)
                if (parameter.Default is null)
                    words.Add($"{parameter.Name}={Of(parameter, constructor.Class, constructor.Function, depth)}");
        }
        else if (type.Kind == ClassKind.NamedTuple || IsDataclass(type))
        {
            foreach (var field in type.Node.Body.OfType<AnnAssign>())
                if (field is { Target: Name name, Value: null })
                    words.Add($"{name.Id}={OfType(type.Owner.TypeOfAnnotation(field.Annotation), name.Id, depth)}");
        }
        return $"{Reference(type)}({string.Join(", ", words)})";
    }

    private static bool IsDataclass(ClassModel type) =>
        type.Node.Decorators.Any(d =>
            type.Owner.ResolveName(d is Call call ? call.Func : d) is "dataclasses.dataclass"
        );

    /// <summary>How the program names a class: through the module of the class that is made.</summary>
    private string Reference(ClassModel type)
    {
        if (ReferenceEquals(type.Owner, model))
            return $"source.{type.Name}";
        string name = type.Name.Split('.')[0];
        // What the file itself imports is there under its own name.
        return model.Names.ModuleScope.Find(name).Count > 0
            ? $"source.{type.Name}"
            : $"sys.modules[source.__name__].{type.Name}";
    }

    private string Of(Arg parameter, ClassModel type, FunctionDef function, int depth)
    {
        if (parameter.Annotation is { } annotation)
        {
            if (type.Owner.ResolveSymbol(annotation) is { Class: { } own, Owner: { } owner } && depth < MaxClassDepth)
                return OfClass(owner.ClassOf(own), depth);
            if (type.Owner.ResolveName(annotation) is "torch.nn.Module" or "torch.nn.modules.module.Module")
                return "torch.nn.Linear(16, 16)";
            if (type.Owner.TypeOfAnnotation(annotation) is { IsUnknown: false } known)
                return OfType(known, parameter.Name, depth);
        }
        var uses = new Uses(type.Owner, parameter.Name);
        uses.Visit(function.Body);
        if (uses.Fields.Count > 0)
        {
            UsesNamespace = true;
            return $"types.SimpleNamespace({string.Join(", ", uses.Fields.Order(StringComparer.Ordinal).Select(f => $"{f}={Guess(f)}"))})";
        }
        return uses.Kind switch
        {
            UseKind.Probability => "0.1",
            UseKind.Number => GuessNumber(parameter.Name) ?? "16",
            UseKind.Count => GuessNumber(parameter.Name) ?? "2",
            UseKind.Called => "torch.nn.Identity()",
            UseKind.Iterated => "[16, 16]",
            _ => Guess(parameter.Name),
        };
    }

    /// <summary>A value of a type; <paramref name="name"/> helps to choose it.</summary>
    public string OfType(TorchType type, string name, int depth = 0) =>
        type switch
        {
            _ when type == TorchType.Int => GuessNumber(name) ?? "16",
            _ when type == TorchType.Float => Guess(name) is var guess && guess.Contains('.') ? guess : "0.5",
            _ when type == TorchType.Bool => "False",
            _ when type == TorchType.Str => Guess(name) is var guess && guess.StartsWith('"') ? guess : "\"\"",
            _ when type == TorchType.Tensor => "torch.randn(batch, 16)",
            _ when type == TorchType.Device => "torch.device(\"cpu\")",
            OptionalType or UnionType => "None",
            ListType list => $"[{OfType(list.Element, name, depth)}, {OfType(list.Element, name, depth)}]",
            TupleType tuple =>
                $"({string.Join(", ", tuple.Elements.Select(e => OfType(e, name, depth)))}{(tuple.Elements.Length == 1 ? "," : "")})",
            DictType { Value: var value } => $"{{\"{name}\": {OfType(value, name, depth)}}}",
            ModuleType { Definition: ClassModel definition } when depth < MaxClassDepth => Construction(
                definition,
                depth + 1
            ),
            ClassType { Definition: ClassModel definition } when depth < MaxClassDepth => OfClass(definition, depth),
            _ => Guess(name),
        };

    private string OfClass(ClassModel type, int depth) =>
        type.Kind == ClassKind.Enum ? $"list({Reference(type)})[0]" : Construction(type, depth + 1);

    private static string Guess(string name)
    {
        string lower = name.ToLowerInvariant();
        if (GuessNumber(lower) is { } number)
            return number;
        if (Has(lower, "dropout", "drop", "prob", "momentum", "alpha", "slope") || lower is "p")
            return "0.1";
        if (Has(lower, "eps"))
            return "1e-5";
        if (Has(lower, "temperature", "scale", "gain", "gamma", "beta", "lr"))
            return "1.0";
        if (
            lower.StartsWith("use_", StringComparison.Ordinal)
            || lower.StartsWith("is_", StringComparison.Ordinal)
            || lower.StartsWith("with_", StringComparison.Ordinal)
            || lower
                is "bias"
                    or "causal"
                    or "bidirectional"
                    or "affine"
                    or "residual"
                    or "pretrained"
                    or "training"
                    or "verbose"
                    or "debug"
                    or "training_mode"
        )
            return "False";
        if (lower is "batch_first")
            return "True";
        if (Has(lower, "activation", "act_layer", "nonlinearity", "act_fn"))
            return "torch.nn.ReLU()";
        if (Has(lower, "norm_layer"))
            return "torch.nn.LayerNorm";
        if (lower is "device")
            return "\"cpu\"";
        if (lower is "padding_mode")
            return "\"zeros\"";
        return "16";
    }

    /// <summary>
    /// A number for what a name counts; null where it names none. Widths are all equal, so that they fit each other.
    /// </summary>
    private static string? GuessNumber(string name)
    {
        string lower = name.ToLowerInvariant();
        if (Has(lower, "head"))
            return Has(lower, "dim", "size", "width") ? "8" : "2";
        if (
            Has(lower, "layer", "depth", "block", "stack", "repeat", "flows", "level", "steps", "iters")
            && !Has(lower, "dim", "size", "channel", "norm")
        )
            return "2";
        if (Has(lower, "kernel", "window", "filter_size"))
            return "3";
        if (Has(lower, "stride", "dilation", "group", "factor"))
            return "1";
        if (lower is "padding" or "pad")
            return "1";
        if (Has(lower, "padding_idx", "pad_idx", "pad_id"))
            return "0";
        if (Has(lower, "vocab", "symbols", "tokens", "num_embeddings", "speakers", "n_words"))
            return "32";
        if (Has(lower, "class", "labels", "n_out", "num_out"))
            return "10";
        if (Has(lower, "max_len", "maxlen", "max_seq", "max_pos", "context_length", "block_size"))
            return "64";
        if (Has(lower, "image", "img", "resolution"))
            return "32";
        if (
            Has(
                lower,
                "channel",
                "dim",
                "size",
                "feature",
                "width",
                "hidden",
                "units",
                "d_model",
                "d_ff",
                "embed",
                "mels",
                "planes",
                "bins",
                "latent",
                "rank",
                "in_c",
                "out_c"
            ) || lower is "n" or "d" or "c" or "h" or "k" or "inp" or "out" or "in_" or "out_" or "count"
        )
            return "16";
        return null;
    }

    private static bool Has(string name, params ReadOnlySpan<string> words)
    {
        foreach (string word in words)
            if (name.Contains(word, StringComparison.Ordinal))
                return true;
        return false;
    }

    private enum UseKind
    {
        Unknown,
        Number,
        Count,
        Probability,
        Called,
        Iterated,
    }

    /// <summary>What a constructor does with a parameter.</summary>
    private sealed class Uses(SemanticModel model, string name) : SyntaxWalker
    {
        public UseKind Kind { get; private set; }
        public HashSet<string> Fields { get; } = new(StringComparer.Ordinal);

        public override void Visit(Node node)
        {
            switch (node)
            {
                case Call { Func: Name own } when own.Id == name:
                    Note(UseKind.Called);
                    break;
                case Call call:
                    string? callee = model.ResolveName(call.Func);
                    if (call.Args.Any(IsIt) || call.Keywords.Any(k => IsIt(k.Value)))
                    {
                        if (callee == "builtins.range")
                            Note(UseKind.Count);
                        else if (
                            callee
                            is "builtins.len"
                                or "builtins.zip"
                                or "builtins.enumerate"
                                or "builtins.list"
                                or "builtins.tuple"
                                or "builtins.sum"
                        )
                            Note(UseKind.Iterated);
                        else if (callee?.StartsWith("torch.nn.Dropout", StringComparison.Ordinal) == true)
                            Note(UseKind.Probability);
                        else if (
                            callee?.StartsWith("torch.nn.", StringComparison.Ordinal) == true
                            && callee != "torch.nn.Parameter"
                            && !(callee is "torch.nn.ModuleList" or "torch.nn.Sequential" or "torch.nn.ModuleDict")
                        )
                            Note(UseKind.Number);
                    }
                    break;
                case Subscript read when IsIt(read.Value):
                    Note(UseKind.Iterated);
                    break;
                case For loop when IsIt(loop.Iter):
                    Note(UseKind.Iterated);
                    break;
                case Comprehension loop when IsIt(loop.Iter):
                    Note(UseKind.Iterated);
                    break;
                case BinOp { Op: not (BinaryOperator.Mod or BinaryOperator.BitOr) } sum
                    when IsIt(sum.Left) || IsIt(sum.Right):
                    Note(UseKind.Number);
                    break;
                case Syntax.Attribute { Context: ExprContext.Load } field when IsIt(field.Value):
                    Fields.Add(field.Name);
                    break;
            }
            base.Visit(node);
        }

        private bool IsIt(Expr value) => value is Name read && read.Id == name;

        private void Note(UseKind kind)
        {
            if (Kind == UseKind.Unknown)
                Kind = kind;
        }
    }
}
