using LspTorch.Findings;
using LspTorch.Syntax;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// flatten_parameters() arranges weights for cuDNN, in Python that the compiler refuses with an error that points into
/// torch.
/// </summary>
public sealed class FlattenParametersInScript : Rule
{
    public override string Id => "flatten-parameters-in-script";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        foreach (var node in context.Compiled.Live<Call>())
        {
            if (node.Node is not { Func: Attribute { Name: "flatten_parameters" } method, Args.Count: 0 } call)
                continue;
            if (
                context.File.Model.TypeOf(method.Value)
                is not ModuleType { Name: "torch.nn.LSTM" or "torch.nn.GRU" or "torch.nn.RNN" }
            )
                continue;
            context.Report(
                this,
                node.Severity,
                call.Span,
                $"'{context.File.Text[method.Value.Span]}.flatten_parameters()' cannot be compiled, and the "
                    + "compiler's message points into torch instead of here: call it only outside of scripts.",
                node.Body,
                ScriptingGuard.Around(context.File, call, FixSafety.Safe) is { } fix ? [fix] : []
            ); // it changes no value
        }
    }
}
