using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>A call that stays for eager runs only: what torch.jit.is_scripting() guards is not compiled.</summary>
internal static class ScriptingGuard
{
    private static readonly TorchVersion isDecidedAtCompileTime = new(1, 5);

    /// <summary>Null where the call is not a statement on a line of its own.</summary>
    public static Fix? Around(FileSnapshot file, Call call, FixSafety safety)
    {
        if (file.Options.Torch < isDecidedAtCompileTime || call.Parent is not ExprStmt statement)
            return null;
        int line = file.Text.LineOf(statement.Start);
        if (
            file.Text.Text[file.Text.LineStart(line)..statement.Start].Trim().Length > 0
            || file.Text.LineOf(statement.End) != line
        )
            return null;
        string indent = file.Text.IndentationOf(line),
            unit = indent.EndsWith('\t') ? "\t" : "    ";
        string test = TorchNames.Jit(file, "is_scripting", out var import);
        var insert = TextEdit.Insert(statement.Start, $"if not {test}():{file.Text.DominantLineBreak}{indent}{unit}");
        return new Fix("Call it only when not scripting", safety, import is { } edit ? [insert, edit] : [insert]);
    }
}
