using System.Collections.Immutable;
using LspTorch.Divergence;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Ide;

public static class Hover
{
    private const int MaxTitleLength = 80;

    /// <summary>What is known at a UTF-16 offset; null where there is nothing to say.</summary>
    public static HoverInfo? At(FileSnapshot file, int offset, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (offset < 0 || offset > file.Text.Length)
            return null;
        var node = NodeFinder.InnermostAt(file.Tree.Root, offset);
        switch (node)
        {
            case Name or Syntax.Attribute when Decorator((Expr)node) is { } decorator:
                return JitHover.Of(file, decorator);
            case Arg arg when arg.NameSpan.IntersectsWith(new TextSpan(offset, 0)):
                return OfParameter(file, arg);
            case FunctionDef function when function.NameSpan.IntersectsWith(new TextSpan(offset, 0)):
                return OfFunction(file, function);
            case ClassDef type when type.NameSpan.IntersectsWith(new TextSpan(offset, 0)):
                return OfClass(file, type);
            case Expr expr:
                return OfExpression(file, expr);
            default:
                return null;
        }
    }

    /// <summary>The whole decorator expression that a node of it belongs to.</summary>
    private static Expr? Decorator(Expr node)
    {
        Node at = node;
        while (at.Parent is Syntax.Attribute or Call)
            at = at.Parent;
        return at.Parent switch
        {
            FunctionDef f => f.Decorators.FirstOrDefault(d => ReferenceEquals(d, at)),
            ClassDef c => c.Decorators.FirstOrDefault(d => ReferenceEquals(d, at)),
            _ => null,
        };
    }

    private static HoverInfo? OfParameter(FileSnapshot file, Arg arg)
    {
        var model = file.Model;
        if (arg.Parent?.Parent is not FunctionDef function)
            return null;
        var observed = file.Observations.Find(PlaceKind.Parameter, arg.NameSpan);
        var compiled = model.CompiledFunctionOf(function);
        bool isSelf = compiled?.Class is not null && ReferenceEquals(function.Args.All().First(), arg);
        if (isSelf)
            return null;
        var facts = ImmutableArray.CreateBuilder<HoverFact>();
        var (type, assumed) = model.ParameterTypeOf(arg);
        if (!assumed)
            facts.Add(
                new(
                    FactKind.Declared,
                    type.IsUnknown && arg.Annotation is { } text ? OneLine(file.Text[text.Span]) : type.ToString()
                )
            );
        AddObserved(facts, observed);
        if (assumed && compiled is not null)
            facts.Add(new(FactKind.Inferred, "Tensor: TorchScript assumes it where there is no annotation"));
        if (facts.Count == 0)
            return null;
        string shown =
            !assumed ? facts[0].Text
            : observed is not null ? FactText.Label(observed)
            : "Tensor?";
        string? note = Note(file, compiled is not null, observed, !assumed && type.IsUnknown && compiled is not null);
        return new(
            arg.NameSpan,
            $"{arg.Name}: {shown}",
            note,
            facts.ToImmutable(),
            Advice(observed, Paragraphs(compiled))
        );
    }

    private static HoverInfo OfFunction(FileSnapshot file, FunctionDef function)
    {
        var model = file.Model;
        var compiled = model.CompiledFunctionOf(function);
        var facts = ImmutableArray.CreateBuilder<HoverFact>();
        var declared = model.DeclaredReturnOf(function);
        var observed = file.Observations.Find(PlaceKind.Return, function.NameSpan);
        var returns = compiled is null && declared is null ? TorchType.Unknown : model.ReturnTypeOf(function);
        if (declared is { } written)
            facts.Add(
                new(
                    FactKind.Declared,
                    $"returns {(written.IsUnknown && function.Returns is { } text ? OneLine(file.Text[text.Span]) : written)}"
                )
            );
        if (observed is not null)
            foreach (string line in FactText.Lines(observed))
                facts.Add(new(FactKind.Observed, "returns " + line));
        if (declared is null && !returns.HasUnknown)
            facts.Add(new(FactKind.Inferred, $"returns {returns}"));
        var parameters = function
            .Args.All()
            .Select(a =>
                Signature(
                    model,
                    a,
                    compiled is not null,
                    function.Parent is ClassDef && ReferenceEquals(a, function.Args.All().First())
                )
            );
        string result =
            declared is not null && function.Returns is { } annotation ? OneLine(file.Text[annotation.Span])
            : returns.HasUnknown ? "?"
            : returns.ToString();
        string title = $"def {function.Name}({string.Join(", ", parameters)}) -> {result}";
        var paragraphs = ImmutableArray.CreateBuilder<string>();
        if (compiled is not null)
            paragraphs.AddRange(Paragraphs(compiled));
        else if (JitDecorators.Has(model, function, "ignore"))
            paragraphs.Add("Not compiled: it is marked `@torch.jit.ignore`, and runs in Python.");
        else if (JitDecorators.Has(model, function, "unused"))
            paragraphs.Add("Not compiled: it is marked `@torch.jit.unused`, and calling it raises.");
        else if (UsesTorch(file))
            paragraphs.Add("Not compiled: nothing that `torch.jit.script` compiles in this file calls it.");
        if (
            compiled is not null
            && function.Args.All().Any(a => model.ParameterTypeOf(a).IsAssumed && a.Name != "self")
        )
            paragraphs.Add("`?` marks parameters without an annotation, which TorchScript takes as Tensor.");
        if (
            function.Name == "forward"
            && function.Parent is ClassDef owner
            && model.ClassOf(owner) is { IsModule: true } module
            && file.Verdicts.Find(module.Name) is { } judged
        )
        {
            facts.AddRange(VerdictHover.Facts(judged));
            paragraphs.AddRange(VerdictHover.Cpp(judged));
        }
        return new(
            function.NameSpan,
            title,
            compiled is null ? null : $"TorchScript {file.Options.Torch}",
            facts.ToImmutable(),
            paragraphs.ToImmutable()
        );
    }

