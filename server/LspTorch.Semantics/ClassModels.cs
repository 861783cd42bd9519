using System.Collections.Concurrent;
using LspTorch.Syntax;

namespace LspTorch.Semantics;

/// <summary>The facts of the classes of one file, and what these hang on.</summary>
internal sealed class ClassModels(SemanticModel model)
{
    private readonly ConcurrentDictionary<ClassDef, ClassModel> classes = new();

    /// <summary>Functions that were looked into to find the attributes of a class.</summary>
    private readonly HashSet<FunctionDef> read = [];
    private readonly HashSet<ClassModel> carriedOver = [];

    public ClassModel Of(ClassDef node) => classes.GetOrAdd(node, static (n, owner) => new ClassModel(n, owner), model);

    /// <summary>
    /// Whether a body that answers the description was looked into to find the attributes of this file's classes.
    /// </summary>
    public bool HaveRead(Predicate<FunctionDef> described)
    {
        lock (read)
            return read.Any(f => described(f));
    }

    /// <summary>The classes of this file on whose attributes something hangs that is known.</summary>
    public IReadOnlySet<ClassModel> ReliedOn()
    {
        lock (read)
            return carriedOver.Concat(classes.Values.Where(type => type.HasAttributes)).ToHashSet();
    }

    /// <summary>
    /// What is taken over from another version hangs on the same classes, and on the same bodies through them.
    /// </summary>
    public void RelyOn(ClassModels before, BodyEdit edit)
    {
        var types = before.ReliedOn();
        FunctionDef[] functions;
        lock (before.read)
            functions = [.. before.read];
        lock (read)
        {
            foreach (var type in types)
                if (edit.NewOf(type.Node) is { } node)
                    carriedOver.Add(Of(node));
            foreach (var old in functions)
                if (!edit.IsOfOldTree(old))
                    read.Add(old);
                else if (edit.NewOf(old) is { } function)
                    read.Add(function);
        }
    }

    /// <summary>Works out the attributes of a class, noting whose bodies say what they are.</summary>
    public IReadOnlyDictionary<string, AttributeModel> CollectAttributes(ClassModel type)
    {
        var reads = new HashSet<FunctionDef>();
        var outer = BodyReads.Into(reads);
        try
        {
            return new AttributeCollector(type).Collect();
        }
        finally
        {
            BodyReads.Into(outer);
            lock (read)
                read.UnionWith(reads);
        }
    }
}
