using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// A part that is None on live instances, used behind a flag, property or helper: only a direct test against None makes
/// the compiler leave the branch out.
/// </summary>
public sealed class NonePart : Rule
{
    public override string Id => "none-part";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        foreach (var read in LiveInstances.Of(file).Reads)
        {
            if (
                read.Where(held => held is { Kind: HeldKind.None }) is not { Count: > 0 } without
                || UseOf(read.Node) is not { } use
            )
                continue;
            var type = read.Class.Model;
            // What is declared, or gets a value in compiled code, is a matter of its type: other rules speak of it.
            if (
                type.Lineage().Any(c => c.ClassAnnotations.ContainsKey(read.Name) || c.Constants.Contains(read.Name))
                || IsStored(context, type, read.Name)
            )
                continue;
            context.Report(
                new Finding(
                    Id,
                    Severity.Error,
                    use.Span,
                    $"'{read.Name}' is None on {read.Class.Seen(without)}, and torch.jit.script compiles "
                        + $"this line for them: a branch is removed only behind a direct test, 'if self.{read.Name} "
                        + "is not None'; the compiler does not follow a flag, property or helper that stands "
                        + "for it.",
                    read.Body.Function.QualifiedName,
                    [.. InstanceGuard.FixesOf(file, read, define: false)],
                    read.Body.WhyCompiled()
                )
            );
        }
    }

    /// <summary>
    /// The expression in which None is refused whatever is around it: a call of it, an attribute or element of it,
    /// arithmetic with it, a condition.
    /// </summary>
    private static Node? UseOf(Attribute read) =>
        read.Parent switch
        {
            Call call when ReferenceEquals(call.Func, read) => call,
            Attribute { Context: ExprContext.Load } member => member,
            Subscript { Context: ExprContext.Load } element when ReferenceEquals(element.Value, read) => element,
            BinOp sum => sum,
            If branch when ReferenceEquals(branch.Test, read) => read,
            _ => null,
        };

    private static bool IsStored(RuleContext context, ClassModel type, string name) =>
        context.Compiled.Bodies.Any(b =>
            b.Class is { } owner
            && type.Lineage().Any(c => ReferenceEquals(c.Node, owner))
            && context.Compiled.All<Attribute>(b).Any(a => a.Node.Name == name && a.Node.Context != ExprContext.Load)
        );
}
