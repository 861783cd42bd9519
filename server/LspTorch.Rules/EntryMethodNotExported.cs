using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>A method that looks like a way into the model, which the scripted model will not have.</summary>
public sealed class EntryMethodNotExported : Rule
{
    private static readonly HashSet<string> Names =
    [
        "infer",
        "inference",
        "encode",
        "decode",
        "generate",
        "predict",
        "synthesize",
        "synthesise",
        "transcribe",
        "sample",
        "translate",
        "forward_step",
        "inverse",
        "reverse",
        "embed",
        "extract_features",
        "get_embedding",
        "vocode",
        "step",
        "reset_state",
    ];

    public override string Id => "entry-method-not-exported";
    public override Severity DefaultSeverity => Severity.Information;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var model = context.File.Model;
        HashSet<string>? maybeReached = null;
        var classes = context
            .Compiled.Bodies.Where(b => b.Def.Name == "forward")
            .Select(b => b.Class)
            .OfType<ClassDef>()
            .Distinct();
        foreach (var type in classes)
        {
            if (!model.ClassOf(type).IsModule)
                continue;
            foreach (var method in type.Body.OfType<FunctionDef>())
            {
                if (
                    !Names.Contains(method.Name)
                    || method.Decorators.Count > 0
                    || method.IsAsync
                    || model.CompiledFunctionOf(method) is not null
                )
                    continue;
                if (
                    method.Args.VarArg is not null
                    || method.Args.KwArg is not null
                    || method.Args.All().FirstOrDefault() is null
                )
                    continue;
                // A method that compiled code calls on something of unknown type may well be this one.
                maybeReached ??= context
                    .Compiled.Live<Call>()
                    .Select(c => c.Node.Func)
                    .OfType<Attribute>()
                    .Where(f => model.TypeOf(f.Value).HasUnknown)
                    .Select(f => f.Name)
                    .ToHashSet();
                if (IsPlaceholder(method) || maybeReached.Contains(method.Name))
                    continue;
                context.Report(
                    new Finding(
                        Id,
                        Severity.Information,
                        method.NameSpan,
                        $"'{method.Name}' is not reached from 'forward', so the scripted '{type.Name}' will not "
                            + "have it: mark it @torch.jit.export to call it from TorchScript or C++.",
                        model.QualifiedNameAt(type),
                        Export(context.File, method)
                    )
                );
            }
        }
    }

    private static bool IsPlaceholder(FunctionDef method) =>
        method.Body.All(s =>
            Blocks.IsDocstring(s) || s is Pass or Raise or ExprStmt { Value: Constant { Kind: ConstantKind.Ellipsis } }
        );

    private static Fix Export(FileSnapshot file, FunctionDef method)
    {
        string indent = file.Text.IndentationOf(file.Text.LineOf(method.Start));
        string decorator = TorchNames.Jit(file, "export", out var import);
        var insert = TextEdit.Insert(method.Start, $"@{decorator}{file.Text.DominantLineBreak}{indent}");
        return new Fix("Add @torch.jit.export", FixSafety.Suggested, import is { } edit ? [insert, edit] : [insert]);
    }
}
