using System.Collections.Immutable;

namespace LspTorch.TorchScript;

/// <summary>
/// Reads types in TorchScript's two notations: annotations (<c>List[int]</c>) and operator schemas (<c>int[]?</c>,
/// <c>Tensor(a!)</c>).
/// </summary>
internal ref struct TypeReader(ReadOnlySpan<char> text)
{
    private const int MaxDepth = 64;
    private readonly ReadOnlySpan<char> text = text;
    private int at = 0;
    private int depth = 0;

    public static bool TryRead(ReadOnlySpan<char> text, out TorchType type)
    {
        var reader = new TypeReader(text);
        type = TorchType.Unknown;
        if (!reader.TryReadType(out var read, out _))
            return false;
        reader.SkipSpaces();
        if (reader.at != text.Length)
            return false;
        type = read;
        return true;
    }

    /// <summary>
    /// Reads one type from the start and says how many characters it took; <paramref name="listSize"/> is N of
    /// <c>int[N]</c>.
    /// </summary>
    public static bool TryReadPrefix(ReadOnlySpan<char> text, out TorchType type, out int length, out int? listSize)
    {
        var reader = new TypeReader(text);
        bool read = reader.TryReadType(out type, out listSize);
        length = reader.at;
        return read;
    }

    private bool TryReadType(out TorchType type, out int? listSize)
    {
        listSize = null;
        type = TorchType.Unknown;
        if (++depth > MaxDepth)
            return false;
        SkipSpaces();
        if (at >= text.Length)
            return false;
        if (text[at] == '(')
        {
            if (!TryReadList('(', ')', out var elements, out var names))
                return false;
            type = new TupleType(elements)
            {
                FieldNames = elements.Length > 1 && names.Length == elements.Length ? names : [],
            };
        }
        else if (!TryReadNamed(out type))
            return false;
        SkipAlias();
        while (at < text.Length)
        {
            if (text[at] == '?')
            {
                at++;
                type = TorchType.Optional(type);
            }
            else if (text[at] == '[')
            {
                int close = text[at..].IndexOf(']');
                if (close < 0)
                    return false;
                var size = text[(at + 1)..(at + close)].Trim();
                if (size.Length > 0)
                {
                    if (!int.TryParse(size, out int n))
                        return false;
                    listSize = n;
                }
                at += close + 1;
                type = new ListType(type);
                SkipAlias();
            }
            else
                break;
        }
        depth--;
        return true;
    }

    private bool TryReadNamed(out TorchType type)
    {
        type = TorchType.Unknown;
        int start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '.'))
            at++;
        if (at == start)
            return false;
        var name = text[start..at];
        if (at < text.Length && text[at] is '[' or '(' && IsConstructor(name))
        {
            char open = text[at];
            if (open == '[' && at + 1 < text.Length && text[at + 1] == ']' && name.SequenceEqual("Tuple"))
                return false;
            if (!TryReadList(open, open == '[' ? ']' : ')', out var arguments, out _))
                return false;
            return TryConstruct(name, arguments, out type);
        }
        type = Simple(name.ToString());
        return !type.IsUnknown;
    }

    private static bool IsConstructor(ReadOnlySpan<char> name) =>
        name is "List" or "Dict" or "Tuple" or "Optional" or "Union" or "Future" or "RRef" or "Await";

    private static bool TryConstruct(ReadOnlySpan<char> name, ImmutableArray<TorchType> arguments, out TorchType type)
    {
        type = TorchType.Unknown;
        switch (name)
        {
            case "List" when arguments.Length == 1:
                type = new ListType(arguments[0]);
                return true;
            case "Optional" when arguments.Length == 1:
                type = TorchType.Optional(arguments[0]);
                return true;
            case "Future" when arguments.Length == 1:
                type = new FutureType(arguments[0]);
                return true;
            case "Dict" when arguments.Length == 2:
                type = new DictType(arguments[0], arguments[1]);
                return true;
            case "Tuple":
                type = new TupleType(arguments);
                return true;
            case "Union" when arguments.Length > 0:
                type = TypeRelations.MakeUnion(arguments);
                return true;
            default:
                return false;
        }
    }

    private bool TryReadList(
        char open,
        char close,
        out ImmutableArray<TorchType> elements,
        out ImmutableArray<string> names
    )
    {
        elements = [];
        names = [];
        var named = ImmutableArray.CreateBuilder<string>();
        if (text[at] != open)
            return false;
        at++;
        var read = ImmutableArray.CreateBuilder<TorchType>();
        SkipSpaces();
        if (at + 1 < text.Length && text[at] == '(' && text[at + 1] == ')')
            at += 2; // Tuple[()]
        SkipSpaces();
        while (at < text.Length && text[at] != close)
        {
            if (!TryReadType(out var element, out _))
                return false;
            read.Add(element);
            SkipSpaces();
            // A schema's tuple may name its elements: (Tensor values, Tensor indices).
            int start = at;
            while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_'))
                at++;
            if (at > start)
                named.Add(text[start..at].ToString());
            SkipSpaces();
            if (at < text.Length && text[at] == ',')
            {
                at++;
                SkipSpaces();
            }
            else
                break;
        }
        if (at >= text.Length || text[at] != close)
            return false;
        at++;
        elements = read.ToImmutable();
        names = named.ToImmutable();
        return true;
    }

    /// <summary>Skips alias sets: <c>(a!)</c>, <c>(a -> *)</c>, <c>(*)</c>.</summary>
    private void SkipAlias()
    {
        if (at >= text.Length || text[at] != '(')
            return;
        int close = text[at..].IndexOf(')');
        if (close > 0)
            at += close + 1;
    }

    private void SkipSpaces()
    {
        while (at < text.Length && text[at] == ' ')
            at++;
    }

    private static TorchType Simple(string name) =>
        name switch
        {
            "Tensor" or "torch.Tensor" => TorchType.Tensor,
            "int" or "SymInt" or "ScalarType" or "Layout" or "MemoryFormat" => TorchType.Int,
            "float" => TorchType.Float,
            "bool" => TorchType.Bool,
            "complex" => TorchType.Complex,
            "str" or "Dimname" => TorchType.Str,
            "None" or "NoneType" => TorchType.None,
            "number" or "Scalar" => TorchType.Number,
            "Any" => TorchType.Any,
            "Device" or "torch.device" => TorchType.Device,
            "Generator" => TorchType.Generator,
            "Stream" => TorchType.Stream,
            "Storage" => TorchType.Storage,
            "QScheme" => TorchType.QScheme,
            "AnyEnumType" => TorchType.AnyEnum,
            _ when name.Length <= 2 && char.IsAsciiLetterLower(name[0]) => new VariableType(name),
            "key" or "value" or "tVal" or "tKey" => new VariableType(name),
            _ when name.StartsWith("__torch__.", StringComparison.Ordinal) => new ClassType(
                name["__torch__.".Length..],
                ClassRole.ScriptClass
            ),
            _ => TorchType.Unknown,
        };
}
