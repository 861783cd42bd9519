using System.Collections.Immutable;
using System.Text;

namespace LspTorch.TorchScript;

/// <summary>
/// An attribute of a torch.nn module that is the same for every instance. Value: of a constant, as Python writes it.
/// </summary>
public sealed record TorchModuleAttribute(string Name, TorchType Type, bool IsConstant, string? Value);

/// <summary>
/// A module class of torch.nn. IsDescribed: its forward and attributes are known; a container or a class whose
/// signature depends on the instance has none.
/// </summary>
public sealed record TorchModuleClass(
    string Name,
    string FullName,
    bool IsDescribed,
    IReadOnlyDictionary<string, TorchModuleAttribute> Attributes,
    ImmutableArray<FunctionSchema> Forward
);

/// <summary>
/// The module classes of torch.nn as one release has them, from Data/modules.txt; each is parsed when first asked for.
/// </summary>
internal sealed class TorchModules
{
    private static readonly Lazy<string> text = new(() =>
        Encoding.ASCII.GetString(SignatureTables.ReadResource("modules.txt"))
    );
    private readonly TorchVersion version;
    private readonly Dictionary<string, Lazy<TorchModuleClass>> classes = new(StringComparer.Ordinal);

    public TorchModules(TorchVersion version)
    {
        this.version = version;
        const string mark = "\nclass ";
        string all = text.Value;
        for (int at = all.IndexOf(mark, StringComparison.Ordinal), next; at >= 0; at = next)
        {
            next = all.IndexOf(mark, at + 1, StringComparison.Ordinal);
            int start = at + 1,
                end = next < 0 ? all.Length : next;
            var header = all.AsSpan(start, all.IndexOf('\n', start) - start);
            if (Lifetime.Take(ref header).In(version) == Presence.Absent)
                continue;
            string[] words = header.ToString().Split(' ');
            // Between two releases of which only one could describe it, it is not described.
            if (classes.TryGetValue(words[1], out var earlier) && !earlier.Value.IsDescribed)
                continue;
            var type = new Lazy<TorchModuleClass>(() => Read(words, text.Value[start..end]));
            classes[words[1]] = type;
            classes.TryAdd(words[2], type);
        }
    }

    public TorchModuleClass? Find(string dottedName) => classes.GetValueOrDefault(dottedName)?.Value;

    private TorchModuleClass Read(string[] header, string block)
    {
        var attributes = new Dictionary<string, TorchModuleAttribute>(StringComparer.Ordinal);
        var forward = ImmutableArray.CreateBuilder<FunctionSchema>();
        foreach (string whole in block.Split('\n').Skip(1))
        {
            var line = whole.AsSpan();
            if (line.StartsWith(" def forward"))
            {
                if (SignatureTables.ReadSchema(line[5..], version) is { } schema)
                    forward.Add(schema);
                continue;
            }
            var presence = Lifetime.Take(ref line).In(version);
            string[] parts = line.ToString().Split(' ', 4);
            if (presence == Presence.Absent || parts is not ["", "attr" or "const", var name, var rest])
                continue;
            if (!TypeReader.TryReadPrefix(rest, out var type, out int length, out _))
                continue;
            string value = rest[length..].Trim();
            var read = new TorchModuleAttribute(name, type, parts[1] == "const", value.Length == 0 ? null : value);
            // Between two releases that have it differently, it is not known which holds.
            if (attributes.TryGetValue(name, out var other))
                read =
                    other.Type == read.Type && other.IsConstant == read.IsConstant
                        ? read with
                        {
                            Value = null,
                        }
                        : read with
                        {
                            Type = TorchType.Unknown,
                            IsConstant = false,
                            Value = null,
                        };
            attributes[name] = read;
        }
        return new TorchModuleClass(header[1], header[2], header.Length == 3, attributes, forward.ToImmutable());
    }
}
