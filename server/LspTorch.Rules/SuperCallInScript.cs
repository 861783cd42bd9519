using LspTorch.Findings;
using LspTorch.Refactorings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// super() does not exist in TorchScript; the compiler speaks of a Tensor without the method instead.
/// </summary>
public sealed class SuperCallInScript : Rule
{
    public override string Id => "super-call-in-script";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        foreach (var node in context.Compiled.Live<Attribute>())
        {
            if (node.Node is not { Value: Call { Func: Name { Id: "super" } super } } attribute)
                continue;
            if (context.File.Model.ResolveName(super) != "builtins.super" || node.Body.Class is null)
                continue;
            context.Report(
                this,
                node.Severity,
                attribute.Span,
                $"'super().{attribute.Name}' cannot be compiled: TorchScript does not support super(). "
                    + "Give the base class's code a method of its own name and call that through self.",
                node.Body,
                Refactored(context.File, attribute, context.File.Model.ClassOf(node.Body.Class)) is { } fix ? [fix] : []
            );
        }
    }

    private static Fix? Refactored(FileSnapshot file, Attribute method, ClassModel type) =>
        BaseMethodUnderOwnName.Of(file, method, type) ?? TorchSuperCall.Of(file, method, type);
}
