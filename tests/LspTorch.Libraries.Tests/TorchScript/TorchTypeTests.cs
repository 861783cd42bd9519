using LspTorch.TorchScript;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.TorchScript;

public class TorchTypeTests
{
    [TestCase("Tensor")]
    [TestCase("List[int]")]
    [TestCase("Optional[Tensor]")]
    [TestCase("Dict[str, List[Tuple[int, Tensor]]]")]
    [TestCase("Union[int, str]")]
    [TestCase("Tuple[()]")]
    [TestCase("NoneType")]
    [TestCase("Future[Tensor]")]
    public void Types_are_read_and_written_alike(string text)
    {
        Assert.That(TorchType.TryParse(text, out var type));
        Assert.That(type.ToString(), Is.EqualTo(text));
    }

    [TestCase("int[]", "List[int]")]
    [TestCase("Tensor(a!)", "Tensor")]
    [TestCase("Tensor?[]", "List[Optional[Tensor]]")]
    [TestCase("int[2]?", "Optional[List[int]]")]
    [TestCase("(Tensor values, int[] sizes)", "Tuple[Tensor, List[int]]")]
    [TestCase("Dict(str, Tensor)", "Dict[str, Tensor]")]
    [TestCase("Scalar", "number")]
    [TestCase("Optional[Union[int, str]]", "Union[int, NoneType, str]")]
    [TestCase("Union[int, NoneType]", "Optional[int]")]
    public void Notations_of_schemas_are_read(string text, string expected)
    {
        Assert.That(TorchType.TryParse(text, out var type));
        Assert.That(type.ToString(), Is.EqualTo(expected));
    }

    [TestCase("numpy.ndarray")]
    [TestCase("List[")]
    [TestCase("List")]
    [TestCase("")]
    [TestCase("int]")]
    public void What_is_no_type_is_not_read(string text) => Assert.That(TorchType.TryParse(text, out _), Is.False);

    [Test]
    public void Nesting_without_end_is_no_type_and_no_crash() =>
        Assert.That(TorchType.TryParse(string.Concat(Enumerable.Repeat("List[", 100_000)), out _), Is.False);

    [TestCase("int", "number", true)]
    [TestCase("bool", "number", false)]
    [TestCase("int", "float", false)]
    [TestCase("NoneType", "Optional[int]", true)]
    [TestCase("Optional[int]", "int", false)]
    [TestCase("List[int]", "List[Optional[int]]", false)]
    [TestCase("Tuple[int, NoneType]", "Tuple[int, Optional[str]]", true)]
    [TestCase("Optional[int]", "Union[int, str, NoneType]", true)]
    [TestCase("Tensor", "Any", true)]
    public void Subtypes(string type, string wanted, bool expected)
    {
        TorchType.TryParse(type, out var a);
        TorchType.TryParse(wanted, out var b);
        Assert.That(a.IsSubtypeOf(b), Is.EqualTo(expected));
    }

    [TestCase("int", "NoneType", "Optional[int]")]
    [TestCase("Tuple[int, NoneType]", "Tuple[int, str]", "Tuple[int, Optional[str]]")]
    [TestCase("int", "float", null)]
    [TestCase("Optional[Tensor]", "Tensor", "Optional[Tensor]")]
    public void Branches_unify(string left, string right, string? expected)
    {
        TorchType.TryParse(left, out var a);
        TorchType.TryParse(right, out var b);
        Assert.That(TypeRelations.Unify(a, b)?.ToString(), Is.EqualTo(expected));
    }
}
