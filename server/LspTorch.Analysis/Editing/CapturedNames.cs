using System.Text.RegularExpressions;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;

namespace LspTorch.Editing;

/// <summary>
/// Names that a fix writes for what a module or Python gives (<c>torch</c>, <c>math</c>, <c>range</c>,
/// <c>Optional</c>), at a place where they mean something else:
/// a parameter or variable named <c>math</c> captures the <c>math.sqrt</c> that is put into its function.
/// </summary>
internal static partial class CapturedNames
{
    /// <summary>What fixes write that no line of the file need have defined.</summary>
    private static readonly HashSet<string> Written =
    [
        "torch",
        "math",
        "nn",
        "Any",
        "Callable",
        "Dict",
        "List",
        "Optional",
        "Tuple",
        "Union",
        "bool",
        "enumerate",
        "float",
        "int",
        "isinstance",
        "len",
        "list",
        "print",
        "range",
        "reversed",
        "str",
        "super",
        "zip",
    ];

    public static bool Any(FileSnapshot file, Fix fix)
    {
        foreach (var edit in fix.Edits)
        {
            FunctionDef? function = null;
            bool isFound = false;
            foreach (var match in Identifiers().EnumerateMatches(edit.NewText))
            {
                string name = edit.NewText.Substring(match.Index, match.Length);
                if (!Written.Contains(name) && !IsImport(file.Model.Names.ModuleScope.Find(name)))
                    continue;
                if (!isFound)
                    function = InnermostFunction.At(file, edit.Span.Start);
                isFound = true;
                if (IsCaptured(file, name, function))
                    return true;
            }
        }
        return false;
    }

    private static bool IsCaptured(FileSnapshot file, string name, FunctionDef? inside)
    {
        var names = file.Model.Names;
        for (var function = inside; function is not null; function = function.FirstAncestor<FunctionDef>())
        {
            var bound = names.ScopeOf(function).Find(name);
            if (bound.Count > 0)
                return !IsImport(bound);
        }
        var module = names.ModuleScope.Find(name);
        return module.Count > 0 && !IsImport(module);
    }

    private static bool IsImport(NodeList<Binding> bindings)
    {
        for (int i = 0; i < bindings.Count; i++)
            if (bindings[i].Kind != BindingKind.Import)
                return false;
        return bindings.Count > 0;
    }

    /// <summary>The innermost function in whose body an offset lies.</summary>
    private sealed class InnermostFunction(FileSnapshot file, int offset) : SyntaxWalker
    {
        private FunctionDef? found;

        public static FunctionDef? At(FileSnapshot file, int offset)
        {
            var finder = new InnermostFunction(file, offset);
            finder.VisitFirst(file.Tree.Root.Body);
            return finder.found;
        }

        private void VisitFirst(NodeList<Stmt> block)
        {
            int index = Blocks.IndexAt(block, offset);
            if (index < block.Count)
                Visit(block[index]);
        }

        public override void Visit(Node node)
        {
            switch (node)
            {
                case FunctionDef function:
                    if (
                        function.Body is [var first, ..]
                        && offset >= file.Text.LineStart(file.Text.LineOf(first.Start))
                        && offset <= function.End
                    )
                        found = function;
                    VisitFirst(function.Body);
                    break;
                case ClassDef type:
                    VisitFirst(type.Body);
                    break;
                case Stmt when offset <= node.End:
                    base.Visit(node);
                    break;
            }
        }
    }

    [GeneratedRegex(@"(?<![\w.])[A-Za-z_]\w*")]
    private static partial Regex Identifiers();
}
