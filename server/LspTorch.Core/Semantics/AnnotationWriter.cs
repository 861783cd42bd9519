using System.Collections.Immutable;
using System.Text;
using LspTorch.Core.Syntax;
using LspTorch.Core.Text;
using LspTorch.Core.TorchScript;

namespace LspTorch.Core.Semantics;

/// <summary>A name that must be imported: <c>from Module import Name</c>.</summary>
public readonly record struct NeededImport(string Module, string Name);

/// <summary>An annotation as it is written in one file, and the names that file does not import yet.</summary>
public sealed record WrittenAnnotation(string Text, ImmutableArray<NeededImport> Imports);

/// <summary>
/// Writes types as annotations that TorchScript of the file's target version accepts, in the names that the file already has; and adds the
/// imports it lacks. One fix that writes several annotations unites their imports and asks once for the edits.
/// </summary>
public static class AnnotationWriter
{
    private static readonly TorchVersion unions = new(1, 10);

    /// <summary>Null where the type cannot be written (Unknown, modules, a class of another file, Union before torch 1.10).</summary>
    public static WrittenAnnotation? Write(SemanticModel model, TorchType type)
    {
        var imports = ImmutableArray.CreateBuilder<NeededImport>();
        var text = new StringBuilder();
        return type.IsWritable && Append(model, type, text, imports, 0)
            ? new WrittenAnnotation(text.ToString(), imports.Count < 2 ? imports.ToImmutable() : [.. imports.Distinct()])
            : null;
    }

    /// <summary>The same for a type as TorchScript writes it, such as an observed one.</summary>
    public static WrittenAnnotation? Write(SemanticModel model, string type) =>
        TorchType.TryParse(type, out var parsed) ? Write(model, parsed) : null;

    /// <summary>The edits that import what is needed and not yet there; none where nothing is needed.</summary>
    public static ImmutableArray<TextEdit> ImportEdits(SemanticModel model, IEnumerable<NeededImport> needed) => FindImportEdits(model, needed);

    /// <summary>The same; of one import, the usual case, found once for each file.</summary>
    public static ImmutableArray<TextEdit> ImportEdits(SemanticModel model, ImmutableArray<NeededImport> needed) => needed switch
    {
        [] => [],
        [var one] => model.ImportEdits.GetOrAdd(one, static (import, of) => FindImportEdits(of, [import]), model),
        _ => FindImportEdits(model, needed),
    };

    private static ImmutableArray<TextEdit> FindImportEdits(SemanticModel model, IEnumerable<NeededImport> needed)
    {
        if (!needed.Any()) return [];
        var edits = ImmutableArray.CreateBuilder<TextEdit>();
        var added = new StringBuilder();
        string lineBreak = model.File.Text.DominantLineBreak;
        foreach (var group in needed.Distinct().GroupBy(n => n.Module).OrderBy(g => g.Key, StringComparer.Ordinal).ToArray())
        {
            var names = group.Select(n => n.Name).OrderBy(n => n, StringComparer.Ordinal).ToArray();
            var existing = ExistingImport(model.File.Tree.Root, group.Key);
            if (existing is not null)
                edits.Add(TextEdit.Insert(existing.Names[^1].End, ", " + string.Join(", ", names)));
            else added.Append($"from {group.Key} import {string.Join(", ", names)}{lineBreak}");
        }
        if (added.Length > 0) edits.Add(InsertImports(model, added.ToString(), lineBreak));
        return edits.ToImmutable();
    }

    /// <summary>The edits that turn a place into an annotated one: the annotation at the offset and the imports it needs.</summary>
    public static ImmutableArray<TextEdit> Annotate(SemanticModel model, int offset, string prefix, WrittenAnnotation annotation) =>
        [TextEdit.Insert(offset, prefix + annotation.Text), .. ImportEdits(model, annotation.Imports)];

    /// <summary>The same for a parameter; a default written <c>=1</c> becomes <c> = 1</c>, as style has it behind an annotation.</summary>
    public static ImmutableArray<TextEdit> AnnotateParameter(SemanticModel model, Arg parameter, WrittenAnnotation annotation)
    {
        int end = parameter.NameSpan.End;
        var edit = parameter.Default is not null && model.File.Text.Length > end + 1 && model.File.Text[end] == '=' && model.File.Text[end + 1] != ' '
            ? new TextEdit(new TextSpan(end, 1), $": {annotation.Text} = ")
            : TextEdit.Insert(end, $": {annotation.Text}");
        return [edit, .. ImportEdits(model, annotation.Imports)];
    }

