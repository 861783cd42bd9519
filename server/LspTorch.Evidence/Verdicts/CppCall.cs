using System.Globalization;
using System.Text;

namespace LspTorch.Verdicts;

/// <summary>The lines of C++ that load a TorchScript file and call its forward as the recorded call did.</summary>
public static class CppCall
{
    private const int MaxRows = 24;

    /// <param name="signature">"forward(Tensor x, int? n=None) -> (Tensor, Tensor)", as torch writes a schema, without
    /// self.</param>
    /// <param name="arguments">The recorded arguments by position; null where they are not known.</param>
    /// <param name="file">The name of the file to load.</param>
    public static string Lines(string signature, IReadOnlyList<RecordedArgument>? arguments, string file)
    {
        var (parameters, returns) = Split(signature);
        var text = new StringBuilder();
        text.Append("torch::jit::Module module = torch::jit::load(\"").Append(file).Append("\");\nmodule.eval();\n");
        text.Append("torch::NoGradGuard no_grad;\n");
        var names = new List<string>();
        for (int i = 0; i < parameters.Count; i++)
        {
            var (type, name, defaulted) = parameters[i];
            if (arguments is not null && i >= arguments.Count || arguments is null && defaulted)
                break;
            names.Add(Argument(type, name, arguments is not null ? arguments[i] : null, text));
        }
        string call = $"module.forward({{{string.Join(", ", names)}}})";
        Result(returns, call, text);
        return text.ToString();
    }

    /// <summary>An argument's expression; a tensor gets a line of its own, with the recorded shape.</summary>
    private static string Argument(string type, string name, RecordedArgument? recorded, StringBuilder text)
    {
        if (recorded is null)
        {
            text.Append(CultureInfo.InvariantCulture, $"{CppType(type)} {name} = /* {type} */;\n");
            return name;
        }
        switch (recorded.Type)
        {
            case "Tensor":
                text.Append(CultureInfo.InvariantCulture, $"at::Tensor {name} = {Tensor(recorded)};\n");
                return name;
            case "dict":
                // c10::Dict has no list of its own to begin with.
                text.Append(CultureInfo.InvariantCulture, $"{CppType(type)} {name};\n");
                foreach (var (key, value) in recorded.Keys.Zip(recorded.Items))
                    text.Append(CultureInfo.InvariantCulture, $"{name}.insert({key}, {Literal(value)});\n");
                return name;
            case "list":
                text.Append(CultureInfo.InvariantCulture, $"{CppType(type)} {name} = {Literal(recorded)};\n");
                return name;
            default:
                return Literal(recorded);
        }
    }

    private static string Literal(RecordedArgument recorded) =>
        recorded.Type switch
        {
            "Tensor" => Tensor(recorded),
            "None" => "c10::IValue()",
            "int" => $"int64_t({recorded.Value})",
            "float" => recorded.Value is "inf" or "-inf" or "nan"
                ? $"double({(recorded.Value[0] == '-' ? "-" : "")}{(recorded.Value.EndsWith("inf", StringComparison.Ordinal) ? "INFINITY" : "NAN")})"
            : recorded.Value is { } number && number.AsSpan().ContainsAny('.', 'e') ? number
            : $"{recorded.Value}.0",
            "bool" => recorded.Value ?? "false",
            "str" => $"std::string({recorded.Value})",
            "tuple" => $"std::make_tuple({string.Join(", ", recorded.Items.Select(Literal))})",
            "list" => $"{{{string.Join(", ", recorded.Items.Select(Literal))}}}",
            _ => $"/* {recorded.Value} */",
        };

    private static string Tensor(RecordedArgument recorded)
    {
        string kind = recorded.DType switch
        {
            "float32" or null => "",
            "float64" => ", torch::kFloat64",
            "float16" => ", torch::kFloat16",
            "bfloat16" => ", torch::kBFloat16",
            "int64" => ", torch::kInt64",
            "int32" => ", torch::kInt32",
            "int16" => ", torch::kInt16",
            "int8" => ", torch::kInt8",
            "uint8" => ", torch::kUInt8",
            "bool" => ", torch::kBool",
            "complex64" => ", torch::kComplexFloat",
            "complex128" => ", torch::kComplexDouble",
            var other => $", /* {other} */",
        };
        return $"torch::zeros({{{string.Join(", ", recorded.Shape ?? [])}}}{kind})";
    }

