using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// <c>super().forward(x)</c> of a class of torch as the call of the function that this forward is, and a method of
/// torch's class that nothing overrides as <c>self.method(...)</c>. Only where super() is the same class of torch for
/// every class of the file that has the method, mixins included.
/// </summary>
internal static class TorchSuperCall
{
    private const string transposed =
        "({0}, {1}.weight, {1}.bias, {1}.stride, {1}.padding, {1}.output_padding, {1}.groups, {1}.dilation)";

    /// <summary>The forwards of torch that are one call; {0}: the input, {1}: self.</summary>
    private static readonly Dictionary<string, string> forwards = new()
    {
        ["torch.nn.Linear"] = "linear({0}, {1}.weight, {1}.bias)",
        ["torch.nn.Bilinear"] = "",
        ["torch.nn.LayerNorm"] = "layer_norm({0}, {1}.normalized_shape, {1}.weight, {1}.bias, {1}.eps)",
        ["torch.nn.GroupNorm"] = "group_norm({0}, {1}.num_groups, {1}.weight, {1}.bias, {1}.eps)",
        ["torch.nn.Embedding"] =
            "embedding({0}, {1}.weight, {1}.padding_idx, {1}.max_norm, {1}.norm_type, {1}.scale_grad_by_freq, "
            + "{1}.sparse)",
        ["torch.nn.Conv1d"] = "",
        ["torch.nn.Conv2d"] = "",
        ["torch.nn.Conv3d"] = "",
        ["torch.nn.ConvTranspose1d"] = "conv_transpose1d" + transposed,
        ["torch.nn.ConvTranspose2d"] = "conv_transpose2d" + transposed,
        ["torch.nn.ConvTranspose3d"] = "conv_transpose3d" + transposed,
        ["torch.nn.ReLU"] = "relu({0}, {1}.inplace)",
        ["torch.nn.LeakyReLU"] = "leaky_relu({0}, {1}.negative_slope, {1}.inplace)",
        ["torch.nn.Dropout"] = "dropout({0}, {1}.p, {1}.training, {1}.inplace)",
        ["torch.nn.Softmax"] = "softmax({0}, {1}.dim, 5)",
    };

    /// <param name="method"><c>super().name</c> in a method of <paramref name="type"/>.</param>
    public static Fix? Of(FileSnapshot file, Attribute method, ClassModel type)
    {
        if (
            method.Parent is not Call call
            || !ReferenceEquals(call.Func, method)
            || !ReferenceEquals(type.Owner, file.Model)
            || method.Value is not Call { Keywords.Count: 0 } super
            || super.Args.Count > 0
                && !(super.Args is [Name own, Name] && ReferenceEquals(file.Model.ResolveSymbol(own)?.Class, type.Node))
            || NextOf(file, type) is not { } next
            || method.FirstAncestor<FunctionDef>()?.Args.All().FirstOrDefault()?.Name is not { } self
        )
            return null;
        if (method.Name != "forward")
            return IsOverridden(file, type, method.Name)
                ? null
                : new Fix(
                    $"Call '{self}.{method.Name}', which nothing overrides",
                    FixSafety.Suggested,
                    [new TextEdit(method.Span, $"{self}.{method.Name}")]
                );
        if (call is not { Args: [var input], Keywords.Count: 0 } || input is Starred)
            return null;
        string given = file.Text[input.ParenthesizedSpan];
        if (next is "torch.nn.Conv1d" or "torch.nn.Conv2d" or "torch.nn.Conv3d")
            return IsOverridden(file, type, "_conv_forward")
                ? null
                : Written(next, call, $"{self}._conv_forward({given}, {self}.weight, {self}.bias)", null);
        if (!forwards.TryGetValue(next, out string? form) || form.Length == 0)
            return null;
        string function = form[..form.IndexOf('(', StringComparison.Ordinal)];
        string functional = Functional(file, out var import);
        return Written(
            next,
            call,
            $"{functional}.{function}"
                + form[function.Length..]
                    .Replace("{0}", given, StringComparison.Ordinal)
                    .Replace("{1}", self, StringComparison.Ordinal),
            import
        );
    }

    private static Fix Written(string next, Call call, string text, TextEdit? import) =>
        new(
            $"Write what the forward of {next} computes",
            FixSafety.Suggested,
            [.. import is { } line ? ImmutableArray.Create(line) : [], new TextEdit(call.Span, text)]
        );

    /// <summary><c>F</c> where the file has it.</summary>
    private static string Functional(FileSnapshot file, out TextEdit? import)
    {
        import = null;
        foreach (var statement in file.Tree.Root.Body)
        {
            if (statement is Import plain)
                foreach (var alias in plain.Names)
                    if (alias is { Name: "torch.nn.functional", AsName: { } name })
                        return name;
            if (statement is ImportFrom { Level: 0, Module: "torch.nn" } from)
                foreach (var alias in from.Names)
                    if (alias.Name == "functional")
                        return alias.AsName ?? alias.Name;
            if (statement is ImportFrom { Level: 0, Module: "torch" } ofTorch)
                foreach (var alias in ofTorch.Names)
                    if (alias.Name == "nn")
                        return $"{alias.AsName ?? alias.Name}.functional";
        }
        return TorchNames.Member(file, "nn.functional", out import);
    }

    /// <summary>
    /// The class of torch behind a class in the order in which methods are looked up, where it is one and the same for
    /// the class and all that have it as a base.
    /// </summary>
    private static string? NextOf(FileSnapshot file, ClassModel type)
    {
        string? found = null;
        if (type.Node.Bases.Count > 1)
            return null;
        string? own = type.Node.Bases is [var one] ? file.Model.ResolveName(one) : null;
        bool isMixin = own is null or "torch.nn.Module" or "builtins.object" || own == "torch.nn.modules.module.Module";
        if (!isMixin)
            found = own;
        foreach (var node in file.Tree.Definitions.OfType<ClassDef>())
        {
            var other = file.Model.ClassOf(node);
            if (ReferenceEquals(node, type.Node) || !other.Lineage().Contains(type))
                continue;
            string? next = After(file, node, type, own);
            if (next is null || found is not null && found != next)
                return null;
            found = next;
        }
        return found is not null && found.StartsWith("torch.nn.", StringComparison.Ordinal) ? Public(found) : null;
    }

    private static string? After(FileSnapshot file, ClassDef derived, ClassModel type, string? own)
    {
        var bases = derived.Bases.ToList();
        int at = bases.FindIndex(b => ReferenceEquals(file.Model.ResolveSymbol(b)?.Class, type.Node));
        if (at < 0)
            // Through one base only: what holds of that one holds here.
            return bases is [var only] && file.Model.ResolveSymbol(only) is { Class: { } parent }
                ? After(file, parent, type, own)
                : null;
        if (at + 1 < bases.Count)
            return file.Model.ResolveSymbol(bases[at + 1]) is { Class: null, DottedName: { } name }
                ? name
                : file.Model.ResolveSymbol(bases[at + 1])?.DottedName;
        return own;
    }

    private static string Public(string name) => $"torch.nn.{name[(name.LastIndexOf('.') + 1)..]}";

    private static bool IsOverridden(FileSnapshot file, ClassModel type, string method)
    {
        if (type.Methods.ContainsKey(method))
            return true;
        return file
            .Tree.Definitions.OfType<ClassDef>()
            .Select(file.Model.ClassOf)
            .Any(c =>
                c.Lineage().Contains(type)
                && c.Lineage().Any(l => ReferenceEquals(l.Owner, file.Model) && l.Methods.ContainsKey(method))
            );
    }
}
