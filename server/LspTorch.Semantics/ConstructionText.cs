using System.Security.Cryptography;
using System.Text;
using LspTorch.Syntax;

namespace LspTorch.Semantics;

/// <summary>
/// The text of a class, and of its bases in the same file, that says what its instances are: the header, the statements
/// of the class body, the constructor and
/// the methods that it calls. What was seen of live instances holds as long as this text stays.
/// </summary>
public static class ConstructionText
{
    private const int MaxClasses = 32;

    /// <summary>
    /// A digest of the text, in lower-case hexadecimal; null where the file has no such class. Indentation does not
    /// count.
    /// </summary>
    public static string? Digest(SyntaxTree tree, string qualifiedName)
    {
        ClassDef? found = null;
        foreach (var node in tree.Definitions)
            if (node is ClassDef type && NameOf(type) == qualifiedName)
                found = type;
        if (found is null)
            return null;
        var text = new StringBuilder();
        var work = new Queue<ClassDef>([found]);
        var seen = new HashSet<ClassDef>();
        while (work.TryDequeue(out var type) && seen.Count < MaxClasses)
        {
            if (!seen.Add(type))
                continue;
            Write(tree, type, text);
            foreach (var name in type.Bases.OfType<Name>())
                if (
                    tree.Definitions.OfType<ClassDef>().LastOrDefault(c => c.Parent is Module && c.Name == name.Id) is
                    { } inherited
                )
                    work.Enqueue(inherited);
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..32];
    }

    private static string NameOf(Node node)
    {
        string name = node is ClassDef type ? type.Name : ((FunctionDef)node).Name;
        for (var at = node.Parent; at is not null; at = at.Parent)
            if (at is ClassDef or FunctionDef)
                return $"{NameOf(at)}.{name}";
        return name;
    }

    private static void Write(SyntaxTree tree, ClassDef type, StringBuilder text)
    {
        void Add(Node node)
        {
            foreach (var line in tree.Text[node.Span].Split('\n'))
                text.Append(line.Trim()).Append('\n');
        }
        text.Append("class ").Append(type.Name).Append('\n');
        foreach (var node in type.Decorators)
            Add(node);
        foreach (var node in type.Bases)
            Add(node);
        foreach (var node in type.Keywords)
            Add(node);
        var methods = type.Body.OfType<FunctionDef>().ToLookup(f => f.Name);
        foreach (var statement in type.Body)
            if (statement is not FunctionDef)
                Add(statement);
        var work = new Queue<FunctionDef>(methods["__init__"]);
        var seen = new HashSet<FunctionDef>();
        while (work.TryDequeue(out var function))
        {
            if (!seen.Add(function))
                continue;
            Add(function);
            var calls = new SelfCalls();
            calls.Visit(function);
            foreach (string name in calls.Names)
            foreach (var called in methods[name])
                work.Enqueue(called);
        }
    }

    private sealed class SelfCalls : SyntaxWalker
    {
        public List<string> Names { get; } = [];

        public override void Visit(Node node)
        {
            if (node is Call { Func: Syntax.Attribute { Value: Name, Name: var name } })
                Names.Add(name);
            base.Visit(node);
        }
    }
}