    private static void Result(string type, string call, StringBuilder text)
    {
        if (type is "None" or "NoneType")
            text.Append(call).Append(";\n");
        else if (IsTuple(type, out var parts))
        {
            text.Append("auto output = ").Append(call).Append(".toTuple();\n");
            for (int i = 0; i < parts.Count && i < MaxRows; i++)
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{ResultType(parts[i])} output{i} = output->elements()[{i}]{Unwrap(parts[i])};\n"
                );
        }
        else
            text.Append(CultureInfo.InvariantCulture, $"{ResultType(type)} output = {call}{Unwrap(type)};\n");
    }

    private static bool IsTuple(string type, out List<string> parts)
    {
        parts = [];
        // A schema puts what it returns in brackets: one type in two pairs is a tuple.
        if (type.StartsWith('(') && type.EndsWith(')'))
            parts = Pieces(type[1..^1]);
        return type.StartsWith('(');
    }

    private static string Unwrap(string type) =>
        type switch
        {
            "Tensor" => ".toTensor()",
            "int" => ".toInt()",
            "float" => ".toDouble()",
            "bool" => ".toBool()",
            "str" => ".toStringRef()",
            "Tensor[]" => ".toTensorVector()",
            "int[]" => ".toIntVector()",
            "float[]" => ".toDoubleVector()",
            "Device" => ".toDevice()",
            "None" or "NoneType" => "",
            _ when type.EndsWith('?') => "", // stays an IValue: isNone() tells
            _ when type.StartsWith("Dict(", StringComparison.Ordinal) => ".toGenericDict()",
            _ when type.StartsWith('(') => ".toTuple()",
            _ when type.EndsWith("[]", StringComparison.Ordinal) => ".toList()",
            _ => "",
        };

    /// <summary>c10's own lists, dicts and tuples go by auto.</summary>
    private static string ResultType(string type) =>
        Unwrap(type) is ".toGenericDict()" or ".toTuple()" or ".toList()" ? "auto" : CppType(type);

    private static string CppType(string type) =>
        type switch
        {
            "Tensor" => "at::Tensor",
            "int" => "int64_t",
            "float" => "double",
            "bool" => "bool",
            "str" => "std::string",
            "Tensor[]" => "std::vector<at::Tensor>",
            "int[]" => "std::vector<int64_t>",
            "float[]" => "std::vector<double>",
            "Device" => "c10::Device",
            _ when type.EndsWith("[]", StringComparison.Ordinal) => $"std::vector<{CppType(type[..^2])}>",
            _ when type.StartsWith("Dict(", StringComparison.Ordinal)
                    && Pieces(type["Dict(".Length..^1]) is [var key, var value] =>
                $"c10::Dict<{CppType(key)}, {CppType(value)}>",
            _ when type.StartsWith('(') => $"std::tuple<{string.Join(", ", Pieces(type[1..^1]).Select(CppType))}>",
            _ => "c10::IValue",
        };

    /// <summary>
    /// Parameters as (type, name, whether there is a default), and what is returned, without the brackets of a single
    /// type.
    /// </summary>
    private static (List<(string Type, string Name, bool Defaulted)>, string) Split(string signature)
    {
        int open = signature.IndexOf('('),
            arrow = signature.LastIndexOf(") -> ", StringComparison.Ordinal);
        if (open < 0 || arrow < open)
            return ([], "");
        var parameters = new List<(string, string, bool)>();
        foreach (string piece in Pieces(signature[(open + 1)..arrow]))
        {
            string plain = piece,
                rest;
            if (plain == "*")
                continue;
            int equals = plain.LastIndexOf('=');
            rest = equals >= 0 ? plain[..equals] : plain;
            int space = rest.LastIndexOf(' ');
            if (space > 0)
                parameters.Add((rest[..space], rest[(space + 1)..], equals >= 0));
        }
        string returns = signature[(arrow + ") -> ".Length)..];
        if (returns.StartsWith('(') && returns.EndsWith(')') && Pieces(returns[1..^1]) is [var one])
            returns = one;
        return (parameters, returns);
    }

    /// <summary>Split at the commas outside brackets.</summary>
    private static List<string> Pieces(string text)
    {
        var pieces = new List<string>();
        int depth = 0,
            start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is '(' or '[')
                depth++;
            else if (text[i] is ')' or ']')
                depth--;
            else if (text[i] == ',' && depth == 0)
            {
                pieces.Add(text[start..i].Trim());
                start = i + 1;
            }
        }
        if (text[start..].Trim() is { Length: > 0 } last)
            pieces.Add(last);
        return pieces;
    }
}
