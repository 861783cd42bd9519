using System.Collections.Immutable;

namespace LspTorch.Problems;

/// <summary>Why an object or module of a class does not fit an interface: what is wrong with one of its methods.</summary>
public abstract record InterfaceMismatch(string Class, string Method);

public sealed record MethodMissing(string Class, string Method) : InterfaceMismatch(Class, Method);

/// <summary>It takes another number of arguments than the interface asks for.</summary>
public sealed record ParameterCountDiffers(string Class, string Method, int Taken, int Asked)
    : InterfaceMismatch(Class, Method);

/// <summary>A parameter has another name than the interface's at its place.</summary>
public sealed record ParameterNameDiffers(string Class, string Method, string Name, string Asked)
    : InterfaceMismatch(Class, Method);

/// <summary>The parameters of a module of torch's own have other names than the interface's.</summary>
public sealed record ParameterNamesDiffer(
    string Class,
    string Method,
    ImmutableArray<string> Names,
    ImmutableArray<string> Asked
) : InterfaceMismatch(Class, Method);

/// <summary>It does not take what the interface gives.</summary>
public sealed record ParameterTypeDiffers(
    string Class,
    string Method,
    string Parameter,
    DetachedType Taken,
    DetachedType Given
) : InterfaceMismatch(Class, Method);

/// <summary>It does not return what the interface promises.</summary>
public sealed record ReturnTypeDiffers(string Class, string Method, DetachedType Returned, DetachedType Promised)
    : InterfaceMismatch(Class, Method);
