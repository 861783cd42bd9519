using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// A number, string, bool or tuple of them in the body of a module class is seen by the compiler where the class names
/// it in <c>__constants__</c>; by the class's name it is read as by the instance.
/// </summary>
internal static class ConstantOfClass
{
    public static Fix? Of(FileSnapshot file, FunctionDef function, Node at)
    {
        if (
            at is not Attribute { Context: ExprContext.Load, Value: Name holder } read
            || function.Parent is not ClassDef own
            || function.Args.All().FirstOrDefault()?.Name is not { } self
            || function.Decorators.Any(d => d is Name { Id: "staticmethod" or "classmethod" })
        )
            return null;
        var type = file.Model.ClassOf(own);
        bool byClass = holder.Id != self;
        if (byClass && file.Model.ResolveSymbol(holder)?.Class is var named && !ReferenceEquals(named, own))
            return null;
        if (
            !type.IsModule
            || type.Lineage().FirstOrDefault(c => Value(c.Node, read.Name) is not null) is not { } owner
            || !ReferenceEquals(owner.Owner.File.Text, file.Text)
            || Value(owner.Node, read.Name) is not { } value
            || !IsConstant(value)
            || type.FindAttribute(read.Name) is { Assignments.Length: > 0 }
        )
            return null;
        // What a class of the file derived from this one says of the name, the instance would say.
        if (
            byClass
            && file.Tree.Definitions.OfType<ClassDef>()
                .Any(c =>
                    !ReferenceEquals(c, own)
                    && file.Model.ClassOf(c).Lineage().Contains(type)
                    && Value(c, read.Name) is not null
                )
        )
            return null;
        var edits = new List<TextEdit>();
        if (byClass)
            edits.Add(new TextEdit(holder.Span, self));
        if (!type.Constants.Contains(read.Name))
        {
            if (Naming(file, owner.Node, read.Name) is not { } naming)
                return null;
            edits.Add(naming);
        }
        return new Fix($"Name '{read.Name}' in '__constants__'", FixSafety.Suggested, [.. edits]);
    }

    private static TextEdit? Naming(FileSnapshot file, ClassDef owner, string name)
    {
        var text = file.Text;
        foreach (var statement in owner.Body)
            if (statement is Assign { Targets: [Name { Id: "__constants__" }], Value: var value })
                return value switch
                {
                    ListExpr { Elements: [.., var last] } => TextEdit.Insert(
                        last.ParenthesizedSpan.End,
                        $", \"{name}\""
                    ),
                    ListExpr list => TextEdit.Insert(list.Start + 1, $"\"{name}\""),
                    _ => null,
                };
        if (owner.Body.Count == 0)
            return null;
        var first = Blocks.IsDocstring(owner.Body[0]) && owner.Body.Count > 1 ? owner.Body[1] : owner.Body[0];
        int start = MovedPiece.StartOf(first);
        if (!Indentation.StartsItsLine(text, start) || Blocks.IsDocstring(first))
            return null;
        string indent = text.IndentationOf(text.LineOf(start));
        return TextEdit.Insert(start, $"__constants__ = [\"{name}\"]{text.DominantLineBreak}{indent}");
    }

    private static Expr? Value(ClassDef type, string name)
    {
        var stores = type
            .Body.SelectMany(s => s.Find<Name>())
            .Where(n =>
                n.Id == name && n.Context == ExprContext.Store && ReferenceEquals(n.FirstAncestor<ClassDef>(), type)
            )
            .ToList();
        return stores is [{ Parent: Assign { Targets: [Name] } assign }] && ReferenceEquals(assign.Parent, type)
            ? assign.Value
            : null;
    }

    private static bool IsConstant(Expr value) =>
        value switch
        {
            Constant
            {
                Kind: ConstantKind.Int
                    or ConstantKind.Float
                    or ConstantKind.Str
                    or ConstantKind.True
                    or ConstantKind.False
            } => true,
            UnaryOp { Op: UnaryOperator.USub, Operand: Constant { Kind: ConstantKind.Int or ConstantKind.Float } } =>
                true,
            TupleExpr { Elements.Count: > 0 } tuple => tuple.Elements.All(IsConstant),
            _ => false,
        };
}
