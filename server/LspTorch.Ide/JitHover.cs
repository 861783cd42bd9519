using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Ide;

/// <summary>What torch.jit's decorators and questions do in the target version, and the trap in each.</summary>
internal static class JitHover
{
    private static readonly TorchVersion scriptingIsStatic = new(1, 5),
        ifTracing = new(1, 6);

    public static HoverInfo? Of(FileSnapshot file, Expr decorator) =>
        OfName(file, decorator is Call call ? call.Func : decorator, decorator.Span);

    public static HoverInfo? OfName(FileSnapshot file, Expr name, TextSpan span)
    {
        if (
            name is not (Name or Syntax.Attribute)
            || file.Model.ResolveName(name) is not { } dotted
            || !dotted.StartsWith("torch.jit.", StringComparison.Ordinal)
        )
            return null;
        var lines = Explain(dotted["torch.jit.".Length..], file.Options.Torch);
        return lines.IsEmpty
            ? null
            : new(span, dotted, $"TorchScript {file.Options.Torch}", [], [string.Join("  \n", lines)]);
    }

    private static ImmutableArray<string> Explain(string name, TorchVersion torch) =>
        name switch
        {
            "ignore" =>
            [
                "The compiler does not compile the function: a scripted model calls back into the "
                    + "interpreter that made it.",
                "Its annotations are its signature: a parameter without one is a Tensor, and so is the result.",
                "Caution: a model that reaches it cannot be saved (torch.jit.save), and default "
                    + "arguments are not filled in.",
            ],
            "unused" =>
            [
                "The compiler replaces the function by a raise: the model compiles, and can be saved.",
                "Its annotations are its signature: a parameter without one is a Tensor, and so is the result.",
                "Caution: whoever calls it in the scripted model gets the exception; guard the call "
                    + "with torch.jit.is_scripting().",
            ],
            "export" =>
            [
                "The method is compiled although forward does not call it, and C++ can call it by its name.",
                "What holds for forward holds for it: a parameter without an annotation is a Tensor.",
                "Caution: torch.jit.trace compiles it too, and fails where it is not TorchScript.",
            ],
            "script" =>
            [
                "Compiles the function, class or module instance to TorchScript.",
                "A function that it calls is compiled too; a decorated one, once, when Python reads it.",
                "Caution: a module is compiled as it is at that moment: attributes that come later do not exist.",
            ],
            "script_if_tracing" when torch >= ifTracing =>
            [
                "Compiles the function when torch.jit.trace first reaches it; without tracing Python runs it.",
                "Conditions and loops inside then follow the data, not the example.",
                "Caution: its parameters need annotations as in torch.jit.script.",
            ],
            "is_scripting" when torch >= scriptingIsStatic =>
            [
                "True in compiled code, False in Python.",
                "Evaluated at compile time: the branch that is not taken is never compiled and may hold any Python.",
                "Caution: it says nothing of tracing (torch.jit.is_tracing).",
            ],
            "is_scripting" =>
            [
                "True in compiled code, False in Python.",
                "Evaluated when the code runs: both branches are compiled and must be TorchScript "
                    + "(evaluated at compile time from torch 1.5).",
                "Caution: put what is Python only into a @torch.jit.ignore or @torch.jit.unused function.",
            ],
            "interface" =>
            [
                "A class of method signatures: any module with these methods can stand where it is the annotation.",
                "It lets a ModuleList be indexed by a variable: `layer: Interface = self.layers[i]`.",
                "Caution: every method needs full annotations and the body `pass`.",
            ],
            "annotate" =>
            [
                "Gives an expression a type where nothing else can: torch.jit.annotate(List[int], []).",
                "In Python it returns the value.",
                "Caution: it does not check or convert; prefer a variable annotation.",
            ],
            _ => [],
        };
}
