using LspTorch.Semantics;
using LspTorch.Syntax;

namespace LspTorch.Rules;

/// <summary>
/// The first name in the body of a function that means something of this file's module scope, and that the file in
/// which the compiler looks names up instead does not have.
/// </summary>
/// <param name="isKnownThere">Whether the other file has the name.</param>
internal sealed class NameOfThisFile(FileSnapshot file, FunctionDef function, Func<string, bool> isKnownThere)
    : SyntaxWalker
{
    public Name? Found { get; private set; }

    public override void Visit(Node node)
    {
        if (
            Found is not null
            || node is FunctionDef or Lambda
            || node is Stmt statement && file.Model.CompileStateOf(statement) == CompileState.Dead
        )
            return;
        if (node is AnnAssign annotated)
        {
            VisitOptional(annotated.Value);
            return;
        }
        if (
            node is Name { Context: ExprContext.Load } name
            && !isKnownThere(name.Id)
            && file.Model.Names.Lookup(name.Id, name) is { } found
            && ReferenceEquals(found.Scope, file.Model.Names.ModuleScope)
            && !ReferenceEquals(found.Scope.Node, function)
            && !(name.Parent is Syntax.Attribute && file.Model.ResolveName(name) is null)
        )
            Found = name;
        base.Visit(node);
    }
}
