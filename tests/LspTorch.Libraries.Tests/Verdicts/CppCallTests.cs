using LspTorch.Verdicts;

namespace LspTorch.Libraries.Tests.Verdicts;

public sealed class CppCallTests
{
    private static RecordedArgument Tensor(params long[] shape) => new("Tensor") { DType = "float32", Shape = shape };

    [Test]
    public void A_tuple_is_unwrapped_and_recorded_shapes_are_used() =>
        Assert.That(
            CppCall
                .Lines(
                    "forward(Tensor x, int? speaker=None, float alpha=1.) -> ((Tensor, int[]))",
                    [Tensor(1, 9, 64), new("None"), new("float") { Value = "1.0" }],
                    "m.pt"
                )
                .Split('\n'),
            Is.EqualTo(
                new[]
                {
                    "torch::jit::Module module = torch::jit::load(\"m.pt\");",
                    "module.eval();",
                    "torch::NoGradGuard no_grad;",
                    "at::Tensor x = torch::zeros({1, 9, 64});",
                    "auto output = module.forward({x, c10::IValue(), 1.0}).toTuple();",
                    "at::Tensor output0 = output->elements()[0].toTensor();",
                    "std::vector<int64_t> output1 = output->elements()[1].toIntVector();",
                    "",
                }
            )
        );

    // g++ takes these lines with the headers of libtorch 1.13 (Debian's libtorch-dev), as it does those of the other
    // tests.
    [Test]
    public void Containers_are_passed_as_c10_knows_them() =>
        Assert.That(
            CppCall
                .Lines(
                    "forward(Dict(str, Tensor) x, float[] f, Tensor[] many, (int, float) pair, str name, bool "
                        + "on) -> NoneType",
                    [
                        new("dict") { Keys = ["\"k\""], Items = [Tensor(2)] },
                        new("list") { Items = [new("float") { Value = "1.0" }, new("float") { Value = "2.5" }] },
                        new("list") { Items = [Tensor(1)] },
                        new("tuple") { Items = [new("int") { Value = "3" }, new("float") { Value = "2.5" }] },
                        new("str") { Value = "\"a\"" },
                        new("bool") { Value = "true" },
                    ],
                    "m.pt"
                )
                .Split('\n')[3..],
            Is.EqualTo(
                new[]
                {
                    "c10::Dict<std::string, at::Tensor> x;",
                    "x.insert(\"k\", torch::zeros({2}));",
                    "std::vector<double> f = {1.0, 2.5};",
                    "std::vector<at::Tensor> many = {torch::zeros({1})};",
                    "module.forward({x, f, many, std::make_tuple(int64_t(3), 2.5), std::string(\"a\"), true});",
                    "",
                }
            )
        );

    [TestCase("forward(Tensor x) -> Tensor", "at::Tensor output = module.forward({x}).toTensor();")]
    [TestCase("forward(Tensor x) -> (Tensor)", "at::Tensor output = module.forward({x}).toTensor();")]
    [TestCase("forward(Tensor x) -> (Dict(str, Tensor))", "auto output = module.forward({x}).toGenericDict();")]
    [TestCase(
        "forward(Tensor x) -> (Tensor[])",
        "std::vector<at::Tensor> output = module.forward({x}).toTensorVector();"
    )]
    [TestCase("forward(Tensor x) -> Tensor?", "c10::IValue output = module.forward({x});")]
    [TestCase("forward(Tensor x) -> NoneType", "module.forward({x});")]
    public void What_comes_back_is_unwrapped_by_its_type(string signature, string line) =>
        Assert.That(CppCall.Lines(signature, [Tensor(2)], "m.pt"), Does.Contain("\n" + line + "\n"));
}
