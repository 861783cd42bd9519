using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// A parametrization on a live module: torch.jit.script refuses those of torch itself that compute with Python, and
/// what it compiles of others always raises.
/// </summary>
public sealed class ParametrizationInScript : Rule
{
    public override string Id => "parametrization-in-script";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        var live = LiveInstances.Of(file).Classes;
        FromText(context, live.Select(t => t.Model.Node).ToHashSet());
        foreach (var type in live)
        {
            var hooks = type.Variants.SelectMany(v => v.Hooks).Where(h => h.Kind == HookKind.Parametrization).ToList();
            if (hooks.Count == 0 || type.Model.FindMethod(PrepareScriptable.Name) is not null)
                continue;
            bool refused = hooks.Any(h =>
                h.Name.EndsWith("._SpectralNorm", StringComparison.Ordinal)
                || h.Name.EndsWith("._Orthogonal", StringComparison.Ordinal)
            );
            var calls = new Calls(file);
            calls.Visit(type.Model.Node);
            var fix = PrepareScriptable.Fix(file, type);
            string where =
                hooks[0].Part.Length == 0 ? $"A '{type.Model.Name}'" : $"'{hooks[0].Part}' of a '{type.Model.Name}'";
            bool first = true;
            foreach (var span in calls.Found.Count > 0 ? calls.Found.Select(c => c.Span) : [type.Model.Node.NameSpan])
            {
                context.Report(
                    new Finding(
                        Id,
                        refused ? Severity.Error : Severity.Warning,
                        span,
                        $"{where} has a parametrization (seen by the last probe), "
                            + (
                                refused
                                    ? "whose code torch.jit.script refuses"
                                    : "and the scripted module raises 'Parametrization is not working "
                                        + "with scripting' whenever it runs"
                            )
                            + $": remove it before scripting, or in {PrepareScriptable.Name}; the values stay.",
                        file.Model.QualifiedNameOf(type.Model.Node),
                        first && fix is not null ? [fix] : []
                    )
                );
                first = false;
            }
        }
    }

    /// <summary>
    /// A parametrization that the constructor of a compiled class surely puts on what its compiled code uses. A file
    /// that takes parametrizations off somewhere does so before it scripts.
    /// </summary>
    private void FromText(RuleContext context, HashSet<ClassDef> live)
    {
        var file = context.File;
        if (
            !file.Text.Text.Contains("register_parametrization", StringComparison.Ordinal)
            || file.Text.Text.Contains("remove_parametrizations", StringComparison.Ordinal)
        )
            return;
        foreach (var forward in context.Compiled.Bodies)
        {
            if (
                forward is not { Certain: true, Def: { Name: "forward", Parent: ClassDef type } }
                || live.Contains(type)
                || type.Body.OfType<FunctionDef>().FirstOrDefault(f => f.Name == "__init__") is not { } init
            )
                continue;
            foreach (var statement in init.Body)
                if (
                    statement is ExprStmt { Value: Call { Args: [var module, var name, ..] } call }
                    && file.Model.ResolveName(call.Func) == "torch.nn.utils.parametrize.register_parametrization"
                    && Used(module, name) is { } part
                    && context
                        .Compiled.All<Attribute>(forward)
                        .Any(a => a.Node is { Name: var used, Value: Name { Id: "self" } } && used == part)
                )
                    context.Report(
                        new Finding(
                            Id,
                            Severity.Warning,
                            call.Span,
                            $"A scripted '{part}' with a parametrization raises 'Parametrization is not "
                                + "working with scripting' whenever it runs: remove the parametrization "
                                + $"before scripting, or in {PrepareScriptable.Name}; the values stay.",
                            file.Model.QualifiedNameOf(type),
                            PrepareScriptable.OfParametrizations(file, type) is { } fix ? [fix] : []
                        )
                    );
        }
    }

    /// <summary>The attribute of self that a read of the parametrized value goes through.</summary>
    private static string? Used(Expr module, Expr name) =>
        (module, name) switch
        {
            (Attribute { Value: Name { Id: "self" }, Name: var part }, _) => part,
            (Name { Id: "self" }, Constant { Value: string own }) => own,
            _ => null,
        };

    private sealed class Calls(FileSnapshot file) : SyntaxWalker
    {
        public List<Call> Found { get; } = [];

        public override void Visit(Node node)
        {
            if (
                node is Call { Func: Name or Attribute } call
                && file.Model.ResolveName(call.Func) is { } name
                && (
                    name.StartsWith("torch.nn.utils.parametrizations.", StringComparison.Ordinal)
                    || name == "torch.nn.utils.parametrize.register_parametrization"
                )
            )
                Found.Add(call);
            base.Visit(node);
        }
    }
}
