using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Text;

namespace LspTorch.TorchScript;

/// <summary>What a Python name of torch or the standard library is to the compiler.</summary>
public abstract record TableEntry;

/// <summary>A builtin operator: <c>torch.cat</c> is <c>aten::cat</c>.</summary>
public sealed record OperatorEntry(string Operator) : TableEntry;

/// <summary>A Python function that the compiler compiles, with its overloads.</summary>
public sealed record FunctionEntry(ImmutableArray<FunctionSchema> Schemas) : TableEntry;

/// <summary>One of two functions, chosen at compile time by a constant argument.</summary>
public sealed record DispatchEntry(string Argument, bool Default, int Position, string IfTrue, string IfFalse)
    : TableEntry;

public sealed record ConstantEntry(TorchType Type) : TableEntry;

/// <summary>
/// The generated tables (Data/*.txt) as one release of torch has them: read when first asked, each line parsed when
/// first wanted.
/// </summary>
public sealed class SignatureTables
{
    private static readonly Lazy<LineTable> operators = new(() => new LineTable("operators.txt", "(."));
    private static readonly Lazy<LineTable> builtins = new(() => new LineTable("builtin_functions.txt", "("));
    private static readonly Lazy<LineTable> functions = new(() => new LineTable("functions.txt", "\t"));
    private static readonly ConcurrentDictionary<TorchVersion, SignatureTables> byVersion = new();
    private readonly ConcurrentDictionary<string, Presence> refusals = new(StringComparer.Ordinal),
        moduleMembers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ImmutableArray<FunctionSchema>> operatorCache = new(
        StringComparer.Ordinal
    );
    private readonly ConcurrentDictionary<string, TableEntry?> functionCache = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> unreadable = new(StringComparer.Ordinal);
    private readonly Lazy<TorchModules> modules;

    private SignatureTables(TorchVersion version)
    {
        Version = version;
        Matcher = new(version);
        modules = new(() => new TorchModules(version));
    }

    /// <summary>The tables of a release; one newer than all known is taken for the newest known.</summary>
    public static SignatureTables For(TorchVersion version) =>
        byVersion.GetOrAdd(
            version > TorchVersion.Newest ? TorchVersion.Newest : version,
            static v => new SignatureTables(v)
        );

    public TorchVersion Version { get; }

    /// <summary>Overload resolution as the release does it.</summary>
    internal SchemaMatcher Matcher { get; }

    /// <summary>
    /// True for a release whose own installation was read: what its tables do not hold, it does not have. Of any other
    /// release an absence proves nothing.
    /// </summary>
    public bool IsExact => Array.IndexOf(Lifetime.Read, Version) >= 0;

    /// <summary>
    /// The overloads of an operator ("aten::cat") in the order in which the compiler tries them; empty when there is
    /// none.
    /// </summary>
    public ImmutableArray<FunctionSchema> Operator(string name) =>
        operatorCache.GetOrAdd(
            name,
            static (n, version) =>
            {
                var schemas = ImmutableArray.CreateBuilder<FunctionSchema>();
                foreach (string line in operators.Value.Find(n).Concat(builtins.Value.Find(n)))
                    if (ReadSchema(line, version) is { } schema)
                        schemas.Add(schema);
                return schemas.ToImmutable();
            },
            Version
        );

    /// <summary>
    /// True when an overload has types that are not read here: then what no known overload takes may still be taken.
    /// </summary>
    public bool HasUnreadableOverloads(string name) =>
        unreadable.GetOrAdd(
            name,
            static (n, version) =>
                operators.Value.Find(n).Concat(builtins.Value.Find(n)).Any(line => IsUnreadable(line, version)),
            Version
        );

    private static bool IsUnreadable(ReadOnlySpan<char> line, TorchVersion version) =>
        Lifetime.Take(ref line).In(version) != Presence.Absent && FunctionSchema.Parse(line) is null;

    public bool HasOperator(string name) => !Operator(name).IsEmpty;

    /// <summary>What a dotted Python name is to the compiler; null where the tables do not know it.</summary>
    public TableEntry? Function(string dottedName) =>
        functionCache.GetOrAdd(dottedName, static (n, tables) => tables.ReadFunction(n), this);