    private static bool UsesTorch(FileSnapshot file) =>
        file.Model.Names.ModuleScope.Names.Any(n =>
            file.Model.Names.ModuleScope.Find(n)
                .Any(b => b.Target?.StartsWith("torch", StringComparison.Ordinal) == true)
        );

    private static string Signature(SemanticModel model, Arg arg, bool compiled, bool isSelf)
    {
        var (type, assumed) = model.ParameterTypeOf(arg);
        if (isSelf || (assumed && !compiled))
            return arg.Name;
        return assumed ? $"{arg.Name}: Tensor?"
            : type.IsUnknown && arg.Annotation is { } text ? $"{arg.Name}: {OneLine(model.File.Text[text.Span])}"
            : $"{arg.Name}: {type}";
    }

    private static HoverInfo? OfClass(FileSnapshot file, ClassDef node)
    {
        var type = file.Model.ClassOf(node);
        if (!type.IsModule)
            return null;
        var lines = new List<string>();
        foreach (var attribute in type.OwnAttributes.Values.OrderBy(a => a.Node.Start).Take(30))
            if (!attribute.Type.IsUnknown)
                lines.Add(
                    $"{Markdown.Code($"{attribute.Name}: {attribute.Type}")}{(attribute.IsConstant ? " (constant)" : "")}"
                );
        var paragraphs = ImmutableArray.CreateBuilder<string>();
        if (lines.Count > 0)
            paragraphs.Add(string.Join("  \n", lines));
        string bases = string.Join(", ", node.Bases.Select(b => OneLine(file.Text[b.Span])));
        var judged = file.Verdicts.Find(type.Name);
        paragraphs.InsertRange(0, VerdictHover.Guidance(judged));
        return new(
            node.NameSpan,
            $"class {node.Name}({bases})",
            $"module, TorchScript {file.Options.Torch}",
            [.. VerdictHover.Facts(judged)],
            paragraphs.ToImmutable()
        );
    }

    private static HoverInfo? OfExpression(FileSnapshot file, Expr expr)
    {
        var model = file.Model;
        // On the name of a called method or function, what counts is what the call gives.
        var subject = expr.Parent is Call call && ReferenceEquals(call.Func, expr) ? call : expr;
        if (subject is Constant or Slice or Starred or MissingExpr)
            return null;
        var compiled = model.CompiledFunctionAt(subject);
        var observed =
            file.Observations.Find(subject.Span)
            ?? (ReferenceEquals(subject, expr) ? null : file.Observations.Find(expr.Span));
        var inferred = compiled is null ? TorchType.Unknown : model.TypeOf(subject);
        if (inferred.IsUnknown && subject is Syntax.Attribute field && AttributeType(model, field) is { } known)
            inferred = known;
        if (
            observed is null
            && inferred.IsUnknown
            && compiled is not null
            && subject is Name or Syntax.Attribute or Call
            && model.CompileStateOf(subject) == Semantics.CompileState.Dead
        )
            return new(
                subject.Span,
                Shorten(file.Text[subject.Span]),
                $"TorchScript {file.Options.Torch}",
                [],
                [Dropped(compiled)]
            );
        if (observed is null && inferred.IsUnknown)
            return JitHover.OfName(file, subject is Call c ? c.Func : subject, subject.Span);
        var facts = ImmutableArray.CreateBuilder<HoverFact>();
        if (Declared(model, subject) is { } declared)
            facts.Add(new(FactKind.Declared, declared));
        AddObserved(facts, observed);
        if (!inferred.IsUnknown)
            facts.Add(new(FactKind.Inferred, inferred.ToString()));
        string shown =
            observed is not null && (inferred.IsUnknown || !observed.Types.All(FactText.IsOpen))
                ? FactText.Label(observed)
                : inferred.ToString();
        var paragraphs = ImmutableArray.CreateBuilder<string>();
        if (compiled is not null)
        {
            paragraphs.AddRange(Differences(model, expr));
            paragraphs.Add(
                model.CompileStateOf(subject) == Semantics.CompileState.Dead
                    ? Dropped(compiled)
                    : $"Compiled in {Markdown.Text(compiled.QualifiedName)}."
            );
        }
        return new(
            subject.Span,
            $"{Shorten(file.Text[subject.Span])}: {shown}",
            Note(file, compiled is not null, observed, false),
            facts.ToImmutable(),
            Advice(observed, paragraphs.ToImmutable())
        );
    }

