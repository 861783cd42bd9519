namespace LspTorch.Observations;

/// <summary>
/// Joins the types seen at one place into the one TorchScript type that covers them. <c>?</c> stands for what an empty
/// container
/// holds (<c>List[?]</c>) and is filled in by the other types.
/// </summary>
public static class TypeJoin
{
    /// <summary>null where TorchScript has no such type, or nothing certain follows.</summary>
    public static string? Join(IReadOnlyList<ObservedType> types)
    {
        TypeTree? joined = null;
        foreach (var type in types)
        {
            // "List[?]" is marked as not scriptable because it is no annotation; joined with List[int] it is none the
            // less int's list.
            if (!type.Scriptable && !type.Type.Contains('?'))
                return null;
            if (TypeTree.Parse(type.Type) is not { } tree)
                return null;
            joined = joined is null ? tree : Join(joined, tree);
            if (joined is null)
                return null;
        }
        string? text = joined?.ToString();
        return text is null || text.Contains('?') ? null : text;
    }

    private static TypeTree? Join(TypeTree a, TypeTree b)
    {
        if (a.Name == "?")
            return b;
        if (b.Name == "?")
            return a;
        if (a.IsNone && b.IsNone)
            return a;
        if (a.IsNone || b.IsNone || a.IsOptional || b.IsOptional)
        {
            var left = a.IsOptional ? a.Arguments[0] : a;
            var right = b.IsOptional ? b.Arguments[0] : b;
            var inner =
                left.IsNone ? right
                : right.IsNone ? left
                : Join(left, right);
            return inner is null ? null
                : inner.IsOptional ? inner
                : new TypeTree("Optional", [inner]);
        }
        if (a.Name != b.Name || a.Arguments.Count != b.Arguments.Count)
            return null;
        var arguments = new List<TypeTree>();
        for (int i = 0; i < a.Arguments.Count; i++)
        {
            if (Join(a.Arguments[i], b.Arguments[i]) is not { } argument)
                return null;
            arguments.Add(argument);
        }
        return new TypeTree(a.Name, arguments);
    }

    /// <summary>A written type taken apart: <c>Dict[str, List[int]]</c>.</summary>
    private sealed record TypeTree(string Name, IReadOnlyList<TypeTree> Arguments)
    {
        private const int MaxNesting = 32;

        public bool IsNone => Name == "None";
        public bool IsOptional => Name == "Optional" && Arguments.Count == 1;

        public override string ToString() => Arguments.Count == 0 ? Name : $"{Name}[{string.Join(", ", Arguments)}]";

        /// <summary>null for text that is not written as a type.</summary>
        public static TypeTree? Parse(string text)
        {
            int at = 0;
            return ParseOne(text, ref at, 0) is { } tree && at == text.Length ? tree : null;
        }

        private static TypeTree? ParseOne(string text, ref int at, int depth)
        {
            int start = at;
            while (at < text.Length && text[at] is not ('[' or ']' or ','))
                at++;
            string name = text[start..at];
            if (name.Length == 0 || depth > MaxNesting)
                return null;
            if (at == text.Length || text[at] != '[')
                return new TypeTree(name, []);
            var arguments = new List<TypeTree>();
            do
            {
                at++;
                while (at < text.Length && text[at] == ' ')
                    at++;
                if (ParseOne(text, ref at, depth + 1) is not { } argument)
                    return null;
                arguments.Add(argument);
            } while (at < text.Length && text[at] == ',');
            if (at >= text.Length || text[at] != ']')
                return null;
            at++;
            return new TypeTree(name, arguments);
        }
    }
}
