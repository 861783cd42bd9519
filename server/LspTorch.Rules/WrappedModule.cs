using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// nn.DataParallel or DistributedDataParallel around a module that is to be compiled: the wrapper is Python through and
/// through.
/// </summary>
public sealed class WrappedModule : Rule
{
    public override string Id => "wrapped-module";
    public override Severity DefaultSeverity => Severity.Warning;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        var calls = new Calls(file);
        calls.Visit(file.Tree.Root);
        foreach (var (call, argument) in calls.Compiled)
            if (
                file.Observations.Find(argument.Span) is { Stale: false, Types: [{ Type: var seen }] }
                    && IsWrapper(seen)
                || argument is Name name && IsHeldWrapper(file, name)
            )
                context.Report(
                    new Finding(
                        Id,
                        Severity.Error,
                        argument.Span,
                        $"'{file.Text[argument.Span]}' is a module inside of {Wrapper(file, argument)}, "
                            + $"which torch.jit cannot compile (*inputs, **kwargs): pass the module itself, '{file.Text[argument.Span]}.module'.",
                        file.Model.CompiledFunctionAt(call)?.QualifiedName,
                        argument is Name or Attribute
                            ?
                            [
                                new Fix(
                                    $"Pass '{file.Text[argument.Span]}.module'",
                                    FixSafety.Suggested,
                                    [TextEdit.Insert(argument.End, ".module")]
                                ),
                            ]
                            : []
                    )
                );
        var wrapped = LiveInstances.Of(file).Classes.Where(c => c.Variants.Any(v => v.Wrapper is not null)).ToList();
        if (wrapped.Count == 0)
            return;
        string names = string.Join(", ", wrapped.Select(c => $"'{c.Model.Name}'"));
        foreach (var call in calls.Wrappers)
            context.Report(
                new Finding(
                    Id,
                    Severity.Warning,
                    call.Span,
                    $"The wrapper is still around {names} when the program ends (seen by the last probe). "
                        + "torch.jit.script and torch.jit.trace refuse it: export its '.module', and save the "
                        + "weights of '.module' too.",
                    null
                )
            );
    }

    private static bool IsWrapper(string type) => type.StartsWith("torch.nn.parallel.", StringComparison.Ordinal);

    private static string Wrapper(FileSnapshot file, Expr argument) =>
        file.Observations.Find(argument.Span)?.Types is [{ Type: var type }]
            ? $"nn.{type[(type.LastIndexOf('.') + 1)..]}"
            : "a wrapper";

    /// <summary>Every value that the variable was seen to get is a wrapper.</summary>
    private static bool IsHeldWrapper(FileSnapshot file, Name name)
    {
        var scope = name.FirstAncestor<FunctionDef>();
        var stores = file
            .Observations.Places.Where(p =>
                p.Kind is PlaceKind.Variable or PlaceKind.Parameter
                && p.Name == name.Id
                && p.Context == (scope is null ? null : file.Model.QualifiedNameOf(scope))
            )
            .ToList();
        return stores.Count > 0 && stores.All(p => !p.Stale && p.Types.All(t => IsWrapper(t.Type)));
    }

    private sealed class Calls(FileSnapshot file) : SyntaxWalker
    {
        public List<Call> Wrappers { get; } = [];
        public List<(Call Call, Expr Argument)> Compiled { get; } = [];

        public override void Visit(Node node)
        {
            if (node is Call { Func: Name or Attribute } call)
                switch (file.Model.ResolveName(call.Func))
                {
                    case "torch.nn.DataParallel"
                    or "torch.nn.parallel.DataParallel"
                    or "torch.nn.parallel.data_parallel.DataParallel"
                    or "torch.nn.parallel.DistributedDataParallel"
                    or "torch.nn.parallel.distributed.DistributedDataParallel":
                        Wrappers.Add(call);
                        break;
                    case "torch.jit.script" or "torch.jit.trace" or "torch.jit.trace_module" when call.Args.Count > 0:
                        Compiled.Add((call, call.Args[0]));
                        break;
                }
            base.Visit(node);
        }
    }
}