    /// <summary>
    /// Whether the compiler refuses every call of a Python name (<c>torch.load</c>, <c>random.random</c>), or of the
    /// module that it belongs to.
    /// Absent: it does not, or nothing is known of the name.
    /// </summary>
    public Presence Refusal(string dottedName) =>
        Kept(refusals, dottedName, static (name, tables) => tables.FindRefusal(name), this);

    private Presence FindRefusal(string dottedName)
    {
        if (dottedName.Length == 0 || MarkOf(dottedName, '~') != Presence.Absent || Function(dottedName) is not null)
            return Presence.Absent;
        if (IsOfOtherReleases(dottedName))
            return Presence.Certain;
        // What the compiler has of math is in the tables, all of it.
        if (dottedName.StartsWith("math.", StringComparison.Ordinal))
            return Presence.Certain;
        var presence = MarkOf(dottedName, '!');
        for (
            int dot = dottedName.LastIndexOf('.');
            presence == Presence.Absent && dot > 0;
            dot = dottedName.LastIndexOf('.', dot - 1)
        )
        {
            if (MarkOf(dottedName[..dot], '~') != Presence.Absent)
                return Presence.Absent;
            presence = MarkOf(dottedName[..dot] + ".*", '!');
        }
        return presence;
    }

    /// <summary>A function that torch has in other releases and, as was read, not in this one.</summary>
    public bool IsOfOtherReleases(string dottedName)
    {
        if (
            !IsExact
            || !dottedName.StartsWith("torch.", StringComparison.Ordinal)
            || dottedName.StartsWith("torch.distributed.", StringComparison.Ordinal)
        )
            return false;
        bool elsewhere = false;
        foreach (string line in functions.Value.Find(dottedName))
        {
            var read = line.AsSpan();
            if (Lifetime.Take(ref read).In(Version) != Presence.Absent)
                return false;
            elsewhere |= read[(dottedName.Length + 1)..] is ['=' or '(', ..];
        }
        return elsewhere;
    }

    /// <summary>
    /// A name called in torch or torch.nn.functional that this release has not, nor any other that was read: all of
    /// theirs are in the tables but these few.
    /// </summary>
    public bool IsMissing(string dottedName)
    {
        const string functional = "torch.nn.functional.";
        string name =
            dottedName.StartsWith(functional, StringComparison.Ordinal) ? dottedName[functional.Length..]
            : dottedName.StartsWith("torch.", StringComparison.Ordinal) ? dottedName["torch.".Length..]
            : "";
        return IsExact
            && name.Length > 0
            && !name.Contains('.')
            && !name.StartsWith('_')
            && name
                is not (
                    "autocast"
                    or "no_grad"
                    or "default_generator"
                    or "quantized_gru"
                    or "quantized_lstm"
                    or "BroadcastingList1"
                    or "BroadcastingList2"
                    or "BroadcastingList3"
                )
            && !functions.Value.Find(dottedName).Any()
            && Module(dottedName) is null;
    }

    /// <summary>A public name that every nn.Module has.</summary>
    public bool IsModuleMember(string name) =>
        Kept(moduleMembers, name, static (n, tables) => tables.MarkOf("Module." + n, '~'), this) != Presence.Absent;

    /// <summary>
    /// The same names are asked for again and again; what is typed meanwhile is no reason to grow without end.
    /// </summary>
    private static Presence Kept(
        ConcurrentDictionary<string, Presence> answers,
        string name,
        Func<string, SignatureTables, Presence> find,
        SignatureTables tables
    )
    {
        if (answers.TryGetValue(name, out var known))
            return known;
        if (answers.Count > 4000)
            answers.Clear();
        return answers[name] = find(name, tables);
    }

    private Presence MarkOf(string name, char mark)
    {
        foreach (string line in functions.Value.Find(name))
        {
            var read = line.AsSpan();
            if (
                Lifetime.Take(ref read).In(Version) is var presence and not Presence.Absent
                && read[^1] == mark
                && read[^2] == '\t'
            )
                return presence;
        }
        return Presence.Absent;
    }

    /// <summary>
    /// A module class by its public (<c>torch.nn.Conv1d</c>) or full name (<c>torch.nn.modules.conv.Conv1d</c>).
    /// </summary>
    public TorchModuleClass? Module(string? dottedName) =>
        dottedName is not null && dottedName.StartsWith("torch.", StringComparison.Ordinal)
            ? modules.Value.Find(dottedName)
            : null;

