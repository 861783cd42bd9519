using System.Diagnostics;
using LspTorch.Semantics;

namespace LspTorch.Findings;

/// <summary>Why a function is compiled, in words.</summary>
public static class CompiledReasonWords
{
    public static string Of(CompiledReason reason) =>
        reason switch
        {
            CalledByCompiled { Line: { } line } called => $"'{called.From.QualifiedName}' calls it, line {line}",
            CalledByCompiled called => $"'{called.From.QualifiedName}' calls it",
            CalledFromFile(var function, var file, var line) => $"'{function}' in {file} calls it, line {line}",
            MarkedMethod(var type, var method, var decorator) => $"'{type}.{method}' is marked @torch.jit.{decorator}",
            DecoratedFunction(var function, var decorator) => $"'{function}' is decorated with @torch.jit.{decorator}",
            PassedToScript(var name) => $"'{name}' is passed to torch.jit.script",
            ScriptCall(var argument, var line) => $"torch.jit.script({argument}), line {line}",
            ForwardOfModule(var type) =>
                $"'forward' of the module class '{type}' is what torch.jit.script compiles first",
            CalledByInheritedForward(var type, var method) => $"the forward that '{type}' inherits calls '{method}'",
            PropertyOfModule(var definer, var property, var type) =>
                $"'{definer}.{property}' is a property of the module class '{type}'",
            MethodOfScriptClass(var type) => $"'{type}' is compiled as a TorchScript class",
            _ => throw new UnreachableException(),
        };
}
