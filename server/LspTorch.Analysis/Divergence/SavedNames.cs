using System.Text;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Divergence;

/// <summary>
/// Names that are written into a saved file, where the reader takes ASCII only: all but those of local variables.
/// </summary>
internal static class SavedNames
{
    public static IEnumerable<DivergenceMatch> Of(Place place, FunctionDef function)
    {
        if (!Ascii.IsValid(function.Name))
            yield return place.Match("name-not-ascii", function, function.Name) with
            {
                Span = function.NameSpan,
            };
        if (
            function.Parent is ClassDef type
            && !Ascii.IsValid(type.Name)
            && ReferenceEquals(type.Body.OfType<FunctionDef>().FirstOrDefault(f => f.Name != "__init__"), function)
        )
            yield return place.Match("name-not-ascii", type, type.Name) with
            {
                Span = type.NameSpan,
            };
    }

    public static IEnumerable<DivergenceMatch> Of(Place place, Arg parameter)
    {
        if (!Ascii.IsValid(parameter.Name))
            yield return place.Match("name-not-ascii", shown: parameter.Name) with
            {
                Span = parameter.NameSpan,
            };
    }

    /// <summary>An attribute of a module, named tuple or class that compiled code reads or sets.</summary>
    public static IEnumerable<DivergenceMatch> Of(Place place, Syntax.Attribute attribute)
    {
        if (!Ascii.IsValid(attribute.Name) && place.Model.ResolveName(attribute) is null)
            yield return place.Match("name-not-ascii", shown: attribute.Name) with
            {
                Span = attribute.NameSpan,
            };
    }

    /// <summary><c>self.layers['\u00f6']</c>: the key is the name of a submodule.</summary>
    public static IEnumerable<DivergenceMatch> Of(Place place, Subscript subscript)
    {
        if (
            subscript.Index is Constant { Value: string key }
            && !Ascii.IsValid(key)
            && place.TypeOf(subscript.Value) is ModuleContainerType
        )
            yield return place.Match("name-not-ascii", subscript.Index, key);
    }
}
