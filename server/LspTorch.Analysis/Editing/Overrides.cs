using LspTorch.Semantics;
using LspTorch.Syntax;

namespace LspTorch.Editing;

/// <summary>Whether a call through self may reach another method of the same name.</summary>
internal static class Overrides
{
    /// <summary>True where a class of this file that inherits from the owner has such a method of its own.</summary>
    public static bool Any(FileSnapshot file, ClassDef owner, string method)
    {
        foreach (var type in file.Tree.Definitions.OfType<ClassDef>())
        {
            if (ReferenceEquals(type, owner))
                continue;
            var model = file.Model.ClassOf(type);
            if (model.Methods.ContainsKey(method) && model.Lineage().Any(t => ReferenceEquals(t.Node, owner)))
                return true;
        }
        return false;
    }
}