    private static bool Append(
        SemanticModel model, TorchType type, StringBuilder text, ImmutableArray<NeededImport>.Builder imports, int depth)
    {
        if (depth > 40) return false;
        switch (type)
        {
            case PrimitiveType primitive:
                switch (primitive.Kind)
                {
                    case PrimitiveKind.Tensor: text.Append(NameOf(model, "torch", "Tensor", imports)); return true;
                    case PrimitiveKind.Device: text.Append(NameOf(model, "torch", "device", imports)); return true;
                    case PrimitiveKind.Any: text.Append(NameOf(model, "typing", "Any", imports)); return true;
                    case PrimitiveKind.None: text.Append("None"); return true;
                    case PrimitiveKind.Number: return false;
                    default: text.Append(primitive); return true;
                }
            case ListType list: return AppendGeneric(model, "List", [list.Element], text, imports, depth);
            case OptionalType optional: return AppendGeneric(model, "Optional", [optional.Element], text, imports, depth);
            case DictType dict: return AppendGeneric(model, "Dict", [dict.Key, dict.Value], text, imports, depth);
            case TupleType { Elements.Length: 0 }:
                text.Append(NameOf(model, "typing", "Tuple", imports)).Append("[()]");
                return true;
            case TupleType tuple: return AppendGeneric(model, "Tuple", tuple.Elements, text, imports, depth);
            case UnionType union when model.File.Options.Torch >= unions:
                return AppendGeneric(model, "Union", union.Members, text, imports, depth);
            case ClassType { Definition: { } definition } when ReferenceEquals(definition.Owner, model):
                text.Append(definition.Name);
                return true;
            default: return false;
        }
    }

    private static bool AppendGeneric(SemanticModel model, string constructor, ImmutableArray<TorchType> arguments, StringBuilder text,
        ImmutableArray<NeededImport>.Builder imports, int depth)
    {
        text.Append(NameOf(model, "typing", constructor, imports)).Append('[');
        for (int i = 0; i < arguments.Length; i++)
        {
            if (i > 0) text.Append(", ");
            if (!Append(model, arguments[i], text, imports, depth + 1)) return false;
        }
        text.Append(']');
        return true;
    }

    /// <summary>The shortest way in which this file can name a member of a module; asks for an import where it cannot.</summary>
    private static string NameOf(SemanticModel model, string module, string member, ImmutableArray<NeededImport>.Builder imports)
    {
        var scope = model.Names.ModuleScope;
        string wanted = $"{module}.{member}";
        string? viaModule = null;
        foreach (var (name, target) in scope.SureImports)
        {
            if (target == wanted) return name;
            if (target == module) viaModule ??= $"{name}.{member}";
        }
        if (viaModule is not null) return viaModule;
        if (scope.StarImports.Contains(module)) return member;
        imports.Add(new NeededImport(module, member));
        return member;
    }

    private static ImportFrom? ExistingImport(Module root, string module)
    {
        foreach (var statement in root.Body)
            if (statement is ImportFrom { Level: 0, Names.Count: > 0 } import && import.Module == module && import.Names[0].Name != "*")
                return import;
        return null;
    }

    private static TextEdit InsertImports(SemanticModel model, string lines, string lineBreak)
    {
        var text = model.File.Text;
        var body = model.File.Tree.Root.Body;
        int index = 0;
        bool docstring = body.Count > 0 && body[0] is ExprStmt { Value: Constant { Kind: ConstantKind.Str } };
        if (docstring) index = 1;
        Stmt? last = null;
        for (int i = index; i < body.Count && body[i] is Import or ImportFrom; i++) last = body[i];
        if (last is null && !docstring)
        {
            // Before the first statement, behind leading comments; a decorated definition starts at its first decorator.
            if (body.Count == 0) return TextEdit.Insert(text.Length, (text.Length > 0 && !EndsWithBreak(text.Text) ? lineBreak : "") + lines);
            int first = body[0] switch
            {
                FunctionDef { Decorators: [var d, ..] } => d.Start,
                ClassDef { Decorators: [var d, ..] } => d.Start,
                var statement => statement.Start,
            };
            int start = text.LineStart(text.LineOf(first));
            if (start == 0 && text.Length > 0 && text[0] == '\uFEFF') start = 1;
            return TextEdit.Insert(start, lines + lineBreak);
        }
        var anchor = last ?? body[0];
        int end = text.LineEndWithBreak(text.LineOf(Math.Max(anchor.Start, anchor.End - 1)));
        string lead = end == text.Length && !EndsWithBreak(text.Text) ? lineBreak : "";
        return TextEdit.Insert(end, last is null ? lead + lineBreak + lines : lead + lines);
    }

    private static bool EndsWithBreak(string text) => text.Length > 0 && text[^1] is '\n' or '\r';
}
