using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>Code of the engine's that a file gets once, behind its imports.</summary>
internal static class ExportBlocks
{
    /// <summary>The edits that bring a definition and the imports it needs; none where the file has it.</summary>
    /// <param name="name">What it defines.</param>
    public static ImmutableArray<TextEdit> Define(FileSnapshot file, string name, string code)
    {
        if (file.Tree.Root.Body.Any(s => s is ClassDef c && c.Name == name || s is FunctionDef f && f.Name == name))
            return [];
        string end = file.Text.DominantLineBreak,
            torch = TorchNames.Member(file, "", out var import);
        string written = code.ReplaceLineEndings("\n").Replace("torch.", torch, StringComparison.Ordinal).Trim('\n');
        var lines = written.Split('\n');
        string text = string.Join(end, ["", "", .. lines, ""]);
        int at = Blocks.OffsetBehindImports(file);
        return [TextEdit.Insert(at, (import?.NewText ?? "") + text)];
    }
}
