using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// weight_norm and spectral_norm keep a hook object on the module, and torch.jit.script compiles hooks: it fails with
/// an error that names no place.
/// </summary>
public sealed class WeightNormHook : Rule
{
    public override string Id => "weight-norm-hook";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        var modules = context
            .Compiled.Bodies.Where(b => b.Def.Name == "forward")
            .Select(b => b.Class)
            .OfType<ClassDef>()
            .Distinct();
        foreach (var type in modules)
        {
            var owner = file.Model.ClassOf(type);
            if (!owner.IsModule || owner.FindMethod("__prepare_scriptable__") is not null)
                continue;
            if (type.Body.OfType<FunctionDef>().FirstOrDefault(f => f.Name == "__init__") is not { } init)
                continue;
            var calls = new HookCalls(file);
            foreach (var statement in init.Body)
                calls.Visit(statement);
            bool first = true;
            foreach (var (call, name) in calls.Found)
            {
                string function = name[(name.LastIndexOf('.') + 1)..];
                context.Report(
                    new Finding(
                        Id,
                        Severity.Error,
                        call.Span,
                        $"'{function}' leaves a hook on the module that torch.jit.script cannot compile "
                            + "('...Norm' object has no attribute '__name__', without a place): remove the "
                            + "hooks in __prepare_scriptable__.",
                        file.Model.QualifiedNameAt(type),
                        first && Prepare(file, type, calls.Found) is { } fix ? [fix] : []
                    )
                );
                first = false;
            }
        }
    }

    /// <summary>
    /// torch.jit.script calls __prepare_scriptable__ and compiles what it returns. A module under weight_norm cannot be
    /// copied (its weight is
    /// computed), so the hooks come off the module itself: the values stay, training with weight_norm ends.
    /// </summary>
    private static Fix? Prepare(FileSnapshot file, ClassDef type, IReadOnlyList<(Call Call, string Name)> found)
    {
        if (found.Any(f => !f.Name.EndsWith("weight_norm", StringComparison.Ordinal)))
            return null;
        string ignore = TorchNames.Jit(file, "ignore", out var import);
        if (!ignore.EndsWith(".jit.ignore", StringComparison.Ordinal))
            return null;
        string torch = ignore[..^".jit.ignore".Length];
        return PrepareScriptable.Fix(
            file,
            type,
            "Add __prepare_scriptable__ that removes the hooks",
            [
                "for hook in list(module._forward_pre_hooks.values()):",
                "\tif type(hook).__name__ == \"WeightNorm\":",
                $"\t\t{torch}.nn.utils.remove_weight_norm(module, hook.name)",
            ],
            import
        );
    }

    private sealed class HookCalls(FileSnapshot file) : SyntaxWalker
    {
        public List<(Call Call, string Name)> Found { get; } = [];

        public override void Visit(Node node)
        {
            if (
                node is Call { Func: Name or Attribute { Name: "weight_norm" or "spectral_norm" } } call
                && file.Model.ResolveName(call.Func)
                    is "torch.nn.utils.weight_norm"
                        or "torch.nn.utils.spectral_norm"
                        or "torch.nn.utils.weight_norm.weight_norm"
                        or "torch.nn.utils.spectral_norm.spectral_norm"
                && file.Model.ResolveName(call.Func) is { } name
            )
                Found.Add((call, name));
            base.Visit(node);
        }
    }
}
