using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Tracing;

namespace LspTorch.Rules;

/// <summary>
/// A trace returns Tensors, and tuples, lists and dicts of them: anything else is refused, or loses its form.
/// </summary>
public sealed class TracedOutput : TraceRule
{
    public override string Id => "traced-output";

    private protected override void Check(RuleContext context, TracedFunction function)
    {
        // What a function inside the trace returns may have any form.
        if (!function.IsRoot || function.Self is not null && function.Def.Name != "forward")
            return;
        if (function.Self is { } self && IsPartOfAnother(context.File.Model, self))
            return;
        foreach (var returned in function.All<Return>())
            if (returned.Value is { } value && Problem(context.File, function, value) is { } problem)
                Report(context, function, value.Span, problem);
    }

    private static string? Problem(FileSnapshot file, TracedFunction function, Expr value)
    {
        if (value is DictExpr || value is Call { Func: Name { Id: "dict" } })
            return "torch.jit.trace refuses a dict as output unless it is called with strict=False, and then every "
                + "value must be a Tensor. Pass strict=False, or return a tuple.";
        if (value is Call { Func: Name or Syntax.Attribute } call && FormOf(file, call.Func) is { } form)
            return form == Form.NamedTuple
                ? $"The trace returns a plain tuple instead of '{Shown(file, call.Func)}': its field names are "
                    + "lost. Read the outputs by position, or script the module."
                : $"torch.jit.trace cannot return '{Shown(file, call.Func)}'. Return a tuple of its Tensors.";
        var parts = value is TupleExpr tuple ? tuple.Elements.AsEnumerable() : [value];
        foreach (var part in parts)
        {
            if (part is Constant or JoinedStr)
                return $"torch.jit.trace cannot return '{Shown(file, part)}': only Tensors, and tuples, lists "
                    + "and dicts of Tensors. Remove it.";
            if (function.Values.KindOf(part) == TracedKind.Size)
                return $"The trace returns '{Shown(file, part)}' as a Tensor, not as an int. Remove it: the "
                    + "caller can read it from the shape of an output.";
        }
        return null;
    }

    private enum Form
    {
        NamedTuple,
        Object,
    }

    /// <summary>Whether a call makes a named tuple or a dataclass.</summary>
    private static Form? FormOf(FileSnapshot file, Expr called)
    {
        if (file.Model.Names.Resolve(called) is { Class: { } type, Owner: { } owner })
            return owner.ClassOf(type).Kind == ClassKind.NamedTuple ? Form.NamedTuple
                : type.Decorators.Any(d => owner.ResolveName(d is Call made ? made.Func : d) == "dataclasses.dataclass")
                    ? Form.Object
                : null;
        return
            called is Name name
            && file.Model.Names.FindVariable(name) is { Bindings: [{ Value: Call maker }], Owner: var home }
            && home.ResolveName(maker.Func) is "collections.namedtuple" or "typing.NamedTuple"
            ? Form.NamedTuple
            : null;
    }

    /// <summary>A class of which another module of the file makes an instance: a trace begins with that one.</summary>
    private static bool IsPartOfAnother(SemanticModel model, ClassModel self)
    {
        foreach (var node in model.File.Tree.Definitions)
        {
            if (node is not ClassDef other || ReferenceEquals(other, self.Node) || !model.ClassOf(other).IsModule)
                continue;
            if (other.Has(n => Makes(n, model, self.Node)))
                return true;
        }
        return false;
    }

    private static bool Makes(Node node, SemanticModel model, ClassDef made) =>
        node is Call { Func: Name or Syntax.Attribute } call
            && ReferenceEquals(model.Names.Resolve(call.Func)?.Class, made)
        || node is Name { Id: var id } && id == made.Name && node.Parent is not (ClassDef or Call);
}
