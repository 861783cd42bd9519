using System.Text.RegularExpressions;

namespace LspTorch.Server.Tests.Protocol;

/// <summary>
/// The object types of the official protocol packages (vscode-languageserver-types and -protocol), read from their
/// TypeScript
/// declarations: for each name its properties and whether each may be missing. Unions of object types are joined.
/// </summary>
internal sealed partial class TypeScriptDeclarations
{
    private readonly Dictionary<string, Dictionary<string, bool>> own = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> bases = new(StringComparer.Ordinal);

    public TypeScriptDeclarations(IEnumerable<string> files)
    {
        foreach (string file in files)
            Read(Comment().Replace(File.ReadAllText(file), ""));
    }

    /// <summary>Property name to whether it is optional; null for a name that the packages do not declare.</summary>
    public IReadOnlyDictionary<string, bool>? PropertiesOf(string name)
    {
        if (!own.ContainsKey(name))
            return null;
        var all = new Dictionary<string, bool>(StringComparer.Ordinal);
        Collect(name, all, []);
        return all;
    }

    private void Collect(string name, Dictionary<string, bool> into, HashSet<string> seen)
    {
        if (!seen.Add(name))
            return;
        foreach (string parent in bases.GetValueOrDefault(name) ?? [])
            Collect(parent, into, seen);
        foreach (var (property, optional) in own.GetValueOrDefault(name) ?? [])
            into[property] = optional;
    }

    private void Read(string text)
    {
        foreach (Match match in Declaration().Matches(text))
        {
            string name = match.Groups["name"].Value;
            string body = Body(text, match.Index + match.Length, match.Groups["interface"].Success);
            own.TryAdd(name, new Dictionary<string, bool>(StringComparer.Ordinal));
            bases.TryAdd(name, new HashSet<string>(StringComparer.Ordinal));
            foreach (Match parent in Reference().Matches(match.Groups["extends"].Value))
                bases[name].Add(parent.Value);
            foreach (var (property, optional) in Properties(body))
                own[name][property] = optional || (own[name].TryGetValue(property, out bool before) && before);
            // "A & { ... }", "A | B": the parts' properties count too.
            if (!match.Groups["interface"].Success)
                foreach (Match part in Reference().Matches(OutsideBraces(body)))
                    bases[name].Add(part.Value);
        }
    }

    /// <summary>An interface's braces, or a type alias up to its semicolon.</summary>
    private static string Body(string text, int start, bool isInterface)
    {
        int depth = isInterface ? 1 : 0,
            at = start;
        for (; at < text.Length; at++)
        {
            if (text[at] is '{' or '(' or '[')
                depth++;
            else if (text[at] is '}' or ')' or ']')
                depth--;
            if (depth == 0 && (isInterface || text[at] == ';'))
                break;
        }
        return isInterface ? "{" + text[start..at] + "}" : text[start..at];
    }

    /// <summary>The properties of every outermost pair of braces.</summary>
    private static IEnumerable<(string Name, bool Optional)> Properties(string body)
    {
        int depth = 0;
        for (int at = 0; at < body.Length; at++)
        {
            if (depth == 1 && Property().Match(body, at) is { Success: true } property)
            {
                yield return (property.Groups["name"].Value, property.Groups["optional"].Success);
                at += property.Length - 1;
            }
            else if (body[at] is '{' or '(' or '[')
            {
                depth++;
            }
            else if (body[at] is '}' or ')' or ']')
            {
                depth--;
            }
        }
    }

    private static string OutsideBraces(string body)
    {
        int depth = 0;
        return string.Concat(
            body.Where(c =>
            {
                if (c == '{')
                    depth++;
                if (c == '}')
                    depth--;
                return depth == 0;
            })
        );
    }

    [GeneratedRegex(@"/\*.*?\*/|//[^\n]*", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(
        @"\b(?:(?<interface>interface)\s+(?<name>\w+)(?:<[^{]*?>)?(?:\s+extends\s+(?<extends>[^{]+))?\s*\{|type\s+(?<name>\w+)(?:<[^=]*>)?\s*=)"
    )]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\b[A-Z_]\w+")]
    private static partial Regex Reference();

    [GeneratedRegex(@"\G(?<=[{;\s])(?:readonly\s+)?(?<name>\w+)(?<optional>\?)?\s*:")]
    private static partial Regex Property();
}
