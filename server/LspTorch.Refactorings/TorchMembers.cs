using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Refactorings;

/// <summary>Members of torch and math as a file names them, with the imports that they need.</summary>
internal sealed class TorchMembers(FileSnapshot file)
{
    /// <summary>
    /// Functions that releases from 1.4 on did not all have: by torch's release notes, those in doubt a release later.
    /// </summary>
    private static readonly Dictionary<string, TorchVersion> Since = new()
    {
        ["square"] = new(1, 5),
        ["logical_and"] = new(1, 5),
        ["logical_or"] = new(1, 5),
        ["isinf"] = new(1, 6),
        ["isfinite"] = new(1, 6),
        ["deg2rad"] = new(1, 7),
        ["rad2deg"] = new(1, 7),
        ["hypot"] = new(1, 7),
    };

    /// <summary>The imports that the texts written so far need.</summary>
    public HashSet<TextEdit> Imports { get; } = [];

    /// <summary>Whether a text needs what the release that is meant does not have.</summary>
    public bool IsTooNew { get; set; }

    public bool IsAtLeast(int major, int minor) => file.Options.Torch >= new TorchVersion(major, minor);

    /// <summary>A member of torch or a dtype, as text.</summary>
    /// <param name="member">Behind <c>torch.</c></param>
    public string Of(string member)
    {
        IsTooNew |= Since.TryGetValue(member, out var first) && file.Options.Torch < first;
        string name = TorchNames.Member(file, member, out var import);
        if (import is { } edit)
            Imports.Add(edit);
        return name;
    }

    /// <summary>A member of Python's <c>math</c>, as text.</summary>
    public string OfMath(string member)
    {
        foreach (var statement in file.Tree.Root.Body.OfType<Import>())
        foreach (var alias in statement.Names)
            if (alias.Name == "math")
                return $"{alias.AsName ?? "math"}.{member}";
        Imports.Add(TextEdit.Insert(Blocks.OffsetBehindImports(file), "import math" + file.Text.DominantLineBreak));
        return "math." + member;
    }

    public ArrayValue Cast(ArrayValue value, string dtype) =>
        value.DType == dtype
            ? value
            : value with
            {
                Text = $"{value.Atom}.to({Of(dtype)})",
                DType = dtype,
                IsAtom = true,
            };
}
