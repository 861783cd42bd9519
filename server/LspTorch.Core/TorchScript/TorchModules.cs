using System.Collections.Immutable;
using System.Text;

namespace LspTorch.Core.TorchScript;

/// <summary>An attribute of a torch.nn module that is the same for every instance. Value: of a constant, as Python writes it.</summary>
public sealed record TorchModuleAttribute(string Name, TorchType Type, bool IsConstant, string? Value);

/// <summary>
/// A module class of torch.nn. IsDescribed: its forward and attributes are known; a container or a class whose signature depends on the instance has none.
/// </summary>
public sealed record TorchModuleClass(
    string Name, string FullName, bool IsDescribed, IReadOnlyDictionary<string, TorchModuleAttribute> Attributes,
    ImmutableArray<FunctionSchema> Forward);

/// <summary>The module classes of torch.nn, from Data/modules.txt.</summary>
public static class TorchModules
{
    private static readonly Lazy<Dictionary<string, TorchModuleClass>> classes = new(Read);

    /// <summary>By public (<c>torch.nn.Conv1d</c>) or full name (<c>torch.nn.modules.conv.Conv1d</c>).</summary>
    public static TorchModuleClass? Find(string? dottedName) =>
        dottedName is not null && dottedName.StartsWith("torch.", StringComparison.Ordinal) ? classes.Value.GetValueOrDefault(dottedName) : null;

    private static Dictionary<string, TorchModuleClass> Read()
    {
        var found = new Dictionary<string, TorchModuleClass>(StringComparer.Ordinal);
        string[] header = [];
        var attributes = new Dictionary<string, TorchModuleAttribute>(StringComparer.Ordinal);
        var forward = ImmutableArray.CreateBuilder<FunctionSchema>();
        void Finish()
        {
            if (header.Length < 3) return;
            var type = new TorchModuleClass(header[1], header[2], header.Length == 3, attributes, forward.ToImmutable());
            found[header[1]] = type;
            found.TryAdd(header[2], type);
        }
        foreach (string line in Encoding.ASCII.GetString(SignatureTables.ReadResource("modules.txt")).Split('\n'))
        {
            if (line.StartsWith("class ", StringComparison.Ordinal))
            {
                Finish();
                header = line.Split(' ');
                attributes = new(StringComparer.Ordinal);
                forward.Clear();
            }
            else if (line.StartsWith(" def forward", StringComparison.Ordinal))
            {
                if (FunctionSchema.Parse(line.AsSpan(5)) is { } schema) forward.Add(schema);
            }
            else if (line.StartsWith(" attr ", StringComparison.Ordinal) || line.StartsWith(" const ", StringComparison.Ordinal))
            {
                var parts = line.Split(' ', 4);
                if (parts.Length == 4 && TypeReader.TryReadPrefix(parts[3], out var type, out int length, out _))
                {
                    string value = parts[3][length..].Trim();
                    attributes[parts[2]] = new(parts[2], type, parts[1] == "const", value.Length == 0 ? null : value);
                }
            }
        }
        Finish();
        return found;
    }
}
