using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Refactorings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// A compiled function that reaches itself: the compiler must know the callee before it can compile the call.
/// </summary>
public sealed class Recursion : Rule
{
    public override string Id => "recursion";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var done = new HashSet<FunctionDef>();
        var path = new List<FunctionDef>();
        var bodies = context.Compiled.Bodies.ToDictionary(b => b.Def);
        // From the entries on, as the compiler goes.
        foreach (var body in context.Compiled.Bodies.OrderBy(b => b.Function.Reason.Caller is null ? 0 : 1))
            Follow(body.Def);

        void Follow(FunctionDef function)
        {
            if (!done.Add(function) || path.Count > 500)
                return;
            path.Add(function);
            foreach (var (callee, at) in context.Calls.CalleesOf(function))
            {
                if (at is not Call call || !IsDirect(call, callee))
                    continue;
                int start = path.IndexOf(callee);
                if (start >= 0)
                    Report(call, function, callee, path.Count - start);
                else
                    Follow(callee);
            }
            path.RemoveAt(path.Count - 1);
        }

        void Report(Call call, FunctionDef caller, FunctionDef callee, int length)
        {
            if (!bodies.TryGetValue(caller, out var body))
                return;
            string way = length == 1 ? "calls itself" : $"reaches itself through '{caller.Name}'";
            context.Report(
                new Finding(
                    Id,
                    context.Compiled.Live<Call>(body).Any(c => ReferenceEquals(c.Node, call) && c.Certain)
                        ? Severity.Error
                        : Severity.Warning,
                    call.Span,
                    $"'{callee.Name}' {way}, and TorchScript has no recursion: write a loop, or mark the "
                        + "function @torch.jit.ignore.",
                    body.Function.QualifiedName,
                    [.. Fixes(context, callee, length)],
                    [new RelatedPlace(callee.NameSpan, $"'{callee.Name}' is compiled"), .. body.WhyCompiled()]
                )
            );
        }
    }

    /// <summary>
    /// A call of a function by name or of a method through self; a call of a submodule is another instance, however its
    /// class is named.
    /// </summary>
    private static bool IsDirect(Call call, FunctionDef callee) =>
        call.Func switch
        {
            // Making an instance of a script class reaches its methods without calling them.
            Name name => name.Id == callee.Name
                || callee.Name == "forward" && callee.Args.All().FirstOrDefault()?.Name == name.Id,
            Attribute { Value: Name } method => method.Name == callee.Name,
            _ => false,
        };

    /// <summary>A loop is TorchScript all through; what is left to Python cannot be saved.</summary>
    private static IEnumerable<Fix> Fixes(RuleContext context, FunctionDef callee, int length)
    {
        if (length > 1)
            return [];
        var loop = TailCallLoop.For(context.File, context.Calls, callee);
        return loop is null ? LeaveToPython(context.File, callee) : LeaveToPython(context.File, callee).Prepend(loop);
    }

    /// <summary>
    /// Only a function can be left to Python as it is: an ignored method that calls itself finds the scripted module
    /// behind self. Only
    /// with its types written out (from the run where the text does not have them), and without defaults, which an
    /// ignored function loses.
    /// </summary>
    private static IEnumerable<Fix> LeaveToPython(FileSnapshot file, FunctionDef callee)
    {
        if (
            callee.Parent is ClassDef
            || callee.Decorators.Count > 0
            || callee.Args.Defaults.Count > 0
            || ChangesContainer(file, callee)
        )
            yield break;
        string indent = file.Text.IndentationOf(file.Text.LineOf(callee.Start));
        string decorator = TorchNames.Jit(file, "ignore", out var import);
        var edits = new List<TextEdit>
        {
            TextEdit.Insert(callee.Start, $"@{decorator}{file.Text.DominantLineBreak}{indent}"),
        };
        if (import is { } edit)
            edits.Add(edit);
        foreach (var parameter in callee.Args.All())
        {
            if (file.Model.DeclaredTypeOf(parameter) is { } declared)
            {
                if (!declared.IsWritable)
                    yield break;
                continue;
            }
            if (
                RunTimeTypes.Of(file, PlaceKind.Parameter, parameter.NameSpan) is not { } seen
                || parameter.Annotation is not null
            )
                yield break;
            if (Annotations.OfParameter(file, parameter, seen, "", FixSafety.Suggested) is not { } annotation)
                yield break;
            edits.AddRange(annotation.Edits.Where(e => !edits.Contains(e)));
        }
        bool observed = edits.Count > (import is null ? 1 : 2);
        if (file.Model.DeclaredReturnOf(callee) is { } result)
        {
            if (!result.IsWritable)
                yield break;
        }
        else
        {
            if (RunTimeTypes.Of(file, PlaceKind.Return, callee.NameSpan) is not { } seen || callee.Returns is not null)
                yield break;
            if (Annotations.OfReturn(file, callee, seen, "", FixSafety.Suggested) is not { } annotation)
                yield break;
            edits.AddRange(annotation.Edits.Where(e => !edits.Contains(e)));
            observed = true;
        }
        string types = observed ? ", with the types observed" : "";
        yield return new Fix($"Mark '{callee.Name}' @torch.jit.ignore{types}", FixSafety.Suggested, [.. edits]);
    }

    /// <summary>A list or dictionary that an ignored function is given is a copy: what it does to it is lost.</summary>
    private static bool ChangesContainer(FileSnapshot file, FunctionDef function)
    {
        var limits = new MoveLimits(file, self: null, compiled: null);
        foreach (var statement in function.Body)
            limits.Of(statement);
        return function
            .Args.All()
            .Any(p =>
                limits.Mutated.Contains(p.Name)
                && (file.Model.DeclaredTypeOf(p) ?? RunTimeTypes.Of(file, PlaceKind.Parameter, p.NameSpan))
                    is ListType
                        or DictType
            );
    }
}
