using System.Collections.Immutable;
using System.Diagnostics;
using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Problems;
using LspTorch.Refactorings;
using LspTorch.Semantics;
using LspTorch.Syntax;

namespace LspTorch.Rules;

/// <summary>Compiled code constructs an nn.Module.</summary>
public sealed class ModuleMadeInScript : RefusalRule<ModuleMadeProblem>
{
    public override string Id => "module-made-in-script";

    protected override string MessageOf(ModuleMadeProblem problem) =>
        problem switch
        {
            UserModuleMade(_, var type) =>
                $"'{type}' is created in compiled code, and TorchScript cannot create modules: create it "
                    + "in __init__ and keep it in an attribute.",
            TorchModuleMade(_, var type) =>
                $"'{type}' is created in compiled code, and TorchScript cannot create modules: create it "
                    + "in __init__, or call the function of torch.nn.functional.",
            _ => throw new UnreachableException(),
        };

    protected override ImmutableArray<Fix> FixesOf(RuleContext context, CompiledBody body, ModuleMadeProblem problem) =>
        problem.At is Call made && ModuleToConstructor.Of(context.File, made, body.Class) is { } fix ? [fix] : [];
}
