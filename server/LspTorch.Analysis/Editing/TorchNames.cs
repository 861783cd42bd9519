using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Editing;

/// <summary>How a file names members of torch and torch.jit.</summary>
internal static class TorchNames
{
    /// <summary><c>torch.tensor</c> as this file can write it, with the import it needs for that.</summary>
    public static string Member(FileSnapshot file, string member, out TextEdit? import)
    {
        import = null;
        foreach (var statement in file.Tree.Root.Body.OfType<Import>())
        foreach (var alias in statement.Names)
            if (
                alias.Name == "torch"
                || alias.AsName is null && alias.Name.StartsWith("torch.", StringComparison.Ordinal)
            )
                return $"{alias.AsName ?? "torch"}.{member}";
        import = TextEdit.Insert(Blocks.OffsetBehindImports(file), "import torch" + file.Text.DominantLineBreak);
        return "torch." + member;
    }

    /// <summary><c>torch.jit.export</c> as this file can write it, with the import it needs for that.</summary>
    public static string Jit(FileSnapshot file, string member, out TextEdit? import)
    {
        string viaTorch = Member(file, "jit." + member, out import);
        if (import is null)
            return viaTorch;
        foreach (var from in file.Tree.Root.Body.OfType<ImportFrom>())
        foreach (var alias in from.Names)
            if (from is { Module: "torch", Level: 0 } && alias.Name == "jit")
            {
                import = null;
                return $"{alias.AsName ?? "jit"}.{member}";
            }
        return viaTorch;
    }
}
