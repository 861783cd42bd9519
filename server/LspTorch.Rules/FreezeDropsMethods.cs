using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Rules;

/// <summary>torch.jit.freeze keeps forward only, unless it is told what else to keep.</summary>
public sealed class FreezeDropsMethods : Rule
{
    public override string Id => "freeze-drops-methods";
    public override Severity DefaultSeverity => Severity.Warning;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        foreach (var (call, function) in CallsOfTorch.In(file, "torch.jit.freeze", "torch.jit.optimize_for_inference"))
        {
            string keyword = function.EndsWith("freeze", StringComparison.Ordinal)
                ? "preserved_attrs"
                : "other_methods";
            if (call.Args is not [var argument] || call.Keywords.Any(k => k.Name is null || k.Name == keyword))
                continue;
            if (ModuleInstance.Of(file.Model, argument) is not { IsCompiled: true } module)
                continue;
            string[] exported =
            [
                .. module
                    .Class.Lineage()
                    .SelectMany(type =>
                        type.Methods.Values.Where(m =>
                                m.Name != "forward" && JitDecorators.Has(type.Owner, m, "export")
                            )
                            .Select(m => m.Name)
                    )
                    .Distinct()
                    .Order(StringComparer.Ordinal),
            ];
            if (exported.Length == 0)
                continue;
            string names = string.Join(", ", exported.Select(n => $"'{n}'")),
                list = string.Join(", ", exported.Select(n => $"\"{n}\""));
            var fix = new Fix(
                $"Keep {names}: '{keyword}=[...]'",
                FixSafety.Suggested,
                [
                    TextEdit.Insert(
                        (call.Keywords.Count > 0 ? call.Keywords[^1] : (Node)argument).End,
                        $", {keyword}=[{list}]"
                    ),
                ]
            );
            context.Report(
                new Finding(
                    Id,
                    DefaultSeverity,
                    call.Span,
                    $"{function} keeps 'forward' only: {names} of '{module.Class.Name}', marked "
                        + $"@torch.jit.export, {(exported.Length == 1 ? "is" : "are")} gone in the result. Name "
                        + $"what to keep in '{keyword}'.",
                    file.Model.QualifiedNameAt(call),
                    fix
                )
            );
        }
    }
}
