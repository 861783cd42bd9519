using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>A saved module returns an Enum: another Python process cannot make a value of it.</summary>
public sealed class EnumReturnedFromSaved : Rule
{
    public override string Id => "enum-returned-from-saved";
    public override Severity DefaultSeverity => Severity.Warning;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        if (!file.Text.Text.Contains("save(", StringComparison.Ordinal) || !Saves(file))
            return;
        foreach (var node in context.Compiled.Live<Return>())
        {
            if (
                node.Body.Function is not { Class: not null, Reason.Caller: null }
                || node.Node.Value is not { } value
                || !ReturnsEnum(file, value)
            )
                continue;
            context.Report(
                this,
                DefaultSeverity,
                value.Span,
                "This returns an Enum. Saved and loaded in another Python process, each call fails, because "
                    + "the class is not there: return its value (an int or str) instead.",
                node.Body
            );
        }
    }

    private static bool ReturnsEnum(FileSnapshot file, Expr value) =>
        value switch
        {
            TupleExpr tuple => tuple.Elements.Any(e => ReturnsEnum(file, e)),
            Attribute { Value: Name type }
                when file.Model.Names.Resolve(type) is { Class: { } definition, Owner: { } owner } => owner
                .ClassOf(definition)
                .Kind == ClassKind.Enum,
            _ => HoldsEnum(file.Model.TypeOf(value)),
        };

    private static bool HoldsEnum(TorchType type) =>
        type switch
        {
            ClassType { Role: ClassRole.Enum } => true,
            TupleType tuple => tuple.Elements.Any(HoldsEnum),
            ListType list => HoldsEnum(list.Element),
            OptionalType optional => HoldsEnum(optional.Element),
            _ => false,
        };

    private static bool Saves(FileSnapshot file) =>
        file.Tree.Root.Has(n =>
            n is Call { Func: Name or Attribute } call
            && (
                file.Model.ResolveName(call.Func) == "torch.jit.save"
                || call.Func is Attribute { Name: "save", Value: var module }
                    && ModuleInstance.Of(file.Model, module) is { IsCompiled: true }
            )
        );
}
