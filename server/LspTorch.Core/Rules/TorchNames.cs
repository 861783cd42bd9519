using LspTorch.Core.Syntax;
using LspTorch.Core.Text;

namespace LspTorch.Core.Rules;

/// <summary>How a file names members of torch.jit.</summary>
internal static class TorchNames
{
    /// <summary><c>torch.jit.export</c> as this file can write it, with the import it needs for that.</summary>
    public static string Jit(FileSnapshot file, string member, out TextEdit? import)
    {
        import = null;
        string? viaJit = null;
        foreach (var statement in file.Tree.Root.Body)
            switch (statement)
            {
                case Import plain:
                    foreach (var alias in plain.Names)
                        if (alias.Name == "torch" || alias.AsName is null && alias.Name.StartsWith("torch.", StringComparison.Ordinal))
                            return $"{alias.AsName ?? "torch"}.jit.{member}";
                    break;
                case ImportFrom { Module: "torch", Level: 0 } from:
                    foreach (var alias in from.Names)
                        if (alias.Name == "jit") viaJit = $"{alias.AsName ?? "jit"}.{member}";
                    break;
            }
        if (viaJit is not null) return viaJit;
        import = TextEdit.Insert(Blocks.OffsetBehindImports(file), "import torch" + file.Text.DominantLineBreak);
        return "torch.jit." + member;
    }
}
