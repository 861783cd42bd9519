using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>Compiled code gives its module a buffer, parameter, submodule or hook: only Python can do that.</summary>
public sealed class RegistrationInScript : Rule
{
    public override string Id => "registration-in-script";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        foreach (var node in context.Compiled.Live<Call>())
        {
            if (
                node.Node
                    is not {
                        Func: Attribute
                        {
                            Value: Name { Id: var self },
                            Name: "register_buffer"
                                or "register_parameter"
                                or "add_module"
                                or "register_module"
                                or "register_forward_hook"
                                or "register_forward_pre_hook"
                        } method
                    } call
                || node.Body.Class is not { } owner
                || self != node.Body.Def.Args.All().FirstOrDefault()?.Name
            )
                continue;
            var type = file.Model.ClassOf(owner);
            if (!type.IsModule || type.FindMethod(method.Name) is not null)
                continue;
            string advice =
                method.Name is "register_buffer"
                    ? "register it once in __init__, and assign to it here ('self.name = tensor')"
                : method.Name.Contains("hook", StringComparison.Ordinal) ? "call what the hook does from forward"
                : "make it in __init__";
            context.Report(
                this,
                node.Severity,
                call.Span,
                $"'self.{method.Name}' cannot be compiled: the attributes of a module are fixed before, "
                    + $"and the compiler's message points into torch; {advice}.",
                node.Body,
                Assign(file, type, call) is { } fix ? [fix] : []
            );
        }
    }

    /// <summary>A buffer that the constructor always registers, in the same way, is assigned to.</summary>
    private static Fix? Assign(FileSnapshot file, ClassModel type, Call call)
    {
        if (
            call
                is not {
                    Func: Attribute { Name: "register_buffer" },
                    Args: [Constant { Value: string name }, var value, ..],
                    Parent: ExprStmt
                }
            || value is Constant or Starred
            || call.FirstAncestor<FunctionDef>() is not { Name: not "__init__" }
            || type.FindAttribute(name) is not { Always: true, IsSetInConstructor: true, Assignments: var stores }
        )
            return null;
        var text = file.Text;
        var first = stores.OfType<Call>().FirstOrDefault(s => s.FirstAncestor<FunctionDef>() is { Name: "__init__" });
        if (
            first is not { Args: [_, not Constant, ..], Parent.Parent: FunctionDef }
            || stores.Any(s => s is not Call)
            || Rest(text, first) != Rest(text, call)
        )
            return null;
        string self = text[((Attribute)call.Func).Value.Span];
        return new Fix(
            $"Assign to the buffer '{name}'",
            FixSafety.Suggested,
            [new TextEdit(call.Span, $"{self}.{name} = {text[value.ParenthesizedSpan]}")]
        );
    }

    /// <summary>What is said beside name and value: whether it is saved.</summary>
    private static string Rest(SourceText text, Call call) =>
        string.Join(
            ", ",
            call.Args.Skip(2).Select(a => text[a.Span]).Concat(call.Keywords.Select(k => text[k.Value.Span]))
        );
}
