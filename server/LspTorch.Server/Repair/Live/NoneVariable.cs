using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>A local variable that begins as None, annotated with what the compiler saw it become.</summary>
internal sealed record NoneVariable(string Path, string Function, string Name, string Type)
    : LiveRepair(Path, "none-then-value", $"Annotate '{Name}: Optional[{Type}]' in {Function}")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (
            Refusal.Function(file, Function) is not { } function
            || AnnotationWriter.Write(file.Model, $"Optional[{Type}]") is not { } written
            || Nodes<Assign>.In(function).FirstOrDefault(a => a.Targets.Any(t => t is Name n && n.Id == Name))
                is not { Targets: [var target], Value: Constant { Kind: ConstantKind.None } }
        )
            return [];
        return AnnotationWriter.Annotate(file.Model, target.End, ": ", written);
    }
}
