using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// A Sequential that is only gone through in loops, and whose own forward the compiler refuses: a ModuleList, with the
/// same names in the state_dict.
/// </summary>
internal sealed record SequentialAsList(string Path, string Class, string Name)
    : LiveRepair(Path, "no-matching-overload", $"Make self.{Name} of {Class}, which is only iterated, a ModuleList")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (ClassOf(file, Class) is not { } type || ValueOf(file, type, Name) is not { } call)
            return [];
        string list = Nodes<Attribute>
            .In(file.Tree.Root)
            .FirstOrDefault(a => file.Model.ResolveName(a) == "torch.nn.Sequential")
            is { } written
            ? file.Text[written.Value.Span] + ".ModuleList"
            : "torch.nn.ModuleList";
        string arguments = call.Args switch
        {
            [Starred all] => file.Text[all.Value.Span],
            [Call { Func: Syntax.Name { Id: "OrderedDict" } } dictionary] => file.Text[dictionary.Span] + ".values()",
            _ => $"[{string.Join(", ", call.Args.Select(a => file.Text[a.Span]))}]",
        };
        return [new TextEdit(call.Span, $"{list}({arguments})")];
    }

    /// <summary>The attributes of a class that are Sequentials and stand in the head of a loop.</summary>
    public static IEnumerable<string> NamesIn(FileSnapshot file, string qualifiedName) =>
        ClassOf(file, qualifiedName) is not { } type
            ? []
            : Nodes<For>
                .In(type)
                .SelectMany(f => Nodes<Attribute>.In(f.Iter))
                .Where(a => a.Value is Syntax.Name { Id: "self" })
                .Select(a => a.Name)
                .Distinct()
                .Where(n => ValueOf(file, type, n) is not null);

    private static Call? ValueOf(FileSnapshot file, ClassDef type, string name) =>
        Nodes<Assign>
            .In(type)
            .Where(a => a.Targets is [var target] && IsOfSelf(target, name))
            .Select(a => a.Value as Call)
            .FirstOrDefault(c => c is not null && file.Model.ResolveName(c.Func) == "torch.nn.Sequential");
}