    /// <summary>A line's schema; null where the release does not have it.</summary>
    internal static FunctionSchema? ReadSchema(ReadOnlySpan<char> line, TorchVersion version)
    {
        var presence = Lifetime.Take(ref line).In(version);
        return presence == Presence.Absent || FunctionSchema.Parse(line) is not { } schema ? null
            : presence == Presence.Certain ? schema
            : schema with { IsCertain = false };
    }

    private TableEntry? ReadFunction(string name)
    {
        // torch._VF hands every name on to the operators.
        foreach (string prefix in (ReadOnlySpan<string>)["torch._VF.", "torch._C._VariableFunctions."])
            if (name.StartsWith(prefix, StringComparison.Ordinal) && HasOperator("aten::" + name[prefix.Length..]))
                return new OperatorEntry("aten::" + name[prefix.Length..]);
        var schemas = ImmutableArray.CreateBuilder<FunctionSchema>();
        foreach (string line in functions.Value.Find(name))
        {
            var read = line.AsSpan();
            var presence = Lifetime.Take(ref read).In(Version);
            if (presence == Presence.Absent)
                continue;
            string spec = read[(name.Length + 1)..].ToString();
            switch (spec[0])
            {
                case '!' or '~':
                    break;
                case '=':
                    return new OperatorEntry(spec[1..]);
                case ':':
                    return TorchType.TryParse(spec[1..], out var type) ? new ConstantEntry(type) : null;
                case '?':
                    int equals = spec.IndexOf('='),
                        at = spec.IndexOf('@'),
                        space = spec.IndexOf(' '),
                        bar = spec.IndexOf('|');
                    return new DispatchEntry(
                        spec[1..equals],
                        spec[(equals + 1)..at] == "True",
                        int.Parse(spec[(at + 1)..space]),
                        spec[(space + 1)..bar].Trim(),
                        spec[(bar + 1)..].Trim()
                    );
                default:
                    if (FunctionSchema.Parse(name + spec) is { } schema)
                        schemas.Add(schema with { IsCertain = presence == Presence.Certain });
                    break;
            }
        }
        return schemas.Count == 0 ? null : new FunctionEntry(schemas.ToImmutable());
    }

    internal static byte[] ReadResource(string name)
    {
        using var stream =
            Assembly.GetExecutingAssembly().GetManifestResourceStream($"LspTorch.TorchScript.Data.{name}")
            ?? throw new InvalidOperationException($"The table {name} is not embedded.");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>
    /// Lines of ASCII, grouped by their first word in ordinal order, found by binary search without an index.
    /// </summary>
    private sealed class LineTable(string resource, string terminators)
    {
        private readonly byte[] bytes = ReadResource(resource);

        public IEnumerable<string> Find(string key)
        {
            int low = StartOfLine(0) is var first && bytes.Length > 0 && bytes[0] == '#' ? NextLine(first) : 0,
                high = bytes.Length;
            while (low < high)
            {
                int middle = StartOfLine(low + (high - low) / 2);
                if (middle < low)
                    middle = low;
                if (Compare(middle, key) < 0)
                    low = NextLine(middle);
                else
                    high = middle;
            }
            var found = new List<string>();
            for (int at = low; at < bytes.Length && Compare(at, key) == 0; at = NextLine(at))
                found.Add(Encoding.ASCII.GetString(bytes.AsSpan(at, NextLine(at) - at)).TrimEnd('\n'));
            return found;
        }

        private int Compare(int at, string key)
        {
            for (int i = 0; ; i++)
            {
                int b = at + i < bytes.Length ? bytes[at + i] : '\n';
                bool ended = b == '\n' || terminators.Contains((char)b);
                if (i == key.Length)
                    return ended ? 0 : 1;
                if (ended)
                    return -1;
                if (b != key[i])
                    return b - key[i];
            }
        }

        private int StartOfLine(int at)
        {
            while (at > 0 && bytes[at - 1] != '\n')
                at--;
            return at;
        }

        private int NextLine(int at)
        {
            int found = bytes.AsSpan(at).IndexOf((byte)'\n');
            return found < 0 ? bytes.Length : at + found + 1;
        }
    }
}
