using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// A hook on a live module that torch.jit.script cannot compile: it compiles hooks with the module, and names no place
/// when it fails.
/// </summary>
public sealed class HookInScript : Rule
{
    public override string Id => "hook-in-script";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        var reported = new HashSet<(TextSpan, string)>();
        foreach (var type in LiveInstances.Of(file).Classes)
        {
            if (type.Model.FindMethod(PrepareScriptable.Name) is not null)
                continue;
            foreach (
                var hook in type
                    .Variants.SelectMany(v => v.Hooks)
                    .Where(h => h.Kind is HookKind.Forward or HookKind.ForwardPre)
                    .DistinctBy(h => (h.Kind, h.What, h.Name))
            )
            {
                if (
                    hook.Name.EndsWith("WeightNorm", StringComparison.Ordinal)
                    || hook.Name.EndsWith("SpectralNorm", StringComparison.Ordinal)
                    || Refusal(file, hook) is not { } why
                )
                    continue;
                var registered = RegistrationsOf(file, hook);
                string where =
                    hook.Part.Length == 0 ? $"a '{type.Model.Name}'" : $"'{hook.Part}' of a '{type.Model.Name}'";
                foreach (var span in registered.Count > 0 ? registered.Select(r => r.Span) : [type.Model.Node.NameSpan])
                {
                    if (!reported.Add((span, why)))
                        continue;
                    context.Report(
                        new Finding(
                            Id,
                            Severity.Error,
                            span,
                            $"A hook is on {where} (seen by the last probe), and torch.jit.script compiles "
                                + $"hooks too: {why}. Remove it before scripting, or in {PrepareScriptable.Name}.",
                            file.Model.QualifiedNameOf(type.Model.Node),
                            PrepareScriptable.Fix(file, type) is { } fix ? [fix] : []
                        )
                    );
                }
            }
        }
    }

    /// <summary>Why the compiler refuses a hook; null where it takes it, or where that is not certain.</summary>
    private static string? Refusal(FileSnapshot file, ObservedHook hook)
    {
        string arguments =
            hook.Kind == HookKind.Forward ? "'(self, input: Tuple[...], output: ...)'" : "'(self, input: Tuple[...])'";
        switch (hook.What)
        {
            case HeldKind.Partial:
                return "a functools.partial has no '__name__', and no source to compile";
            case HeldKind.Callable or HeldKind.Object:
                return $"an object of class '{hook.Name}' has no '__name__', and no source to compile";
            case HeldKind.Function when hook.Name.EndsWith("<lambda>", StringComparison.Ordinal):
                return "a lambda has no source that it could compile";
            case HeldKind.Method
            or HeldKind.OtherMethod
                when FunctionOf(file, hook.Name) is { } method
                    && !method.Decorators.Any(d => d is Name { Id: "staticmethod" }):
                return $"a method has one parameter too many: a hook is a function with the parameters {arguments}";
            case HeldKind.Function
                when FunctionOf(file, hook.Name) is { } function
                    && function.Args.All().ElementAtOrDefault(1) is { Annotation: null }
                    && function.TypeComment is null:
                return $"'{function.Name}' does not say that its second parameter is a tuple; a hook is a function "
                    + $"with the parameters {arguments}";
            default:
                return null;
        }
    }

    private static FunctionDef? FunctionOf(FileSnapshot file, string qualified)
    {
        string name = qualified[(qualified.LastIndexOf('.') + 1)..];
        var found = file.Tree.Definitions.OfType<FunctionDef>().Where(f => f.Name == name).ToList();
        return found.Count == 1 ? found[0] : found.FirstOrDefault(f => file.Model.QualifiedNameOf(f) == qualified);
    }

    /// <summary>
    /// The calls in this file that register such a hook; all of the kind where none can be told apart and there is only
    /// one.
    /// </summary>
    private static List<Call> RegistrationsOf(FileSnapshot file, ObservedHook hook)
    {
        string method = hook.Kind == HookKind.Forward ? "register_forward_hook" : "register_forward_pre_hook",
            name = hook.Name[(hook.Name.LastIndexOf('.') + 1)..];
        var calls = new Registrations(method);
        calls.Visit(file.Tree.Root);
        bool fits(Call call) =>
            call.Args.FirstOrDefault() switch
            {
                Lambda => name == "<lambda>",
                Call made => hook.What is HeldKind.Partial or HeldKind.Callable or HeldKind.Object or HeldKind.Function
                    && (hook.What == HeldKind.Partial) == (file.Model.ResolveName(made.Func) == "functools.partial"),
                Attribute member => member.Name == name,
                Name given => given.Id == name,
                _ => false,
            };
        var fitting = calls.Found.Where(fits).ToList();
        return fitting.Count > 0 || calls.Found.Count > 1 ? fitting : calls.Found;
    }

    /// <summary>
    /// Taking the hooks off leaves every result as it is: each returns nothing, and writes to nothing that it is given.
    /// </summary>
    public static bool OnlyLook(FileSnapshot file, IEnumerable<ObservedHook> hooks) =>
        hooks.All(h =>
            RegistrationsOf(file, h) is { Count: > 0 } calls
            && calls.All(c =>
                h.What is HeldKind.Callable or HeldKind.Object
                    ? IsLookingObject(file, h.Name)
                    : OnlyLooks(file, c.Args[0])
            )
        );

    private static bool IsLookingObject(FileSnapshot file, string type) =>
        file
            .Tree.Definitions.OfType<ClassDef>()
            .FirstOrDefault(c => c.Name == type)
            ?.Body.OfType<FunctionDef>()
            .FirstOrDefault(f => f.Name == "__call__")
            is { } call
        && Looks(call, 2);

    private static bool OnlyLooks(FileSnapshot file, Expr hook)
    {
        if (hook is Call { Args: [var first, ..] } made && file.Model.ResolveName(made.Func) == "functools.partial")
            return OnlyLooks(file, first);
        if (hook is Lambda lambda)
            return lambda.Body
                is Call
                {
                    Func: Attribute { Name: "append" or "extend" or "add" or "update" or "__setitem__" }
                        or Name { Id: "print" }
                };
        string? name =
            hook is Name { Id: var id } ? id
            : hook is Attribute { Name: var member } ? member
            : null;
        if (name is null || FunctionOf(file, name) is not { } function)
            return false;
        return Looks(function, 1);
    }

    private static bool Looks(FunctionDef function, int first)
    {
        var finder = new Changes(function, first);
        finder.Visit(function.Body);
        return !finder.Found;
    }

    /// <summary>Whether a hook gives a value back, or changes one that it is given.</summary>
    private sealed class Changes(FunctionDef function, int first) : SyntaxWalker
    {
        public bool Found { get; private set; }

        public override void Visit(Node node)
        {
            Found =
                Found
                || node switch
                {
                    Return { Value: { } value } => value is not Constant { Kind: ConstantKind.None },
                    Yield or YieldFrom or AugAssign => true,
                    Call { Func: Attribute { Name: [.., not '_', '_'] } } => true,
                    Subscript { Context: not ExprContext.Load, Value: Name { Id: var stored } } => function
                        .Args.All()
                        .Skip(first)
                        .Take(2)
                        .Any(a => a.Name == stored),
                    _ => false,
                };
            if (!Found && node is not (FunctionDef or Lambda))
                base.Visit(node);
        }
    }

    private sealed class Registrations(string method) : SyntaxWalker
    {
        public List<Call> Found { get; } = [];

        public override void Visit(Node node)
        {
            if (node is Call { Func: Attribute { Name: var name }, Args.Count: > 0 } call && name == method)
                Found.Add(call);
            base.Visit(node);
        }
    }
}
