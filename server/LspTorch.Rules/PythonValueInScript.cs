using System.Collections.Immutable;
using System.Diagnostics;
using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Problems;
using LspTorch.Refactorings;
using LspTorch.Semantics;

namespace LspTorch.Rules;

/// <summary>Compiled code reads a Python value of the module, which TorchScript cannot see.</summary>
public sealed class PythonValueInScript : RefusalRule<PythonValueProblem>
{
    public override string Id => "python-value-in-script";

    protected override string MessageOf(PythonValueProblem problem) =>
        problem switch
        {
            EnumUnsupported(_, var name) =>
                $"'{name}' is an Enum, which TorchScript supports from torch 1.7 on: use ints or strings.",
            PythonName(_, var name) => $"'{name}' is a Python value, which TorchScript cannot see.",
            HasattrOfPythonModule(_, var value) =>
                $"'{value}' is a Python module, and TorchScript cannot test its attributes: test it "
                    + "outside, and keep the answer in an attribute.",
            HasattrOfFunction(_, var value) =>
                $"'{value}' is a function, and TorchScript cannot test its attributes: keep the value in "
                    + "an attribute of a module.",
            PrintedValue => "'print(...)' returns no value in TorchScript: call it as a statement of its own.",
            SliceAsValue => "A slice is not a value in TorchScript: write it where it is used, as in 'x[a:b]'.",
            IterableAsValue(_, var value) =>
                $"'{value}' can only be looped over in TorchScript: make a list of it, 'list({value})'.",
            NotAValue(_, var value, PythonObject.PythonModule) =>
                $"'{value}' is a Python module, which is not a value in TorchScript: use one of its "
                    + "functions or constants.",
            NotAValue(_, var value, PythonObject.Method) =>
                $"'{value}' is a method, and TorchScript can only call it: are '()' missing?",
            NotAValue(_, var value, PythonObject.ExceptionClass) =>
                $"'{value}' is an exception class, and TorchScript can only call or raise it.",
            NotAValue(_, var value, PythonObject.BuiltinType) =>
                $"'{value}' is a Python type, and TorchScript can only call it: write a dtype as "
                    + "'torch.float' and the like.",
            NotAValue(_, var value, var what) =>
                $"'{value}' is {(what == PythonObject.Class ? "a class" : "a function")}, and TorchScript "
                    + "can only call it.",
            ImportedConstant(_, var name, var dotted) =>
                $"'{name}' is imported by its own name, and so a Python value that TorchScript cannot "
                    + $"see: write '{dotted}'.",
            ModuleClassMember(_, var type) =>
                $"'{type}' is a class of modules, and TorchScript cannot access its attributes: call "
                    + "methods through self, and make functions of static ones.",
            ProcessState(_, var name) =>
                $"'{name}' is a Python value, which TorchScript cannot see: read it outside, and keep the "
                    + "answer in an attribute.",
            BuiltinClassMember(_, var type, var name) =>
                $"'{type}' is a class, and TorchScript cannot access its attributes: call '{name}' on a value.",
            FunctionMember(_, var function, var name) =>
                $"'{function}' is a function, and TorchScript cannot look up '{name}' in it.",
            NoneOfModule(_, var name) =>
                $"'{name}' is None in the module, and TorchScript sees no such variable: write None, or "
                    + "pass it as an argument.",
            PythonVariableMember(_, var name) =>
                $"'{name}' is a Python value of the module, whose attributes TorchScript cannot access.",
            PythonVariable(_, var name) =>
                $"'{name}' is a Python value of the module, which TorchScript cannot see: write it in the "
                    + "function, pass it as an argument, or keep it in an attribute.",
            ClassConstant(_, var value) =>
                $"'{value}' is a Python value, which TorchScript cannot see: write it in the function, "
                    + "pass it as an argument, or keep it in an attribute.",
            NotAnException(_, var value, var isNotImplemented) => $"'{value}' is not an exception: write "
                + $"'{(isNotImplemented ? "NotImplementedError" : "RuntimeError(...)")}'.",
            MethodUnpacked(_, var name) => $"'{name}' is a method, and TorchScript can only call it: are '()' missing?",
            FunctionUnpacked(_, var name) => $"'{name}' is a function, which cannot be unpacked: are '()' missing?",
            _ => throw new UnreachableException(),
        };

    protected override string RelatedMessageOf(PythonValueProblem problem) =>
        problem is PythonVariable { Name: var name } ? $"'{name}' gets its value here" : "";

    protected override ImmutableArray<Fix> FixesOf(
        RuleContext context,
        CompiledBody body,
        PythonValueProblem problem
    ) =>
        (
            MapComprehension.Of(context.File, problem.At)
            ?? ConstantOfModule.Of(context.File, problem.At)
            ?? ConstantOfClass.Of(context.File, body.Def, problem.At)
            ?? TorchEquivalents.OfTensorType(context.File, problem.At)
        )
            is { } fix
            ? [fix]
            : [];
}
