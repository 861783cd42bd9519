using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary><c>next(self.parameters())</c>, to which script has no way, as the parameter that it is.</summary>
internal sealed record FirstParameterNamed(string Path, string Class, string Parameter)
    : LiveRepair(
        Path,
        "unsupported-function",
        $"Write the first parameter of {Class}, {Parameter}, for next(self.parameters())"
    )
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file) =>
        ClassOf(file, Class) is not { } type
            ? []
            :
            [
                .. Nodes<Call>
                    .In(type)
                    .Where(c =>
                        c is { Func: Name { Id: "next" }, Args: [Call { Func: Attribute of, Args.Count: 0 }] }
                        && of is { Name: "parameters", Value: Name { Id: "self" } }
                    )
                    .Select(c => new TextEdit(c.Span, Parameter)),
            ];
}