    /// <summary>
    /// What TorchScript makes of the expression, or of the operator, call or statement right around it, that Python
    /// does not.
    /// </summary>
    private static IEnumerable<string> Differences(SemanticModel model, Expr expr)
    {
        var said = new HashSet<string>();
        for (Node? at = expr; at is Expr or AugAssign or Keyword or ExprStmt; at = at.Parent)
        {
            foreach (var match in Divergences.Of(model, at))
                if (match.IsCertain && match.At.Span.Contains(expr.Span) && said.Add(match.Row.Id))
                    yield return Markdown.Text(match.Message);
            if (said.Count > 0)
                yield break;
        }
    }

    private static string Dropped(CompiledFunction function) =>
        $"Not compiled: torch.jit.script drops this branch of {Markdown.Text(function.QualifiedName)}.";

    /// <summary>
    /// The type of <c>self.x</c> in a method that is not compiled, as the compiler will see the attribute.
    /// </summary>
    private static TorchType? AttributeType(SemanticModel model, Syntax.Attribute attribute) =>
        attribute.Value is Name { Id: "self" }
        && model.EnclosingClass(attribute) is { IsModule: true } type
        && type.FindAttribute(attribute.Name) is { Type.IsUnknown: false } found
            ? found.Type
            : null;

    private static string? Declared(SemanticModel model, Expr expr)
    {
        if (expr is Name name && model.Names.Lookup(name.Id, name) is { } found)
            foreach (var binding in found.Bindings)
            {
                if (binding.Node is Arg arg && model.DeclaredTypeOf(arg) is { IsUnknown: false } type)
                    return type.ToString();
                if (
                    binding.Node is AnnAssign assign
                    && model.TypeOfAnnotation(assign.Annotation) is { IsUnknown: false } annotated
                )
                    return annotated.ToString();
            }
        if (
            expr is Syntax.Attribute { Value: Name { Id: "self" } } field
            && model.EnclosingClass(field)?.FindAttribute(field.Name)
                is { IsDeclared: true, Type.IsUnknown: false } attribute
        )
            return attribute.Type.ToString();
        return null;
    }

    private static void AddObserved(ImmutableArray<HoverFact>.Builder facts, ObservedPlace? observed)
    {
        if (observed is null)
            return;
        foreach (string line in FactText.Lines(observed))
            facts.Add(new(FactKind.Observed, line));
    }

    private static string? Note(FileSnapshot file, bool compiled, ObservedPlace? observed, bool notScriptable)
    {
        if (notScriptable || (observed is not null && observed.Types.Any(FactText.IsForeign)))
            return "not a TorchScript type";
        return compiled ? $"TorchScript {file.Options.Torch}" : null;
    }

    private static ImmutableArray<string> Advice(ObservedPlace? observed, ImmutableArray<string> paragraphs)
    {
        if (observed is null)
            return paragraphs;
        if (observed.Types.FirstOrDefault(FactText.IsForeign) is not { } type)
            return paragraphs;
        return type.Type.StartsWith("numpy.", StringComparison.Ordinal)
            ? paragraphs.Add(
                "numpy cannot be scripted: move it to an `@torch.jit.ignore` method, or use the function of "
                    + "the same name in torch."
            )
            : paragraphs.Add($"TorchScript has no type for {Markdown.Code(type.Type)}.");
    }

    /// <summary>Why a function is compiled, from the nearest caller to the entry, at most three steps.</summary>
    internal static ImmutableArray<string> Paragraphs(CompiledFunction? compiled)
    {
        if (compiled is null)
            return [];
        var steps = new List<string>();
        for (var at = compiled; at is not null && steps.Count < 3; at = at.Reason.Caller)
            steps.Add(CompiledReasonWords.Of(at.Reason));
        return [$"Compiled because {Markdown.Text(string.Join("; ", steps))}."];
    }

    internal static string OneLine(string text) =>
        string.Join(' ', text.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private static string Shorten(string text)
    {
        string line = OneLine(text);
        return line.Length <= MaxTitleLength ? line : line[..(MaxTitleLength - 1)] + "…";
    }
}
