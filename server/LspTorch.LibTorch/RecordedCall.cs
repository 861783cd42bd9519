using System.Globalization;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace LspTorch.LibTorch;

/// <summary>
/// A call as verdict.py writes it: CALL.json holds the structure, CALL.bin the tensors' raw little-endian bytes.
/// </summary>
internal sealed class RecordedCall
{
    private readonly byte[] data;
    private readonly JsonElement root;

    public RecordedCall(string path)
    {
        root = JsonDocument
            .Parse(File.ReadAllBytes(path + ".json"), new JsonDocumentOptions { MaxDepth = 200 })
            .RootElement;
        data = File.ReadAllBytes(path + ".bin");
    }

    /// <summary>
    /// The arguments of forward, by position. Throws NotSupportedException for one that TorchSharp cannot pass.
    /// </summary>
    public object?[] Arguments() =>
        Holds(root.GetProperty("expected"), "dict", "str")
            ? throw new NotSupportedException("its output holds a dict or a str, which cannot be read here")
            : [.. root.GetProperty("arguments").EnumerateArray().Select(Argument)];

    /// <summary>null where <paramref name="answer"/> is eager's; else what differs, in words.</summary>
    public string? Difference(object? answer) => Difference(root.GetProperty("expected"), answer, "the output");

    private static bool Holds(JsonElement value, params string[] kinds) =>
        value
            .EnumerateObject()
            .Any(p =>
                kinds.Contains(p.Name)
                || p.Name is "list" or "tuple" && p.Value.EnumerateArray().Any(e => Holds(e, kinds))
            );

    private object? Argument(JsonElement value)
    {
        if (value.TryGetProperty("tensor", out _))
            return Tensor(value);
        if (value.TryGetProperty("none", out _))
            return null;
        if (value.TryGetProperty("bool", out var flag))
            return flag.GetBoolean();
        if (value.TryGetProperty("int", out var whole))
            return whole.GetInt64();
        if (value.TryGetProperty("float", out var real))
            return Float(real);
        if (
            value.TryGetProperty("list", out var list)
            && list.GetArrayLength() > 0
            && list.EnumerateArray().All(e => e.TryGetProperty("tensor", out _))
        )
            return list.EnumerateArray().Select(Tensor).ToArray();
        throw new NotSupportedException(
            $"an argument that is a {value.EnumerateObject().First().Name} cannot be passed from here"
        );
    }

    private Tensor Tensor(JsonElement value)
    {
        var type = Type(value.GetProperty("tensor").GetString() ?? "");
        long[] shape = [.. value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())];
        var tensor = zeros(shape, type);
        int at = value.GetProperty("at").GetInt32(),
            length = value.GetProperty("bytes").GetInt32();
        if (length > 0)
            data.AsSpan(at, length).CopyTo(tensor.bytes);
        return tensor;
    }

    private static ScalarType Type(string name) =>
        name switch
        {
            "float32" => ScalarType.Float32,
            "float64" => ScalarType.Float64,
            "float16" => ScalarType.Float16,
            "bfloat16" => ScalarType.BFloat16,
            "int64" => ScalarType.Int64,
            "int32" => ScalarType.Int32,
            "int16" => ScalarType.Int16,
            "int8" => ScalarType.Int8,
            "uint8" => ScalarType.Byte,
            "bool" => ScalarType.Bool,
            "complex64" => ScalarType.ComplexFloat32,
            "complex128" => ScalarType.ComplexFloat64,
            _ => throw new NotSupportedException($"a tensor of {name} cannot be passed from here"),
        };

    private string? Difference(JsonElement expected, object? answer, string where)
    {
        if (expected.TryGetProperty("tensor", out _))
        {
            if (answer is not Tensor tensor)
                return $"{where} is {Kind(answer)} where eager gives a Tensor";
            return Difference(Tensor(expected), tensor, where);
        }
        if (expected.TryGetProperty("none", out _))
            return answer is null ? null : $"{where} is {Kind(answer)} where eager gives None";
        if (expected.TryGetProperty("list", out var elements) || expected.TryGetProperty("tuple", out elements))
        {
            // TorchSharp gives tuples of up to five as C# tuples, longer ones and lists as arrays.
            object?[] found = answer switch
            {
                System.Runtime.CompilerServices.ITuple tuple =>
                [
                    .. Enumerable.Range(0, tuple.Length).Select(i => tuple[i]),
                ],
                Array array => [.. array.Cast<object?>()],
                _ when elements.GetArrayLength() == 1 => [answer],
                _ => [],
            };
            if (found.Length != elements.GetArrayLength())
                return $"{where} has {found.Length} elements where eager's has {elements.GetArrayLength()}";
            int at = 0;
            foreach (var element in elements.EnumerateArray())
            {
                if (Difference(element, found[at], $"{where}[{at}]") is { } difference)
                    return difference;
                at++;
            }
            return null;
        }
        if (answer is not Scalar scalar)
            throw new NotSupportedException(
                $"an output that holds a {expected.EnumerateObject().First().Name} cannot be read here"
            );
        if (expected.TryGetProperty("bool", out var flag))
            return scalar.ToBoolean() == flag.GetBoolean() ? null : $"{where} differs from eager's";
        if (expected.TryGetProperty("int", out var whole))
            return scalar.ToInt64() == whole.GetInt64()
                ? null
                : $"{where} is {scalar.ToInt64()} where eager gives {whole.GetInt64()}";
        if (expected.TryGetProperty("float", out var real))
        {
            double wanted = Float(real),
                got = scalar.ToDouble();
            return got.Equals(wanted) || Math.Abs(got - wanted) <= 1e-5 + 1e-4 * Math.Abs(wanted)
                ? null
                : $"{where} is {got} where eager gives {wanted}";
        }
        throw new NotSupportedException(
            $"an output that holds a {expected.EnumerateObject().First().Name} cannot be read here"
        );
    }

    private static string? Difference(Tensor expected, Tensor answer, string where)
    {
        if (answer.dtype != expected.dtype)
            return $"{where} is {answer.dtype} where eager gives {expected.dtype}";
        if (!answer.shape.SequenceEqual(expected.shape))
            return $"{where} has shape [{string.Join(", ", answer.shape)}] where eager gives [{string.Join(", ", expected.shape)}]";
        var (relative, absolute) = expected.dtype switch
        {
            ScalarType.Float64 or ScalarType.ComplexFloat64 => (1e-7, 1e-7),
            ScalarType.Float16 => (1e-2, 1e-3),
            ScalarType.BFloat16 => (2e-2, 1e-2),
            // Another version of libtorch, with other kernels: sums are rounded in another order.
            _ => (1e-3, 1e-4),
        };
        if (expected.numel() == 0 || answer.allclose(expected, relative, absolute, equal_nan: true))
            return null;
        return $"{where} differs from eager's by up to {(answer.to(ScalarType.Float64) - expected.to(ScalarType.Float64)).abs().max().ToDouble().ToString("G3", CultureInfo.InvariantCulture)}";
    }

    /// <summary>As Python's repr writes it.</summary>
    private static double Float(JsonElement text) =>
        text.GetString() switch
        {
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            "nan" => double.NaN,
            var number => double.Parse(number ?? "", CultureInfo.InvariantCulture),
        };

    private static string Kind(object? value) => value is null ? "None" : value.GetType().Name;
}
