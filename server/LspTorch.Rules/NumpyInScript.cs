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

/// <summary>numpy is no part of TorchScript: neither its functions nor its arrays.</summary>
public sealed class NumpyInScript : Rule
{
    /// <summary>
    /// numpy functions of one tensor that torch has under the same name, with the same result for a float tensor.
    /// </summary>
    private static readonly HashSet<string> SameInTorch =
    [
        "sqrt",
        "exp",
        "log",
        "log2",
        "log10",
        "sin",
        "cos",
        "tan",
        "tanh",
        "sinh",
        "cosh",
        "abs",
        "floor",
        "ceil",
        "square",
        "sign",
    ];

    public override string Id => "numpy-in-script";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var model = context.File.Model;
        if (!MayNameNumpy(context.File))
            return;
        var reported = new List<TextSpan>();
        var found = new List<(CompiledNode<Call> Call, string Message)>();
        foreach (var node in context.Compiled.Live<Call>())
        {
            if (Describe(context.File, node.Node) is { } message)
                found.Add((node, message));
        }
        var rewrites = new Dictionary<CompiledBody, NumpyRewrite>();
        var planners = new MoveToIgnored.Planners(context.File);
        // One report for np.sum(np.abs(x.numpy())): the outermost.
        foreach (
            var (node, message) in found.OrderBy(f => f.Call.Node.Start).ThenByDescending(f => f.Call.Node.Span.Length)
        )
        {
            if (reported.Any(r => r.Contains(node.Node.Span)))
                continue;
            reported.Add(node.Node.Span);
            if (!rewrites.TryGetValue(node.Body, out var rewrite))
                rewrites[node.Body] = rewrite = new NumpyRewrite(context.File, node.Body.Def);
            context.Report(
                this,
                node.Severity,
                node.Node.Span,
                message,
                node.Body,
                Fixes(context.File, node.Node, rewrite, planners, cancellationToken)
            );
        }
        foreach (var (annotation, body) in context.Compiled.Annotations)
            if (annotation is Name or Attribute && model.ResolveName(annotation) is "numpy.ndarray" or "numpy.array")
                context.Report(
                    this,
                    body.Severity,
                    annotation.Span,
                    $"'{context.File.Text[annotation.Span]}' is not a type that compiled code can use: "
                        + "pass a Tensor, or mark the function @torch.jit.ignore.",
                    body
                );
        ReportDTypes(context, reported);
    }

    /// <summary>numpy is named in the text, or comes by a name that another module imports it under.</summary>
    private static bool MayNameNumpy(FileSnapshot file)
    {
        if (file.Text.Text.Contains("numpy", StringComparison.Ordinal))
            return true;
        var scope = file.Model.Names.ModuleScope;
        return scope.HasStarImport
            || scope.Names.Any(name =>
                scope.Find(name) is [{ Kind: BindingKind.Import }, ..]
                && file.Model.Names.FindExported(name)?.DottedName?.StartsWith("numpy", StringComparison.Ordinal)
                    == true
            );
    }

    private static string? Describe(FileSnapshot file, Call call)
    {
        if (call.Func is Attribute { Name: "numpy" } conversion && call.Args.Count == 0)
        {
            bool tensor = file.Model.TypeOf(conversion.Value) == TorchType.Tensor;
            bool seen = !tensor && file.Observations.Find(conversion.Value.Span) is { JoinedType: "Tensor" };
            if (!tensor && !seen)
                return null;
            return $"'{Short(file, call)}' makes a numpy array, which compiled code cannot hold: use tensors, "
                + "or move what needs numpy to an @torch.jit.ignore method.";
        }
        if (call.Func is Name or Attribute && file.Model.ResolveName(call.Func) is { } name)
        {
            if (name.StartsWith("numpy.", StringComparison.Ordinal))
                return $"'{file.Text[call.Func.Span]}' is part of numpy, which TorchScript cannot call: use a "
                    + "torch function, or move it to an @torch.jit.ignore method.";
            if (name == "torch.from_numpy")
                return "TorchScript has no 'torch.from_numpy', and no arrays to convert: move the numpy part "
                    + "to an @torch.jit.ignore method.";
        }
        return null;
    }

    private static string Short(FileSnapshot file, Call call)
    {
        string text = file.Text[call.Span];
        return text.Length <= 40 && !text.Contains('\n') ? text : "….numpy()";
    }

    private static IEnumerable<Fix> Fixes(
        FileSnapshot file,
        Call call,
        NumpyRewrite rewrite,
        MoveToIgnored.Planners planners,
        CancellationToken cancellationToken
    )
    {
        if (PackedLengths.Of(file, call) is { } lengths)
            yield return lengths;
        else if (rewrite.FixOf(call) is { } written)
            yield return written;
        else if (InTorch(file, call) is { } same)
            yield return same;
        if (MoveToIgnored.AsFix(planners, call, cancellationToken) is { } move)
            yield return move;
    }

    /// <summary>
    /// numpy's elementwise functions of a tensor give what torch's give, for float tensors; of integers they give
    /// doubles.
    /// </summary>
    private static Fix? InTorch(FileSnapshot file, Call call)
    {
        if (
            call is not { Func: Attribute { Value: Name }, Args: [var argument], Keywords.Count: 0 }
            || !TensorEvidence.IsTensor(file, argument)
        )
            return null;
        if (file.Model.ResolveName(call.Func) is not { } name || !name.StartsWith("numpy.", StringComparison.Ordinal))
            return null;
        string member = name["numpy.".Length..];
        if (!SameInTorch.Contains(member))
            return null;
        string torch = TorchNames.Jit(file, "ignore", out var import);
        if (!torch.EndsWith(".jit.ignore", StringComparison.Ordinal))
            return null;
        string written = $"{torch[..^".jit.ignore".Length]}.{member}";
        return new Fix(
            $"Use {written}",
            FixSafety.Suggested,
            import is { } edit ? [new TextEdit(call.Func.Span, written), edit] : [new TextEdit(call.Func.Span, written)]
        );
    }

    /// <summary>np.float32 and its like as a value, outside what is reported already.</summary>
    private void ReportDTypes(RuleContext context, List<TextSpan> reported)
    {
        foreach (var node in context.Compiled.Live<Attribute>())
        {
            var attribute = node.Node;
            if (
                attribute.Context != ExprContext.Load
                || attribute.Value is not Name
                || attribute.Parent is Attribute or Assign
            )
                continue;
            if (attribute.Parent is Call owner && ReferenceEquals(owner.Func, attribute))
                continue;
            if (reported.Any(r => r.Contains(attribute.Span)))
                continue;
            if (
                context.File.Model.ResolveName(attribute)
                is not (
                    "numpy.float32"
                    or "numpy.float64"
                    or "numpy.float16"
                    or "numpy.int64"
                    or "numpy.int32"
                    or "numpy.int16"
                    or "numpy.int8"
                    or "numpy.uint8"
                    or "numpy.bool_"
                    or "numpy.complex64"
                    or "numpy.complex128"
                    or "numpy.ndarray"
                )
            )
                continue;
            context.Report(
                this,
                node.Severity,
                attribute.Span,
                $"'{context.File.Text[attribute.Span]}' is a Python class, which compiled code cannot hold: use "
                    + "torch's own dtypes.",
                node.Body
            );
        }
    }
}
