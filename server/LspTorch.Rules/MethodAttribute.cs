using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// The constructor keeps one of the class's own methods in an attribute: TorchScript knows methods by their names only.
/// </summary>
public sealed class MethodAttribute : Rule
{
    public override string Id => "method-attribute";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        foreach (var (read, body, _, certain) in context.Compiled.Live<Attribute>())
        {
            if (
                read.Context != ExprContext.Load
                || body.Class is null
                || read.Value is not Name { Id: var self }
                || body.Def.Args.All().FirstOrDefault()?.Name != self
            )
                continue;
            var type = file.Model.ClassOf(body.Class);
            if (
                !type.IsModule
                || Stores(type, read.Name) is not { Count: > 0 } stores
                || stores.All(s => IsStatic(s.Method))
            )
                continue;
            string names = string.Join(" or ", stores.Select(s => $"'{s.Method.Name}'").Distinct());
            var fixes = new List<Fix>();
            if (ReferenceEquals(type.Owner.File.Text, file.Text))
            {
                if (MakeStatic(file, type, stores) is { } plain)
                    fixes.Add(plain);
                if (Dispatch(file, type, read.Name, stores) is { } method)
                    fixes.Add(method);
            }
            context.Report(
                new Finding(
                    Id,
                    certain && body.Certain ? Severity.Error : Severity.Warning,
                    read.Span,
                    $"'{read.Name}' holds the method {names}, bound to the module itself, which TorchScript "
                        + "cannot keep in an attribute: make it a static method (it needs no 'self'), or "
                        + $"'{read.Name}' a method that decides with 'if' which one to call.",
                    body.Function.QualifiedName,
                    [.. fixes],
                    [
                        .. stores
                            .Take(3)
                            .Select(s => new RelatedPlace(s.Store.Span, $"'{s.Method.Name}' is stored here")),
                        .. body.WhyCompiled(),
                    ]
                )
            );
        }
    }

    /// <summary>
    /// What the constructor stores, where that is methods of the class and nothing else; null where it is not.
    /// </summary>
    private static List<(Assign Store, FunctionDef Method)>? Stores(ClassModel type, string name)
    {
        if (
            type.FindAttribute(name) is not { IsSetInConstructor: true, Assignments: { IsDefaultOrEmpty: false } all }
            || type.FindMethod(name) is not null
        )
            return null;
        var found = new List<(Assign, FunctionDef)>();
        foreach (var node in all)
        {
            if (
                node
                    is not Assign
                    {
                        Targets: [Attribute { Value: Name { Id: var self } }],
                        Value: Attribute { Value: Name { Id: var owner }, Name: var method }
                    } store
                || self != owner
                || node.FirstAncestor<FunctionDef>() is not { Name: "__init__" }
                || type.FindMethod(method) is not var (_, function)
            )
                return null;
            found.Add((store, function));
        }
        return found;
    }

    private static bool IsStatic(FunctionDef method) => method.Decorators.Any(d => d is Name { Id: "staticmethod" });

    /// <summary>Methods that never look at self lose it.</summary>
    private static Fix? MakeStatic(FileSnapshot file, ClassModel type, List<(Assign Store, FunctionDef Method)> stores)
    {
        var edits = new List<TextEdit>();
        foreach (var method in stores.Select(s => s.Method).Distinct().Where(m => !IsStatic(m)))
        {
            if (
                method.Decorators.Count > 0
                || !ReferenceEquals(method.Parent, type.Node)
                || method.Args.All().ToList() is not [var self, var next, ..]
                || method.Args.VarArg is not null
                || method.Body.Has(n => n is Name used && (used.Id == self.Name || used.Id == "super"))
                || IsCalledOnClass(file, method.Name)
                || self.Annotation is not null
            )
                return null;
            var text = file.Text;
            int line = text.LineOf(method.Start);
            edits.Add(
                TextEdit.Insert(
                    text.LineStart(line),
                    $"{text.IndentationOf(line)}@staticmethod{text.DominantLineBreak}"
                )
            );
            edits.Add(new TextEdit(TextSpan.FromBounds(self.NameSpan.Start, next.NameSpan.Start), ""));
        }
        string names = string.Join(", ", stores.Select(s => s.Method.Name).Distinct());
        return edits.Count == 0 ? null : new Fix($"Make {names} static", FixSafety.Suggested, [.. edits]);
    }

    /// <summary>The attribute becomes a method: a text says which one it calls.</summary>
    private static Fix? Dispatch(
        FileSnapshot file,
        ClassModel type,
        string name,
        List<(Assign Store, FunctionDef Method)> stores
    )
    {
        var text = file.Text;
        var methods = stores.Select(s => s.Method).Distinct().ToList();
        string kept = $"_{name}_is";
        if (
            methods.Any(m =>
                m.Decorators.Count > 0
                || !ReferenceEquals(m.Parent, type.Node)
                || m.Args.VarArg is not null
                || m.Args.KwArg is not null
                || m.Args.KwOnly.Count > 0
                || m.IsAsync
            )
            || methods.Select(m => text.Text[m.Args.All().First().Start..m.ParametersEnd]).Distinct().Count() != 1
            || text.Text.Contains(kept, StringComparison.Ordinal)
        )
            return null;
        var first = methods[0];
        string self = first.Args.All().First().Name,
            arguments = string.Join(", ", first.Args.All().Skip(1).Select(a => a.Name));
        if (stores.Select(s => ((Name)((Attribute)s.Store.Value).Value).Id).Any(n => n != self))
            return null;
        var edits = new List<TextEdit>();
        foreach (var (store, method) in stores)
        {
            edits.Add(new TextEdit(((Attribute)store.Targets[0]).Span, $"{self}.{kept}"));
            edits.Add(new TextEdit(store.Value.Span, $"\"{method.Name}\""));
        }
        var after = methods.OrderBy(m => m.End).Last();
        int line = text.LineOf(after.End);
        string indent = text.IndentationOf(text.LineOf(first.Start)),
            unit = indent.EndsWith('\t') ? "\t" : "    ",
            end = text.DominantLineBreak;
        string signature = text.Text[first.NameSpan.End..first.ParametersEnd],
            returns = methods.All(m => m.Returns is not null)
            && methods.Select(m => text[m.Returns is { } r ? r.Span : default]).Distinct().Count() == 1
            && first.Returns is { } type1
                ? $" -> {text[type1.Span]}"
                : "";
        var code = new System.Text.StringBuilder($"{end}{indent}def {name}{signature}{returns}:{end}");
        for (int i = 0; i < methods.Count; i++)
        {
            bool last = i == methods.Count - 1;
            if (!last)
                code.Append($"{indent}{unit}if {self}.{kept} == \"{methods[i].Name}\":{end}{unit}");
            code.Append($"{indent}{unit}return {self}.{methods[i].Name}({arguments}){end}");
        }
        bool broken = text.LineEndWithBreak(line) > text.LineEnd(line);
        edits.Add(TextEdit.Insert(text.LineEndWithBreak(line), (broken ? "" : end) + code));
        return new Fix(
            $"Make '{name}' a method that calls {string.Join(" or ", methods.Select(m => m.Name))}",
            FixSafety.Suggested,
            [.. edits.OrderBy(e => e.Span.Start)]
        );
    }

    private static bool IsCalledOnClass(FileSnapshot file, string name) =>
        file.Tree.Root.Has(n =>
            n is Attribute { Name: var called, Value: var owner }
            && called == name
            && (owner is Call || file.Model.Names.Resolve(owner)?.Class is not null)
        );
}
