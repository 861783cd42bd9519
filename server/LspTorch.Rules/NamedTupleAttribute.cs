using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// A named tuple in an attribute without a declared type is a plain tuple to TorchScript: its fields have no names.
/// </summary>
public sealed class NamedTupleAttribute : Rule
{
    public override string Id => "named-tuple-attribute";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        foreach (var read in LiveInstances.Of(file).Reads)
        {
            if (
                read.Node.Parent is not Attribute { Context: ExprContext.Load } field
                || field.Parent is Call call && ReferenceEquals(call.Func, field)
            )
                continue;
            if (
                read.Where(held => held is { Kind: HeldKind.NamedTuple }) is not { Count: > 0 } holders
                || holders[0].Find(read.Name) is not { } value
            )
                continue;
            if (
                read
                    .Class.Model.Lineage()
                    .Any(c => c.ClassAnnotations.ContainsKey(read.Name) || c.Constants.Contains(read.Name))
            )
                continue;
            var written = file
                .Tree.Definitions.OfType<ClassDef>()
                .FirstOrDefault(c => c.Name == value.Type && c.Parent is Module);
            var type =
                written is not null && file.Model.ClassOf(written) is { Kind: ClassKind.NamedTuple } named
                    ? named.InstanceType
                    : TorchType.Unknown;
            bool one = read.Holds.All(h => h.Held is { Kind: HeldKind.NamedTuple } held && held.Type == value.Type);
            var fix =
                one && type.IsWritable && ReferenceEquals(read.Class.Model.Owner.File.Text, file.Text)
                    ? Annotations.OfAttribute(file, read.Class.Model.Node, read.Name, type, "", FixSafety.Suggested)
                    : null;
            context.Report(
                new Finding(
                    Id,
                    Severity.Error,
                    field.Span,
                    $"'{read.Name}' holds a '{value.Type}' (seen by the last probe), and without a "
                        + $"declared type TorchScript takes it for a plain tuple, which has no '{field.Name}': "
                        + $"declare '{read.Name}: {value.Type}' in the class, or index it.",
                    read.Body.Function.QualifiedName,
                    fix is null ? [] : [fix],
                    read.Body.WhyCompiled()
                )
            );
        }
    }
}
