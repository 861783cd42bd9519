using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Refactorings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// <c>a, b = x</c> of what the compiler takes for a Tensor: a parameter without annotation that is only unpacked gets
/// the type of the tuple; a Tensor is unpacked along its first dimension, as Python does.
/// </summary>
internal static class UnpackedTensor
{
    public static Fix? Of(RuleContext context, CompiledBody body, Node at)
    {
        var file = context.File;
        if (
            (at as Assign ?? at.FirstAncestor<Assign>())
                is not { Targets: [TupleExpr { Elements: var targets }] } assign
            || targets.Any(t => t is Starred)
            || file.Model.TypeOf(assign.Value) != TorchType.Tensor
        )
            return null;
        if (
            assign.Value is Name { Id: var id } value
            && body.Def.Args.All().FirstOrDefault(a => a.Name == id) is { Annotation: null } parameter
            && file.Model.DeclaredTypeOf(parameter) is null
        )
        {
            var uses = body.Def.Body.SelectMany(s => s.Find<Name>()).Where(n => n.Id == id).ToList();
            if (uses.All(u => IsTakenApart(u)) && parameter.Default is null)
            {
                var given = Given(context, body, parameter).Distinct().ToList();
                var tuple = given is [TupleType { HasUnknown: false, IsWritable: true } one]
                    ? one
                    : TorchType.Tuple([.. targets.Select(t => Target(file, body.Def, t))]);
                if (given.Any(g => !g.HasUnknown && !g.IsSubtypeOf(tuple)) || !tuple.IsWritable)
                    return null;
                return Annotations.OfParameter(file, parameter, tuple, "", FixSafety.Suggested);
            }
            if (
                Given(context, body, parameter).Any(g => g is TupleType or ListType)
                || !ReferenceEquals(uses[0], value) && uses[0].Context == ExprContext.Store
            )
                return null;
        }
        bool atom =
            assign.Value is Name or Attribute or Call or Subscript
            || assign.Value.ParenthesizedSpan != assign.Value.Span;
        var span = assign.Value.ParenthesizedSpan;
        IReadOnlyList<TextEdit> edits = atom
            ? [TextEdit.Insert(span.End, ".unbind(0)")]
            : [TextEdit.Insert(span.Start, "("), TextEdit.Insert(span.End, ").unbind(0)")];
        const string title = "Unpack the Tensor with 'unbind(0)'";
        // What has no annotation may be a tuple in Python.
        return
            assign.Value is Call call
            && context.File.Model.ResolveName(call.Func)?.StartsWith("torch.", StringComparison.Ordinal) == true
            ? new Fix(title, FixSafety.Suggested, [.. edits])
            : ScriptingBranch.Of(file, assign, title + ", for the compiler only", edits);
    }

    /// <summary>A target that is a tuple itself is unpacked further.</summary>
    private static TorchType Target(FileSnapshot file, FunctionDef function, Expr target) =>
        target is TupleExpr { Elements: var inner } && inner.All(t => t is not Starred)
            ? TorchType.Tuple([.. inner.Select(t => Target(file, function, t))])
            : TorchType.Tensor;

    private static bool IsTakenApart(Name use) =>
        use.Parent is Assign { Targets: [TupleExpr] } assign && ReferenceEquals(assign.Value, use)
        || use.Parent is Subscript { Index: Constant { Kind: ConstantKind.Int }, Context: ExprContext.Load } part
            && ReferenceEquals(part.Value, use);

    private static IEnumerable<TorchType> Given(RuleContext context, CompiledBody body, Arg parameter)
    {
        foreach (var call in context.CallsTo(body.Def))
            if (
                CallArguments.Bind(body.Def, call, skipFirst: body.Def.Parent is ClassDef) is { } bound
                && bound.FirstOrDefault(g => ReferenceEquals(g.Parameter, parameter)).Value is { } argument
            )
                yield return context.File.Model.TypeOf(argument);
    }
}
