using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>A part used as a condition, <c>if self.part:</c>, written as the test that the compiler decides.</summary>
internal sealed record ModuleTested(string Path, string Class, string Name)
    : LiveRepair(Path, "condition-not-bool", $"Test 'self.{Name} is not None' in {Class}")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file) =>
        ClassOf(file, Class) is not { } type
            ? []
            :
            [
                .. file
                    .Model.CompiledFunctions.Where(c => c.Class == type)
                    .Select(c => c.Function)
                    .Distinct()
                    .SelectMany(Nodes<Attribute>.In)
                    .Where(a => IsOfSelf(a, Name) && IsCondition(a))
                    .Select(a => new TextEdit(
                        a.Span,
                        a.Parent is UnaryOp ? $"(self.{Name} is not None)" : $"self.{Name} is not None"
                    ))
                    .Distinct(),
            ];

    private static bool IsCondition(Expr e) =>
        e.Parent switch
        {
            If i => i.Test == e,
            IfExp i => i.Test == e,
            While w => w.Test == e,
            UnaryOp { Op: UnaryOperator.Not } => true,
            BoolOp b => IsCondition(b),
            _ => false,
        };
}
