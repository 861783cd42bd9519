using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>A number or text of the module, written where compiled functions read it.</summary>
internal sealed record GlobalAsLiteral(string Path, string Name, string Literal)
    : LiveRepair(
        Path,
        "python-value-in-script",
        $"Write the value of '{Name}', {Literal}, where compiled code reads it"
    )
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file) =>
        [
            .. file
                .Model.CompiledFunctions.Select(c => c.Function)
                .Distinct()
                .Where(f => !Binds(f))
                .SelectMany(f => f.Body)
                .SelectMany(Nodes<Name>.In)
                .Where(n => n.Id == Name && n.Context == ExprContext.Load)
                .Select(n => new TextEdit(n.Span, Literal))
                .Distinct(),
        ];

    private bool Binds(FunctionDef function) =>
        function.Args.All().Any(a => a.Name == Name)
        || Nodes<Name>.In(function).Any(n => n.Id == Name && n.Context != ExprContext.Load);
}
