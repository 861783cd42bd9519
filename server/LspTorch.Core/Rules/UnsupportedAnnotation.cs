using LspTorch.Core.Syntax;
using LspTorch.Core.TorchScript;

namespace LspTorch.Core.Rules;

/// <summary>An annotation that is no type of TorchScript: the compiler reads those of parameters, returns and variables.</summary>
public sealed class UnsupportedAnnotation : Rule
{
    private static readonly HashSet<string> names = new(StringComparer.Ordinal)
    {
        "typing.Callable", "typing.Sequence", "typing.Iterable", "typing.Iterator", "typing.Mapping", "typing.Collection", "typing.Set", "typing.Type", "typing.Generator",
        "collections.abc.Callable", "collections.abc.Sequence", "collections.abc.Iterable", "builtins.object", "builtins.dict", "builtins.set",
        "torch.tensor", "torch.nn.Module", "torch.nn.modules.Module", "torch.nn.modules.module.Module", "typing.List", "typing.Dict", "typing.Optional",
    };

    private static readonly TorchVersion builtinGenericAttributes = new(2, 1);

    public override string Id => "unsupported-annotation";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        CheckAttributes(context);
        foreach (var (annotation, body) in context.Compiled.Annotations)
        {
            if (body.HasOverloads(context.File.Model) || annotation.Parent is Arg && body.Class is not null && IsSelf(annotation, body)) continue;
            if (Offence(context, annotation, 0) is { } offence)
                context.Report(this, body.Severity, offence.Span,
                    $"'{context.File.Text[offence.Span]}' is no type of TorchScript: {Advice(context.File.Model.ResolveName(offence))}.", body);
        }
    }

    /// <summary>
    /// The type of an attribute written with a builtin container compiles from torch 2.1 on (pytorch/pytorch #98703). The compiler only reads it where an
    /// instance has the attribute.
    /// </summary>
    private void CheckAttributes(RuleContext context)
    {
        if (context.File.Options.Torch >= builtinGenericAttributes) return;
        var model = context.File.Model;
        foreach (var classes in context.Compiled.Bodies.Where(b => b.Class is not null).GroupBy(b => b.Class))
        {
            if (classes.Key is not { } definition || model.ClassOf(definition) is not { IsModule: true } type) continue;
            foreach (var (name, annotation) in type.ClassAnnotations)
                if (annotation is Subscript subscript && model.ResolveName(subscript.Value) is "builtins.list" or "builtins.dict" or "builtins.tuple"
                    && type.FindAttribute(name) is { Always: true } && classes.FirstOrDefault(b => b.Certain) is { } body)
                    context.Report(this, body.Severity, annotation.Span,
                        $"The type '{context.File.Text[annotation.Span]}' of an attribute cannot be compiled before torch 2.1: write List, Dict or Tuple of typing.", body);
        }
    }

    private static bool IsSelf(Expr annotation, CompiledBody body) => ReferenceEquals(annotation.Parent, body.Def.Args.All().FirstOrDefault());

    private static Expr? Offence(RuleContext context, Expr annotation, int depth)
    {
        if (depth > 20) return null;
        switch (annotation)
        {
            case Name or Syntax.Attribute: return context.File.Model.ResolveName(annotation) is { } name && names.Contains(name) ? annotation : null;
            case Subscript subscript:
                string? constructor = context.File.Model.ResolveName(subscript.Value);
                if (constructor is "typing.List" or "typing.Dict" or "typing.Optional" or "typing.Union" or "typing.Tuple" or "builtins.list" or "builtins.dict" or "builtins.tuple")
                {
                    var arguments = subscript.Index is TupleExpr tuple ? tuple.Elements : [subscript.Index];
                    if (constructor is "typing.Tuple" && arguments.FirstOrDefault(a => a is Constant { Kind: ConstantKind.Ellipsis }) is { } dots) return dots;
                    foreach (var argument in arguments)
                        if (Offence(context, argument, depth + 1) is { } inner) return inner;
                    return null;
                }
                return constructor is not null && names.Contains(constructor) ? subscript.Value : null;
            default: return null;
        }
    }

    private static string Advice(string? name) => name switch
    {
        "typing.Callable" or "collections.abc.Callable" => "a function cannot be passed, keep a module in an attribute or call it by name",
        "typing.Sequence" or "typing.Iterable" or "typing.Iterator" or "typing.Collection" or "collections.abc.Sequence" or "collections.abc.Iterable" or "typing.Set" or "builtins.set" => "write List[...]",
        "typing.Mapping" or "builtins.dict" or "typing.Dict" => "write Dict[..., ...] with its types",
        "typing.List" => "write List[...] with the type of its elements",
        "typing.Optional" => "write Optional[...] with its type",
        "torch.tensor" => "write torch.Tensor",
        null => "a tuple has a fixed number of elements, write List[...]",
        _ => "write a Tensor, number, string or container type",
    };
}
