namespace LspTorch.Rules;

/// <summary>Methods and loops of lists, dicts and strings that go another way.</summary>
public sealed class PythonLibraryDifference : DivergenceRule
{
    public override string Id => "python-library-difference";
}
