using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>
/// What the body does with a parameter that gets another type than Tensor: functions of torch that are written in
/// Python and declare a Tensor take a list or
/// number in eager mode only.
/// </summary>
internal static class ParameterUses
{
    /// <summary>
    /// The annotation; where the body hands the value to something that wants a Tensor, the value is made one there.
    /// Lists that the same call is given with it are made
    /// Tensors too: functions of torch take all as lists in eager mode, or all as Tensors.
    /// </summary>
    /// <param name="typeOf">What another parameter of the function is given, where that is known and is no
    /// Tensor.</param>
    public static Fix? Annotated(
        FileSnapshot file,
        Arg parameter,
        TorchType type,
        string note,
        FixSafety safety,
        Func<Arg, TorchType?>? typeOf = null
    )
    {
        if (Annotations.OfParameter(file, parameter, type, note, safety) is not { } annotation)
            return null;
        var places = NeedTensor(file, parameter, type).ToList();
        if (places.Count == 0)
            return annotation;
        var edits = annotation.Edits.ToList();
        var names = new List<string> { parameter.Name };
        var calls = places.Select(CallOf).ToHashSet();
        bool mayMix = false;
        foreach (var other in parameter.FirstAncestor<FunctionDef>()?.Args.All() ?? [])
        {
            if (ReferenceEquals(other, parameter))
                continue;
            if ((file.Model.DeclaredTypeOf(other) ?? typeOf?.Invoke(other)) is not ListType list)
            {
                mayMix |=
                    file.Model.DeclaredTypeOf(other) is null
                    && calls.Any(c => c is not null && TakesListOf(file, c, other.Name));
                continue;
            }
            var shared = NeedTensor(file, other, list).Where(n => calls.Contains(CallOf(n))).ToList();
            if (shared.Count == 0)
                continue;
            if (file.Model.DeclaredTypeOf(other) is null)
            {
                if (Annotations.OfParameter(file, other, list, "", safety) is not { } second)
                    return null;
                edits.AddRange(second.Edits.Where(e => !edits.Contains(e)));
            }
            places.AddRange(shared);
            names.Add(other.Name);
        }
        string tensor = TorchNames.Member(file, "tensor", out var import);
        if (import is { } line && !edits.Contains(line))
            edits.Add(line);
        edits.AddRange(places.Select(p => new TextEdit(p.Span, $"{tensor}({p.Id})")));
        string title = $"{annotation.Title} and pass {string.Join(" and ", names.Select(n => $"{tensor}({n})"))} on";
        return mayMix
            ? Fix.Changing(title, "the call fails where another argument is still a list", [.. edits])
            : new Fix(title, FixSafety.Suggested, [.. edits]);
    }

    /// <summary>
    /// Whether a call takes a name where the operator behind the function has a form with a list: eager code may give
    /// it one.
    /// </summary>
    private static bool TakesListOf(FileSnapshot file, Call call, string name)
    {
        if (
            file.Model.ResolveName(call.Func) is not { } function
            || file.Model.Tables.Function(function) is not FunctionEntry { Schemas: var schemas }
        )
            return false;
        var operators = file.Model.Tables.Operator("aten::" + function[(function.LastIndexOf('.') + 1)..]);
        for (int i = 0; i < call.Args.Count; i++)
            if (
                call.Args[i] is Name { Id: var given }
                && given == name
                && schemas.Any(s => i < s.Arguments.Length && IsListIn(s.Arguments[i].Name))
            )
                return true;
        return call.Keywords.Any(k =>
            k.Value is Name { Id: var given } && given == name && k.Name is { } keyword && IsListIn(keyword)
        );

        bool IsListIn(string formal) =>
            operators.Any(o => o.Arguments.Any(a => a.Name == formal && a.Type is ListType));
    }

    private static Call? CallOf(Name value) => value.Parent as Call ?? (value.Parent as Keyword)?.Parent as Call;

    /// <summary>
    /// The arguments that a call of the body's needs as a Tensor; none where the parameter gets another value in the
    /// body.
    /// </summary>
    public static IReadOnlyList<Name> NeedTensor(FileSnapshot file, Arg parameter, TorchType type)
    {
        bool convertible =
            type == TorchType.Int
            || type == TorchType.Float
            || type is ListType { Element: PrimitiveType element }
                && (element == TorchType.Int || element == TorchType.Float);
        if (
            !convertible
            || parameter.FirstAncestor<FunctionDef>() is not { } function
            || NameFlow.Writes(function.Body).Contains(parameter.Name)
        )
            return [];
        return
        [
            .. function
                .Body.SelectMany(s => s.Find<Name>())
                .Where(n =>
                    n.Id == parameter.Name
                    && ReferenceEquals(n.FirstAncestor<FunctionDef>(), function)
                    && ExpectsTensor(file, n)
                ),
        ];
    }

    private static bool ExpectsTensor(FileSnapshot file, Name value)
    {
        if (
            CallOf(value) is not { } call
            || ReferenceEquals(call.Func, value)
            || file.Model.ResolveName(call.Func) is not { } name
        )
            return false;
        if (
            file.Model.Tables.Function(name) is not FunctionEntry { Schemas: { IsEmpty: false } schemas }
            || call.Args.Any(a => a is Starred)
        )
            return false;
        int position = call.Args.ToList().IndexOf(value);
        string? keyword = (value.Parent as Keyword)?.Name;
        return schemas.All(s =>
            s.Arguments.FirstOrDefault(a =>
                a.Name == (keyword ?? (position < s.Arguments.Length ? s.Arguments[position].Name : null))
            )
                is { } formal
            && (formal.Type == TorchType.Tensor || formal.Type == TorchType.Optional(TorchType.Tensor))
        );
    }
}
