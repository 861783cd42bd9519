using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Rules;

/// <summary>
/// A decorator that uses functools.wraps and changes what is passed or returned: torch.jit.script follows
/// <c>__wrapped__</c> and compiles the function as it is written, without the decorator. A method that functools caches
/// is no function, and is refused.
/// </summary>
public sealed class DecoratorLeftOut : Rule
{
    public override string Id => "decorator-left-out";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        foreach (var body in context.Compiled.Bodies)
        foreach (var decorator in body.Def.Decorators)
        {
            CheckCache(context, body, decorator);
            if (WrapperOf(file.Model, decorator) is not var (wrapper, wrapped, owner))
                continue;
            string written = file.Text[decorator.Span];
            if (!GivesTheSame(wrapper, wrapped))
                context.Report(
                    this,
                    Severity.Warning,
                    decorator.Span,
                    $"torch.jit.script compiles '{body.Def.Name}' without the decorator '{written}', which changes "
                        + "what is passed or returned (functools.wraps leads the compiler past it): do in the "
                        + "function what the decorator does.",
                    body,
                    []
                );
            if (ReferenceEquals(owner, file.Model) || owner.Names.ModuleScope.HasStarImport)
                continue;
            var names = new NameOfThisFile(file, body.Def, n => owner.Names.ModuleScope.Find(n).Count > 0);
            names.Visit(body.Def.Body);
            if (names.Found is { } name && file.Model.CompileStateOf(name) == CompileState.Compiled)
                context.Report(
                    this,
                    body.Severity,
                    name.Span,
                    $"Under the decorator '{written}' the compiler looks names up in the file that defines the "
                        + $"decorator, where '{name.Id}' is not ('undefined value {name.Id}'): do in the function what "
                        + "the decorator does.",
                    body,
                    []
                );
        }
    }

    /// <summary>
    /// functools.lru_cache and functools.cache put an object in the function's place. Where compiled code calls a
    /// function or a static method, the compiler finds what is behind it; it does not for methods, and for what is
    /// compiled for its own sake.
    /// </summary>
    private void CheckCache(RuleContext context, CompiledBody body, Expr decorator)
    {
        var (model, text) = (context.File.Model, context.File.Text);
        string? name = model.ResolveName(decorator is Call call ? call.Func : decorator);
        if (name is not ("functools.lru_cache" or "functools.cache"))
            return;
        var others = body.Def.Decorators.Where(d => !ReferenceEquals(d, decorator)).ToList();
        bool isRefused = body.Class is not null
            ? others.All(d => model.ResolveName(d) is "builtins.property" or "torch.jit.export")
            : body.Function.Reason is PassedToScript or ScriptCall or DecoratedFunction { Decorator: "script" }
                && others.All(d => d.Start < decorator.Start && model.ResolveName(d) == "torch.jit.script");
        if (!isRefused)
            return;
        string advice = body.Class is null
            ? "compile a function that calls it, or leave the cache out."
            : "leave the cache out, or cache a function outside of the class, which compiled code calls without it.";
        context.Report(
            this,
            body.Severity,
            decorator.Span,
            $"'{body.Def.Name}' is cached by '{name}', which puts an object in its place that torch.jit.script cannot "
                + $"compile: {advice}",
            body,
            WithoutLine(text, decorator) is { } edit
                ? [new Fix($"Leave out '{text[decorator.Span]}'", FixSafety.Suggested, [edit])]
                : []
        );
    }

    /// <summary>The decorator's lines, where nothing else stands on them.</summary>
    private static TextEdit? WithoutLine(SourceText text, Expr decorator)
    {
        int start = text.LineStart(text.LineOf(decorator.Start));
        return text.Text[start..decorator.Start].Trim() == "@" && Indentation.EndsItsLine(text, decorator.End)
            ? TextEdit.Delete(TextSpan.FromBounds(start, text.LineEndWithBreak(text.LineOf(decorator.End))))
            : null;
    }

    /// <summary>
    /// The function that the decorator puts in the place of the decorated one, where it names that in
    /// <c>functools.wraps(wrapped)</c>, the name that the decorated one has in it, and the model of the file it is in.
    /// </summary>
    private static (FunctionDef Wrapper, string Wrapped, SemanticModel Owner)? WrapperOf(
        SemanticModel model,
        Expr decorator
    )
    {
        var symbol = model.ResolveSymbol(decorator is Call call ? call.Func : decorator);
        if (symbol is not { Function: { IsAsync: false } maker, Owner: { } owner })
            return null;
        if (decorator is Call && Returned(maker) is { } made)
            maker = made;
        return
            maker.Args.All().FirstOrDefault() is { Name: var wrapped }
            && Returned(maker) is { } wrapper
            && wrapper.Decorators.Any(d =>
                d is Call { Func: var wraps, Args: [Name { Id: var of }] }
                && of == wrapped
                && owner.ResolveName(wraps) == "functools.wraps"
            )
            ? (wrapper, wrapped, owner)
            : null;
    }

    /// <summary>The function defined in this one that it returns at its end.</summary>
    private static FunctionDef? Returned(FunctionDef function) =>
        function.Body is [.., Return { Value: Name { Id: var name } }]
            ? function.Body.OfType<FunctionDef>().LastOrDefault(f => f.Name == name)
            : null;

    /// <summary>
    /// Whether the wrapper passes on what it is given and returns what it gets: a decorator that only prints, counts or
    /// measures.
    /// </summary>
    private static bool GivesTheSame(FunctionDef wrapper, string wrapped)
    {
        var own = wrapper.Body.SelectMany(s => s.Find<Node>().Prepend(s)).Where(IsOwn).ToList();
        var stores = own.OfType<Name>().Where(n => n.Context != ExprContext.Load).ToList();
        var parameters = wrapper.Args.All().Select(a => a.Name).ToHashSet();
        return !stores.Any(n => parameters.Contains(n.Id) || n.Id == wrapped)
            && own.OfType<Return>().Select(r => r.Value).ToList() is { Count: > 0 } values
            && values.All(v =>
                PassesOn(v)
                || v is Name { Id: var result } && stores.Count(n => n.Id == result) == 1 && IsResult(result)
            );

        bool IsOwn(Node node) => ReferenceEquals(node.FirstAncestor<FunctionDef>(), wrapper) && node is not FunctionDef;

        bool IsResult(string name) =>
            own.OfType<Assign>()
                .Any(a => a.Targets is [Name { Id: var target }] && target == name && PassesOn(a.Value));

        bool PassesOn(Expr? value)
        {
            if (value is not Call { Func: Name { Id: var called } } call || called != wrapped)
                return false;
            var args = wrapper.Args;
            return args.KwOnly.Count == 0
                && call.Args.Select(a =>
                        a is Name n ? n.Id
                        : a is Starred { Value: Name s } ? "*" + s.Id
                        : ""
                    )
                    .SequenceEqual(
                        args.PosOnly.Concat(args.Args)
                            .Select(a => a.Name)
                            .Concat(args.VarArg is { } rest ? ["*" + rest.Name] : [])
                    )
                && call.Keywords.Select(k => k is { Name: null, Value: Name n } ? n.Id : "")
                    .SequenceEqual(args.KwArg is { } named ? [named.Name] : []);
        }
    }
}
