using LspTorch.Core.Refactorings;
using LspTorch.Core.Syntax;
using LspTorch.Core.Text;
using LspTorch.Core.TorchScript;

namespace LspTorch.Core.Rules;

/// <summary>
/// What the body does with a parameter that gets another type than Tensor: functions of torch that are written in Python and declare a Tensor take a list or
/// number in eager mode only.
/// </summary>
internal static class ParameterUses
{
    /// <summary>The annotation; where the body hands the value to something that wants a Tensor, the value is made one there.</summary>
    public static Fix? Annotated(FileSnapshot file, Arg parameter, TorchType type, string note, FixSafety safety)
    {
        if (Annotations.OfParameter(file, parameter, type, note, safety) is not { } annotation) return null;
        var places = NeedTensor(file, parameter, type);
        if (places.Count == 0) return annotation;
        string tensor = TorchNames.Member(file, "tensor", out var import);
        var edits = annotation.Edits.ToList();
        if (import is { } line) edits.Add(line);
        edits.AddRange(places.Select(p => new TextEdit(p.Span, $"{tensor}({parameter.Name})")));
        return new Fix($"{annotation.Title} and pass {tensor}({parameter.Name}) on", FixSafety.Suggested, [.. edits]);
    }

    /// <summary>The arguments that a call of the body's needs as a Tensor; none where the parameter gets another value in the body.</summary>
    public static IReadOnlyList<Name> NeedTensor(FileSnapshot file, Arg parameter, TorchType type)
    {
        bool convertible = type == TorchType.Int || type == TorchType.Float || type is ListType { Element: PrimitiveType element } && (element == TorchType.Int || element == TorchType.Float);
        if (!convertible || parameter.FirstAncestor<FunctionDef>() is not { } function || NameFlow.Writes(function.Body).Contains(parameter.Name)) return [];
        return [.. function.Body.SelectMany(s => s.Find<Name>())
            .Where(n => n.Id == parameter.Name && ReferenceEquals(n.FirstAncestor<FunctionDef>(), function) && WantsTensor(file, n))];
    }

    private static bool WantsTensor(FileSnapshot file, Name value)
    {
        var call = value.Parent as Call ?? (value.Parent as Keyword)?.Parent as Call;
        if (call is null || ReferenceEquals(call.Func, value) || file.Model.ResolveName(call.Func) is not { } name) return false;
        if (file.Model.Tables.Function(name) is not FunctionEntry { Schemas: { IsEmpty: false } schemas } || call.Args.Any(a => a is Starred)) return false;
        int position = call.Args.ToList().IndexOf(value);
        string? keyword = (value.Parent as Keyword)?.Name;
        return schemas.All(s => s.Arguments.FirstOrDefault(a => a.Name == (keyword ?? (position < s.Arguments.Length ? s.Arguments[position].Name : null))) is { } formal
            && (formal.Type == TorchType.Tensor || formal.Type == TorchType.Optional(TorchType.Tensor)));
    }
}
