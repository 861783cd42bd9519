using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// A class that is passed to torch.jit.script itself, and is of a kind that it refuses: one that inherits, or a class
/// of modules.
/// </summary>
public sealed class UnsupportedClass : Rule
{
    public override string Id => "unsupported-class";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var model = context.File.Model;
        var reported = new HashSet<ClassDef>();
        foreach (var type in context.File.Tree.Definitions.OfType<ClassDef>())
            if (model.ClassOf(type).Kind == ClassKind.Interface)
                CheckInterface(context, type);
        foreach (var type in context.File.Tree.Definitions.OfType<ClassDef>())
            if (type.Decorators.FirstOrDefault(d => model.ResolveName(d) == "torch.jit.script") is { } decorator)
                Report(type, TextSpan.FromBounds(decorator.Start, type.NameSpan.End));
            else if (EntryFinder.IsNamedAlone(model, type) && !model.ClassOf(type).IsModule)
                Report(type, type.NameSpan);
        foreach (var (call, argument) in EntryFinder.ScriptCalls(model))
            if (
                argument is Name or Attribute
                && model.ResolveSymbol(argument) is { Class: { } type, Owner: { } owner }
                && ReferenceEquals(owner, model)
            )
                Report(type, call.Span);

        void Report(ClassDef type, TextSpan span)
        {
            if (Why(model.ClassOf(type)) is not { } why || !reported.Add(type))
                return;
            context.Report(
                new Finding(
                    Id,
                    DefaultSeverity,
                    span,
                    why,
                    type.Name,
                    [],
                    [new RelatedPlace(type.NameSpan, $"'{type.Name}' is defined here")]
                )
            );
        }
    }

    /// <summary>An interface declares methods: what they return, and nothing in their bodies.</summary>
    private void CheckInterface(RuleContext context, ClassDef type)
    {
        var model = context.File.Model;
        foreach (var method in model.ClassOf(type).Methods.Values)
        {
            string? why =
                method.Decorators.Count > 0 ? null
                : model.DeclaredReturnOf(method) is null && model.TypeCommentOf(method) is null
                    ? $"'{method.Name}' of the interface '{type.Name}' needs a return annotation."
                : method.Body[^1] is not Pass && method.Body.Count(s => s is not ExprStmt { Value: Constant }) > 0
                || method.Body.All(s => s is ExprStmt { Value: Constant })
                    ? $"The body of '{method.Name}' in the interface '{type.Name}' must be 'pass': the "
                        + "classes that implement it have the code."
                : null;
            if (why is not null)
                context.Report(new Finding(Id, DefaultSeverity, method.NameSpan, why, type.Name, []));
        }
    }

    private static string? Why(ClassModel type)
    {
        if (type.IsModule)
            return $"torch.jit.script compiles an instance of a module class, not '{type.Node.Name}' itself: "
                + $"pass it '{type.Node.Name}(...)'.";
        if (type.Kind == ClassKind.NamedTuple)
            return $"'{type.Node.Name}' is a named tuple, which inherits from tuple, and torch.jit.script "
                + "compiles classes that inherit from object only: remove it, a named tuple is compiled where "
                + "it is used.";
        if (type.Kind is not (ClassKind.Plain or ClassKind.Unknown))
            return null;
        var inherited = type.Node.Bases.FirstOrDefault(b => IsCertainlyNoModule(type.Owner, b));
        if (
            inherited is null
            || type.Node.Bases.Any(b =>
                !IsCertainlyNoModule(type.Owner, b) && type.Owner.ResolveName(b) != "builtins.object"
            )
        )
            return null;
        return $"'{type.Node.Name}' inherits from '{type.Owner.File.Text[inherited.Span].ReplaceLineEndings(" ")}', and torch.jit.script compiles classes that inherit from object only: write what it needs in the "
            + "class, or keep an object of the other class in an attribute.";
    }

    /// <summary>A base other than object that makes the class neither a module nor an Enum.</summary>
    private static bool IsCertainlyNoModule(SemanticModel model, Expr expr)
    {
        var symbol = model.ResolveSymbol(expr is Subscript generic ? generic.Value : expr);
        if (symbol is { Class: { } type, Owner: { } owner })
            return owner.ClassOf(type).Kind is ClassKind.Plain or ClassKind.NamedTuple or ClassKind.Interface;
        return symbol?.DottedName is { } name
            && name != "builtins.object"
            && (
                name.StartsWith("builtins.", StringComparison.Ordinal)
                || name.StartsWith("collections.", StringComparison.Ordinal)
                || name
                    is "typing.Generic"
                        or "typing.Protocol"
                        or "abc.ABC"
                        or "unittest.TestCase"
                        or "torch.autograd.Function"
                        or "torch.utils.data.Dataset"
                        or "threading.Thread"
                        or "argparse.Namespace"
            );
    }
}
