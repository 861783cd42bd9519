using LspTorch.Compilation;
using LspTorch.Syntax;

namespace LspTorch.Refactorings;

/// <summary>A parameter that the function calls: functions are passed for it.</summary>
internal static class CalledParameter
{
    /// <summary>
    /// The first live call of a parameter without annotation that is never rebound; null where there is none, or where
    /// the
    /// compiler is told what the parameter is.
    /// </summary>
    public static CompiledNode<Call>? FirstCall(CompiledCode code, CompiledBody body, Arg parameter)
    {
        if (body.Def.FirstAncestor<FunctionDef>() is not null)
            return null; // refused as such
        if (
            parameter.Annotation is not null
            || code.Model.TypeCommentOf(body.Def) is not null
            || code.Model.DeclaredTypeOf(parameter) is not null
        )
            return null;
        foreach (var call in code.Live<Call>(body))
            if (call.Node.Func is Name name && name.Id == parameter.Name)
                return StoreFinder.IsStored(body.Def, name.Id) ? null : call;
        return null;
    }

    private sealed class StoreFinder(string name) : SyntaxWalker
    {
        private bool found;

        public static bool IsStored(FunctionDef function, string name)
        {
            var finder = new StoreFinder(name);
            finder.Visit(function.Body);
            return finder.found;
        }

        public override void Visit(Node node)
        {
            found |= node is Name stored && stored.Id == name && stored.Context != ExprContext.Load;
            if (!found && node is not (FunctionDef or ClassDef or Lambda))
                base.Visit(node);
        }
    }
}
