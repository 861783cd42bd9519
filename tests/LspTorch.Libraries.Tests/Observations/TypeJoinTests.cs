using LspTorch.Observations;

namespace LspTorch.Libraries.Tests.Observations;

public sealed class TypeJoinTests
{
    [TestCase("int", ExpectedResult = "int")]
    [TestCase("None", ExpectedResult = "None")]
    [TestCase("Tensor", "None", ExpectedResult = "Optional[Tensor]")]
    [TestCase("None", "Optional[int]", ExpectedResult = "Optional[int]")]
    [TestCase("Optional[int]", "int", ExpectedResult = "Optional[int]")]
    [TestCase("int", "float", ExpectedResult = null)]
    [TestCase("!List[?]", "List[int]", ExpectedResult = "List[int]")]
    [TestCase("List[List[Tensor]]", "!List[?]", "None", ExpectedResult = "Optional[List[List[Tensor]]]")]
    [TestCase("!Dict[?, ?]", "Dict[str, Tensor]", ExpectedResult = "Dict[str, Tensor]")]
    [TestCase("!List[?]", ExpectedResult = null)]
    [TestCase("!List[?]", "int", ExpectedResult = null)]
    [TestCase("List[int]", "List[None]", ExpectedResult = "List[Optional[int]]")]
    [TestCase("Tuple[Tensor, None]", "Tuple[Tensor, int]", ExpectedResult = "Tuple[Tensor, Optional[int]]")]
    [TestCase("Tuple[int]", "Tuple[int, int]", ExpectedResult = null)]
    [TestCase("Tuple[()]", ExpectedResult = "Tuple[()]")]
    [TestCase("!numpy.ndarray", "None", ExpectedResult = null)]
    [TestCase("List[int", ExpectedResult = null)]
    [TestCase("", ExpectedResult = null)]
    public string? Joins(params string[] types) => TypeJoin.Join(Rows(types));

    [Test]
    public void NothingSeenIsNothingKnown() => Assert.That(TypeJoin.Join([]), Is.Null);

    [Test]
    public void HowTypesAreOrderedDoesNotMatter()
    {
        string[] types = ["List[Optional[int]]", "!List[?]", "None", "List[int]", "List[None]"];
        for (int turn = 0; turn < types.Length; turn++)
        {
            types = [.. types.Skip(1), types[0]];
            Assert.That(TypeJoin.Join(Rows(types)), Is.EqualTo("Optional[List[Optional[int]]]"));
            Assert.That(TypeJoin.Join(Rows([.. types.Reverse()])), Is.EqualTo("Optional[List[Optional[int]]]"));
        }
    }

    [Test]
    public void DeepNestingIsGivenUp()
    {
        string type = "int";
        for (int i = 0; i < 10_000; i++)
            type = $"List[{type}]";
        Assert.That(TypeJoin.Join(Rows([type, type])), Is.Null);
    }

    private static ObservedType[] Rows(string[] types) =>
        [.. types.Select(t => new ObservedType(t.TrimStart('!'), !t.StartsWith('!'), null, default, null, 1))];
}
