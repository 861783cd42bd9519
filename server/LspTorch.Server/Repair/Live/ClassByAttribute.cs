using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// Whether a part is of a class of the program, asked by an attribute that its instances have: that the compiler
/// decides, and <c>isinstance</c> of modules it does not.
/// </summary>
internal sealed record ClassByAttribute(string Path, string Class, string Attribute)
    : LiveRepair(
        Path,
        "unsupported-function",
        $"Test for '{Attribute}', which instances of {Class} have, instead of isinstance"
    )
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file) =>
        [
            .. file
                .Model.CompiledFunctions.Select(c => c.Function)
                .Distinct()
                .SelectMany(f => f.Body)
                .SelectMany(Nodes<Call>.In)
                .Where(c => IsTestOf(c, Class))
                .Select(c => new TextEdit(c.Span, $"hasattr({file.Text[c.Args[0].Span]}, \"{Attribute}\")"))
                .Distinct(),
        ];

    /// <summary>The classes that isinstance is asked about in a function.</summary>
    public static IEnumerable<string> In(FunctionDef function) =>
        Nodes<Call>
            .In(function)
            .Where(c => c is { Func: Name { Id: "isinstance" }, Args: [Name, Name] })
            .Select(c => ((Name)c.Args[1]).Id)
            .Distinct();

    private static bool IsTestOf(Call call, string type) =>
        call is { Func: Name { Id: "isinstance" }, Args: [Name, Name { Id: var id }] } && id == type;
}
