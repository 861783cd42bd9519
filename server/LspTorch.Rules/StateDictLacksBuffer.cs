using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// A scripted module wants its non-persistent buffers from load_state_dict; the state_dict of the module that it was
/// made of does not have them.
/// </summary>
public sealed class StateDictLacksBuffer : Rule
{
    public override string Id => "state-dict-lacks-buffer";
    public override Severity DefaultSeverity => Severity.Warning;
    public override CheckMode Mode => CheckMode.Both;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        if (
            !file.Text.Text.Contains("load_state_dict", StringComparison.Ordinal)
            || !file.Text.Text.Contains("persistent", StringComparison.Ordinal)
        )
            return;
        var calls = new LoadCalls();
        calls.Visit(file.Tree.Root);
        foreach (var (call, module) in calls.Found)
        {
            if (
                call.Args.Count != 1
                || call.Keywords.Count > 0
                || ModuleInstance.Of(file.Model, module) is not { IsCompiled: true } scripted
            )
                continue;
            // What comes from a file may have been saved by a scripted module, which has them.
            if (
                call.Args[0] is not Call { Func: Attribute { Name: "state_dict", Value: var source } }
                || ModuleInstance.Of(file.Model, source) is not { IsCompiled: false }
            )
                continue;
            string[] lacking =
            [
                .. scripted.Class.Lineage().SelectMany(NonPersistent).Distinct().Order(StringComparer.Ordinal),
            ];
            if (lacking.Length == 0)
                continue;
            string names = string.Join(", ", lacking.Select(n => $"'{n}'"));
            context.Report(
                new Finding(
                    Id,
                    DefaultSeverity,
                    call.Span,
                    $"A scripted module keeps non-persistent buffers in its state_dict: {names} of "
                        + $"'{scripted.Class.Name}' would be missing here, and load_state_dict raises. "
                        + "Load into the Python module and script it then, or pass strict=False.",
                    file.Model.QualifiedNameAt(call)
                )
            );
        }
    }

    private static IEnumerable<string> NonPersistent(ClassModel type)
    {
        if (!type.Methods.TryGetValue("__init__", out var constructor))
            return [];
        var buffers = new Buffers();
        foreach (var statement in constructor.Body)
            buffers.Visit(statement);
        return buffers.Found;
    }

    private sealed class LoadCalls : SyntaxWalker
    {
        public List<(Call Call, Expr Module)> Found { get; } = [];

        public override void Visit(Node node)
        {
            if (node is Call { Func: Attribute { Name: "load_state_dict" } method } call)
                Found.Add((call, method.Value));
            base.Visit(node);
        }
    }

    private sealed class Buffers : SyntaxWalker
    {
        public List<string> Found { get; } = [];

        public override void Visit(Node node)
        {
            if (
                node
                    is Call
                    {
                        Func: Attribute { Name: "register_buffer", Value: Name { Id: "self" } },
                        Args: [Constant { Value: string name }, ..]
                    } call
                && call.Keywords.FirstOrDefault(k => k.Name == "persistent")
                    is { Value: Constant { Kind: ConstantKind.False } }
            )
                Found.Add(name);
            base.Visit(node);
        }
    }
}
